"""What can be read of each kind of object: its columns and the tables they come from, as data.

A row of an entity is a tuple in the order of `Entity.columns`. Inventory entities join, in this one
place, what every row needs beside its own table: the identity of its vCenter (for the global ID),
its volatile numbers, and how fresh its collection is.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
    and_,
    cast,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import InstrumentedAttribute

from loaders.order import Order, order_of_column
from models.base import Base, Inventory
from models.enums import InventoryType, Tier, VCenterState
from models.tables import (
    INVENTORY,
    ClusterUsage,
    CollectionState,
    DatastoreUsage,
    HostUsage,
    ResourcePoolUsage,
    StoragePodUsage,
    SyncRun,
    VCenter,
    VmUsage,
)

STALE_INTERVALS = 3

Attribute = InstrumentedAttribute[Any]
Columns = dict[str, ColumnElement[Any]]


class _Everything(Container[str]):
    def __contains__(self, key: object) -> bool:
        return True


TEXT = "::text"
"""Ends the key of a column that is wanted as PostgreSQL spells it."""
EVERYTHING = _Everything()
"""All columns there are."""

HIDDEN = frozenset(
    {
        "row_hash",
        "sealed_credentials",
        "ca_certificates",
        "pinned_certificate",
        "username",
        "token",
        "permissions",
    }
)
"""Columns no reader gets: the writer's book-keeping, and what opens a vCenter."""

VCENTERS = Base.metadata.tables[VCenter.__tablename__]
COLLECTIONS = Base.metadata.tables[CollectionState.__tablename__]
SYNC_RUNS = Base.metadata.tables[SyncRun.__tablename__]


@dataclass(frozen=True, slots=True)
class Joined:
    """Rows that each row of another entity leads to at most one of, read along with it."""

    entity: "Entity"
    by: tuple[str, ...]
    """The columns of the other entity that hold its key: of the vCenter that both are in, first."""
    columns: tuple[str, ...]
    """`vcenter_id` tells by null that there is none."""
    joined: "tuple[Joined, ...]" = ()
    """What these lead to; its columns stand behind."""

    @property
    def width(self) -> int:
        """How many columns it adds, with those of what it leads to."""
        return len(self.columns) + sum(each.width for each in self.joined)


