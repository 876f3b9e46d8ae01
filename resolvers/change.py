"""Changes: what syncs found to differ from what was stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON
from strawberry.utils.str_converters import to_camel_case

from loaders.change import CHANGE
from loaders.entity import ENTITIES, SYNC_RUN, VCENTER
from loaders.row import IdKey, RowKey
from models.inventory_change import InventoryChange as Table
from resolvers import global_id
from resolvers.context import Info
from resolvers.declare import column, to_one
from resolvers.enums import ChangeKind, InventoryType
from resolvers.inventory_object import InventoryObject
from resolvers.node import entity_type, from_row
from resolvers.reference import SyncRunRef, VCenterRef

SHOWN = {"nics": "networkAdapters"}
"""Columns that the graph calls otherwise."""


@strawberry.type(description="One property that differs.")
class FieldChange:
    """One entry of `inventory_changes.fields`."""

    field: str = strawberry.field(
        description="Name of the property, as powerState or hostMoid; of hardware: disks, "
        "networkAdapters or snapshots."
    )
    old: JSON | None = strawberry.field(
        description="Before; null: there was none. Of hardware: the parts that are no longer so."
    )
    new: JSON | None = strawberry.field(
        description="After; null: there is none. Of hardware: the parts that are new so."
    )


def field_changes(fields: Mapping[str, Any] | None) -> list[FieldChange]:
    """Return what a change holds, by name.

    >>> field_changes({"power_state": ["poweredOn", "poweredOff"]})
    [FieldChange(field='powerState', old='poweredOn', new='poweredOff')]
    >>> field_changes({"disks": [[], [{"capacity_bytes": 1024}]]})
    [FieldChange(field='disks', old=[], new=[{'capacityBytes': 1024}])]
    >>> field_changes({"nics": [[], []]})[0].field
    'networkAdapters'
    """
    return [
        FieldChange(
            field=SHOWN.get(name) or to_camel_case(name), old=_spelled(old), new=_spelled(new)
        )
        for name, (old, new) in sorted((fields or {}).items())
    ]


def _spelled(value: Any) -> Any:
    """Return a value with the names of its parts as the graph spells them."""
    if isinstance(value, list):
        return [_spelled(each) for each in value]
    if isinstance(value, Mapping):
        return {to_camel_case(name): each for name, each in value.items()}
    return value


@entity_type(CHANGE, "Something that a sync found to have happened to one object.")
class Change:
    """One row of `inventory_changes`."""

    at: datetime = column(Table.at)
    kind: ChangeKind | None = column(Table.kind)
    type: InventoryType | None = column(Table.type)
    moid: strawberry.ID = column(Table.moid)
    name: str = column(Table.name)
    vcenter: VCenterRef | None = to_one(
        VCENTER, "vcenter_id", description="The vCenter of the object; null once it is removed."
    )

    @strawberry.field(description="What differs, by name; empty where it came, went or came back.")
    def fields(root: strawberry.Parent[Any]) -> list[FieldChange]:  # noqa: N805
        """Unpack the stored pairs."""
        return field_changes(root.fields)

    @strawberry.field(description="Global ID of the object; null once its vCenter is removed.")
    def object_id(root: strawberry.Parent[Any]) -> strawberry.ID | None:  # noqa: N805
        """Say by which ID the object is found."""
        if root.vcenter_uuid is None or root.type is None:
            return None
        return strawberry.ID(global_id.encode(root.type.value, root.vcenter_uuid, root.moid))

    @strawberry.field(description="The object as it is now; null once it is purged.")
    async def object(root: strawberry.Parent[Any], info: Info) -> InventoryObject | None:  # noqa: N805
        """Load the objects of all changes in one statement for each type."""
        entity = None if root.type is None else ENTITIES[root.type.value]
        if entity is None:
            return None
        key = RowKey(entity, root.vcenter_id, root.moid)
        row = await info.context.loaders.row_by_key.load(key)
        found: InventoryObject | None = None if row is None else from_row(entity, row)
        return found

    @strawberry.field(description="The sync run that found it; null once that is forgotten.")
    async def run(root: strawberry.Parent[Any], info: Info) -> SyncRunRef | None:  # noqa: N805
        """Load the runs of all changes in one statement."""
        row = await info.context.loaders.row_by_id.load(IdKey(SYNC_RUN, root.run_id))
        found: SyncRunRef | None = None if row is None else from_row(SYNC_RUN, row)
        return found
