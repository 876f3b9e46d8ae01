"""`python -m vminer.stack.install`: make sure RabbitMQ is here. The other servers come as wheels.

As root, or with sudo that asks nothing, by apt; otherwise the same packages are downloaded and
unpacked below the user's cache, which needs no privilege at all.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from runtime.errors import StackError
from runtime.settings import inherited_environment

SYSTEM_RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
PACKAGE = "rabbitmq-server"
QUIET = ["-y", "-q", "--no-install-recommends"]
NO_DAEMON = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}


def cache_directory() -> Path:
    """Return where unpacked packages are kept between runs."""
    environment = inherited_environment()
    home = environment.get("HOME") or "/tmp"  # noqa: S108 - an account without a home
    return Path(environment.get("XDG_CACHE_HOME") or f"{home}/.cache") / "vminer" / "rabbitmq"


def private_rabbitmq() -> Path | None:
    """Return the start script of the unpacked copy, if there is one."""
    scripts = cache_directory().glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server")
    return next(scripts, None)


def private_erlang_bin() -> Path:
    """Return the directory of the unpacked copy's Erlang programs, whether or not it exists."""
    return cache_directory() / "usr" / "lib" / "erlang" / "bin"


def install() -> None:
    """Install RabbitMQ and Erlang where they are missing.

    Raises:
        StackError: there is no apt, or it cannot get the package.
    """
    if SYSTEM_RABBITMQ.exists() or private_rabbitmq():
        return
    if not shutil.which("apt-get"):
        raise StackError("RabbitMQ is missing and there is no apt; install rabbitmq-server by hand")
    print("Installing RabbitMQ …", flush=True)  # noqa: T201
    sudo = _sudo()
    if sudo is None:
        _unpack(cache_directory())
    else:
        _apt([*sudo, "env", *(f"{k}={v}" for k, v in NO_DAEMON.items()), "apt-get"], "install")


def _sudo() -> list[str] | None:
    """Return the words that make a command run as root; None where none do."""
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and _try(["sudo", "-n", "true"]) else None


def _apt(apt: list[str], verb: str) -> None:
    """Install the package; on a machine with old or no lists, after fetching those."""
    if _try([*apt, verb, *QUIET, PACKAGE]):
        return
    _must([*apt, "update", "-q"])
    _must([*apt, verb, *QUIET, PACKAGE])


def _unpack(prefix: Path) -> None:
    """Download RabbitMQ and Erlang as an ordinary user and unpack them below `prefix`."""
    prefix.mkdir(parents=True, exist_ok=True)
    state = prefix / "apt"
    for name in ("lists/partial", "cache/archives/partial", "debs"):
        (state / name).mkdir(parents=True, exist_ok=True)
    private = [
        "-o", f"Dir::State::lists={state}/lists", "-o", f"Dir::Cache={state}/cache",
        "-o", "APT::Sandbox::User=", "-o", "Debug::NoLocking=1",
    ]  # fmt: skip
    _must(["apt-get", *private, "update", "-q"])
    depends = ["apt-cache", *private, "depends", "--recurse", "--no-recommends", "--no-suggests"]
    depends += ["--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances", PACKAGE]
    listed = _must(depends).splitlines()
    wanted = sorted({line for line in listed if line.startswith(("erlang-", PACKAGE))})
    _must(["apt-get", *private, "download", "-q", *wanted], cwd=state / "debs")
    for package in (state / "debs").glob("*.deb"):
        _must(["dpkg", "-x", str(package), str(prefix)])
    _relocate(prefix / "usr" / "lib" / "erlang")
    shutil.rmtree(state)


def _relocate(erlang: Path) -> None:
    """Tell Erlang's start scripts where they are: Debian writes its own path into them."""
    for script in (erlang / "bin" / "erl", *erlang.glob("erts-*/bin/erl")):
        if script.is_symlink():
            continue
        text = script.read_text().replace("ROOTDIR=/usr/lib/erlang", f"ROOTDIR={erlang}")
        script.write_text(text.replace('ROOTDIR="/usr/lib/erlang"', f'ROOTDIR="{erlang}"'))


def _try(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _must(command: list[str], cwd: Path | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-400:]
        raise StackError(f"`{' '.join(command[:4])} …` failed: {said}")
    return done.stdout


if __name__ == "__main__":
    try:
        install()
    except StackError as error:
        sys.exit(f"error: {error.message}")
