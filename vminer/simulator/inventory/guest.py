"""What VMware Tools would report from inside a machine."""

from typing import TYPE_CHECKING, NamedTuple

from vminer.simulator.inventory.hardware import link_local_of
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
