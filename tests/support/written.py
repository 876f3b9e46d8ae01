"""Which inventory rows a stretch of time wrote, as PostgreSQL itself says (xmin)."""

from collections.abc import Iterator
from contextlib import contextmanager

from models.tables import Base
from tests.support.system import System

BOOKKEEPING = {
    "api_key_vcenters",
    "api_keys",
    "collection_problems",
    "collection_state",
    "heartbeat",
    "installation",
    "leases",
    "quarantined_objects",
    "suspected_missing",
    "sync_runs",
    "vcenters",
}
INVENTORY_TABLES = [name for name in Base.metadata.tables if name not in BOOKKEEPING]


@contextmanager
def rows_written(system: System) -> Iterator[dict[str, int]]:
    """Lend what the block wrote: by table, rows inserted or updated; deleted ones as `-table`."""

    def ask(statement: str) -> int:
        port = system.stack.postgres.primary_port
        return int(system.stack.postgres.execute(port, statement, database=system.name))

    def rows(condition: str = "") -> dict[str, int]:
        return {name: ask(f"SELECT count(*) FROM {name} {condition}") for name in INVENTORY_TABLES}

    before = rows()
    began = ask("SELECT pg_current_xact_id()::text::bigint")
    written: dict[str, int] = {}
    yield written
    changed = rows(f"WHERE xmin::text::bigint >= {began}")
    after = rows()
    for name in INVENTORY_TABLES:
        if changed[name]:
            written[name] = changed[name]
        if after[name] < before[name]:
            written[f"-{name}"] = before[name] - after[name]
