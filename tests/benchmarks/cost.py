"""What writing one sync costs: rows as PostgreSQL counts them, COPYs, WAL, CPU seconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from unittest import mock

from asyncpg.pool import PoolConnectionProxy

from tests.benchmarks.in_process import Reading
from tests.benchmarks.machine import postgres_seconds
from tests.benchmarks.place import Place
from tests.benchmarks.sync import Synced, Writer
from tests.support.written import rows_written

POSITION = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one sync cost."""

    synced: Synced
    rows: int
    copies: int
    wal_bytes: int
    wall_seconds: float
    postgres_seconds: float

    @property
    def agent_seconds(self) -> float:
        """CPU seconds of loading, comparing and merging."""
        synced = self.synced
        return synced.load_seconds + synced.compare_seconds + synced.merge_seconds

    @property
    def rows_per_cpu_second(self) -> float:
        """Rows for each CPU second of agent and PostgreSQL together."""
        return self.rows / (self.agent_seconds + self.postgres_seconds)


async def cost_of(place: Place, database: str, writer: Writer, reading: Reading) -> Cost:
    """Write what was read, and note the cost."""

    def wal() -> int:
        return int(place.ask(database, POSITION))

    seen = SimpleNamespace(stack=place.stack, name=database)
    with rows_written(seen) as rows, _copies() as copies:  # type: ignore[arg-type]
        position, postgres, began = wal(), postgres_seconds(place.stack), time.monotonic()
        synced = await writer.write(reading)
        wall = time.monotonic() - began
        postgres, position = postgres_seconds(place.stack) - postgres, wal() - position
    return Cost(synced, sum(rows.values()), len(copies), position, wall, postgres)


@contextmanager
def _copies() -> Iterator[list[str]]:
    """Lend the tables that a block copied rows into."""
    copied: list[str] = []
    copy = PoolConnectionProxy.copy_records_to_table

    async def noted(self, table: str, **arguments):
        copied.append(table)
        return await copy(self, table, **arguments)

    with mock.patch.object(PoolConnectionProxy, "copy_records_to_table", noted):
        yield copied
