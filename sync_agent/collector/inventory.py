"""Records of folders, datacenters, clusters, hosts, datastores, storage pods."""

from models.enums import IdentifierKind, InventoryType
from sync_agent.collector import property as table
from sync_agent.collector import value
from sync_agent.collector.cluster_rule import set_admission_control, set_rules
from sync_agent.collector.fill import (
    Columns,
    Edges,
    Identifiers,
    edges_of,
    hashed,
    identifiers,
)
from sync_agent.collector.host_identity import (
    TAGS,
    management_address,
    reachable,
    set_tags,
    vmkernel_addresses,
)
from sync_agent.collector.host_network import VNICS
from sync_agent.collector.reply import VIM, RawObject
from sync_agent.collector.tree import Tree
from sync_agent.collector.volume import mounts_of, set_volume
from sync_agent.records import Record

KEY, VALUE = f"{VIM}key", f"{VIM}value"
HOST_IDENTIFIERS = {
    IdentifierKind.IP: (VNICS,),
    IdentifierKind.BIOS_UUID: ("summary.hardware.uuid",),
    IdentifierKind.SERIAL: ("hardware.systemInfo.serialNumber", TAGS),
}
"""What identifiers of a host derive from, beside its name, which is always there."""
DEGRADED_HOST = frozenset({"disconnected", "notResponding"})


def folder(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a folder."""
    columns = Columns(raw)
    columns.name()
    custom_attributes(raw, tree, columns)
    is_whole = place(raw, tree, columns, folder_column="parent_folder_moid")
    columns.set("path", tree.path(raw.moid), "parent", is_whole=is_whole)
    return record_of(InventoryType.Folder, raw, columns)


def datacenter(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a datacenter."""
    columns = Columns(raw)
    columns.name()
    columns.fill(table.DATACENTER)
    custom_attributes(raw, tree, columns)
    parent = text_of(raw, "parent")
    is_whole = tree.is_whole(parent)
    columns.set("folder_moid", tree.folder(parent), "parent", is_whole=is_whole)
    columns.set("path", tree.path(raw.moid), "parent", is_whole=is_whole)
    return record_of(InventoryType.Datacenter, raw, columns)


def cluster(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a cluster."""
    columns = Columns(raw)
    columns.name()
    columns.fill(table.CLUSTER)
    custom_attributes(raw, tree, columns)
    place(raw, tree, columns)
    set_rules(raw, columns)
    set_admission_control(raw, columns)
    usage = columns.usage(table.CLUSTER_USAGE)
    return record_of(InventoryType.Cluster, raw, columns, usage=usage)


def host(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a host."""
    is_degraded = text_of(raw, "runtime.connectionState") in DEGRADED_HOST
    columns = Columns(raw, is_degraded=is_degraded)
    columns.name()
    columns.fill(table.HOST)
    custom_attributes(raw, tree, columns)
    is_whole = place(raw, tree, columns)
    cluster_moid = tree.cluster(text_of(raw, "parent"))
    columns.set("cluster_moid", cluster_moid, "parent", is_whole=is_whole)
    addresses = vmkernel_addresses(raw)
    columns.set("ip_address", management_address(addresses), VNICS)
    set_tags(raw, columns)
    usage = columns.usage(table.HOST_USAGE)
    name = columns.text("name") or ""
    is_fqdn = "." in name and value.parse_address(name) is None
    found = identifiers(
        IP=[*reachable(addresses), value.parse_address(name)],
        BIOS_UUID=[columns.known.get("bios_uuid")],
        SERIAL=[columns.text("serial_number"), columns.text("service_tag")],
        FQDN=[name] if is_fqdn else [],
    )
    columns.doubt(HOST_IDENTIFIERS)
    return record_of(
        InventoryType.Host,
        raw,
        columns,
        usage=usage,
        edges=edges_of(raw, columns, table.HOST_EDGES),
        found=found,
    )


def datastore(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a datastore."""
    columns = Columns(raw)
    columns.name()
    columns.fill(table.DATASTORE)
    custom_attributes(raw, tree, columns)
    is_whole = place(raw, tree, columns)
    pod = tree.storage_pod(text_of(raw, "parent"))
    columns.set("storage_pod_moid", pod, "parent", is_whole=is_whole)
    set_volume(raw, columns)
    usage = columns.usage(table.DATASTORE_USAGE)
    edges = mounts_of(raw, columns)
    return record_of(InventoryType.Datastore, raw, columns, usage=usage, edges=edges)


def storage_pod(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a storage pod."""
    columns = Columns(raw)
    columns.name()
    columns.fill(table.STORAGE_POD)
    custom_attributes(raw, tree, columns)
    is_whole = place(raw, tree, columns)
    columns.set("path", tree.path(raw.moid), "parent", is_whole=is_whole)
    usage = columns.usage(table.STORAGE_POD_USAGE)
    return record_of(InventoryType.StoragePod, raw, columns, usage=usage)


def place(
    raw: RawObject, tree: Tree, columns: Columns, *, folder_column: str = "folder_moid"
) -> bool:
    """Set datacenter and folder; return whether everything above the object was seen."""
    parent = text_of(raw, "parent")
    is_whole = tree.is_whole(parent)
    columns.set("datacenter_moid", tree.datacenter(parent), "parent", is_whole=is_whole)
    columns.set(folder_column, tree.folder(parent), "parent", is_whole=is_whole)
    return is_whole


def text_of(raw: RawObject, path: str) -> str | None:
    """Return the bare text of a property."""
    node = raw.properties.get(path)
    return node.text if node is not None else None


def custom_attributes(raw: RawObject, tree: Tree, columns: Columns) -> None:
    """Set the custom attributes that have a value; one whose name is not known goes by its key."""
    node = raw.properties.get("customValue")
    found: dict[str, str] = {}
    for item in node if node is not None else ():
        held = {part.tag: part.text for part in item}
        if (value := held.get(VALUE)) and (key := held.get(KEY)):
            found[tree.attribute_names.get(key, key)] = value.replace("\0", "")
    content = [{"name": name, "value": found[name]} for name in sorted(found)]
    columns.set("custom_attributes", content, "customValue")


def record_of(
    type_: InventoryType,
    raw: RawObject,
    columns: Columns,
    *,
    usage: dict[str, object] | None = None,
    edges: Edges | None = None,
    found: Identifiers | None = None,
) -> Record:
    """Return the record that filled columns make."""
    kinds, tied = found or {}, edges or {}
    return Record(
        type=type_,
        moid=raw.moid,
        columns=columns.known,
        hash=hashed(columns.known, columns.unknown, tied, kinds),
        unknown=frozenset(columns.unknown),
        unseen=frozenset(columns.unseen),
        usage=usage,
        edges=tied,
        identifiers=kinds,
        partly=columns.partly,
    )
