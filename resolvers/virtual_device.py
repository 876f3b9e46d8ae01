"""The devices of VMs beside disks and network adapters: drives, USB, PCI."""

import strawberry

from loaders.entity import DATASTORE
from resolvers.declare import to_one
from resolvers.part import entry
from resolvers.reference import DatastoreRef


@strawberry.type(description="A CD/DVD or floppy drive of a VM.")
class RemovableDrive:
    """One element of `vm_hardware.drives`."""

    key: int | None = entry("key", "Number of the device inside its VM.")
    label: str | None = entry("label", "Name of the device, as CD/DVD drive 1.")
    summary: str | None = entry("summary", "What is in it, as vSphere words it.")
    type: str | None = entry("type", "Cdrom or Floppy.")
    backing: str | None = entry(
        "backing", "What it reads: Iso, Image, Atapi, RemotePassthrough and so on."
    )
    file_name: str | None = entry("file_name", "Path of the image; null where it reads a device.")
    device_name: str | None = entry("device_name", "Device it reads; null where it reads an image.")
    connected: bool | None = entry("connected", "Whether it is connected now.")
    start_connected: bool | None = entry(
        "start_connected", "Whether it is connected when the VM is powered on."
    )
    controller_label: str | None = entry("controller_label", "Name of its controller, as IDE 0.")
    controller_type: str | None = entry("controller_type", "Kind of its controller.")
    unit_number: int | None = entry("unit_number", "Its unit on that controller.")
    datastore_moid: str | None = entry("datastore_moid", "Moid of the image's datastore.")
    datastore: DatastoreRef | None = to_one(
        DATASTORE, "vcenter_id", "datastore_moid", description="Datastore of the image."
    )


@strawberry.type(description="A USB controller of a VM, or a device passed through one.")
class UsbDevice:
    """One element of `vm_hardware.usb_devices`."""

    key: int | None = entry("key", "Number of the device inside its VM.")
    label: str | None = entry("label", "Name of the device, as USB 1.")
    summary: str | None = entry("summary", "What it is, as vSphere words it.")
    type: str | None = entry("type", "USB, USBController (2.0) or USBXHCIController (3).")
    is_controller: bool | None = entry("is_controller", "Whether it is a controller.")
    connected: bool | None = entry("connected", "Whether the device is connected now.")
    families: list[str] | None = entry("families", "Classes of the device, as hid or storage.")
    speeds: list[str] | None = entry("speeds", "Speeds of the device, as full or high.")
    vendor_id: int | None = entry("vendor_id", "USB vendor number.")
    product_id: int | None = entry("product_id", "USB product number.")
    ehci_enabled: bool | None = entry(
        "ehci_enabled", "Whether the controller knows USB 2.0; null on others."
    )
    auto_connect: bool | None = entry(
        "auto_connect", "Whether the controller takes devices as they are plugged in."
    )
    bus_number: int | None = entry("bus_number", "Bus number of the controller.")
    controller_key: int | None = entry("controller_key", "Device number of its controller.")
    unit_number: int | None = entry("unit_number", "Its unit on that controller.")


@strawberry.type(description="A PCI device that is passed through to a VM, or a virtual GPU.")
class PciDevice:
    """One element of `vm_hardware.pci_devices`."""

    key: int | None = entry("key", "Number of the device inside its VM.")
    label: str | None = entry("label", "Name of the device, as PCI device 0.")
    summary: str | None = entry("summary", "What it is, as vSphere words it.")
    backing: str | None = entry(
        "backing", "How it is given: Device (one card), Dynamic (any alike), Vmiop (virtual GPU)."
    )
    vgpu_profile: str | None = entry("vgpu_profile", "Profile of a virtual GPU, as grid_a40-8q.")
    pci_id: str | None = entry("pci_id", "Address on its host, as 0000:3b:00.0.")
    device_id: str | None = entry("device_id", "PCI device number, in hexadecimal.")
    vendor_id: int | None = entry("vendor_id", "PCI vendor number.")
    system_id: str | None = entry("system_id", "Host it is a part of, as that host calls itself.")
    device_name: str | None = entry("device_name", "Name of the device on its host.")
    unit_number: int | None = entry("unit_number", "Its unit on its controller.")
