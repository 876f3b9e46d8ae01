"""The epochs that a sync run left: what a reader asks for to see at least what the run wrote."""

import strawberry

from resolvers.enums import InventoryType, Tier
from resolvers.part import entry
from resolvers.scalar import BigInt


@strawberry.type(
    description="The epoch that a sync run left of one kind of object and tier of its vCenter; "
    "with the vCenter's ID an element of the request's extensions.minEpoch."
)
class RunEpoch:
    """One element of `sync_runs.epochs`."""

    type: InventoryType | None = entry("type", "Kind of object.")
    tier: Tier | None = entry("tier", "Group of properties.")
    epoch: BigInt = entry("epoch", "The collection's epoch when the run ended.")
