"""The devices of a VM, sorted by kind; one that cannot be read costs only itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sync_agent.collector import value
from sync_agent.collector.part import (
    EMPTY,
    TYPE,
    Part,
    Structure,
    flag,
    limit,
    mac,
    number,
    several,
    structure,
    text,
    within,
)
from sync_agent.collector.reply import Element, local_type

IGNORED = frozenset(
    {
        "VirtualKeyboard",
        "VirtualPointingDevice",
        "VirtualMachineVMCIDevice",
        "VirtualSoundCard",
        "VirtualHdAudioCard",
        "VirtualSerialPort",
        "VirtualParallelPort",
    }
)
RAW, SRIOV = "VirtualDiskRawDiskMapping", "VirtualSriovEthernetCard"


@dataclass(slots=True)
class Devices:
    """What a VM has."""

    disks: list[Part] = field(default_factory=list)
    nics: list[Part] = field(default_factory=list)
    drives: list[Part] = field(default_factory=list)
    usb_devices: list[Part] = field(default_factory=list)
    pci_devices: list[Part] = field(default_factory=list)
    has_tpm: bool = False
    display_count: int | None = None
    video_ram_bytes: int | None = None
    problems: list[str] = field(default_factory=list)
    """Why a device is not among them."""


def devices(nodes: Iterable[Element]) -> Devices:
    """Return the devices of `config.hardware.device`."""
    found = Devices()
    controllers: dict[object, Structure] = {}
    for node in nodes:
        type_ = local_type(node)
        if type_ in IGNORED:
            continue
        device = structure(node)
        if type_.endswith("Controller"):
            controllers[device.get("key")] = device
        take = KINDS.get(type_) or _taken_by_shape(type_, device)
        if take is None:
            continue
        try:
            take(found, device)
        except (ValueError, TypeError, OverflowError) as error:
            found.problems.append(f"device {device.get('key')} ({type_}): {error}")
    for part in (*found.disks, *found.drives):
        _attach(part, controllers.get(str(part["controller_key"]), EMPTY))
    return found


Take = Callable[[Devices, Structure], None]


def _taken_by_shape(type_: str, device: Structure) -> Take | None:
    """Return what reads a device of a type that is not known: a newer card is still a card."""
    if "macAddress" in device:
        return _add_nic
    return _add_usb if type_.startswith("VirtualUSB") else None


def _attach(part: Part, controller: Structure) -> None:
    """Say what a disk or drive is attached to."""
    type_ = controller.get(TYPE, "")
    part["controller_type"] = type_.removeprefix("Virtual") or None
    part["controller_label"] = text(within(controller, "deviceInfo"), "label")
    part["controller_bus_number"] = number(controller, "busNumber")
    part["shared_bus"] = text(controller, "sharedBus")


def _placed(device: Structure) -> Part:
    """Return what every device says of itself."""
    about = within(device, "deviceInfo")
    return {
        "key": number(device, "key"),
        "label": text(about, "label"),
        "summary": text(about, "summary"),
        "controller_key": number(device, "controllerKey"),
        "unit_number": number(device, "unitNumber"),
    }


def _connection(device: Structure) -> Part:
    connectable = within(device, "connectable")
    return {
        "connected": flag(connectable, "connected"),
        "start_connected": flag(connectable, "startConnected"),
    }


def _add_disk(found: Devices, device: Structure) -> None:
    backing = within(device, "backing")
    io = within(device, "storageIOAllocation")
    shares = within(io, "shares")
    in_bytes, in_kib = number(device, "capacityInBytes"), number(device, "capacityInKB")
    part = _placed(device)
    del part["summary"]  # the capacity, in words
    found.disks.append(
        part
        | {
            "capacity_bytes": in_bytes or (in_kib * value.KIBIBYTE if in_kib is not None else None),
            "file_name": text(backing, "fileName"),
            "datastore_moid": text(backing, "datastore"),
            "uuid": _uuid(backing),
            "thin_provisioned": flag(backing, "thinProvisioned"),
            "eagerly_scrub": flag(backing, "eagerlyScrub"),
            "split": flag(backing, "split"),
            "write_through": flag(backing, "writeThrough"),
            "disk_mode": text(backing, "diskMode"),
            "sharing": text(backing, "sharing"),
            "is_encrypted": "keyId" in backing,
            "is_raw": backing.get(TYPE, "").startswith(RAW),
            "raw_lun_uuid": text(backing, "lunUuid"),
            "raw_device_name": text(backing, "deviceName"),
            "raw_compatibility_mode": text(backing, "compatibilityMode"),
            "io_shares": number(shares, "shares"),
            "io_shares_level": text(shares, "level"),
            "io_limit": limit(io, "limit"),
            "io_reservation": number(io, "reservation"),
        }
    )


def _add_nic(found: Devices, device: Structure) -> None:
    type_, backing = device[TYPE], within(device, "backing")
    port = within(backing, "port")
    found.nics.append(
        _placed(device)
        | _connection(device)
        | {
            "type": type_.removeprefix("Virtual"),
            "mac_address": mac(device, "macAddress") or "",
            "address_type": text(device, "addressType"),
            "network_name": text(backing, "deviceName"),
            "network_moid": text(backing, "network") or text(port, "portgroupKey"),
            "portgroup_key": text(port, "portgroupKey"),
            "port_key": text(port, "portKey"),
            "switch_uuid": text(port, "switchUuid"),
            "opaque_network_id": text(backing, "opaqueNetworkId"),
            "opaque_network_type": text(backing, "opaqueNetworkType"),
            "wake_on_lan_enabled": flag(device, "wakeOnLanEnabled"),
            "direct_path_enabled": flag(device, "uptCompatibilityEnabled"),
            "is_sriov": type_ == SRIOV,
        }
    )


def _add_drive(found: Devices, device: Structure) -> None:
    backing = within(device, "backing")
    kind = device[TYPE].removeprefix("Virtual")
    held = backing.get(TYPE, "")
    found.drives.append(
        _placed(device)
        | _connection(device)
        | {
            "type": kind,
            "backing": held.removeprefix(f"Virtual{kind}").removesuffix("BackingInfo") or None,
            "file_name": text(backing, "fileName"),
            "datastore_moid": text(backing, "datastore"),
            "device_name": text(backing, "deviceName"),
        }
    )


def _add_usb(found: Devices, device: Structure) -> None:
    type_ = device[TYPE]
    found.usb_devices.append(
        _placed(device)
        | {
            "type": type_.removeprefix("Virtual"),
            "is_controller": type_.endswith("Controller"),
            "connected": flag(device, "connected"),
            "families": several(device, "family"),
            "speeds": several(device, "speed"),
            "vendor_id": number(device, "vendor"),
            "product_id": number(device, "product"),
            "ehci_enabled": flag(device, "ehciEnabled"),
            "auto_connect": flag(device, "autoConnectDevices"),
            "bus_number": number(device, "busNumber"),
        }
    )


def _add_pci(found: Devices, device: Structure) -> None:
    backing = within(device, "backing")
    held = backing.get(TYPE, "")
    found.pci_devices.append(
        _placed(device)
        | {
            "backing": held.removeprefix("VirtualPCIPassthrough").removesuffix("BackingInfo")
            or None,
            "vgpu_profile": text(backing, "vgpu"),
            "pci_id": text(backing, "id") or text(backing, "assignedId"),
            "device_id": text(backing, "deviceId"),
            "vendor_id": number(backing, "vendorId"),
            "system_id": text(backing, "systemId"),
            "device_name": text(backing, "deviceName"),
        }
    )


def _add_tpm(found: Devices, _: Structure) -> None:
    found.has_tpm = True


def _add_video_card(found: Devices, device: Structure) -> None:
    in_kib = number(device, "videoRamSizeInKB")
    found.video_ram_bytes = in_kib * value.KIBIBYTE if in_kib is not None else None
    found.display_count = number(device, "numDisplays")


def _uuid(backing: Structure) -> str | None:
    found = value.parse_uuid(text(backing, "uuid"))
    return str(found) if found else None


KINDS: dict[str, Take] = {
    "VirtualDisk": _add_disk,
    "VirtualCdrom": _add_drive,
    "VirtualFloppy": _add_drive,
    "VirtualUSB": _add_usb,
    "VirtualUSBController": _add_usb,
    "VirtualUSBXHCIController": _add_usb,
    "VirtualPCIPassthrough": _add_pci,
    "VirtualTPM": _add_tpm,
    "VirtualMachineVideoCard": _add_video_card,
}
