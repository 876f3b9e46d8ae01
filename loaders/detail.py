"""What is read only when it is selected: details of VMs and hosts, ends of edges, freshness."""

from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ARRAY, ColumnElement, Integer, Table, any_, literal, select

from loaders.entity import COLLECTIONS, visible
from loaders.keyed import of_keys
from loaders.reading import ReadLoader, Record, grouped
from models.base import Base
from models.edge import EdgeTable
from models.tables import HostHardware, VmGuest, VmHardware

HARDWARE = Base.metadata.tables[VmHardware.__tablename__]
GUEST = Base.metadata.tables[VmGuest.__tablename__]
HARDWARE_COLUMNS = tuple(c for c in visible(HARDWARE) if c.key != "change_version")
GUEST_COLUMNS = visible(GUEST)
HOST_HARDWARE = Base.metadata.tables[HostHardware.__tablename__]
HOST_HARDWARE_COLUMNS = visible(HOST_HARDWARE)
COLLECTION_COLUMNS = tuple(COLLECTIONS.columns)


class _DetailByKey(ReadLoader[tuple[int, str], Record | None]):
    """What a slower tier holds of VMs or hosts; None where it was never read."""

    name: ClassVar[str]
    table: ClassVar[Table]
    columns: ClassVar[tuple[ColumnElement[Any], ...]]

    async def batch_load_fn(self, keys: list[tuple[int, str]]) -> list[Record | None]:
        """Load the rows of all objects."""
        columns = self.table.c
        statement = of_keys(select(*self.columns), columns.vcenter_id, columns.moid, keys)
        found = {(row[0], row[1]): row for row in await self.rows(self.name, statement)}
        return [found.get(key) for key in keys]


class VmHardwareByKey(_DetailByKey):
    """Devices, snapshots and settings of VMs; None where they were never read."""

    name, table, columns = "vm_hardware_by_key", HARDWARE, HARDWARE_COLUMNS


class VmGuestByKey(_DetailByKey):
    """What Tools reports from inside VMs; None where it was never read."""

    name, table, columns = "vm_guest_by_key", GUEST, GUEST_COLUMNS


class HostHardwareByKey(_DetailByKey):
    """Network, storage, services and certificate of hosts; None where they were never read."""

    name, table, columns = "host_hardware_by_key", HOST_HARDWARE, HOST_HARDWARE_COLUMNS


class EdgeKey(NamedTuple):
    """One object whose edges in a table are wanted."""

    edge: EdgeTable
    end: str
    """The column that holds its moid: either end of the table."""
    vcenter_id: int
    moid: str


class EdgesByEnd(ReadLoader[EdgeKey, list[Record]]):
    """What an object is tied to, as rows of `EdgeTable.columns` behind the vCenter's number.

    The moids only: many VMs share few datastores and networks.
    """

    async def batch_load_fn(self, keys: list[EdgeKey]) -> list[list[Record]]:
        """Load the edges of all objects: one statement for each table and end."""
        found: dict[EdgeKey, list[Record]] = {key: [] for key in keys}
        for (edge, end), group in grouped(keys, lambda key: key[:2]):
            table, names = edge.table.c, ("vcenter_id", *edge.columns)
            place = names.index(end)
            pairs = [(key.vcenter_id, key.moid) for key in group]
            selected = select(*(table[name] for name in names))
            statement = of_keys(selected, table.vcenter_id, table[end], pairs)
            ordered = statement.order_by(table[edge.near], table[edge.far])
            for row in await self.rows(f"{edge.name}_by_{end}", ordered):
                found[EdgeKey(edge, end, row[0], row[place])].append(row)
        return [found[key] for key in keys]


class CollectionsByVCenter(ReadLoader[int, list[Record]]):
    """How fresh each type and tier of a vCenter is, and how many objects it has."""

    async def batch_load_fn(self, keys: list[int]) -> list[list[Record]]:
        """Load the collections of all vCenters."""
        statement = (
            select(*COLLECTION_COLUMNS)
            .where(COLLECTIONS.c.vcenter_id == any_(literal(keys, ARRAY(Integer))))
            .order_by(COLLECTIONS.c.vcenter_id, COLLECTIONS.c.type, COLLECTIONS.c.tier)
        )
        found: dict[int, list[Record]] = {key: [] for key in keys}
        for row in await self.rows("collections_by_vcenter", statement):
            found[row[0]].append(row)
        return [found[key] for key in keys]
