"""What benchmarks share: the options, and one embedded stack that the first of them starts."""

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from models.db.settings import DatabaseSettings
from tests.benchmarks.estate import build
from tests.benchmarks.kept import KeptServer
from vminer.commands.migrate import upgrade
from vminer.stack.stack import Stack

REPLICAS = 1
SHARED_BUFFERS = "512MB"
POOL_SIZE = 8
REPLAY_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Options:
    """How big, and how long."""

    vcenters: int = 20
    vms: int = 1000
    seconds: float = 3.0
    connections: int = 8
    database_url: str | None = None
    """A database that holds an estate already."""
    keep: Path | None = None
    """Directory of the server whose estates are kept."""


class Place:
    """Where benchmarks run. Nothing of it is left when it is closed."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._stack: Stack | None = None
        self._kept: KeptServer | None = None

    @property
    def stack(self) -> Stack:
        """PostgreSQL with one replica, RabbitMQ and Valkey."""
        if self._stack is None:
            stack = Stack(purpose="bench", replicas=REPLICAS, shared_buffers=SHARED_BUFFERS)
            self._stack = stack.start()
        return self._stack

    def estate_url(self) -> str:
        """Return where the estate is: the one that was named, or one of the size asked for."""
        return self.options.database_url or self.built_url(self.options.vcenters)

    def built_url(self, vcenters: int) -> str:
        """Return where an estate of so many vCenters is; it is written now unless it was kept."""
        vms = self.options.vms
        name = f"bench_{vcenters}_of_{vms}"
        write = partial(build, vcenters=vcenters, vms=vms)
        if self.options.keep is not None:
            if self._kept is None:
                self._kept = KeptServer(self.options.keep).start()
            settings = self._kept.estate(name, write)
        else:
            settings = self.database(name)
            write(settings)
            self.ask(name, "VACUUM ANALYZE")
        return settings.primary_url.replace("+asyncpg", "")

    def database(self, name: str) -> DatabaseSettings:
        """Return a migrated database of a benchmark's own."""
        stack = self.stack
        stack.postgres.execute(stack.postgres.primary_port, f"CREATE DATABASE {name}")
        settings = DatabaseSettings(
            primary_url=_of_database(stack.primary_url, name),
            replica_urls=tuple(_of_database(url, name) for url in stack.replica_urls),
            pool_size=POOL_SIZE,
        )
        upgrade(settings)
        return settings

    def ask(self, database: str, statement: str) -> str:
        """Return what the primary answers to one statement."""
        port = self.stack.postgres.primary_port
        return self.stack.postgres.execute(port, statement, database=database)

    def wait_for_replica(self) -> None:
        """Wait until the replica has replayed what the primary has written."""
        written = self.ask("postgres", "SELECT pg_current_wal_insert_lsn()")
        behind = f"SELECT count(*) FROM pg_stat_replication WHERE replay_lsn < '{written}'"
        end = time.monotonic() + REPLAY_SECONDS
        while self.ask("postgres", behind) != "0":
            assert time.monotonic() < end, "the replica did not catch up"
            time.sleep(0.1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._stack is not None:
            self._stack.stop()
        if self._kept is not None:
            self._kept.stop()


def _of_database(url: str, name: str) -> str:
    return f"{url.rpartition('/')[0]}/{name}"
