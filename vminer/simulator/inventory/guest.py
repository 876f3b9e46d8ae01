"""What VMware Tools would report from inside a machine."""

from typing import TYPE_CHECKING, NamedTuple

from vminer.simulator.inventory.hardware import disk_sizes_gb, link_local_of
from vminer.simulator.inventory.words import TOOLS_VERSIONS

if TYPE_CHECKING:
    from vminer.simulator.inventory.machine import Machine


class GuestNic(NamedTuple):
    """One card as the guest sees it; addresses with their prefix lengths."""

    network: str
    mac: str
    connected: bool
    device_key: int
    addresses: tuple[tuple[str, int], ...]


class Partition(NamedTuple):
    """One file system."""

    path: str
    capacity: int
    free: int
    file_system: str | None
    """Releases before vSphere 7 do not tell."""
    disk_key: int


class IpStack(NamedTuple):
    """What the guest is called and how it gets out."""

    host_name: str
    domain_name: str
    dhcp: bool
    dns_servers: tuple[str, ...]
    search_domains: tuple[str, ...]
    gateways: tuple[str, ...]


def tools_running(machine: "Machine") -> bool:
    """Nineteen of twenty running machines run Tools."""
    return (
        machine.power_state == "poweredOn"
        and machine.connection_state == "connected"
        and machine.dice[38] >= 13
    )


def guest_nics(machine: "Machine") -> list[GuestNic]:
    """Nothing while Tools do not run, as in life."""
    if not tools_running(machine):
        return []
    found = []
    for number, nic in enumerate(machine.nics):
        addresses = [] if is_ipv6_only(machine) else [(nic.ipv4, 24)]
        if is_ipv6_only(machine) or machine.dice[39] & 1 or number:
            addresses.append((nic.ipv6, 64))
        if machine.guest.family != "windowsGuest":
            addresses.append((link_local_of(nic.mac), 64))
        found.append(GuestNic(nic.network_name, nic.mac, True, nic.key, tuple(addresses)))
    return found


def partitions(machine: "Machine") -> list[Partition]:
    """One file system on each disk; what is free moves with the machine's usage."""
    if not tools_running(machine):
        return []
    is_windows = machine.guest.family == "windowsGuest"
    kind = "NTFS" if is_windows else ("ext4", "xfs")[machine.more_dice[13] & 1]
    known = machine.frame.identity.release.version >= "7"
    shift = machine.change.usage_shift + machine.frame.overlay.tick
    return [
        Partition(
            f"{'CDEF'[number]}:\\" if is_windows else ("/", "/data", "/srv & more")[number],
            gigabytes * 1024**3,
            gigabytes * 1024**3 // 256 * machine.more_dice[14 + number] - 4096 * shift % 8192,
            kind if known else None,
            2000 + number,
        )
        for number, gigabytes in enumerate(disk_sizes_gb(machine))
    ]


def ip_stack(machine: "Machine") -> IpStack | None:
    """Nothing while Tools do not run."""
    if not tools_running(machine):
        return None
    domain = f"{machine.frame.identity.site}.example.com"
    first = machine.nics[0]
    gateways = [] if is_ipv6_only(machine) else [f"{first.ipv4.rpartition('.')[0]}.254"]
    if is_ipv6_only(machine) or machine.dice[39] & 1:
        gateways.append("fe80::1")
    return IpStack(
        machine.plain_name,
        domain,
        machine.more_dice[17] < 40,
        ("10.255.0.53", "10.255.1.53"),
        (domain, "example.com"),
        tuple(gateways),
    )


def app_state(machine: "Machine") -> str:
    """guest.appState."""
    return "appStateOk" if tools_running(machine) and machine.more_dice[18] < 20 else "none"


def is_ipv6_only(machine: "Machine") -> bool:
    """Three in a hundred."""
    return machine.dice[40] < 8


def host_name(machine: "Machine") -> str | None:
    """Known only while Tools run."""
    if not tools_running(machine):
        return None
    return f"{machine.plain_name}.{machine.frame.identity.site}.example.com"


def primary_address(machine: "Machine") -> str | None:
    """The first address of the first card."""
    if not tools_running(machine):
        return None
    first = machine.nics[0]
    return first.ipv6 if is_ipv6_only(machine) else first.ipv4


def tools_version(machine: "Machine") -> str:
    """ "0" where Tools were never installed."""
    if machine.dice[38] < 6:
        return "0"
    return TOOLS_VERSIONS[machine.dice[38] % len(TOOLS_VERSIONS)]


def tools_version_status(machine: "Machine") -> str:
    """toolsVersionStatus2."""
    version = tools_version(machine)
    if version == "0":
        return "guestToolsNotInstalled"
    return "guestToolsCurrent" if version == TOOLS_VERSIONS[0] else "guestToolsSupportedOld"
