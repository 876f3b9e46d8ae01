"""Loads what is stored of one vCenter: about 10 MB for 50,000 VMs."""

from models.enums import InventoryType, Tier
from sync_agent.writer.connection import Connection, Pool, database_errors
from sync_agent.writer.evidence import load_evidence
from sync_agent.writer.layout import HARDWARE, HASH, HOST_HARDWARE, OBJECTS, USAGE, Layout
from sync_agent.writer.stored import StoredInventory, StoredType, pack

ROWS_AT_ONCE = 2000

AS_OF = "SELECT as_of FROM collection_state WHERE vcenter_id = $1 AND type = $2 AND tier = $3"
HOST_HARDWARE_READ = f"SELECT moid, {HASH} FROM {HOST_HARDWARE.table} WHERE vcenter_id = $1"  # noqa: S608

HARDWARE_READ_AT = f"""
    SELECT h.moid, h.{HASH}, h.change_version, v.snapshot_count, v.oldest_snapshot_at
    FROM {HARDWARE.table} h
    JOIN {OBJECTS[InventoryType.VirtualMachine].table} v USING (vcenter_id, moid)
    WHERE h.vcenter_id = $1 AND v.vcenter_id = $1 AND v.deleted_at IS NULL
"""  # noqa: S608


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
    async for row in connection.cursor(HARDWARE_READ_AT, vcenter_id, prefetch=ROWS_AT_ONCE):
        stored.hardware[row[0]] = (row[1], (row[2], row[3], row[4]))
    quarantined = await connection.fetch(
        "SELECT type, moid FROM quarantined_objects WHERE vcenter_id = $1", vcenter_id
    )
    stored.quarantined = frozenset((InventoryType(type_), moid) for type_, moid in quarantined)
    machines, hosts = InventoryType.VirtualMachine, InventoryType.Host
    stored.hardware_as_of = await connection.fetchval(AS_OF, vcenter_id, machines, Tier.HEAVY)
    stored.host_hardware.as_of = await connection.fetchval(AS_OF, vcenter_id, hosts, Tier.HEAVY)
    async for row in connection.cursor(HOST_HARDWARE_READ, vcenter_id, prefetch=ROWS_AT_ONCE):
        stored.host_hardware.hashes[row[0]] = row[1]
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
