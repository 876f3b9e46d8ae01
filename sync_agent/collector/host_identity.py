"""How a host is known in the world: its addresses, and the tags its vendor and owner gave it."""

from collections.abc import Mapping

from sync_agent.collector import value
from sync_agent.collector.fill import Columns
from sync_agent.collector.host_network import VNICS
from sync_agent.collector.part import several, structures, text, trimmed, within
from sync_agent.collector.reply import RawObject
from sync_agent.collector.value import Address

TAGS = "summary.hardware.otherIdentifyingInfo"
PATHS = (VNICS, TAGS)
MANAGEMENT = "vmk0"
PLACEHOLDERS = frozenset({"", "unknown", "none", "n/a", "not specified", "no asset tag", "default"})
"""What firmware says where nobody set a tag."""


def vmkernel_addresses(raw: RawObject) -> dict[str | None, list[Address]]:
    """Return the addresses of each VMkernel adapter, IPv4 first."""
    found: dict[str | None, list[Address]] = {}
    for adapter in structures(raw.properties.get(VNICS)):
        ip = within(within(adapter, "spec"), "ip")
        listed = [ip, *several(within(ip, "ipV6Config"), "ipV6Address")]
        addresses = [value.parse_address(text(each, "ipAddress")) for each in listed]
        found[text(adapter, "device")] = [address for address in addresses if address]
    return found


def management_address(addresses: Mapping[str | None, list[Address]]) -> Address | None:
    """Return the address of vmk0, or else of the first VMkernel adapter that has one.

    A link-local one, which every IPv6 adapter has, counts only where no adapter has another.
    """
    ordered = [
        each for several in (addresses.get(MANAGEMENT, ()), *addresses.values()) for each in several
    ]
    return min(ordered, key=value.is_link_local, default=None)


def reachable(addresses: Mapping[str | None, list[Address]]) -> list[Address]:
    """Return the addresses that mean something beyond their own wire."""
    known = (address for several in addresses.values() for address in several)
    return [address for address in known if not value.is_link_local(address)]


def set_tags(raw: RawObject, columns: Columns) -> None:
    """Set service tag, asset tag and OEM strings."""
    tags: dict[str | None, list[str]] = {}
    for tag in structures(raw.properties.get(TAGS)):
        content = trimmed(tag, "identifierValue") or ""
        if content.lower() not in PLACEHOLDERS:
            tags.setdefault(text(within(tag, "identifierType"), "key"), []).append(content)
    columns.set("service_tag", next(iter(tags.get("ServiceTag", ())), None), TAGS)
    columns.set("asset_tag", next(iter(tags.get("AssetTag", ())), None), TAGS)
    columns.set("oem_strings", tags.get("OemSpecificString"), TAGS)
