"""What a host sees of storage: bus adapters, disks, and the paths that lead to them."""

from sync_agent.collector import field
from sync_agent.collector.reply import Element, RawObject, local_type

Part = dict[str, object]

ADAPTERS = "config.storageDevice.hostBusAdapter"
LUNS = "config.storageDevice.scsiLun"
MULTIPATH = "config.storageDevice.multipathInfo.lun"
PATHS = (ADAPTERS, LUNS, MULTIPATH)
DEAD = "dead"


def bus_adapters(raw: RawObject) -> list[Part]:
    """Return the host bus adapters."""
    return [
        {
            "device": field.text(adapter, "device"),
            "type": local_type(adapter).removeprefix("Host").removesuffix("Hba"),
            "driver": field.text(adapter, "driver"),
            "model": field.trimmed(adapter, "model"),
            "status": field.text(adapter, "status"),
            "bus": field.number(adapter, "bus"),
            "pci": field.text(adapter, "pci"),
            "port_wwn": _wwn(adapter, "portWorldWideName"),
            "node_wwn": _wwn(adapter, "nodeWorldWideName"),
            "iscsi_name": field.text(adapter, "iScsiName"),
        }
        for adapter in raw.properties.get(ADAPTERS, ())
    ]


def luns(raw: RawObject) -> list[Part]:
    """Return the disks, each with its multipathing policy and paths."""
    devices = {
        field.text(adapter, "key") or "": field.text(adapter, "device")
        for adapter in raw.properties.get(ADAPTERS, ())
    }
    units = {field.text(unit, "lun"): unit for unit in raw.properties.get(MULTIPATH, ())}
    return [
        _lun(lun) | _multipath(units.get(field.text(lun, "key")), devices)
        for lun in raw.properties.get(LUNS, ())
    ]


def dead_paths(found: list[Part]) -> int:
    """Count the dead paths of these disks.

    >>> dead_paths([{"paths": [{"state": "dead"}, {"state": "active"}]}, {"paths": []}])
    1
    """
    paths = (path for lun in found if isinstance(several := lun["paths"], list) for path in several)
    return sum(path["state"] == DEAD for path in paths)


def _lun(lun: Element) -> Part:
    capacity = field.child(lun, "capacity")
    size, blocks = field.number(capacity, "blockSize"), field.number(capacity, "block")
    return {
        "canonical_name": field.text(lun, "canonicalName"),
        "display_name": field.text(lun, "displayName"),
        "type": field.text(lun, "lunType"),
        "vendor": field.trimmed(lun, "vendor"),
        "model": field.trimmed(lun, "model"),
        "revision": field.trimmed(lun, "revision"),
        "serial_number": field.trimmed(lun, "serialNumber"),
        "uuid": field.text(lun, "uuid"),
        "capacity_bytes": size * blocks if size is not None and blocks is not None else None,
        "local": field.flag(lun, "localDisk"),
        "ssd": field.flag(lun, "ssd"),
        "scsi_level": field.number(lun, "scsiLevel"),
        "queue_depth": field.number(lun, "queueDepth"),
        "operational_states": field.texts(lun, "operationalState"),
        "hardware_acceleration": field.text(lun, "vStorageSupport"),
    }


def _multipath(unit: Element | None, devices: dict[str, str | None]) -> Part:
    return {
        "policy": field.text(unit, "policy", "policy"),
        "array_policy": field.text(unit, "storageArrayTypePolicy", "policy"),
        "paths": [
            {
                "name": field.text(path, "name"),
                "adapter": devices.get(field.text(path, "adapter") or ""),
                "state": field.text(path, "state") or field.text(path, "pathState"),
                "is_working": field.flag(path, "isWorkingPath"),
            }
            for path in field.each(unit, "path")
        ],
    }


def _wwn(adapter: Element, name: str) -> str | None:
    """Return a world wide name as people write it; Fibre Channel has a signed number, SAS a text.

    vSphere's xsd:long shows names above 2^63 as negative.
    """
    content = field.text(adapter, name)
    if not content:
        return None
    try:
        digits = f"{int(content) % 2**64:016x}"
    except ValueError:
        return content
    return ":".join(digits[at : at + 2] for at in range(0, 16, 2))
