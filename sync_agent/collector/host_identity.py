"""How a host is known in the world: its addresses, and the tags its vendor and owner gave it."""

from collections.abc import Mapping

from sync_agent.collector import field, value
from sync_agent.collector.fill import Columns
from sync_agent.collector.reply import RawObject
from sync_agent.collector.value import Address

VNICS = "config.network.vnic"
TAGS = "summary.hardware.otherIdentifyingInfo"
PATHS = (VNICS, TAGS)
MANAGEMENT = "vmk0"
PLACEHOLDERS = frozenset({"", "unknown", "none", "n/a", "not specified", "no asset tag", "default"})
"""What firmware says where nobody set a tag."""


def vmkernel_addresses(raw: RawObject) -> dict[str, list[Address]]:
    """Return the addresses of each VMkernel adapter, IPv4 first."""
    found: dict[str, list[Address]] = {}
    for adapter in raw.properties.get(VNICS, ()):
        ip = field.child(adapter, "spec", "ip")
        six = field.each(field.child(ip, "ipV6Config"), "ipV6Address")
        texts = [field.text(ip, "ipAddress"), *(field.text(each, "ipAddress") for each in six)]
        addresses = [address for text in texts if (address := value.parse_address(text))]
        found[field.text(adapter, "device") or ""] = addresses
    return found


def management_address(addresses: Mapping[str, list[Address]]) -> Address | None:
    """Return the address of vmk0, or else of the first VMkernel adapter that has one."""
    ordered = [addresses.get(MANAGEMENT, ()), *addresses.values()]
    return next((several[0] for several in ordered if several), None)


def reachable(addresses: Mapping[str, list[Address]]) -> list[Address]:
    """Return the addresses that mean something beyond their own wire."""
    return [each for several in addresses.values() for each in several if not each.is_link_local]


def set_tags(raw: RawObject, columns: Columns) -> None:
    """Set service tag, asset tag and OEM strings."""
    tags: dict[str, list[str]] = {}
    for info in raw.properties.get(TAGS, ()):
        key = field.text(info, "identifierType", "key") or ""
        content = field.trimmed(info, "identifierValue") or ""
        if content.lower() not in PLACEHOLDERS:
            tags.setdefault(key, []).append(content)
    columns.set("service_tag", next(iter(tags.get("ServiceTag", ())), None), TAGS)
    columns.set("asset_tag", next(iter(tags.get("AssetTag", ())), None), TAGS)
    columns.set("oem_strings", tags.get("OemSpecificString"), TAGS)
