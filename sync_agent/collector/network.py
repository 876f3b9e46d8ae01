"""Records of networks: standard, distributed port groups, opaque ones of NSX."""

from models.enums import InventoryType
from sync_agent.collector import value
from sync_agent.collector.fill import Columns
from sync_agent.collector.inventory import custom_attributes, place, record_of, text_of
from sync_agent.collector.port import PORT_CONFIG, port_columns
from sync_agent.collector.property import STATUS
from sync_agent.collector.reply import RawObject
from sync_agent.collector.table import Property, Table
from sync_agent.collector.tree import Tree
from sync_agent.records import Record

NETWORK = Table(STATUS, Property("summary.accessible", "accessible", value.boolean))
OPAQUE_NETWORK = Table(
    Property("summary.opaqueNetworkId", "opaque_network_id", value.text),
    Property("summary.opaqueNetworkType", "opaque_network_type", value.text),
)
PORTGROUP = Table(
    Property("key", "key", value.text),
    Property("config.distributedVirtualSwitch", "switch_moid", value.reference),
    Property("config.description", "description", value.text),
    Property("config.uplink", "is_uplink", value.boolean),
    Property("config.numPorts", "num_ports", value.integer),
    Property("config.type", "port_binding", value.text),
    Property("config.autoExpand", "auto_expand", value.boolean),
    Property("config.segmentId", "nsx_segment_id", value.text),
)


def called(raw: RawObject) -> list[str]:
    """Return what adapters call a network: a port group's key, an opaque network's id."""
    names = (text_of(raw, "key"), text_of(raw, "summary.opaqueNetworkId"))
    return [name for name in names if name]


def network(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a network; what is another kind's alone is null."""
    columns = Columns(raw)
    columns.name()
    columns.known["type"] = raw.type
    for table in (NETWORK, OPAQUE_NETWORK, PORTGROUP):
        columns.fill(table)
    custom_attributes(raw, tree, columns)
    place(raw, tree, columns)
    for column, content in port_columns(raw.properties.get(PORT_CONFIG)).items():
        columns.set(column, content, PORT_CONFIG)
    _set_primary_vlan(raw, tree, columns)
    return record_of(InventoryType.Network, raw, columns)


def _set_primary_vlan(raw: RawObject, tree: Tree, columns: Columns) -> None:
    """Set the primary VLAN of a private one, which the switch's map says."""
    secondary = columns.known.get("private_vlan_id")
    known = tree.primary_vlans.get(text_of(raw, "config.distributedVirtualSwitch") or "")
    primary = known.get(secondary) if known and isinstance(secondary, int) else None
    is_whole = secondary is None or known is not None
    columns.set("primary_vlan_id", primary, PORT_CONFIG, is_whole=is_whole)
