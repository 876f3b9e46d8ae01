"""Debian packages that tests install on demand, and the one policy for what cannot be had.

A laptop without apt skips the tests that need a package; CI fails them.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from runtime.settings import inherited_environment

LOCK_WAIT_SECONDS = 300
INSTALL_SECONDS = 900


class PackagesUnavailableError(Exception):
    """Debian packages are missing here and cannot be installed."""


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the running test with the reason; in CI (the variable is set) fail it instead."""
    if inherited_environment().get("CI"):
        pytest.fail(f"{reason} (CI may not skip)", pytrace=False)
    pytest.skip(reason)


def require_apt() -> None:
    """Raise PackagesUnavailableError on a system without apt."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-query") is None:
        raise PackagesUnavailableError("apt is missing: this needs Debian or Ubuntu")


def missing(*packages: str) -> list[str]:
    """Return those of the packages that are not installed."""
    return [name for name in packages if not _is_installed(name)]


def root_prefix() -> list[str] | None:
    """Return what runs a command as root: nothing, sudo, or None where neither is possible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def install(*packages: str) -> None:
    """Install what is missing of these packages.

    Raises:
        PackagesUnavailableError: when apt is missing, nobody here is root, or apt fails.
    """
    require_apt()
    with _one_at_a_time():
        wanted = missing(*packages)
        if not wanted:
            return
        prefix = root_prefix()
        if prefix is None:
            names = ", ".join(wanted)
            raise PackagesUnavailableError(f"neither root nor sudo: cannot install {names}")
        command = [*prefix, "apt-get", "-o", f"DPkg::Lock::Timeout={LOCK_WAIT_SECONDS}"]
        arguments = ["install", "-y", "--no-install-recommends", *wanted]
        if _run([*command, *arguments]).returncode != 0:
            _run([*command, "update"])
            finished = _run([*command, *arguments])
            if finished.returncode != 0:
                raise PackagesUnavailableError(f"apt-get failed: {finished.stderr.strip()[-500:]}")


def unpack(prefix: Path, *packages: str) -> None:
    """Download packages and unpack them below a folder of ours; needs no root.

    Raises:
        PackagesUnavailableError: when apt is missing or has no such package.
    """
    require_apt()
    state = prefix / ".apt"
    (state / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    private = ["-o", f"Dir::State::lists={state / 'lists'}", "-o", f"Dir::Cache={state}"]
    private += ["-o", "APT::Sandbox::User=", "-o", "Debug::NoLocking=1"]
    with tempfile.TemporaryDirectory(dir=prefix) as folder:
        if _run(["apt-get", "download", *packages], cwd=folder).returncode != 0:
            _run(["apt-get", *private, "update"])
            finished = _run(["apt-get", *private, "download", *packages], cwd=folder)
            if finished.returncode != 0:
                raise PackagesUnavailableError(f"apt-get failed: {finished.stderr.strip()[-500:]}")
        for archive in Path(folder).glob("*.deb"):
            subprocess.run(["dpkg", "-x", archive, prefix], check=True)


def _run(command: list[str], *, cwd: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**inherited_environment(), "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
        env=environment,
        cwd=cwd,
        check=False,
    )


def _is_installed(package: str) -> bool:
    command = ["dpkg-query", "-W", "-f", "${db:Status-Status}", package]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    return asked.stdout == "installed"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let test processes that start together install in turn."""
    with (Path(tempfile.gettempdir()) / f"vminer-apt-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
