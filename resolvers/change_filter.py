"""Filters of changes: of the whole feed, and of one object's history."""

from enum import StrEnum
from typing import Any

import strawberry
from strawberry import UNSET

from resolvers.enums import ChangeKind, InventoryType
from resolvers.filter import MoidFilter, StateFilter, VCenterIdFilter, of_column

HISTORY = "What syncs found changed about it, newest first, as far back as changes are kept."


def _about(column: str, description: str, states: type[StrEnum] | None = None) -> Any:
    how = of_column(column, states=states)
    return strawberry.field(default=UNSET, description=description, metadata=how)


@strawberry.input(description="Which changes of an object; all conditions must hold.")
class HistoryFilter:
    """Of one object's changes."""

    kind: StateFilter[ChangeKind] | None = _about("kind", "What happened to it.", ChangeKind)


@strawberry.input(description="Which changes; all conditions must hold.")
class ChangeFilter:
    """Of the feed."""

    vcenter_id: VCenterIdFilter | None = _about("vcenter_uuid", "The vCenter of the object.")
    type: StateFilter[InventoryType] | None = _about("type", "Kind of the object.", InventoryType)
    kind: StateFilter[ChangeKind] | None = _about(
        "kind", "What happened to the object.", ChangeKind
    )
    moid: MoidFilter | None = _about("moid", "Managed object id; give its vCenter too.")
