"""How fresh a vCenter's collections are."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import strawberry

from loaders.detail import COLLECTION_COLUMNS
from loaders.reading import Record
from models.collection_state import CollectionState as Table
from models.enums import InventoryType as Kind
from models.enums import Tier as Group
from resolvers.context import Info
from resolvers.declare import EDGE, Arity, Edge, column
from resolvers.enums import InventoryType, Tier
from resolvers.node import enums_of
from resolvers.scalar import BigInt

NAMES = tuple(column.key for column in COLLECTION_COLUMNS)
BY_VCENTER = Edge("collections_by_vcenter", ("vcenter_id",), Arity.PART, None)


@strawberry.type(description="What is known of one kind of object and one tier of one vCenter.")
class Collection:
    """One row of collection_state."""

    type: InventoryType | None = column(Table.type)
    tier: Tier | None = column(Table.tier)
    as_of: datetime = column(Table.as_of)
    epoch: BigInt = column(Table.epoch)
    row_count: int = column(Table.row_count)
    suspect_missing: int | None = column(Table.suspect_missing)


def _collection(row: Record) -> Collection:
    values = dict(zip(NAMES, row, strict=True))
    for name, members in enums_of(Collection):
        values[name] = members.get(values[name])
    made = object.__new__(Collection)
    made.__dict__.update(values)
    return made


def collections(description: str) -> Any:
    """Show every collection of a vCenter."""
    return _of_collections(lambda rows: [_collection(row) for row in rows], description)


def object_count(kind: Kind, description: str) -> Any:
    """Show how many objects of a kind the last complete scan counted; null before the first."""
    type_, tier, row_count = (NAMES.index(name) for name in ("type", "tier", "row_count"))

    def count(rows: list[Record]) -> int | None:
        counted = (row for row in rows if row[type_] == kind and row[tier] == Group.LIGHT)
        return next((row[row_count] for row in counted), None)

    return _of_collections(count, description)


def _of_collections(show: Callable[[list[Record]], Any], description: str) -> Any:
    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        return show(await info.context.loaders.collections_by_vcenter.load(root.vcenter_id))

    return strawberry.field(resolver=resolve, description=description, metadata={EDGE: BY_VCENTER})
