"""Records of virtual machines (LIGHT tier)."""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address

from models.enums import IdentifierKind, InventoryType
from sync_agent.collector import property as table
from sync_agent.collector import value
from sync_agent.collector.fill import Columns, edges_of, identifiers
from sync_agent.collector.inventory import custom_attributes, record_of, text_of
from sync_agent.collector.reply import VIM, Element, RawObject, children
from sync_agent.collector.role import is_ft_secondary, is_srm_placeholder, is_vcls
from sync_agent.collector.snapshot import snapshot_trees
from sync_agent.collector.tree import Tree
from sync_agent.collector.value import Address
from sync_agent.records import Record

DEGRADED = frozenset({"disconnected", "inaccessible", "orphaned", "invalid"})
IDENTIFIERS = {
    IdentifierKind.IP: ("guest.net", "guest.ipAddress"),
    IdentifierKind.BIOS_UUID: ("config.uuid",),
    IdentifierKind.INSTANCE_UUID: ("config.instanceUuid",),
    IdentifierKind.FQDN: ("guest.hostName",),
}
"""What identifiers of a VM derive from."""
CREATED = f"{VIM}createTime"


def virtual_machine(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a VM."""
    is_degraded = text_of(raw, "runtime.connectionState") in DEGRADED
    columns = Columns(raw, is_degraded=is_degraded)
    columns.name()
    columns.fill(table.VIRTUAL_MACHINE)
    _place(raw, tree, columns)
    addresses = _addresses(raw, columns)
    _snapshots(raw, columns)
    _roles(columns)
    custom_attributes(raw, tree, columns)
    usage = columns.usage(table.VIRTUAL_MACHINE_USAGE)
    known = columns.known
    edges = edges_of(raw, columns, table.VIRTUAL_MACHINE_EDGES)
    found = identifiers(
        IP=[ip for ip in addresses if not value.is_link_local(ip)],
        BIOS_UUID=[known.get("bios_uuid")],
        INSTANCE_UUID=[known.get("instance_uuid")],
        FQDN=[known.get("guest_hostname")],
    )
    columns.doubt(IDENTIFIERS)
    return record_of(
        InventoryType.VirtualMachine,
        raw,
        columns,
        usage=usage,
        edges=edges,
        found=found,
    )


def _place(raw: RawObject, tree: Tree, columns: Columns) -> None:
    """Set where the VM lies: a vApp has no folder, so the host's place says the datacenter."""
    host, parent = text_of(raw, "runtime.host"), text_of(raw, "parent")
    compute = tree.host_parents.get(host or "")
    is_host_seen = host is None or (compute is not None and tree.is_whole(compute))
    is_folder_seen = tree.is_whole(parent)
    datacenter = tree.datacenter(parent) or tree.datacenter(compute)
    is_whole = is_host_seen and is_folder_seen
    columns.set("cluster_moid", tree.cluster(compute), "runtime.host", is_whole=is_host_seen)
    columns.set("folder_moid", tree.folder(parent), "parent", is_whole=is_folder_seen)
    columns.set("datacenter_moid", datacenter, "parent", "runtime.host", is_whole=is_whole)


def _addresses(raw: RawObject, columns: Columns) -> list[Address]:
    """Set ip_addresses: what Tools reports of each adapter, in order; return them."""
    found: dict[Address, None] = {}
    adapters = raw.properties.get("guest.net")
    for adapter in adapters if adapters is not None else ():
        for node in children(adapter, "ipAddress"):
            if (ip := value.parse_address(node.text)) is not None:
                found[ip] = None
    primary = columns.known.get("ip_address")
    if isinstance(primary, IPv4Address | IPv6Address):
        found.setdefault(primary)
    columns.set("ip_addresses", list(found) or None, "guest.net")
    return list(found)


def _roles(columns: Columns) -> None:
    """Set what a VM is to the solutions that made it, where that is not a workload."""
    extension = columns.text("managed_by_extension")
    name, guest_id = columns.text("name") or "", columns.text("guest_id")
    placeholder = is_srm_placeholder(extension, columns.text("managed_by_type"))
    columns.derive("is_srm_placeholder", placeholder, "managed_by_extension")
    agent = is_vcls(name, extension, guest_id)
    columns.derive("is_vcls", agent, "managed_by_extension", "guest_id")
    columns.derive("is_ft_secondary", is_ft_secondary(columns.known.get("ft_role")), "ft_role")


def _snapshots(raw: RawObject, columns: Columns) -> None:
    node = raw.properties.get("snapshot")
    created = [_created(tree) for tree in snapshot_trees(node)] if node is not None else []
    columns.set("snapshot_count", len(created), "snapshot")
    columns.set("oldest_snapshot_at", min(created, default=None), "snapshot")


def _created(tree: Element) -> datetime:
    node = tree.find(CREATED)
    created = value.moment(node) if node is not None else None
    if created is None:
        raise ValueError("snapshot: createTime is missing")
    return created
