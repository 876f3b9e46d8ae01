"""Filters of changes: of the whole feed, and of one object's history."""

import strawberry
from strawberry import UNSET

from resolvers.enums import ChangeKind, InventoryType
from resolvers.filter import StateFilter, VCenterIdFilter

HISTORY = "What syncs found changed about it, newest first, as far back as changes are kept."


@strawberry.input(description="Conditions on a managed object id; all that are given must hold.")
class MoidFilter:
    """Operators on a moid."""

    eq: strawberry.ID | None = strawberry.field(default=UNSET, description="Exactly this.")
    in_: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, name="in", description="One of these."
    )


@strawberry.input(description="Which changes of an object; all conditions must hold.")
class HistoryFilter:
    """Of one object's changes."""

    kind: StateFilter[ChangeKind] | None = strawberry.field(
        default=UNSET, description="What happened to it."
    )


@strawberry.input(description="Which changes; all conditions must hold.")
class ChangeFilter:
    """Of the feed."""

    vcenter_id: VCenterIdFilter | None = strawberry.field(
        default=UNSET, description="The vCenter of the object."
    )
    type: StateFilter[InventoryType] | None = strawberry.field(
        default=UNSET, description="Kind of the object."
    )
    kind: StateFilter[ChangeKind] | None = strawberry.field(
        default=UNSET, description="What happened to the object."
    )
    moid: MoidFilter | None = strawberry.field(
        default=UNSET, description="Managed object id; give its vCenter too."
    )
