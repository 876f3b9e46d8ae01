"""Snapshots of VMs."""

from datetime import datetime

import strawberry

from resolvers.enums import PowerState
from resolvers.part import entry
from resolvers.scalar import BigInt


@strawberry.type(description="A snapshot of a VM; the tree is flattened depth first.")
class Snapshot:
    """One element of `vm_hardware.snapshots`."""

    moid: str | None = entry("moid", "Managed object id of the snapshot.")
    # Not `id`: clients' caches would take one VM's snapshot 1 for another's.
    number: int | None = entry("id", "Number of the snapshot inside its VM.")
    name: str | None = entry("name", "Name.")
    description: str | None = entry("description", "Notes.")
    created_at: datetime | None = entry("created_at", "When it was taken.")
    power_state: PowerState | None = entry(
        "power_state", "Power state of the VM when it was taken."
    )
    quiesced: bool | None = entry("quiesced", "Whether the guest's file systems were quiesced.")
    parent_moid: str | None = entry("parent_moid", "Moid of the snapshot it was taken on.")
    is_current: bool | None = entry("is_current", "Whether the VM now runs on top of it.")
    depth: int | None = entry("depth", "Its level in the tree; 1 is a root.")
    size_bytes: BigInt | None = entry(
        "size_bytes",
        "Files that exist because of it, in bytes: what was written since, its state, its memory.",
    )
    state_size_bytes: BigInt | None = entry(
        "state_size_bytes", "Of those, its state and memory files, in bytes."
    )
