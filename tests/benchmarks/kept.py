"""A PostgreSQL server whose estates outlive the run: its directory is kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Self

from models.db.settings import DatabaseSettings
from vminer.commands.migrate import upgrade
from vminer.stack import binaries
from vminer.stack.account import Account
from vminer.stack.postgres import Postgres
from vminer.stack.process import Supervisor
from vminer.stack.settings import StackSettings

SHARED_BUFFERS = "4GB"


class KeptServer:
    """The server; a database in it is an estate, once a file of its name says it is whole."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._postgres: Postgres
        self._supervisor: Supervisor

    def start(self) -> Self:
        """Start it where it ended, or make it."""
        account = Account.choose()
        self._directory.mkdir(parents=True, exist_ok=True)
        self._supervisor = Supervisor(self._directory)
        programs = binaries.postgres_bin(StackSettings.load())
        copies = self._directory / "programs"
        programs = binaries.reachable(programs, programs.parent, copies)
        servers = self._directory / "postgres"
        self._postgres = Postgres(self._supervisor, programs, servers, account)
        try:
            if (servers / "primary" / "PG_VERSION").exists():
                self._postgres.start_primary()
            else:
                self._postgres.create(0, shared_buffers=SHARED_BUFFERS)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End it; what it holds stays."""
        self._supervisor.close()

    def estate(self, name: str, write: Callable[[DatabaseSettings], object]) -> DatabaseSettings:
        """Return a database of the newest schema; it is written if it is not there, or in part."""
        whole = self._directory / f"{name}.whole"
        url = self._postgres.url(self._postgres.primary_port)
        settings = DatabaseSettings(primary_url=f"{url.rpartition('/')[0]}/{name}", replica_urls=())
        if not whole.exists():
            self._ask(f"DROP DATABASE IF EXISTS {name}")
            self._ask(f"CREATE DATABASE {name}")
        upgrade(settings)
        if not whole.exists():
            write(settings)
            self._ask("VACUUM ANALYZE", database=name)
            whole.touch()
        return settings

    def _ask(self, statement: str, *, database: str = "postgres") -> None:
        self._postgres.execute(self._postgres.primary_port, statement, database=database)
