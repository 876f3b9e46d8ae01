"""What later objects, or slower tiers, need of objects read earlier: put into the tree."""

from models.enums import InventoryType
from sync_agent.collector.fill import withheld
from sync_agent.collector.inventory import text_of
from sync_agent.collector.network import called
from sync_agent.collector.reply import RawObject
from sync_agent.collector.switch import PRIVATE_VLANS, primaries
from sync_agent.collector.tree import Tree
from sync_agent.collector.value import decoded_name, references


def grow(tree: Tree, raw: RawObject) -> None:
    """Take an object into the tree, and the host of a compute resource that is no cluster."""
    name, parent = text_of(raw, "name") or "", text_of(raw, "parent")
    tree.add(raw.type, raw.moid, decoded_name(name), parent)
    hosts = raw.properties.get("host")
    if raw.type == "ComputeResource" and hosts is not None:
        for host in references(hosts):
            tree.sole_hosts[raw.moid] = host


def remember(tree: Tree, type_: InventoryType, raw: RawObject) -> None:
    """Keep what others need of a host, a network or a switch."""
    if type_ is InventoryType.Host:
        tree.host_parents[raw.moid] = text_of(raw, "parent") or ""
    elif type_ is InventoryType.Network:
        tree.networks.update(dict.fromkeys(called(raw), raw.moid))
    elif type_ is InventoryType.DistributedSwitch and not (
        withheld(raw.missing) or PRIVATE_VLANS in raw.missing
    ):
        tree.primary_vlans[raw.moid] = primaries(raw.properties.get(PRIVATE_VLANS))
