"""What is read only when it is selected: details of VMs and hosts, ends of edges, freshness."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ARRAY, ColumnElement, Integer, Select, Table, any_, literal, select

from loaders.along import Taken
from loaders.entity import COLLECTIONS, visible
from loaders.keyed import KEY, by_keys, is_of_one_vcenter, parameters
from loaders.prepared import prepared
from loaders.reading import ReadLoader, Record, grouped
from loaders.scope import Reads
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
        found = await self.records(keys, [str(column.key) for column in self.columns])
        return [found.get(key) for key in keys]

    async def records(
        self, keys: Sequence[tuple[int, str]], columns: Sequence[str]
    ) -> dict[tuple[int, str], Record]:
        """Return these columns, and the key behind them, of those objects that have a row."""
        one_vcenter = is_of_one_vcenter(keys)
        statement = _details(self.table, tuple(columns), one_vcenter=one_vcenter)
        asked = parameters(keys, one_vcenter=one_vcenter)
        rows = await self.fetch(self.name, statement, asked, [key[0] for key in keys])
        return {(row[-2], row[-1]): row for row in rows}


class VmHardwareByKey(_DetailByKey):
    """Devices, snapshots and settings of VMs; None where they were never read."""

    name, table, columns = "vm_hardware_by_key", HARDWARE, HARDWARE_COLUMNS


class VmGuestByKey(_DetailByKey):
    """What Tools reports from inside VMs; None where it was never read."""

    name, table, columns = "vm_guest_by_key", GUEST, GUEST_COLUMNS


class HostHardwareByKey(_DetailByKey):
    """Network, storage, services and certificate of hosts; None where they were never read."""

    name, table, columns = "host_hardware_by_key", HOST_HARDWARE, HOST_HARDWARE_COLUMNS


@prepared()
def _details(table: Table, columns: tuple[str, ...], *, one_vcenter: bool) -> Select[Any]:
    """Return the statement of these columns of a table beside, and of the keys behind them."""
    own = table.c
    selected = select(*(own[key].label(f"c{n}") for n, key in enumerate((*columns, *KEY))))
    return by_keys(selected, own.vcenter_id, own.moid, one_vcenter=one_vcenter)


@prepared()
def _edges(edge: EdgeTable, end: str, *, one_vcenter: bool) -> Select[Any]:
    """Return the statement of all columns of edges, by one of their ends."""
    table = edge.table.c
    selected = select(*(table[name] for name in ("vcenter_id", *edge.columns)))
    rows = by_keys(selected, table.vcenter_id, table[end], one_vcenter=one_vcenter)
    return rows.order_by(table[edge.near], table[edge.far])


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

    def __init__(self, reads: Reads, taken: Taken) -> None:
        super().__init__(reads)
        self._taken = taken

    async def batch_load_fn(self, keys: list[EdgeKey]) -> list[list[Record]]:
        """Load the edges of all objects: one statement for each table and end."""
        found: dict[EdgeKey, list[Record]] = {}
        for (edge, end), group in grouped(keys, lambda key: key[:2]):
            records = await self.records(edge, end, [key[2:] for key in group])
            found |= {key: records[key[2:]] for key in group}
        return [found[key] for key in keys]

    async def records(
        self, edge: EdgeTable, end: str, keys: Sequence[tuple[int, str]]
    ) -> dict[tuple[int, str], list[Record]]:
        """Return the edges that end at each of these objects at least, by their column."""
        taken = self._taken.edges.get(edge) if end == edge.near else None
        if taken is not None and taken.keys() >= set(keys):
            return taken
        found: dict[tuple[int, str], list[Record]] = {key: [] for key in keys}
        wanted = list(found)
        one_vcenter = is_of_one_vcenter(wanted)
        statement = _edges(edge, end, one_vcenter=one_vcenter)
        asked = parameters(wanted, one_vcenter=one_vcenter)
        place = ("vcenter_id", *edge.columns).index(end)
        of = [key[0] for key in wanted]
        for row in await self.fetch(f"{edge.name}_by_{end}", statement, asked, of):
            found[row[0], row[place]].append(row)
        return found


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
        for row in await self.rows("collections_by_vcenter", statement, keys):
            found[row[0]].append(row)
        return [found[key] for key in keys]
