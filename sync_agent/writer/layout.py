"""Which columns each table has, read from the models: no column is named twice.

The writer's statements and staging tables are made from these layouts.
"""

from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB

from models.base import Base, Inventory, VCenterKey
from models.enums import InventoryType
from models.tables import (
    INVENTORY,
    ClusterUsage,
    DatastoreUsage,
    HostHardware,
    HostUsage,
    StoragePodUsage,
    VmDatastore,
    VmHardware,
    VmUsage,
)

HASH = "row_hash"
LIFE_CYCLE = frozenset(Inventory.__annotations__) - {"name", "raw_name"}
KEY = frozenset(VCenterKey.__annotations__)


@dataclass(frozen=True, slots=True)
class Layout:
    """One table keyed by (vcenter_id, moid): its name and the columns that records fill."""

    table: str
    columns: tuple[str, ...]
    json: frozenset[str]

    @property
    def stage(self) -> str:
        """Name of its staging table."""
        return f"stage_{self.table}"


@dataclass(frozen=True, slots=True)
class Edge:
    """One table of edges to datastores: its name and the column of the object they start from."""

    table: str
    moid: str

    @property
    def stage(self) -> str:
        """Name of its staging table."""
        return f"stage_{self.table}"


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _layout(model: type[Base]) -> Layout:
    columns = [column for column in _table(model).columns if column.name not in KEY | LIFE_CYCLE]
    return Layout(
        table=_table(model).name,
        columns=tuple(column.name for column in columns),
        json=frozenset(column.name for column in columns if isinstance(column.type, JSONB)),
    )


def _edge(model: type[Base]) -> Edge:
    (moid,) = {column.name for column in _table(model).columns} - {"vcenter_id", "datastore_moid"}
    return Edge(_table(model).name, moid)


OBJECTS: dict[InventoryType, Layout] = {
    type_: _layout(model)  # type: ignore[arg-type]
    for type_, model in INVENTORY.items()
}
USAGE: dict[InventoryType, Layout] = {
    InventoryType.Cluster: _layout(ClusterUsage),
    InventoryType.Host: _layout(HostUsage),
    InventoryType.Datastore: _layout(DatastoreUsage),
    InventoryType.VirtualMachine: _layout(VmUsage),
    InventoryType.StoragePod: _layout(StoragePodUsage),
}
EDGES: dict[InventoryType, Edge] = {
    InventoryType.VirtualMachine: _edge(VmDatastore),
}
HARDWARE: Layout = _layout(VmHardware)
HOST_HARDWARE: Layout = _layout(HostHardware)
