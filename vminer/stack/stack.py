"""The whole embedded stack: PostgreSQL with replicas, Valkey, RabbitMQ, and vMiner's own processes.

with Stack(purpose="demo", replicas=2) as stack:
    stack.spawn_python("agent", ["-m", "vminer", "agent"])
"""

import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from runtime.errors import StackError
from runtime.settings import inherited_environment
from vminer.stack import binaries
from vminer.stack.account import Account
from vminer.stack.postgres import Postgres
from vminer.stack.process import Supervisor
from vminer.stack.rabbitmq import RabbitMQ
from vminer.stack.settings import StackSettings
from vminer.stack.valkey import Valkey

TEMPORARY = Path("/var/tmp")  # noqa: S108 - private by mode, traversable by the servers' account


class Stack:
    """Real servers on private ports below one private directory; all end when this process does."""

    postgres: Postgres
    valkey: Valkey
    rabbitmq: RabbitMQ

    def __init__(
        self,
        *,
        purpose: str,
        replicas: int,
        directory: Path | None = None,
        shared_buffers: str = "256MB",
    ) -> None:
        self._settings = StackSettings.load()
        own = self._settings.stack_directory or TEMPORARY
        self.directory = directory or own / f"vminer-{os.getuid()}-{purpose}"
        self.logs = self.directory / "logs"
        self._replicas = replicas
        self._shared_buffers = shared_buffers
        self._account = Account.choose()
        self._lock: IO[str] | None = None
        self.supervisor: Supervisor

    def start(self) -> Self:
        """Start every server; RabbitMQ first, since it boots longest.

        Raises:
            StackError: a program is missing, the directory is in use, a server did not start.
        """
        self._claim_directory()
        self.supervisor = Supervisor(self.logs)
        try:
            self._start_servers()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End everything that was started and give the directory back."""
        if hasattr(self, "supervisor"):
            self.supervisor.close()
        if self._lock is not None:
            shutil.rmtree(self.directory / "servers", ignore_errors=True)
            self._lock.close()
            self._lock = None

    @property
    def primary_url(self) -> str:
        """Return the URL of the primary."""
        return self.postgres.url(self.postgres.primary_port)

    @property
    def replica_urls(self) -> tuple[str, ...]:
        """Return the URLs of the replicas."""
        return tuple(self.postgres.url(port) for port in self.postgres.replica_ports)

    def environment(self) -> dict[str, str]:
        """Return the settings that point vMiner's processes at this stack."""
        return {
            "VMINER_PRIMARY_URL": self.primary_url,
            "VMINER_REPLICA_URLS": ",".join(self.replica_urls),
            "VMINER_REDIS_URL": self.valkey.url,
            "VMINER_RABBITMQ_URL": self.rabbitmq.url,
        }

    def spawn_python(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> int:
        """Start a Python process of ours with the stack's settings, as the calling user."""
        settings = inherited_environment() | self.environment() | dict(environment or {})
        return self.supervisor.spawn(
            name, [sys.executable, *arguments], env=settings, cwd=Path.cwd()
        )

    def exited(self) -> list[str]:
        """Return the names of the processes that ended by themselves."""
        return self.supervisor.exited()

    def freeze(self, name: str) -> None:
        """Stop a process and its group from running without ending it (SIGSTOP)."""
        self.supervisor.signal(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let a frozen process run again (SIGCONT)."""
        self.supervisor.signal(name, signal.SIGCONT)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _claim_directory(self) -> None:
        """Take the directory for this process and clear away what an ended one left."""
        self.directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        lock = (self.directory / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip()
            lock.close()
            raise StackError(
                f"another stack (process {holder}) uses {self.directory}; end it first"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        for name in ("servers", "logs", "simulator"):
            shutil.rmtree(self.directory / name, ignore_errors=True)
        self.logs.mkdir()
        (self.directory / "servers").mkdir(mode=0o755)

    def _start_servers(self) -> None:
        servers = self.directory / "servers"
        copies = servers / "programs"
        account = self._account
        rabbitmq_script = binaries.rabbitmq_server(self._settings)
        self.rabbitmq = RabbitMQ(self.supervisor, rabbitmq_script, servers / "rabbitmq", account)
        self.rabbitmq.begin()
        valkey = binaries.valkey_server(self._settings)
        valkey = binaries.reachable(valkey, valkey.parent, copies)
        self.valkey = Valkey(self.supervisor, valkey, account)
        self.valkey.start()
        programs = binaries.postgres_bin(self._settings)
        programs = binaries.reachable(programs, programs.parent, copies)
        self.postgres = Postgres(self.supervisor, programs, servers / "postgres", account)
        self.postgres.create(self._replicas, shared_buffers=self._shared_buffers)
        self.rabbitmq.wait()
