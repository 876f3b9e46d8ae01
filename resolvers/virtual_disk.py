"""Virtual disks."""

import strawberry

from loaders.entity import DATASTORE
from resolvers.declare import to_one
from resolvers.part import entry
from resolvers.reference import DatastoreRef
from resolvers.scalar import BigInt


@strawberry.type(description="A virtual disk of a VM.")
class VirtualDisk:
    """One element of `vm_hardware.disks`."""

    key: int | None = entry("key", "Number of the device inside its VM.")
    label: str | None = entry("label", "Name of the device, as Hard disk 1.")
    capacity_bytes: BigInt | None = entry("capacity_bytes", "Capacity, in bytes.")
    file_name: str | None = entry("file_name", "Path of the .vmdk file.")
    uuid: str | None = entry("uuid", "UUID of the disk, where its backing has one.")
    thin_provisioned: bool | None = entry(
        "thin_provisioned", "Whether space is taken only as it is written."
    )
    disk_mode: str | None = entry("disk_mode", "persistent, independent_persistent and so on.")
    controller_key: int | None = entry("controller_key", "Device number of its controller.")
    unit_number: int | None = entry("unit_number", "Its unit on that controller.")
    datastore_moid: str | None = entry("datastore_moid", "Moid of the datastore it lies on.")
    datastore: DatastoreRef | None = to_one(
        DATASTORE, "vcenter_id", "datastore_moid", description="Datastore it lies on."
    )