@dataclass(frozen=True, eq=False)
class Entity:
    """One kind of object, with everything that can be selected of it."""

    name: str
    """As the GraphQL type is called."""
    phrase: str
    """As loaders are called: `virtual_machine`."""
    table: Table
    order: tuple[Order, ...]
    """Total order of its lists."""
    identity: tuple[str, ...]
    """Keys of the columns its global ID is made of: a UUID, and a moid where it has one.

    Empty where it has no ID, being found through others only.
    """
    extend: Callable[[FromClause, Container[str]], tuple[FromClause, Columns]]
    """Join what these columns need to the table, or to a subquery of it; return them by key."""
    volatile: Table | None = None
    """The narrow table of its volatile numbers."""
    is_vast: bool = False
    """Whether so many are in an estate that only an index may order them all."""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Keys of a row's columns, in their order."""
        return tuple(self.extend(self.table, EVERYTHING)[1])

    @cached_property
    def rows(self) -> Select[Any]:
        """SELECT of every column, without a condition."""
        return self.rows_of(self.table)

    def rows_of(
        self,
        part: FromClause,
        keys: Sequence[str] | None = None,
        joined: Sequence[Joined] = (),
        vcenter_id: ColumnElement[int] | None = None,
    ) -> Select[Any]:
        """SELECT columns of the rows in a subquery of the table: these in their order, or all.

        The columns of what is joined stand behind, of one after the other. Where all rows are of
        one vCenter, its number makes what is joined prune too.
        """
        if keys is None:
            source, columns = self.extend(part, EVERYTHING)
            return select(*(c.label(key) for key, c in columns.items())).select_from(source)
        source, found = _projected(self, part, keys, joined, vcenter_id)
        return select(*(c.label(f"c{n}") for n, c in enumerate(found))).select_from(source)

    def is_keyed(self, part: FromClause, by: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
        """Return the condition of rows whose key is this: a vCenter's number, and a moid."""
        if not self.is_inventory:
            return and_(part.c.id == by[0])
        return and_(part.c.vcenter_id == by[0], part.c.moid == by[1])

    def held(self, keys: Iterable[str], order: Iterable[Order]) -> list[ColumnElement[Any]]:
        """Return the columns of the table that these are made of, or that rows are ordered by."""
        if not self.is_inventory:
            return list(visible(self.table))
        wanted = {key.removesuffix(TEXT) for key in keys} | {each.column for each in order}
        wanted |= {"vcenter_id", "moid", "missing_since"}
        return [column for column in visible(self.table) if column.key in wanted]

    @property
    def plural(self) -> str:
        """Return the phrase of several: `hosts`, `distributed_switches`."""
        return f"{self.phrase}es" if self.phrase.endswith("ch") else f"{self.phrase}s"

    @property
    def key_order(self) -> tuple[Order, ...]:
        """Return the order by what no two rows share."""
        return self.order[1:] or self.order

    def ordered_by(self, key: str, *, is_descending: bool, nulls_first: bool) -> Order:
        """Return the order by a column of its own, or by a volatile number."""
        beside = self.volatile if key not in self.table.c else None
        column = self.table.c[key] if beside is None else beside.c[key]
        is_nullable = column.nullable or beside is not None
        place = nulls_first if is_nullable else None
        return order_of_column(column, is_descending=is_descending, nulls_first=place)

    def group_column(self, key: str) -> ColumnElement[Any]:
        """Return a column that rows are grouped by: the number of the vCenter is one."""
        return self.vcenter_id if key == "vcenter_id" else self.table.c[key]

    def has_index(self, key: str) -> bool:
        """Tell whether an index holds its rows in the order of a column, then of their key."""
        if key == self.order[0].column:
            return True
        wanted = [key, "vcenter_id", "moid"]
        return any(index.columns.keys() == wanted for index in self.table.indexes)

    @property
    def is_inventory(self) -> bool:
        """Whether rows are keyed by (vcenter_id, moid), partitioned, and have a life cycle."""
        return "deleted_at" in self.table.c

    @property
    def vcenter_id(self) -> ColumnElement[int]:
        """The column that says which vCenter a row belongs to."""
        return self.table.c.id if self.table is VCENTERS else self.table.c.vcenter_id


def describe(attribute: Attribute) -> tuple[str, str]:
    """Return the key and the comment of a column: the comment is its one description."""
    column = attribute.expression
    return str(attribute.key), str(column.comment)


def visible(table: Table) -> tuple[ColumnElement[Any], ...]:
    """Return the columns of a table that readers may get."""
    return tuple(column for column in table.columns if column.key not in HIDDEN)


def _projected(
    entity: Entity,
    part: FromClause,
    keys: Sequence[str],
    joined: Sequence[Joined],
    vcenter_id: ColumnElement[int] | None,
) -> tuple[FromClause, list[ColumnElement[Any]]]:
    """Return where rows come from, and their columns: with what they lead to beside them."""
    wanted = {key.removesuffix(TEXT) for key in (*keys, *(k for each in joined for k in each.by))}
    source, columns = entity.extend(part, wanted)
    found = [_spelled(columns, key) for key in keys]
    for each in joined:
        # A LIMIT makes PostgreSQL look the one row up; it would rather hash all of the vCenter's.
        end = each.entity.table.alias()
        beside, more = _projected(each.entity, end, each.columns, each.joined, vcenter_id)
        by = [columns[key] for key in each.by]
        if vcenter_id is not None:
            by[0] = vcenter_id
        on = each.entity.is_keyed(end, by)
        one = select(*(c.label(f"j{n}") for n, c in enumerate(more))).select_from(beside)
        row = one.where(on).limit(literal_column("1")).correlate(part).lateral()
        source = source.outerjoin(row, true())
        found += row.c
    return source, found


def _spelled(columns: Columns, key: str) -> ColumnElement[Any]:
    """Return a column, as text where its key says so: an address without its mask."""
    if not key.endswith(TEXT):
        return columns[key]
    column = columns[key.removesuffix(TEXT)]
    return func.host(column) if isinstance(column.type, INET) else cast(column, Text)


def _columns(table: Table, part: FromClause, wanted: Container[str] = EVERYTHING) -> Columns:
    keys = (str(column.key) for column in visible(table))
    return {key: part.c[key] for key in keys if key in wanted}


def _inventory(kind: InventoryType, phrase: str, usage: type[Base] | None = None) -> Entity:
    model: type[Inventory] = INVENTORY[kind]
    table = Base.metadata.tables[model.__tablename__]  # type: ignore[attr-defined]
    volatile = None if usage is None else Base.metadata.tables[usage.__tablename__]

    def extend(part: FromClause, wanted: Container[str]) -> tuple[FromClause, Columns]:
        columns, source = _columns(table, part, wanted), part
        beside = [] if volatile is None else [k for k in own_keys(volatile) if k in wanted]
        if volatile is not None and beside:
            # A LIMIT makes PostgreSQL look it up by its key; it would rather read the whole table.
            same = and_(volatile.c.vcenter_id == part.c.vcenter_id, volatile.c.moid == part.c.moid)
            numbers = select(*(volatile.c[key] for key in beside)).where(same)
            row = numbers.limit(literal_column("1")).correlate(part).lateral()
            source = source.outerjoin(row, true())
            columns |= {key: row.c[key] for key in beside}
        # Subqueries, not a join: PostgreSQL would join it inside of every parent's page.
        of_vcenter = VCENTERS.c.id == part.c.vcenter_id
        if "vcenter_uuid" in wanted:
            uuid = select(VCENTERS.c.instance_uuid).where(of_vcenter)
            columns["vcenter_uuid"] = uuid.correlate(part).scalar_subquery()
        if "vcenter_address" in wanted:
            address = select(VCENTERS.c.host + ":" + cast(VCENTERS.c.port, Text)).where(of_vcenter)
            columns["vcenter_address"] = address.correlate(part).scalar_subquery()
        if "as_of" in wanted or "last_seen" in wanted:
            # A LIMIT makes PostgreSQL look it up by its key; it would rather read the whole table.
            scan = select(COLLECTIONS.c.as_of).where(
                COLLECTIONS.c.vcenter_id == part.c.vcenter_id,
                COLLECTIONS.c.type == literal_column(f"'{kind.value}'"),
                COLLECTIONS.c.tier == literal_column(f"'{Tier.LIGHT.value}'"),
            )
            last = scan.limit(literal_column("1")).correlate(part).lateral()
            source = source.outerjoin(last, true())
            columns["as_of"] = last.c.as_of
            columns["last_seen"] = func.coalesce(part.c.missing_since, last.c.as_of)
        return source, columns

    def own_keys(beside: Table) -> list[str]:
        """Return the columns that only the table of volatile numbers has."""
        return [str(c.key) for c in visible(beside) if str(c.key) not in table.c]

    return Entity(
        name=kind.value,
        phrase=phrase,
        table=table,
        order=(
            Order("name", "name", str, is_bytewise=True),
            Order("vcenter_id", "vcenter_id", int),
            Order("moid", "moid", str),
        ),
        identity=("vcenter_uuid", "moid"),
        extend=extend,
        volatile=volatile,
        is_vast=kind is InventoryType.VirtualMachine,
    )


def _is_stale(part: FromClause) -> ColumnElement[bool]:
    """Whether a vCenter is away, or its oldest collection is more than three intervals old."""
    oldest = select(func.min(COLLECTIONS.c.as_of)).where(
        COLLECTIONS.c.vcenter_id == part.c.id,
        COLLECTIONS.c.tier == literal_column(f"'{Tier.LIGHT.value}'"),
    )
    allowed = func.make_interval(0, 0, 0, 0, 0, 0, part.c.interval_seconds * STALE_INTERVALS)
    is_fresh = oldest.correlate(part).scalar_subquery() + allowed >= func.now()
    is_away = part.c.state != literal_column(f"'{VCenterState.CONNECTED.value}'")
    return or_(is_away, func.coalesce(not_(is_fresh), true()))


def _vcenter() -> Entity:
    def extend(part: FromClause, _wanted: Container[str]) -> tuple[FromClause, Columns]:
        columns = _columns(VCENTERS, part)
        as_of = select(func.max(COLLECTIONS.c.as_of)).where(COLLECTIONS.c.vcenter_id == part.c.id)
        last = {"last_synced_at": as_of.correlate(part).scalar_subquery()}
        stale = {"is_stale": _is_stale(part)}
        return part, {"vcenter_id": columns.pop("id")} | columns | last | stale

    return Entity(
        name="VCenter",
        phrase="vcenter",
        table=VCENTERS,
        order=(Order("name", "name", str, is_bytewise=True),),
        identity=("instance_uuid",),
        extend=extend,
    )


def _sync_run() -> Entity:
    def extend(part: FromClause, _wanted: Container[str]) -> tuple[FromClause, Columns]:
        columns = _columns(SYNC_RUNS, part)
        return part, {"run_id": columns.pop("id")} | columns

    return Entity(
        name="SyncRun",
        phrase="sync_run",
        table=SYNC_RUNS,
        order=(
            Order("requested_at", "requested_at", datetime, is_descending=True),
            Order("run_id", "id", UUID),
        ),
        identity=("run_id",),
        extend=extend,
    )


DATACENTER = _inventory(InventoryType.Datacenter, "datacenter")
FOLDER = _inventory(InventoryType.Folder, "folder")
CLUSTER = _inventory(InventoryType.Cluster, "cluster", ClusterUsage)
HOST = _inventory(InventoryType.Host, "host", HostUsage)
DATASTORE = _inventory(InventoryType.Datastore, "datastore", DatastoreUsage)
VIRTUAL_MACHINE = _inventory(InventoryType.VirtualMachine, "virtual_machine", VmUsage)
STORAGE_POD = _inventory(InventoryType.StoragePod, "storage_pod", StoragePodUsage)
RESOURCE_POOL = _inventory(InventoryType.ResourcePool, "resource_pool", ResourcePoolUsage)
NETWORK = _inventory(InventoryType.Network, "network")
DISTRIBUTED_SWITCH = _inventory(InventoryType.DistributedSwitch, "distributed_switch")
VCENTER = _vcenter()
SYNC_RUN = _sync_run()

ENTITIES = {
    entity.name: entity
    for entity in (
        DATACENTER,
        FOLDER,
        CLUSTER,
        HOST,
        DATASTORE,
        VIRTUAL_MACHINE,
        STORAGE_POD,
        RESOURCE_POOL,
        NETWORK,
        DISTRIBUTED_SWITCH,
        VCENTER,
        SYNC_RUN,
    )
}
