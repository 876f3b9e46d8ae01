"""What VMs occupy on each of their datastores."""

import strawberry

from loaders.entity import DATASTORE
from resolvers.declare import to_one
from resolvers.part import entry
from resolvers.reference import DatastoreRef
from resolvers.scalar import BigInt


@strawberry.type(description="What a VM occupies on one of its datastores.")
class StorageUsage:
    """One element of `vm_guest.storage_usage`."""

    committed_bytes: BigInt | None = entry("committed_bytes", "Space it occupies, in bytes.")
    uncommitted_bytes: BigInt | None = entry(
        "uncommitted_bytes", "Space it may still claim as its thin disks grow, in bytes."
    )
    unshared_bytes: BigInt | None = entry(
        "unshared_bytes", "Space that only this VM occupies, in bytes."
    )
    datastore_moid: str | None = entry("datastore_moid", "Moid of the datastore.")
    datastore: DatastoreRef | None = to_one(
        DATASTORE, "vcenter_id", "datastore_moid", description="The datastore."
    )
