"""Devices and snapshots of VMs (HEAVY tier): disks, network adapters, the snapshot tree."""

from datetime import datetime

from sync_agent.collector import value
from sync_agent.collector.fill import hashed, identifiers
from sync_agent.collector.inventory import text_of
from sync_agent.collector.reply import Element, RawObject, children, local_type
from sync_agent.collector.virtual_machine import snapshot_trees
from sync_agent.records import HardwareRecord

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
        elif _text(device, "macAddress") is not None:
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
    backing = _child(device, "backing")
    in_bytes = _number(device, "capacityInBytes")
    in_kib = _number(device, "capacityInKB")
    return {
        "key": _number(device, "key"),
        "label": _label(device),
        "capacity_bytes": in_bytes or (in_kib * value.KIBIBYTE if in_kib is not None else None),
        "file_name": _text(backing, "fileName"),
        "datastore_moid": _text(backing, "datastore"),
        "uuid": _uuid(backing),
        "thin_provisioned": _flag(backing, "thinProvisioned"),
        "disk_mode": _text(backing, "diskMode"),
        "controller_key": _number(device, "controllerKey"),
        "unit_number": _number(device, "unitNumber"),
    }


def _nic(device: Element) -> dict[str, object]:
    backing = _child(device, "backing")
    port = _child(backing, "port")
    connectable = _child(device, "connectable")
    return {
        "key": _number(device, "key"),
        "label": _label(device),
        "type": local_type(device).removeprefix("Virtual"),
        "mac_address": (_text(device, "macAddress") or "").lower().replace("-", ":"),
        "address_type": _text(device, "addressType"),
        "network_name": _text(backing, "deviceName"),
        "network_moid": _text(backing, "network") or _text(port, "portgroupKey"),
        "portgroup_key": _text(port, "portgroupKey"),
        "connected": _flag(connectable, "connected"),
        "start_connected": _flag(connectable, "startConnected"),
    }


def _snapshots(info: Element) -> list[dict[str, object]]:
    current = _text(info, "currentSnapshot")
    parents: dict[Element, str | None] = {}
    found: list[dict[str, object]] = []
    for tree in snapshot_trees(info):
        moid = _text(tree, "snapshot")
        for child in children(tree, "childSnapshotList"):
            parents[child] = moid
        found.append(
            {
                "moid": moid,
                "id": _number(tree, "id"),
                "name": value.decoded_name(_text(tree, "name") or ""),
                "description": _text(tree, "description"),
                "created_at": _moment(tree, "createTime"),
                "power_state": _text(tree, "state"),
                "quiesced": _flag(tree, "quiesced"),
                "parent_moid": parents.get(tree),
                "is_current": moid == current,
            }
        )
    return found


def _child(node: Element | None, name: str) -> Element | None:
    return next(children(node, name), None) if node is not None else None


def _text(node: Element | None, name: str) -> str | None:
    found = _child(node, name)
    return value.text(found) if found is not None else None


def _number(node: Element | None, name: str) -> int | None:
    found = _child(node, name)
    return value.integer(found) if found is not None else None


def _flag(node: Element | None, name: str) -> bool | None:
    found = _child(node, name)
    return value.boolean(found) if found is not None else None


def _moment(node: Element, name: str) -> str | None:
    found = _child(node, name)
    moment: datetime | None = value.moment(found) if found is not None else None
    return moment.isoformat() if moment else None


def _label(device: Element) -> str | None:
    return _text(_child(device, "deviceInfo"), "label")


def _uuid(backing: Element | None) -> str | None:
    found = value.parse_uuid(_text(backing, "uuid"))
    return str(found) if found else None
