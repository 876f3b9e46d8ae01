"""A machine's disks and network cards."""

from typing import TYPE_CHECKING, NamedTuple, TypedDict

from vminer.simulator.inventory.dice import roll, uuid_text
from vminer.simulator.inventory.frame import Frame
from vminer.simulator.inventory.layout import OPAQUE_NETWORK, STANDARD_NETWORK
from vminer.simulator.inventory.moid import datastore_ref, network_ref
from vminer.simulator.inventory.ref import Ref

if TYPE_CHECKING:
    from vminer.simulator.inventory.machine import Machine

_SIZES_GB = (20, 40, 60, 100, 200, 500)
FIRST_SCSI, SECOND_SCSI = 1000, 1001
VCENTER_MACS = 0x400000  # 00:50:56:80:00:00 to 00:50:56:bf:ff:ff


class Disk(NamedTuple):
    """A virtual disk with a file behind it; a raw one maps a LUN."""

    key: int
    unit: int
    label: str
    file_name: str
    datastore: Ref
    uuid: str
    thin: bool
    mode: str
    capacity_kb: int
    controller: int
    eager: bool | None
    sharing: str
    io_level: str
    io_shares: int
    io_limit: int
    lun_uuid: str | None = None


class Nic(NamedTuple):
    """A virtual network card; exactly one of `network` and `portgroup` names its other end."""

    key: int
    unit: int
    label: str
    kind: str
    mac: str
    connected: bool
    network: Ref
    network_name: str
    is_distributed: bool
    opaque_id: str | None
    ipv4: str
    ipv6: str


def disk_sizes_gb(machine: "Machine") -> list[int]:
    """One to three disks."""
    first, second = machine.dice[58], machine.dice[59]
    count = 1 + first % 3 * (first > 120) + first % 2
    return [_SIZES_GB[(second + number) % len(_SIZES_GB)] for number in range(min(count, 3))]


def disks_of(machine: "Machine") -> list[Disk]:
    """Spread over the machine's datastores."""
    dice = machine.dice
    stores = machine.placement.datastores
    found = []
    for number, gigabytes in enumerate(disk_sizes_gb(machine)):
        suffix = f"_{number}" if number else ""
        found.append(
            Disk(
                key=2000 + number,
                unit=number,
                label=f"Hard disk {number + 1}",
                file_name=f"[{machine.datastore_name(number)}] "
                f"{machine.plain_name}/{machine.plain_name}{suffix}.vmdk",
                datastore=datastore_ref(stores[number % len(stores)]),
                uuid=uuid_text(bytes([*dice[:15], number]), "6000C29"),
                thin=bool((dice[60] + number) % 3),
                mode="persistent" if dice[60] < 240 else "independent_persistent",
                capacity_kb=gigabytes * 1024 * 1024,
                controller=FIRST_SCSI,
                eager=None if (dice[60] + number) % 3 else bool(dice[60] & 1),
                sharing="sharingNone",
                **_io(machine.more_dice[0]),
            )
        )
    if has_raw_disk(machine):
        found.append(_raw_disk(machine, found[0]))
    return found


def has_raw_disk(machine: "Machine") -> bool:
    """One machine in 60 has a LUN of its own, behind a controller it shares with a cluster mate."""
    return machine.index % 60 == 21


def _raw_disk(machine: "Machine", first: Disk) -> Disk:
    digits = machine.dice[:16].hex()
    return first._replace(
        key=2016,
        unit=0,
        label=f"Hard disk {len(disk_sizes_gb(machine)) + 1}",
        file_name=first.file_name.replace(".vmdk", "_rdm.vmdk"),
        uuid=uuid_text(bytes([*machine.dice[:15], 16]), "6000C29"),
        thin=False,
        mode="independent_persistent",
        capacity_kb=100 * 1024 * 1024,
        controller=SECOND_SCSI,
        sharing="sharingMultiWriter",
        lun_uuid=f"02000000006{digits[:31]}565241494420",
    )


class _Io(TypedDict):
    io_level: str
    io_shares: int
    io_limit: int


def _io(die: int) -> _Io:
    if die < 16:
        return {"io_level": "high", "io_shares": 2000, "io_limit": 500 + die}
    return {"io_level": "normal", "io_shares": 1000, "io_limit": -1}


def nics_of(machine: "Machine") -> list[Nic]:
    """One or two cards; nobody else has their addresses, but for a few planted twins."""
    place = machine.placement
    kind = "VirtualE1000e" if machine.dice[60] % 7 == 0 else "VirtualVmxnet3"
    if machine.index % 100 == 35:
        kind = "VirtualSriovEthernetCard"
    found = []
    for number in range(machine.nic_count):
        network = machine.frame.layout.network_of(machine.index, number, place.datacenter)
        slot = 2 * machine.number + number
        twin = slot - 2 if machine.index % 1499 == 77 and number == 0 else slot
        found.append(
            Nic(
                key=4000 + number,
                unit=7 + number,
                label=f"Network adapter {number + 1}",
                kind=kind,
                mac=mac_of(twin),
                connected=machine.power_state == "poweredOn",
                network=network_ref(place.datacenter, network),
                network_name=network_name(network),
                is_distributed=network not in {STANDARD_NETWORK, OPAQUE_NETWORK},
                opaque_id=(
                    opaque_network_id(machine.frame, place.datacenter)
                    if network == OPAQUE_NETWORK
                    else None
                ),
                ipv4=ipv4_of(twin),
                ipv6=ipv6_of(machine.frame.identity.number, slot),
            )
        )
    return found


def opaque_network_id(frame: Frame, datacenter: int) -> str:
    """What NSX calls the segment that a datacenter's opaque network is."""
    return uuid_text(roll(frame.identity.seed, frame.identity.number, "segment", datacenter))


def network_name(network: int) -> str:
    """Port groups are named after their VLAN."""
    names = {STANDARD_NETWORK: "VM Network", OPAQUE_NETWORK: "nsx-segment"}
    return names.get(network) or f"dvpg-vlan-{100 + network}"


def mac_of(slot: int) -> str:
    """VMware's own prefixes: what vCenter assigns first, then what ESXi does."""
    number = slot % VCENTER_MACS + 0x800000
    prefix = "00:50:56" if slot < VCENTER_MACS else "00:0c:29"
    return f"{prefix}:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"


def ipv4_of(slot: int) -> str:
    """Within 10.0.0.0/8, never ending in 0 or 255."""
    network, last = divmod(slot, 254)
    return f"10.{network >> 8 & 255}.{network & 255}.{last + 1}"


def ipv6_of(vcenter: int, slot: int) -> str:
    """A global address, spelled as RFC 5952 wants it."""
    return f"2001:db8:{vcenter + 1:x}:{(slot >> 16) + 1:x}::{(slot & 0xFFFF) + 1:x}"


def link_local_of(mac: str) -> str:
    """The fe80 address that follows from a MAC."""
    part = [int(text, 16) for text in mac.split(":")]
    part[0] ^= 2
    groups = [part[0] << 8 | part[1], part[2] << 8 | 0xFF, 0xFE00 | part[3], part[4] << 8 | part[5]]
    return "fe80::" + ":".join(f"{group:x}" for group in groups)
