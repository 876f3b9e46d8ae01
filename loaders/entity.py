"""What can be read of each kind of object: its columns and the tables they come from, as data.

A row of an entity is a tuple in the order of `Entity.columns`. Inventory entities join, in this one
place, what every row needs beside its own table: the identity of its vCenter (for the global ID),
its volatile numbers, and how fresh its collection is.
"""

from collections.abc import Callable
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
    extend: Callable[[FromClause], tuple[FromClause, Columns]]
    """Join what a row needs to the table, or to a subquery of it; return all columns by key."""
    volatile: Table | None = None
    """The narrow table of its volatile numbers."""
    is_vast: bool = False
    """Whether so many are in an estate that only an index may order them all."""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Keys of a row's columns, in their order."""
        return tuple(self.extend(self.table)[1])

    @cached_property
    def rows(self) -> Select[Any]:
        """SELECT of every column, without a condition."""
        return self.rows_of(self.table)

    def rows_of(self, part: FromClause) -> Select[Any]:
        """SELECT every column of the rows in a subquery of the table."""
        source, columns = self.extend(part)
        return select(*(c.label(key) for key, c in columns.items())).select_from(source)

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


def _columns(table: Table, part: FromClause) -> Columns:
    return {column.key: part.c[column.key] for column in table.columns if column.key not in HIDDEN}


def _inventory(kind: InventoryType, phrase: str, usage: type[Base] | None = None) -> Entity:
    model: type[Inventory] = INVENTORY[kind]
    table = Base.metadata.tables[model.__tablename__]  # type: ignore[attr-defined]

    def extend(part: FromClause) -> tuple[FromClause, Columns]:
        columns, source = _columns(table, part), part
        # Subqueries, not a join: PostgreSQL would join it inside of every parent's page.
        of_vcenter = VCENTERS.c.id == part.c.vcenter_id
        uuid = select(VCENTERS.c.instance_uuid).where(of_vcenter)
        address = select(VCENTERS.c.host + ":" + cast(VCENTERS.c.port, Text)).where(of_vcenter)
        if usage is not None:
            volatile = Base.metadata.tables[usage.__tablename__]
            same = and_(volatile.c.vcenter_id == part.c.vcenter_id, volatile.c.moid == part.c.moid)
            source = source.outerjoin(volatile, same)
            columns = _columns(volatile, volatile) | columns
        freshness = and_(
            COLLECTIONS.c.vcenter_id == part.c.vcenter_id,
            COLLECTIONS.c.type == literal_column(f"'{kind.value}'"),
            COLLECTIONS.c.tier == literal_column(f"'{Tier.LIGHT.value}'"),
        )
        columns["vcenter_uuid"] = uuid.correlate(part).scalar_subquery()
        columns["vcenter_address"] = address.correlate(part).scalar_subquery()
        columns["as_of"] = COLLECTIONS.c.as_of
        columns["last_seen"] = func.coalesce(part.c.missing_since, COLLECTIONS.c.as_of)
        return source.outerjoin(COLLECTIONS, freshness), columns

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
        volatile=None if usage is None else Base.metadata.tables[usage.__tablename__],
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
    def extend(part: FromClause) -> tuple[FromClause, Columns]:
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
    def extend(part: FromClause) -> tuple[FromClause, Columns]:
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
