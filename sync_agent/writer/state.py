"""Loads what is stored of one vCenter: about 10 MB for 50,000 VMs."""

from models.enums import InventoryType
from sync_agent.writer.connection import Connection, Pool, database_errors
from sync_agent.writer.evidence import load_evidence
from sync_agent.writer.layout import DETAILS, HASH, OBJECTS, USAGE, Detail, Layout
from sync_agent.writer.stored import StoredDetail, StoredInventory, StoredType, mark, pack

ROWS_AT_ONCE = 2000

AS_OF = "SELECT as_of FROM collection_state WHERE vcenter_id = $1 AND type = $2 AND tier = $3"


async def load_stored(pool: Pool, vcenter_id: int) -> StoredInventory:
    """Read hashes and volatile numbers of one vCenter, in one snapshot.

    Raises:
        DatabaseUnavailableError: the primary cannot be reached.
    """
    with database_errors():
        async with (
            pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return await _load(connection, vcenter_id)


async def _load(connection: Connection, vcenter_id: int) -> StoredInventory:
    stored = StoredInventory.empty(await connection.fetchval("SELECT clock_timestamp()"))
    for type_, layout in OBJECTS.items():
        await _load_objects(connection, vcenter_id, layout, stored.types[type_])
    for type_, layout in USAGE.items():
        await _load_usage(connection, vcenter_id, layout, stored.types[type_])
    for detail in DETAILS:
        await _load_detail(connection, vcenter_id, detail, stored.details[detail.key])
    quarantined = await connection.fetch(
        "SELECT type, moid FROM quarantined_objects WHERE vcenter_id = $1", vcenter_id
    )
    stored.quarantined = frozenset((InventoryType(type_), moid) for type_, moid in quarantined)
    await load_evidence(connection, vcenter_id, stored)
    return stored


async def _load_objects(
    connection: Connection, vcenter_id: int, layout: Layout, stored: StoredType
) -> None:
    query = (
        f"SELECT moid, {HASH}, missing_since IS NOT NULL, deleted_at IS NOT NULL"  # noqa: S608
        f" FROM {layout.table} WHERE vcenter_id = $1"
    )
    async for row in connection.cursor(query, vcenter_id, prefetch=ROWS_AT_ONCE):
        moid, stored.hashes[moid], is_missing, is_deleted = row
        if is_deleted:
            stored.deleted.add(moid)
        elif is_missing:
            stored.missing.add(moid)


async def _load_usage(
    connection: Connection, vcenter_id: int, layout: Layout, stored: StoredType
) -> None:
    columns = ", ".join(layout.columns)
    query = f"SELECT moid, {columns} FROM {layout.table} WHERE vcenter_id = $1"  # noqa: S608
    async for row in connection.cursor(query, vcenter_id, prefetch=ROWS_AT_ONCE):
        stored.usage[row[0]] = pack(row[1:])


async def _load_detail(
    connection: Connection, vcenter_id: int, detail: Detail, stored: StoredDetail
) -> None:
    """Load what a slower tier was read at: a column of its own table, or else of the object's."""
    own = detail.layout.columns
    read_at = ", ".join(f"{'d' if name in own else 'o'}.{name}" for name in detail.read_at)
    query = (
        f"SELECT d.moid, d.{HASH}, d.unknown_since IS NOT NULL, {read_at}"  # noqa: S608
        f" FROM {detail.layout.table} d"
        f" JOIN {OBJECTS[detail.type].table} o USING (vcenter_id, moid)"
        " WHERE d.vcenter_id = $1 AND o.vcenter_id = $1 AND o.deleted_at IS NULL"
    )
    async for row in connection.cursor(query, vcenter_id, prefetch=ROWS_AT_ONCE):
        moid, stored.hashes[moid], is_unknown = row[:3]
        stored.read_at[moid] = mark(row[3:])
        if is_unknown:
            stored.unknown.add(moid)
    stored.as_of = await connection.fetchval(AS_OF, vcenter_id, detail.type, detail.tier)
