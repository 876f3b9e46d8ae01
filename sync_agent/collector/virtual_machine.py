"""Records of virtual machines (LIGHT tier)."""

from datetime import datetime

from models.enums import InventoryType
from sync_agent.collector import property as table
from sync_agent.collector import value
from sync_agent.collector.fill import Columns, hashed, identifiers
from sync_agent.collector.inventory import datastores_of, text_of
from sync_agent.collector.reply import VIM, Element, RawObject, children
from sync_agent.collector.tree import Tree
from sync_agent.records import Record

DEGRADED = frozenset({"disconnected", "inaccessible", "orphaned", "invalid"})
CREATED = f"{VIM}createTime"
SNAPSHOT_TREES = (f"{VIM}rootSnapshotList", f"{VIM}childSnapshotList")


def virtual_machine(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a VM."""
    is_degraded = text_of(raw, "runtime.connectionState") in DEGRADED
    columns = Columns(raw, is_degraded=is_degraded)
    columns.name()
    columns.fill(table.VIRTUAL_MACHINE)
    _place(raw, tree, columns)
    addresses = _addresses(raw, columns)
    _snapshots(raw, columns)
    usage = Columns(raw, is_degraded=is_degraded)
    usage.fill(table.VIRTUAL_MACHINE_USAGE)
    known = columns.known
    datastores = datastores_of(raw, columns)
    found = identifiers(
        IP=[ip for ip in addresses if not value.is_link_local(ip)],
        BIOS_UUID=[known.get("bios_uuid")],
        INSTANCE_UUID=[known.get("instance_uuid")],
        FQDN=[known.get("guest_hostname")],
    )
    if is_degraded:  # what is absent is unknown, not gone
        found = {kind: values for kind, values in found.items() if values}
    return Record(
        type=InventoryType.VirtualMachine,
        moid=raw.moid,
        columns=known,
        hash=hashed(known, columns.unknown, datastores, found),
        unknown=frozenset(columns.unknown),
        usage=None if usage.unknown else usage.known,
        datastores=datastores,
        identifiers=found,
    )


def _place(raw: RawObject, tree: Tree, columns: Columns) -> None:
    """Set where the VM lies: a vApp has no folder, so the host's place says the datacenter."""
    host = text_of(raw, "runtime.host")
    compute = tree.host_parents.get(host or "")
    parent = text_of(raw, "parent")
    columns.set("cluster_moid", tree.cluster(compute), "runtime.host")
    columns.set("folder_moid", tree.folder(parent), "parent")
    datacenter = tree.datacenter(parent) or tree.datacenter(compute)
    columns.set("datacenter_moid", datacenter, "parent", "runtime.host")


def _addresses(raw: RawObject, columns: Columns) -> list[str]:
    """Set ip_addresses: what Tools reports of each adapter, in order; return them."""
    found: dict[str, None] = {}
    adapters = raw.properties.get("guest.net")
    for adapter in adapters if adapters is not None else ():
        for node in children(adapter, "ipAddress"):
            if (ip := value.parse_address(node.text)) is not None:
                found[ip] = None
    if primary := columns.text("ip_address"):
        found.setdefault(primary)
    columns.set("ip_addresses", list(found) or None, "guest.net")
    return list(found)


def _snapshots(raw: RawObject, columns: Columns) -> None:
    node = raw.properties.get("snapshot")
    created = sorted(_created(tree) for tree in snapshot_trees(node)) if node is not None else ()
    columns.set("snapshot_count", len(created), "snapshot")
    columns.set("oldest_snapshot_at", created[0] if created else None, "snapshot")


def snapshot_trees(node: Element) -> list[Element]:
    """Return every snapshot below a VirtualMachineSnapshotInfo or tree, depth first."""
    found: list[Element] = []
    waiting = [child for child in reversed(node) if child.tag in SNAPSHOT_TREES]
    while waiting:
        tree = waiting.pop()
        found.append(tree)
        waiting.extend(child for child in reversed(tree) if child.tag in SNAPSHOT_TREES)
    return found


def _created(tree: Element) -> datetime:
    node = tree.find(CREATED)
    created = value.moment(node) if node is not None else None
    if created is None:
        raise ValueError("snapshot: createTime is missing")
    return created
