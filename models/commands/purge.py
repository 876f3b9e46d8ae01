"""Purging: rows that were deleted long ago leave the inventory, in bounded batches.

A vCenter that is being synced is left alone, and none can begin while a batch of it is deleted: a
scan compares with what was stored when it began.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Integer,
    Table,
    and_,
    any_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from models.commands.sync_run import IS_RUNNING, LOCK_SECONDS, lock_vcenter
from models.commands.transaction import Primary, clock, transaction
from models.enums import InventoryType, Tier
from models.kin import KIN
from models.sync_run import SyncRun
from models.tables import INVENTORY, CollectionState, Identifier, QuarantinedObject
from models.vcenter import VCenter

Purged = Counter[InventoryType]
"""Rows by type; what belonged to them is not counted."""

TABLES = {type_: cast("Table", model.__table__) for type_, model in INVENTORY.items()}  # type: ignore[attr-defined]


async def count_purgeable(engine: Primary, *, keep: timedelta) -> Purged:
    """Return how many rows a purge would remove."""
    found = Purged()
    for vcenter_id, before in await _vcenters(engine, keep):
        async with transaction(engine) as connection:
            for type_, table in TABLES.items():
                count = select(func.count()).where(_is_due(table, vcenter_id, before))
                found[type_] += int(await connection.scalar(count) or 0)
    return +found


async def purge(engine: Primary, *, keep: timedelta, batch: int, most: int) -> Purged:
    """Remove rows deleted longer ago than `keep`, at most `batch` at once, `most` in all."""
    purged = Purged()
    for vcenter_id, before in await _vcenters(engine, keep):
        while (left := most - purged.total()) > 0:
            found = await _purge_batch(engine, vcenter_id, before, min(batch, left))
            purged += found
            if not found:
                break
    return purged


async def _vcenters(engine: Primary, keep: timedelta) -> list[tuple[int, datetime]]:
    """Return every vCenter with the moment before which its deleted rows are due."""
    statement = select(VCenter.id, clock() - keep).order_by(VCenter.id)
    async with transaction(engine) as connection:
        return [(row[0], row[1]) for row in await connection.execute(statement)]


async def _purge_batch(engine: Primary, vcenter_id: int, before: datetime, limit: int) -> Purged:
    """Remove one batch of one vCenter; nothing where a sync is under way."""
    due = union_all(
        *(
            select(literal_column(f"'{type_}'").label("type"), table.c.moid).where(
                _is_due(table, vcenter_id, before)
            )
            for type_, table in TABLES.items()
        )
    ).limit(bindparam(None, limit, Integer))
    purged = Purged()
    async with transaction(engine) as connection:
        candidates = (await connection.execute(due)).all()
    if not candidates:
        return purged
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        await lock_vcenter(connection, vcenter_id)
        if await connection.scalar(
            select(exists().where(SyncRun.vcenter_id == vcenter_id, IS_RUNNING))
        ):
            return purged
        for type_ in {row.type for row in candidates}:
            moids = [row.moid for row in candidates if row.type == type_]
            kind = InventoryType(type_)
            gone = await _purge_rows(connection, kind, vcenter_id, before, moids)
            purged[kind] += gone
            if gone:
                await _raise_epoch(connection, kind, vcenter_id)
    return +purged


async def _raise_epoch(connection: AsyncConnection, type_: InventoryType, vcenter_id: int) -> None:
    """Tell readers that keep answers: who names a deleted object was shown it until now."""
    own = and_(CollectionState.vcenter_id == vcenter_id, CollectionState.type == type_.value)
    light = and_(own, CollectionState.tier == Tier.LIGHT.value)
    raised = {"epoch": CollectionState.epoch + 1}
    await connection.execute(update(CollectionState).where(light).values(raised))


async def _purge_rows(
    connection: AsyncConnection,
    type_: InventoryType,
    vcenter_id: int,
    before: datetime,
    moids: list[str],
) -> int:
    table = TABLES[type_]
    due = and_(_is_due(table, vcenter_id, before), table.c.moid == any_(literal(moids)))
    statement = delete(table).where(due).returning(table.c.moid)
    gone = list(await connection.scalars(statement))
    for model, column in KIN.get(type_, ()):
        kin = cast("Table", model.__table__)
        await _delete_of(connection, kin, vcenter_id, kin.c[column] == any_(literal(gone)))
    for model in (Identifier, QuarantinedObject):
        named = cast("Table", model.__table__)
        whose = and_(named.c.type == type_, named.c.moid == any_(literal(gone)))
        await _delete_of(connection, named, vcenter_id, whose)
    return len(gone)


async def _delete_of(
    connection: AsyncConnection, table: Table, vcenter_id: int, whose: ColumnElement[bool]
) -> CursorResult[tuple[()]]:
    return await connection.execute(delete(table).where(table.c.vcenter_id == vcenter_id, whose))


def _is_due(table: Table, vcenter_id: int, before: datetime) -> ColumnElement[bool]:
    return and_(table.c.vcenter_id == vcenter_id, table.c.deleted_at < before)
