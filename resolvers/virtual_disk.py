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
    eagerly_scrub: bool | None = entry(
        "eagerly_scrub", "Whether the whole disk was wiped when it was made; null: not known."
    )
    split: bool | None = entry("split", "Whether it is split into files of 2 GB.")
    write_through: bool | None = entry("write_through", "Whether writes pass by every cache.")
    disk_mode: str | None = entry("disk_mode", "persistent, independent_persistent and so on.")
    sharing: str | None = entry("sharing", "sharingNone or sharingMultiWriter.")
    is_encrypted: bool | None = entry("is_encrypted", "Whether it is encrypted with a key.")
    is_raw: bool | None = entry("is_raw", "Whether it maps a LUN (RDM).")
    raw_lun_uuid: str | None = entry("raw_lun_uuid", "Identifier of the LUN that it maps.")
    raw_device_name: str | None = entry("raw_device_name", "Device of the LUN that it maps.")
    raw_compatibility_mode: str | None = entry(
        "raw_compatibility_mode", "physicalMode or virtualMode; null where it maps no LUN."
    )
    io_shares: int | None = entry("io_shares", "Its weight when storage is congested.")
    io_shares_level: str | None = entry("io_shares_level", "low, normal, high or custom.")
    io_limit: BigInt | None = entry("io_limit", "Most I/O operations per second; null: no limit.")
    io_reservation: int | None = entry(
        "io_reservation", "I/O operations per second reserved for it."
    )
    controller_key: int | None = entry("controller_key", "Device number of its controller.")
    controller_label: str | None = entry(
        "controller_label", "Name of its controller, as SCSI controller 0."
    )
    controller_type: str | None = entry(
        "controller_type", "Kind of its controller, as LsiLogicSASController."
    )
    controller_bus_number: int | None = entry(
        "controller_bus_number", "Bus number of its controller."
    )
    shared_bus: str | None = entry(
        "shared_bus", "noSharing, virtualSharing or physicalSharing; null where it is no SCSI bus."
    )
    unit_number: int | None = entry("unit_number", "Its unit on that controller.")
    datastore_moid: str | None = entry("datastore_moid", "Moid of the datastore it lies on.")
    datastore: DatastoreRef | None = to_one(
        DATASTORE, "vcenter_id", "datastore_moid", description="Datastore it lies on."
    )
