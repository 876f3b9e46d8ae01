"""Records of distributed switches."""

import re
from uuid import UUID

from models.enums import InventoryType
from sync_agent.collector import value
from sync_agent.collector.fill import Columns, edges_of
from sync_agent.collector.inventory import custom_attributes, place, record_of
from sync_agent.collector.part import Part, number, ordered, structures, text
from sync_agent.collector.property import STATUS
from sync_agent.collector.reply import VIM, Element, RawObject, children
from sync_agent.collector.table import Property, Table, Within
from sync_agent.collector.tree import Tree
from sync_agent.records import Record

NOT_HEX = re.compile(r"[^0-9a-fA-F]")
MEMBERS = "summary.hostMember"
PRIVATE_VLANS = "config.pvlanConfig"
SWITCH_EDGES = {InventoryType.Host: MEMBERS}


def switch_uuid(node: Element) -> UUID | None:
    """Return a UUID that is spelled as switches are: pairs of digits with spaces between."""
    return value.parse_uuid(NOT_HEX.sub("", node.text or ""))


def lacp_groups(node: Element) -> list[dict[str, object]]:
    """Return the link aggregation groups."""
    return [
        {
            "name": group.findtext(f"{VIM}name"),
            "mode": group.findtext(f"{VIM}mode"),
            "load_balancing": group.findtext(f"{VIM}loadbalanceAlgorithm"),
            "num_uplinks": int(group.findtext(f"{VIM}uplinkNum") or 0),
        }
        for group in node
    ]


def uplink_names(policy: Element) -> list[str] | None:
    """Return the names of the uplinks; None where the policy, another maker's, names none."""
    return [each.text or "" for each in children(policy, "uplinkPortName")] or None


def port_groups(node: Element) -> list[str]:
    """Return the moids of port groups."""
    return list(value.references(node))


def private_vlans(node: Element) -> list[Part] | None:
    """Return the map of private VLANs, an array of VMwareDVSPvlanMapEntry, in its own order.

    The primary VLAN itself is an entry, promiscuous, whose secondary is the same. None: no entry.
    """
    found: list[Part] = [
        {
            "primary_vlan_id": number(each, "primaryVlanId"),
            "secondary_vlan_id": number(each, "secondaryVlanId"),
            "type": text(each, "pvlanType"),
        }
        for each in structures(node)
    ]
    return ordered(found, "primary_vlan_id", "secondary_vlan_id") or None


def primaries(node: Element | None) -> dict[int, int]:
    """Return the primary VLAN of each secondary one: every secondary has one primary only."""
    found = private_vlans(node) if node is not None else None
    pairs = ((each.get("secondary_vlan_id"), each.get("primary_vlan_id")) for each in found or ())
    return {low: high for low, high in pairs if isinstance(low, int) and isinstance(high, int)}


SWITCH = Table(
    STATUS,
    Property("uuid", "uuid", switch_uuid),
    Property("config.uplinkPortPolicy", "uplink_names", uplink_names),
    Property("config.uplinkPortgroup", "uplink_network_moids", port_groups),
    Property("config.description", "description", value.text),
    Property("config.createTime", "created_at", value.moment),
    Property("config.numPorts", "num_ports", value.integer),
    Property("config.maxPorts", "max_ports", value.integer),
    Property("config.networkResourceManagementEnabled", "network_io_control", value.boolean),
    Within(
        "config.productInfo",
        (
            Property("vendor", "vendor", value.text),
            Property("version", "version", value.text),
            Property("build", "build", value.text),
        ),
    ),
    Within(
        "config.contact",
        (
            Property("name", "contact_name", value.text),
            Property("contact", "contact", value.text),
        ),
    ),
)
VMWARE_SWITCH = Table(
    Property("config.maxMtu", "mtu", value.integer),
    Property("config.lacpApiVersion", "lacp_api_version", value.text),
    Property(PRIVATE_VLANS, "private_vlans", private_vlans),
    Property("config.lacpGroupConfig", "lacp_groups", lacp_groups),
    Within(
        "config.linkDiscoveryProtocolConfig",
        (
            Property("protocol", "link_discovery_protocol", value.text),
            Property("operation", "link_discovery_operation", value.text),
        ),
    ),
)


def distributed_switch(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a distributed switch, VMware's own or another's."""
    columns = Columns(raw)
    columns.name()
    columns.fill(SWITCH)
    columns.fill(VMWARE_SWITCH)
    custom_attributes(raw, tree, columns)
    place(raw, tree, columns)
    edges = edges_of(raw, columns, SWITCH_EDGES)
    columns.set("num_hosts", len(edges.get(InventoryType.Host, ())), MEMBERS)
    return record_of(InventoryType.DistributedSwitch, raw, columns, edges=edges)
