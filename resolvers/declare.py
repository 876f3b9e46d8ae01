"""The words a type is written in: `column`, `to_one`, `to_few`, `to_listed`, `to_many`, `to_all`.

Each makes a Strawberry field and leaves in its metadata what it stands for (`Column`, `Edge`), so
that a document can be compiled into SQL from the very declarations that also resolve it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry

from loaders.condition import Where
from loaders.detail import EdgeKey
from loaders.entity import ENTITIES, Attribute, Entity, describe
from loaders.reading import Record
from loaders.relation import RELATIONS
from loaders.row import RowKey
from models.edge import EdgeTable
from resolvers.connection import Connection, connection_arguments
from resolvers.context import Info
from resolvers.node import from_row
from resolvers.signature import with_arguments

Only = Callable[[Mapping[str, Any]], tuple[Where, ...]]

COLUMN = "vminer.column"
EDGE = "vminer.edge"
PARTS = "vminer.parts"
NEEDS = "vminer.needs"
"""Columns that a resolver reads of its object; where no metadata says so, it may read all."""


class Arity(Enum):
    """How many ends an edge has, and how they are shown."""

    ONE = "one"
    LIST = "list"
    CONNECTION = "connection"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Column:
    """A field that shows one column of its entity's rows, or an entry of a part."""

    key: str
    table: str = ""
    """The table of the column; empty where it is computed, or an entry."""
    is_filterable: bool = True
    is_sortable: bool = False
    is_groupable: bool = False


@dataclass(frozen=True, slots=True)
class PartList:
    """A field that shows a JSON array as objects of a type."""

    table: str
    key: str
    of_type: type


@dataclass(frozen=True, slots=True)
class Edge:
    """A field that leads to other rows."""

    loader: str
    """The phrase it is loaded by; for lists the name of their relation."""
    keys: tuple[str, ...]
    """Columns of this side that the loader is given."""
    arity: Arity
    target: Entity | None
    """None: parts of the row itself, kept in JSON."""
    only: "Only | None" = None
    """Which rows a ready-made list is of, by its arguments."""
    over: EdgeTable | None = None
    """The table of edges that a list without pages leads over."""
    is_whole: bool = True
    """Whether all rows of these keys are shown; else the resolver leaves some out."""


def column(attribute: Attribute, *, sortable: bool = False, groupable: bool = False) -> Any:
    """Show a column, with its comment as description.

    Lists can be filtered by it, where it is `sortable` ordered, where it is `groupable` grouped.
    """
    key, comment = describe(attribute)
    shown = Column(key, table_of(attribute), is_sortable=sortable, is_groupable=groupable)
    return strawberry.field(description=comment, metadata={COLUMN: shown})


def table_of(attribute: Attribute) -> str:
    """Return the name of a column's table."""
    return str(attribute.expression.table.name)


def derived(key: str, description: str, *, filterable: bool = False) -> Any:
    """Show a column that the entity's SELECT computes; `filterable`: of a row alone."""
    computed = Column(key, is_filterable=filterable)
    return strawberry.field(description=description, metadata={COLUMN: computed})


def to_one(target: Entity, *keys: str, description: str) -> Any:
    """Lead to the one row whose key these columns hold; null where one of them is null."""

    def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        values = [getattr(root, key) for key in keys]
        if None in values:
            return None
        row = info.context.loaders.row_by_key.load(RowKey(target, *values))
        return _shaped(target, row)

    edge = Edge(f"{target.phrase}_by_key", keys, Arity.ONE, target)
    return strawberry.field(resolver=resolve, description=description, metadata={EDGE: edge})


def to_listed(target: Entity, key: str, description: str) -> Any:
    """Lead to the rows whose moids a list of this object holds; what is not there is left out."""

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        moids = getattr(root, key) or ()
        return await _present(target, root.vcenter_id, moids, info)

    edge = Edge(f"{target.phrase}_by_key", ("vcenter_id", key), Arity.LIST, target)
    return strawberry.field(resolver=resolve, description=description, metadata={EDGE: edge})


def to_few(edges: EdgeTable, description: str) -> Any:
    """Lead over a table of edges to a handful of rows: all of them, in list order, without pages.

    Edges first, then each end once: rows are wide, and a hundred VMs share a few datastores.
    """
    start, target = ENTITIES[edges.start], ENTITIES[edges.end]

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        key = EdgeKey(edges, edges.near, root.vcenter_id, root.moid)
        found = await info.context.loaders.edges_by_end.load(key)
        return await _present(target, root.vcenter_id, [far for _, _, far, *_ in found], info)

    relation = RELATIONS[f"{target.plural}_by_{start.phrase}"]
    edge = Edge(relation.name, ("vcenter_id", "moid"), Arity.LIST, target, over=edges)
    return strawberry.field(resolver=resolve, description=description, metadata={EDGE: edge})


async def _present(target: Entity, vcenter_id: int, moids: Iterable[str], info: Info) -> list[Any]:
    """Return those of these rows that are there, in list order."""
    keys = [RowKey(target, vcenter_id, moid) for moid in moids]
    info.context.loaders.budget.spend(len(keys))
    rows = await info.context.loaders.row_by_key.load_many(keys)
    found = [from_row(target, row) for row in rows if row is not None]
    present = [end for end in found if end.deleted_at is None]
    return sorted(present, key=lambda end: (end.name, end.moid))


def to_many(relation_name: str, description: str, filter_type: Any = None) -> Any:
    """Lead to any number of rows, in pages; `filter_type`: where it is not the target's own."""
    relation = RELATIONS[relation_name]
    keys = ("vcenter_id",) if relation.belongs is None else ("vcenter_id", "moid")

    def resolve(root: strawberry.Parent[Any], info: Info, **arguments: Any) -> Any:
        parent = (root.vcenter_id, root.moid if relation.belongs else "")
        return Connection.of(info.context.loaders, relation, parent, **arguments)

    edge = Edge(relation_name, keys, Arity.CONNECTION, relation.target)
    return strawberry.field(
        resolver=with_arguments(resolve, connection_arguments(relation.target, filter_type)),
        description=description,
        metadata={EDGE: edge},
    )


def to_all(relation_name: str, description: str, only: Only | None = None, **more: Any) -> Any:
    """Lead from the query's root to all rows of the estate, in pages.

    `only` says which rows, where it is a ready-made list of some; `more` adds arguments.
    """
    relation = RELATIONS[relation_name]

    def resolve(info: Info, **arguments: Any) -> Any:
        ready = only(arguments) if only else ()
        return Connection.of(info.context.loaders, relation, None, ready, **arguments)

    edge = Edge(relation_name, (), Arity.CONNECTION, relation.target, only)
    return strawberry.field(
        resolver=with_arguments(resolve, {**connection_arguments(relation.target), **more}),
        description=description,
        metadata={EDGE: edge},
    )


async def _shaped(target: Entity, row: Awaitable[Record | None]) -> Any:
    found = await row
    return None if found is None else from_row(target, found)
