"""What a scan could not read of a vCenter."""

from datetime import datetime
from typing import Any

import strawberry

from loaders.problem import COLUMNS
from loaders.reading import Record
from resolvers.context import Info
from resolvers.declare import EDGE, Arity, Edge
from resolvers.enums import InventoryType, Tier
from resolvers.node import enums_of

BY_VCENTER = Edge("problems_by_vcenter", ("vcenter_id",), Arity.PART, None)


@strawberry.type(
    description="Something the last scan could not read: one object that cannot be decoded (its "
    "row keeps its last values), or one property of a kind of object."
)
class Problem:
    """One row of quarantined_objects or collection_problems."""

    type: InventoryType | None = strawberry.field(description="Kind of object.")
    tier: Tier | None = strawberry.field(
        description="Tier of properties that met it; null where it is an object."
    )
    moid: strawberry.ID | None = strawberry.field(
        description="The object that cannot be decoded; null where it is a property of many."
    )
    path: str | None = strawberry.field(
        description="The property, as the vSphere API calls it; null where it is an object."
    )
    reason: str = strawberry.field(
        description="Why: vSphere's fault (NoPermission: the account lacks a privilege; "
        "InvalidProperty: this build does not know it), or what could not be decoded."
    )
    objects: int = strawberry.field(description="How many objects are concerned.")
    since: datetime = strawberry.field(description="When a scan first met it.")


def problems(description: str) -> Any:
    """Show every problem of a vCenter."""

    async def resolve(root: strawberry.Parent[Any], info: Info) -> list[Any]:
        rows = await info.context.loaders.problems_by_vcenter.load(root.vcenter_id)
        info.context.loaders.budget.spend(len(rows))
        return [_problem(row) for row in rows]

    return strawberry.field(resolver=resolve, description=description, metadata={EDGE: BY_VCENTER})


def _problem(row: Record) -> Problem:
    values = dict(zip(COLUMNS, row, strict=True))
    for name, members in enums_of(Problem):
        values[name] = members.get(values[name])
    made = object.__new__(Problem)
    made.__dict__.update(values)
    return made
