"""The objects of one vCenter in the few columns that the earlier vMiner kept."""

from sqlalchemy import ColumnElement, FromClause, and_, select

from loaders.entity import CLUSTER, COLLECTIONS, DATASTORE, HOST, VIRTUAL_MACHINE
from models.db.sessions import ReadSession
from models.enums import InventoryType, Tier

COMPARED = {
    InventoryType.VirtualMachine: (VIRTUAL_MACHINE, ("name", "power_state")),
    InventoryType.Host: (HOST, ("name",)),
    InventoryType.Cluster: (CLUSTER, ("name",)),
    InventoryType.Datastore: (DATASTORE, ("name", "type")),
}
PARENTS = {"host": (HOST, "host_moid"), "cluster": (CLUSTER, "cluster_moid")}
"""Objects that are compared by their names, and the column that refers to them."""


async def synced_types(reads: ReadSession, vcenter_id: int) -> frozenset[InventoryType]:
    """Return the types of which a complete scan of the vCenter is stored."""
    own = and_(COLLECTIONS.c.vcenter_id == vcenter_id, COLLECTIONS.c.tier == Tier.LIGHT)
    return frozenset(
        InventoryType(row[0]) for row in await reads.rows(select(COLLECTIONS.c.type).where(own))
    )


async def objects_of(
    reads: ReadSession, vcenter_id: int, type_: InventoryType
) -> dict[str, dict[str, str | None]]:
    """Return names and what else was kept of every present object of a type, by moid."""
    entity, names = COMPARED[type_]
    table = entity.table
    source: FromClause = table
    columns: list[ColumnElement[str | None]] = [table.c[name] for name in names]
    for name, (parent, reference) in PARENTS.items():
        if reference in table.c:
            other = parent.table.alias(name)
            same_vcenter = other.c.vcenter_id == table.c.vcenter_id
            source = source.outerjoin(other, and_(same_vcenter, other.c.moid == table.c[reference]))
            columns.append(other.c.name.label(name))
    present = and_(table.c.vcenter_id == vcenter_id, table.c.deleted_at.is_(None))
    rows = await reads.rows(select(table.c.moid, *columns).select_from(source).where(present))
    keys = [str(column.key) for column in columns]
    return {row[0]: dict(zip(keys, row[1:], strict=True)) for row in rows}
