"""Which columns each table has, read from the models: no column is named twice.

The writer's statements and staging tables are made from these layouts.
"""

from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB

from models.base import Base, Inventory, VCenterKey
from models.enums import InventoryType, Tier
from models.tables import (
    INVENTORY,
    ClusterUsage,
    DatastoreUsage,
    HostHardware,
    HostUsage,
    ResourcePoolUsage,
    StoragePodUsage,
    VmGuest,
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


DetailKey = tuple[InventoryType, Tier]


@dataclass(frozen=True, slots=True)
class Detail:
    """One slower tier of a type: its table, and what tells that an object must be read again."""

    type: InventoryType
    tier: Tier
    layout: Layout
    read_at: tuple[str, ...]
    """LIGHT columns of the type: where one of them moved, the object is read without waiting."""

    @property
    def key(self) -> DetailKey:
        """What it is found by."""
        return self.type, self.tier


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
    InventoryType.ResourcePool: _layout(ResourcePoolUsage),
}
HARDWARE: Layout = _layout(VmHardware)
DETAILS: tuple[Detail, ...] = (
    Detail(
        InventoryType.Host,
        Tier.HEAVY,
        _layout(HostHardware),
        (
            "connection_state",
            "boot_time",
            "build",
            "ip_address",
            "ssl_thumbprint",
            "num_nics",
            "num_hbas",
        ),
    ),
    Detail(
        InventoryType.VirtualMachine,
        Tier.HEAVY,
        HARDWARE,
        ("change_version", "snapshot_count", "oldest_snapshot_at"),
    ),
    Detail(
        InventoryType.VirtualMachine,
        Tier.GUEST,
        _layout(VmGuest),
        ("tools_running_status", "ip_address"),
    ),
)
