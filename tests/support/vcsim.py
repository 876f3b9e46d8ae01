"""vcsim, a vCenter that nobody here wrote: built from Debian's govmomi source, run on loopback.

    with run_vcsim(vms=100, seed=7) as vcenter:
        SmartConnect(host=vcenter.host, port=vcenter.port, user=vcenter.user, …)

`vcsim/main.go` gives its inventory identities and variety; the rest is govmomi 0.24's: no paging
(maxObjects is ignored), and WaitForUpdatesEx reports only some changes.
"""

import fcntl
import hashlib
import json
import os
import selectors
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from runtime.settings import inherited_environment
from tests.support import debian

SOURCE = Path(__file__).parent / "vcsim" / "main.go"
PROJECT = Path(__file__).parents[2]
LIBRARIES = ("golang-github-vmware-govmomi-dev", "golang-github-google-uuid-dev")
COMPILER = "golang-go"
GOPATH = Path("/usr/share/gocode")
BUILD_SECONDS = 900
START_SECONDS = 120
STOP_SECONDS = 10
USER = "administrator@vsphere.local"
PASSWORD = "vminer-vcsim"
BYTES_PER_VM = 64 * 1024  # five small files each, in whole pages


class VcsimUnavailableError(Exception):
    """vcsim cannot be built here."""


class VcsimError(Exception):
    """vcsim did not start."""


@dataclass(frozen=True, slots=True)
class Vcsim:
    """A running simulator and all that a client needs to trust it and to log in."""

    host: str
    port: int
    user: str
    password: str
    certificate: str
    """Its self-signed certificate (PEM), valid for its address: a CA file for clients."""
    instance_uuid: str
    process: subprocess.Popen[bytes]

    def ssl_context(self) -> ssl.SSLContext:
        """Return a context that verifies the server, name and all, and trusts only this one."""
        return ssl.create_default_context(cadata=self.certificate)


@cache
def build() -> Path:
    """Return the vcsim program, built when the cache does not hold this main.go yet.

    Raises:
        VcsimUnavailableError: with the reason.
    """
    folder = _cache_folder()
    program = folder / f"vcsim-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]}"
    with (folder / "vcsim.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes that start together build once
        if not program.exists():
            try:
                _compile(program, folder)
            except debian.PackagesUnavailableError as error:
                raise VcsimUnavailableError(f"vcsim cannot be built: {error}") from error
    return program


def vcsim_or_skip() -> Path:
    """Return the vcsim program; skip the test where it cannot be had, fail it in CI."""
    try:
        return build()
    except VcsimUnavailableError as error:
        debian.skip_or_fail(str(error))


@contextmanager
def run_vcsim(*, vms: int = 50, hosts: int = 3, seed: int = 1) -> Iterator[Vcsim]:
    """Run one vCenter on a free loopback port; the same seed gives the same identities."""
    program = build()
    flags = [f"-vm={vms}", f"-host={hosts}", f"-seed={seed}"]
    flags += [f"-username={USER}", f"-password={PASSWORD}"]
    with tempfile.TemporaryDirectory(
        prefix="vminer-vcsim-", dir=_fast_folder(vms), ignore_cleanup_errors=True
    ) as folder:
        errors = Path(folder) / "stderr"
        with errors.open("wb") as stderr:
            process = subprocess.Popen(
                [os.fspath(program), *flags],
                stdin=subprocess.PIPE,  # it ends when this closes, even if we are killed
                stdout=subprocess.PIPE,
                stderr=stderr,
                env={**inherited_environment(), "TMPDIR": folder},
            )
        try:
            answer = _first_line(process, errors)
            yield Vcsim(
                host="127.0.0.1",
                port=answer["port"],
                user=USER,
                password=PASSWORD,
                certificate=answer["certificate"],
                instance_uuid=answer["instanceUuid"],
                process=process,
            )
        finally:
            _stop(process)


def _compile(program: Path, folder: Path) -> None:
    go, roots = _toolchain(folder)
    unfinished = folder / "unfinished-vcsim"
    finished = subprocess.run(
        [go, "build", "-o", unfinished, SOURCE],
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
        env={
            **inherited_environment(),
            "GO111MODULE": "off",
            "GOPATH": os.pathsep.join(str(root) for root in roots),
            "GOPROXY": "off",
            "GOFLAGS": "",
            "GOCACHE": str(folder / "go-build"),
        },
        check=False,
    )
    if finished.returncode != 0:
        raise VcsimUnavailableError(f"go build failed: {finished.stderr.strip()[-1000:]}")
    for outdated in folder.glob("vcsim-*"):
        outdated.unlink()
    unfinished.replace(program)


def _toolchain(folder: Path) -> tuple[str, list[Path]]:
    """Return Go and the GOPATH that holds govmomi: installed, or unpacked into the cache."""
    debian.require_apt()
    if not debian.missing(COMPILER, *LIBRARIES) or debian.root_prefix() is not None:
        debian.install(COMPILER, *LIBRARIES)
        return "go", [GOPATH]
    go = shutil.which("go")
    if go is None:
        raise VcsimUnavailableError(f"neither root nor sudo to install {COMPILER}, and no Go here")
    prefix = folder / "debian"
    root = prefix / GOPATH.relative_to("/")
    if not (root / "src/github.com/vmware/govmomi").exists():
        prefix.mkdir(exist_ok=True)
        debian.unpack(prefix, *LIBRARIES)
    return go, [root]


def _first_line(process: subprocess.Popen[bytes], errors: Path) -> dict[str, Any]:
    """Return what vcsim says about itself once it listens."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(START_SECONDS):
            raise VcsimError(f"vcsim said nothing in {START_SECONDS} s")
    line = process.stdout.readline()
    if not line:
        raise VcsimError(f"vcsim ended at once: {errors.read_text(errors='replace')[-1000:]}")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _cache_folder() -> Path:
    """Return the checkout's cache, or the user's where the checkout is read-only."""
    for folder in (PROJECT / ".vminer" / "cache", Path.home() / ".cache" / "vminer"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    raise VcsimUnavailableError("no folder to keep the built program in")


def _fast_folder(vms: int) -> str | None:
    """Return /dev/shm where there is room: vcsim writes files and starts 3x faster in memory."""
    shared_memory = Path("/dev/shm")
    if not os.access(shared_memory, os.W_OK):
        return None
    has_room = shutil.disk_usage(shared_memory).free > vms * BYTES_PER_VM
    return str(shared_memory) if has_room else None
