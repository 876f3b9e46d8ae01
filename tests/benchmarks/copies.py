"""The same estate in databases of other numbers of hash partitions.

What the writer wrote is copied row by row, so every copy holds the same; only where rows lie
differs. What lists do not read (devices, guests, changes) is left out.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from models.base import Base
from models.db.settings import DatabaseSettings
from vminer.commands.migrate import upgrade
from vminer.stack.postgres import Postgres

LEFT_OUT = frozenset(
    {"vm_hardware", "vm_guest", "host_hardware", "inventory_changes", "installation", "heartbeat"}
)


def of_partitions(
    postgres: Postgres, source: DatabaseSettings, partitions: int, directory: Path
) -> DatabaseSettings:
    """Return a new database with the rows of another one.

    `directory` is where the server keeps a table between two COPYs; it must be able to write there.
    """
    port = postgres.primary_port
    held = str(make_url(source.primary_url).database)
    name = f"{held}_{partitions}"
    settings = source.model_copy(
        update={"primary_url": _beside(source.primary_url, name), "partitions": partitions}
    )
    postgres.execute(port, f"CREATE DATABASE {name}", database="postgres")
    upgrade(settings)
    for table in _tables():
        file = directory / f"{table}.copy"
        columns = ", ".join(column.name for column in Base.metadata.tables[table].columns)
        rows = f"(SELECT {columns} FROM {table})"
        postgres.execute(port, f"COPY {rows} TO '{file}' BINARY", database=held)
        postgres.execute(port, f"COPY {table} ({columns}) FROM '{file}' BINARY", database=name)
        file.unlink()
    # Or autovacuum would do it meanwhile, and have every statement planned anew each time.
    postgres.execute(port, "VACUUM ANALYZE", database=name)
    return settings


def _tables() -> Iterator[str]:
    """Yield the tables to copy, those that others refer to first."""
    yield from (table.name for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT)


def _beside(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)
