"""What can be read of each kind of object: its columns and the tables they come from, as data.

A row of an entity is a tuple in the order of `Entity.columns`. Inventory entities join, in this one
place, what every row needs beside its own table: the identity of its vCenter (for the global ID),
its volatile numbers, and how fresh its collection is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, collate, func, select
from sqlalchemy.orm import InstrumentedAttribute

from models.base import Base, Inventory
from models.enums import InventoryType, Tier
from models.tables import (
    INVENTORY,
    CollectionState,
    DatastoreUsage,
    HostUsage,
    SyncRun,
    VCenter,
    VmUsage,
)

Attribute = InstrumentedAttribute[Any]

HIDDEN = frozenset({"row_hash", "sealed_credentials", "ca_certificates", "username", "token"})
"""Columns no reader gets: the writer's book-keeping, and what opens a vCenter."""

VCENTERS = Base.metadata.tables[VCenter.__tablename__]
COLLECTIONS = Base.metadata.tables[CollectionState.__tablename__]
SYNC_RUNS = Base.metadata.tables[SyncRun.__tablename__]


@dataclass(frozen=True, eq=False)
class Order:
    """One column of a list's total order."""

    key: str
    expression: ColumnElement[Any]
    type: type
    descending: bool = False


@dataclass(frozen=True, eq=False)
class Entity:
    """One kind of object, with everything that can be selected of it."""

    name: str
    """As the GraphQL type is called."""
    phrase: str
    """As loaders are called: `virtual_machine`."""
    table: Table
    source: FromClause
    """The table with its joins: what `columns` are selected from."""
    columns: Mapping[str, ColumnElement[Any]]
    """Every column a reader may ask for, by key, in the order of a row."""
    order: tuple[Order, ...]
    """Total order of its lists."""
    identity: tuple[str, ...]
    """Keys of the columns its global ID is made of: a UUID, and a moid where it has one."""

    @cached_property
    def is_inventory(self) -> bool:
        """Whether rows are keyed by (vcenter_id, moid), partitioned, and have a life cycle."""
        return "moid" in self.columns

    @cached_property
    def vcenter_id(self) -> ColumnElement[int]:
        """The column that says which vCenter a row belongs to."""
        return self.columns["vcenter_id"]

    @cached_property
    def rows(self) -> Select[Any]:
        """SELECT of every column, without a condition."""
        selected = (column.label(key) for key, column in self.columns.items())
        return select(*selected).select_from(self.source)


def describe(attribute: Attribute) -> tuple[str, str]:
    """Return the key and the comment of a column: the comment is its one description."""
    column = attribute.expression
    return str(attribute.key), str(column.comment)


def by_name(table: Table) -> ColumnElement[str]:
    """Return the name as lists sort it: bytewise, the same on every replica."""
    return collate(table.c.name, "C")


def _visible(table: Table) -> dict[str, ColumnElement[Any]]:
    return {column.key: column for column in table.columns if column.key not in HIDDEN}


def _inventory(kind: InventoryType, phrase: str, usage: type[Base] | None = None) -> Entity:
    model: type[Inventory] = INVENTORY[kind]
    table = Base.metadata.tables[model.__tablename__]  # type: ignore[attr-defined]
    columns = _visible(table)
    freshness = and_(
        COLLECTIONS.c.vcenter_id == table.c.vcenter_id,
        COLLECTIONS.c.type == kind.value,
        COLLECTIONS.c.tier == Tier.LIGHT.value,
    )
    source = table.join(VCENTERS, VCENTERS.c.id == table.c.vcenter_id)
    if usage is not None:
        volatile = Base.metadata.tables[usage.__tablename__]
        same = and_(volatile.c.vcenter_id == table.c.vcenter_id, volatile.c.moid == table.c.moid)
        source = source.outerjoin(volatile, same)
        columns |= {key: c for key, c in _visible(volatile).items() if key not in columns}
    columns["vcenter_uuid"] = VCENTERS.c.instance_uuid
    columns["as_of"] = COLLECTIONS.c.as_of
    columns["last_seen"] = func.coalesce(table.c.missing_since, COLLECTIONS.c.as_of)
    return Entity(
        name=kind.value,
        phrase=phrase,
        table=table,
        source=source.outerjoin(COLLECTIONS, freshness),
        columns=columns,
        order=(
            Order("name", by_name(table), str),
            Order("vcenter_id", table.c.vcenter_id, int),
            Order("moid", table.c.moid, str),
        ),
        identity=("vcenter_uuid", "moid"),
    )


def _vcenter() -> Entity:
    columns = _visible(VCENTERS)
    last_synced = (
        select(func.max(COLLECTIONS.c.as_of))
        .where(COLLECTIONS.c.vcenter_id == VCENTERS.c.id)
        .scalar_subquery()
    )
    return Entity(
        name="VCenter",
        phrase="vcenter",
        table=VCENTERS,
        source=VCENTERS,
        columns={"vcenter_id": columns.pop("id"), **columns, "last_synced_at": last_synced},
        order=(Order("name", by_name(VCENTERS), str),),
        identity=("instance_uuid",),
    )


def _sync_run() -> Entity:
    columns = _visible(SYNC_RUNS)
    return Entity(
        name="SyncRun",
        phrase="sync_run",
        table=SYNC_RUNS,
        source=SYNC_RUNS,
        columns={"run_id": columns.pop("id"), **columns},
        order=(
            Order("requested_at", SYNC_RUNS.c.requested_at, datetime, descending=True),
            Order("run_id", SYNC_RUNS.c.id, UUID),
        ),
        identity=("run_id",),
    )


DATACENTER = _inventory(InventoryType.Datacenter, "datacenter")
FOLDER = _inventory(InventoryType.Folder, "folder")
CLUSTER = _inventory(InventoryType.Cluster, "cluster")
HOST = _inventory(InventoryType.Host, "host", HostUsage)
DATASTORE = _inventory(InventoryType.Datastore, "datastore", DatastoreUsage)
VIRTUAL_MACHINE = _inventory(InventoryType.VirtualMachine, "virtual_machine", VmUsage)
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
        VCENTER,
        SYNC_RUN,
    )
}
