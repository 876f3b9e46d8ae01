"""What every inventory object has: its moid, its name, its life cycle, its vCenter."""

from datetime import datetime

import strawberry

from loaders.entity import VCENTER
from models.folder import Folder as Table
from resolvers.declare import column, derived, to_one
from resolvers.node import Node
from resolvers.reference import VCenterRef
from resolvers.unknown import unknown_fields
from resolvers.vsphere_url import vsphere_url


@strawberry.interface(description="An object of a vCenter's inventory, as the last sync read it.")
class InventoryObject(Node):
    """Columns of `models.base.Inventory`, here by way of one of its tables."""

    moid: strawberry.ID = column(Table.moid)
    name: str = column(Table.name, sortable=True)
    raw_name: str | None = column(Table.raw_name)
    generation: int = column(Table.generation)
    first_seen: datetime = column(Table.first_seen, sortable=True)
    changed_at: datetime = column(Table.changed_at, sortable=True)
    missing_since: datetime | None = column(Table.missing_since, sortable=True)
    deleted_at: datetime | None = column(Table.deleted_at, sortable=True)
    as_of: datetime | None = derived(
        "as_of", "When the last complete scan of its kind of object in its vCenter began."
    )
    last_seen: datetime | None = derived(
        "last_seen", "Until when it is known to have been there: asOf, or missingSince if missing."
    )
    unknown_since: datetime | None = column(Table.unknown_since)
    unknown_fields: list[str] = unknown_fields(
        "Fields that the vCenter could not tell, as of an unreachable host's; they show what was"
        " read last, at the latest at unknownSince."
    )
    vsphere_url: str | None = vsphere_url(
        "Link to it in the vSphere Client of its vCenter (6.7 and later); null where it is deleted."
    )
    vcenter: VCenterRef = to_one(VCENTER, "vcenter_id", description="The vCenter it belongs to.")
