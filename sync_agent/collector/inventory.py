"""Records of everything but VMs: folders, datacenters, clusters, hosts, datastores."""

from models.enums import InventoryType
from sync_agent.collector import property as table
from sync_agent.collector import value
from sync_agent.collector.fill import (
    Columns,
    Edges,
    Identifiers,
    edges_of,
    hashed,
    identifiers,
)
from sync_agent.collector.reply import VIM, Element, RawObject, children
from sync_agent.collector.tree import Tree
from sync_agent.records import Record

KEY, NAME, VALUE = f"{VIM}key", f"{VIM}name", f"{VIM}value"
DEGRADED_HOST = frozenset({"disconnected", "notResponding"})


def folder(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a folder."""
    columns = Columns(raw)
    columns.name()
    is_whole = place(raw, tree, columns, folder_column="parent_folder_moid")
    columns.set("path", tree.path(raw.moid), "parent", is_whole=is_whole)
    return _record(InventoryType.Folder, raw, columns)


def datacenter(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a datacenter."""
    columns = Columns(raw)
    columns.name()
    columns.fill(table.DATACENTER)
    parent = text_of(raw, "parent")
    columns.set("folder_moid", tree.folder(parent), "parent", is_whole=tree.is_whole(parent))
    return _record(InventoryType.Datacenter, raw, columns)


def cluster(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a cluster."""
    columns = Columns(raw)
    columns.name()
    columns.fill(table.CLUSTER)
    custom_attributes(raw, tree, columns)
    place(raw, tree, columns)
    return _record(InventoryType.Cluster, raw, columns)


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
    columns.set("ip_address", _management_address(raw), "config.network.vnic")
    usage = Columns(raw, is_degraded=is_degraded)
    usage.fill(table.HOST_USAGE)
    columns.unknown |= usage.stale()
    name = columns.text("name") or ""
    is_fqdn = "." in name and value.parse_address(name) is None
    found = identifiers(
        IP=[columns.known.get("ip_address"), value.parse_address(name)],
        BIOS_UUID=[columns.known.get("bios_uuid")],
        SERIAL=[columns.text("serial_number")],
        FQDN=[name] if is_fqdn else [],
    )
    return _record(
        InventoryType.Host,
        raw,
        columns,
        usage=None if usage.unknown else usage.known,
        edges=edges_of(raw, columns, table.HOST_EDGES),
        found={kind: values for kind, values in found.items() if values or not is_degraded},
    )


def datastore(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a datastore."""
    columns = Columns(raw)
    columns.name()
    columns.fill(table.DATASTORE)
    custom_attributes(raw, tree, columns)
    place(raw, tree, columns)
    usage = Columns(raw)
    usage.fill(table.DATASTORE_USAGE)
    columns.unknown |= usage.stale()
    return _record(
        InventoryType.Datastore, raw, columns, usage=None if usage.unknown else usage.known
    )


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


def attribute_names(fields: Element) -> dict[str, str]:
    """Return the names of custom attributes by key, of an array of CustomFieldDef."""
    return {item.findtext(KEY) or "": item.findtext(NAME) or "" for item in fields}


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


def _management_address(raw: RawObject) -> object:
    """Return the address of vmk0, or else of the first VMkernel adapter that has one."""
    adapters = raw.properties.get("config.network.vnic")
    found: dict[str, object] = {}
    for adapter in adapters if adapters is not None else ():
        device = next(children(adapter, "device"), None)
        spec = next(children(adapter, "spec"), None)
        ip = next(children(spec, "ip"), None) if spec is not None else None
        node = next(children(ip, "ipAddress"), None) if ip is not None else None
        if device is not None and node is not None:
            found[device.text or ""] = value.address(node)
    return found.get("vmk0") or next(iter(found.values()), None)


def _record(
    type_: InventoryType,
    raw: RawObject,
    columns: Columns,
    *,
    usage: dict[str, object] | None = None,
    edges: Edges | None = None,
    found: Identifiers | None = None,
) -> Record:
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
    )
