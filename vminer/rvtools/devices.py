"""The sheets of what virtual machines have several of: a row for each disk, adapter, snapshot."""

from typing import Any

from vminer.rvtools.conversion import (
    first_known,
    ipv4,
    ipv6,
    listed,
    mib,
    mib_less,
    moment,
    percent,
)
from vminer.rvtools.machines import machine_tab
from vminer.rvtools.tab import Column


def last_known(*values: Any) -> Any:
    """Show the last value that is known."""
    return first_known(*reversed(values))


def place(*numbers: int | None) -> str | None:
    """Show where on its controller a disk is."""
    return None if None in numbers else ":".join(str(number) for number in numbers)


def either(*flags: bool | None) -> bool | None:
    """Show whether one of some things is so."""
    known = [flag for flag in flags if flag is not None]
    return any(known) if known else None


VDISK = machine_tab(
    "vDisk",
    Column("Disk", "label"),
    Column("Disk Key", "key"),
    Column("Disk UUID", "uuid"),
    Column("Disk Path", "fileName"),
    Column("Capacity MiB", "capacityBytes", as_=mib),
    Column("Raw", "isRaw"),
    Column("Disk Mode", "diskMode"),
    Column("Sharing mode", "sharing"),
    Column("Thin", "thinProvisioned"),
    Column("Eagerly Scrub", "eagerlyScrub"),
    Column("Split", "split"),
    Column("Write Through", "writeThrough"),
    Column("Level", "ioSharesLevel"),
    Column("Shares", "ioShares"),
    Column("Reservation", "ioReservation"),
    Column("Limit", "ioLimit"),
    Column("Controller", "controllerLabel", "controllerType", as_=last_known),
    Column("Label", "label"),
    Column("SCSI Unit #", "controllerBusNumber", "unitNumber", as_=place),
    Column("Unit #", "unitNumber"),
    Column("Shared Bus", "sharedBus"),
    Column("Path", "datastore.name", "fileName", as_=last_known),
    Column("Raw LUN ID", "rawLunUuid"),
    Column("Raw Comp. Mode", "rawCompatibilityMode"),
    rows="disks",
)

VPARTITION = machine_tab(
    "vPartition",
    Column("Disk Key", "diskKeys", as_=listed),
    Column("Disk", "path"),
    Column("Capacity MiB", "capacityBytes", as_=mib),
    Column("Consumed MiB", "capacityBytes", "freeBytes", as_=mib_less),
    Column("Free MiB", "freeBytes", as_=mib),
    Column("Free %", "freeBytes", "capacityBytes", as_=percent),
    rows="partitions",
)

VNETWORK = machine_tab(
    "vNetwork",
    Column("NIC label", "label"),
    Column("Adapter", "type"),
    Column("Network", "networkName", "networkMoid", as_=first_known),
    Column("Switch", "switchUuid"),
    Column("Connected", "connected"),
    Column("Starts Connected", "startConnected"),
    Column("Mac Address", "macAddress"),
    Column("Type", "addressType"),
    Column("IPv4 Address", "ipAddresses", as_=ipv4),
    Column("IPv6 Address", "ipAddresses", as_=ipv6),
    Column("Direct Path IO", "directPathEnabled", "isSriov", as_=either),
    rows="networkAdapters",
)

VCD = machine_tab(
    "vCD",
    Column("Device Node", "label"),
    Column("Connected", "connected"),
    Column("Starts Connected", "startConnected"),
    Column("Device Type", "summary", "backing", "fileName", as_=first_known),
    rows="removableDrives",
)

VUSB = machine_tab(
    "vUSB",
    Column("Device Node", "label"),
    Column("Device Type", "type"),
    Column("Connected", "connected"),
    Column("Family", "families", as_=listed),
    Column("Speed", "speeds", as_=listed),
    Column("EHCI enabled", "ehciEnabled"),
    Column("Auto connect", "autoConnect"),
    Column("Bus number", "busNumber"),
    Column("Unit number", "unitNumber"),
    rows="usbDevices",
)

VSNAPSHOT = machine_tab(
    "vSnapshot",
    Column("Name", "name"),
    Column("Description", "description"),
    Column("Date / time", "createdAt", as_=moment),
    Column("Size MiB (vmsn)", "stateSizeBytes", as_=mib),
    Column("Size MiB (total)", "sizeBytes", as_=mib),
    Column("Quiesced", "quiesced"),
    Column("State", "powerState"),
    rows="snapshots",
)
