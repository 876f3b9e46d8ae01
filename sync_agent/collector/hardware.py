"""Devices and snapshots of VMs (HEAVY tier): disks, network adapters, the snapshot tree."""

from collections.abc import Mapping
from datetime import datetime

from sync_agent.collector import value
from sync_agent.collector.fill import hashed, identifiers
from sync_agent.collector.inventory import text_of
from sync_agent.collector.reply import VIM, Element, RawObject, children, local_type
from sync_agent.collector.virtual_machine import snapshot_trees
from sync_agent.records import HardwareRecord

Fields = Mapping[str, Element]

SPACE = len(VIM)
PATHS = ("config.changeVersion", "config.hardware.device", "snapshot")


def hardware(raw: RawObject) -> HardwareRecord | None:
    """Return the hardware of a VM; None where vCenter cannot tell: what is stored is kept then.

    A device of a kind we do not know is left out and costs nothing else.
    """
    devices = raw.properties.get("config.hardware.device")
    if devices is None or "snapshot" in raw.missing:
        return None
    disks: list[dict[str, object]] = []
    nics: list[dict[str, object]] = []
    for device in devices:
        if local_type(device) == "VirtualDisk":
            disks.append(_disk(device))
        elif any(node.text for node in children(device, "macAddress")):
            nics.append(_nic(device))
    snapshot = raw.properties.get("snapshot")
    capacities = [disk["capacity_bytes"] for disk in disks]
    columns: dict[str, object] = {
        "change_version": text_of(raw, "config.changeVersion"),
        "disk_count": len(disks),
        "nic_count": len(nics),
        "disk_capacity_bytes": sum(size for size in capacities if isinstance(size, int)),
        "disks": disks,
        "nics": nics,
        "snapshots": _snapshots(snapshot) if snapshot is not None else [],
    }
    found = identifiers(MAC=[nic["mac_address"] for nic in nics])
    return HardwareRecord(raw.moid, columns, hashed(columns, found=found), found)


def _disk(device: Element) -> dict[str, object]:
    fields = _fields(device)
    backing = _fields(fields.get("backing"))
    in_bytes = _number(fields, "capacityInBytes")
    in_kib = _number(fields, "capacityInKB")
    return {
        "key": _number(fields, "key"),
        "label": _label(fields),
        "capacity_bytes": in_bytes or (in_kib * value.KIBIBYTE if in_kib is not None else None),
        "file_name": _text(backing, "fileName"),
        "datastore_moid": _text(backing, "datastore"),
        "uuid": value.parse_uuid(_text(backing, "uuid")),
        "thin_provisioned": _flag(backing, "thinProvisioned"),
        "disk_mode": _text(backing, "diskMode"),
        "controller_key": _number(fields, "controllerKey"),
        "unit_number": _number(fields, "unitNumber"),
    }


def _nic(device: Element) -> dict[str, object]:
    fields = _fields(device)
    backing = _fields(fields.get("backing"))
    port = _fields(backing.get("port"))
    connectable = _fields(fields.get("connectable"))
    return {
        "key": _number(fields, "key"),
        "label": _label(fields),
        "type": local_type(device).removeprefix("Virtual"),
        "mac_address": (_text(fields, "macAddress") or "").lower().replace("-", ":"),
        "address_type": _text(fields, "addressType"),
        "network_name": _text(backing, "deviceName"),
        "network_moid": _text(backing, "network") or _text(port, "portgroupKey"),
        "portgroup_key": _text(port, "portgroupKey"),
        "connected": _flag(connectable, "connected"),
        "start_connected": _flag(connectable, "startConnected"),
    }


def _snapshots(info: Element) -> list[dict[str, object]]:
    current = _text(_fields(info), "currentSnapshot")
    parents: dict[Element, str | None] = {}
    found: list[dict[str, object]] = []
    for tree in snapshot_trees(info):
        fields = _fields(tree)
        moid = _text(fields, "snapshot")
        for child in children(tree, "childSnapshotList"):
            parents[child] = moid
        found.append(
            {
                "moid": moid,
                "id": _number(fields, "id"),
                "name": value.decoded_name(_text(fields, "name") or ""),
                "description": _text(fields, "description"),
                "created_at": _moment(fields, "createTime"),
                "power_state": _text(fields, "state"),
                "quiesced": _flag(fields, "quiesced"),
                "parent_moid": parents.get(tree),
                "is_current": moid == current,
            }
        )
    return found


def _fields(node: Element | None) -> Fields:
    """Return the children of an element by local name, found in one walk; the first of a name."""
    if node is None:
        return {}
    return {child.tag[SPACE:]: child for child in reversed(node)}


def _text(fields: Fields, name: str) -> str | None:
    found = fields.get(name)
    return value.text(found) if found is not None else None


def _number(fields: Fields, name: str) -> int | None:
    found = fields.get(name)
    return value.integer(found) if found is not None else None


def _flag(fields: Fields, name: str) -> bool | None:
    found = fields.get(name)
    return value.boolean(found) if found is not None else None


def _moment(fields: Fields, name: str) -> str | None:
    found = fields.get(name)
    moment: datetime | None = value.moment(found) if found is not None else None
    return moment.isoformat() if moment else None


def _label(fields: Fields) -> str | None:
    return _text(_fields(fields.get("deviceInfo")), "label")
