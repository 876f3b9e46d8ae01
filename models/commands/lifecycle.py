"""Pausing a vCenter, going on with it, and removing it with everything that is known of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import monotonic

from sqlalchemy import Table, null, text, update

from models.base import Base
from models.commands import lease as leases
from models.commands.lease import HeldLease
from models.commands.transaction import Primary, clock, transaction
from models.tables import SyncRun, VCenter
from runtime.errors import VCenterBusyError

BATCH_ROWS = 5000
LEASE_SECONDS = 60.0
REMOVER = "remover"
BUSY_SECONDS = 120.0  # an operator waits so long for a sync that runs
BUSY_POLL_SECONDS = 0.5
REGISTRY = VCenter.__tablename__
# The history of its runs goes last of its rows: until then it says what happened here.
LAST = SyncRun.__tablename__


@dataclass(frozen=True, slots=True)
class Removed:
    """Rows of one table that one batch deleted."""

    table: str
    rows: int


async def pause(engine: Primary, vcenter_id: int, *, reason: str | None) -> None:
    """Start no more syncs of a vCenter; one that runs goes on to its end."""
    values = {"paused_at": clock(), "pause_reason": reason}
    async with transaction(engine) as connection:
        await connection.execute(update(VCenter).where(VCenter.id == vcenter_id).values(values))


async def resume(engine: Primary, vcenter_id: int) -> None:
    """Go on with a vCenter: it is due at once, and what waited is published again."""
    values = {"paused_at": null(), "pause_reason": null(), "next_sync_at": clock()}
    async with transaction(engine) as connection:
        await connection.execute(update(VCenter).where(VCenter.id == vcenter_id).values(values))


async def remove(
    engine: Primary,
    vcenter_id: int,
    *,
    batch_rows: int = BATCH_ROWS,
    busy_seconds: float = BUSY_SECONDS,
) -> AsyncIterator[Removed]:
    """Delete everything of a vCenter in bounded transactions, its registration last.

    A sync that runs may end first. Broken off, the removal can be called again and goes on;
    meanwhile no agent can take the vCenter.

    Raises:
        VCenterBusyError: an agent still holds it after `busy_seconds`; nothing was deleted, and
            the vCenter goes on as before.
    """
    first_call = await _mark(engine, vcenter_id)
    try:
        held = await _take_when_free(engine, vcenter_id, busy_seconds)
    except VCenterBusyError:
        if first_call:
            await _unmark(engine, vcenter_id)
        raise
    for table in tables_of_vcenters():
        while rows := await _delete_some(engine, table, vcenter_id, batch_rows):
            await leases.renew(engine, held, seconds=LEASE_SECONDS)
            yield Removed(table.name, rows)
    async with transaction(engine) as connection:
        await connection.execute(
            text(f"DELETE FROM {REGISTRY} WHERE id = :id"),  # noqa: S608 - the model's own name
            {"id": vcenter_id},
        )
        await leases.release_within(connection, held)
    yield Removed(REGISTRY, 1)


def tables_of_vcenters() -> list[Table]:
    """Return every table whose rows belong to a vCenter, in the order they are emptied."""
    found = [table for table in Base.metadata.tables.values() if "vcenter_id" in table.c]
    return sorted(found, key=lambda table: (table.name == LAST, table.name))


async def _take_when_free(engine: Primary, vcenter_id: int, busy_seconds: float) -> HeldLease:
    resource = leases.vcenter_resource(vcenter_id)
    until = monotonic() + busy_seconds
    while True:
        held = await leases.take(engine, resource, owner=REMOVER, seconds=LEASE_SECONDS)
        if held is not None:
            return held
        if monotonic() >= until:
            raise VCenterBusyError
        await asyncio.sleep(BUSY_POLL_SECONDS)


async def _mark(engine: Primary, vcenter_id: int) -> bool:
    """Let no further sync begin; False: an earlier removal that broke off had said so already."""
    async with transaction(engine) as connection:
        marked = await connection.execute(
            update(VCenter)
            .where(VCenter.id == vcenter_id, VCenter.removing_at.is_(None))
            .values(removing_at=clock())
        )
        return bool(marked.rowcount)


async def _unmark(engine: Primary, vcenter_id: int) -> None:
    async with transaction(engine) as connection:
        await connection.execute(
            update(VCenter).where(VCenter.id == vcenter_id).values(removing_at=null())
        )


async def _delete_some(engine: Primary, table: Table, vcenter_id: int, rows: int) -> int:
    """Delete at most so many rows; partitions may share a ctid, so the partition is named too."""
    statement = text(
        f"DELETE FROM {table.name} t USING"  # noqa: S608 - the model's own name
        f" (SELECT tableoid, ctid FROM {table.name} WHERE vcenter_id = :id LIMIT :rows) d"
        " WHERE t.vcenter_id = :id AND t.tableoid = d.tableoid AND t.ctid = d.ctid"
    )
    async with transaction(engine) as connection:
        done = await connection.execute(statement, {"id": vcenter_id, "rows": rows})
        return int(done.rowcount)
