"""What a host sees of storage: bus adapters, disks, and the paths that lead to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sync_agent.collector.part import (
    EMPTY,
    TYPE,
    Part,
    Structure,
    flag,
    number,
    ordered,
    several,
    structures,
    text,
    texts,
    trimmed,
    within,
)
from sync_agent.collector.reply import Element

ADAPTERS = "config.storageDevice.hostBusAdapter"
LUNS = "config.storageDevice.scsiLun"
MULTIPATH = "config.storageDevice.multipathInfo.lun"
PATHS = (ADAPTERS, LUNS, MULTIPATH)
OCTETS = frozenset({"alternateName", "durableName", "standardInquiry"})
"""Answers to SCSI inquiries, hundreds of elements of one byte each: most of what a disk holds."""
FIBRE_CHANNEL = frozenset({"HostFibreChannelHba", "HostFibreChannelOverEthernetHba"})
DEAD = "dead"


@dataclass(frozen=True, slots=True)
class HostStorage:
    """What vSphere says of the storage of a host."""

    adapters: list[Structure]
    luns: list[Structure]
    units: list[Structure]
    """Disks as multipathing knows them, with their paths."""

    @classmethod
    def of(cls, properties: Mapping[str, Element]) -> Self:
        """Read the properties of a host."""
        return cls(*(list(structures(properties.get(path), OCTETS)) for path in PATHS))


def bus_adapters(storage: HostStorage) -> list[Part]:
    """Return the host bus adapters."""
    return [
        {
            "device": text(adapter, "device"),
            "type": _type(adapter),
            "driver": text(adapter, "driver"),
            "model": trimmed(adapter, "model"),
            "status": text(adapter, "status"),
            "bus": number(adapter, "bus"),
            "pci": text(adapter, "pci"),
            "port_wwn": _wwn(adapter, "portWorldWideName"),
            "node_wwn": _wwn(adapter, "nodeWorldWideName"),
            "iscsi_name": text(adapter, "iScsiName"),
        }
        for adapter in storage.adapters
    ]


def luns(storage: HostStorage) -> list[Part]:
    """Return the disks, each with its multipathing policy and paths."""
    devices = {text(adapter, "key"): text(adapter, "device") for adapter in storage.adapters}
    units = {text(unit, "lun"): unit for unit in storage.units}
    return [
        _lun(lun) | _multipath(units.get(text(lun, "key"), EMPTY), devices) for lun in storage.luns
    ]


def dead_paths(storage: HostStorage) -> int:
    """Count the dead paths of all disks."""
    return sum(_state(path) == DEAD for unit in storage.units for path in several(unit, "path"))


def _lun(lun: Structure) -> Part:
    size = number(within(lun, "capacity"), "blockSize")
    blocks = number(within(lun, "capacity"), "block")
    return {
        "canonical_name": text(lun, "canonicalName"),
        "display_name": text(lun, "displayName"),
        "type": text(lun, "lunType"),
        "vendor": trimmed(lun, "vendor"),
        "model": trimmed(lun, "model"),
        "revision": trimmed(lun, "revision"),
        "serial_number": trimmed(lun, "serialNumber"),
        "uuid": text(lun, "uuid"),
        "capacity_bytes": size * blocks if size is not None and blocks is not None else None,
        "local": flag(lun, "localDisk"),
        "ssd": flag(lun, "ssd"),
        "scsi_level": number(lun, "scsiLevel"),
        "queue_depth": number(lun, "queueDepth"),
        "operational_states": sorted(texts(lun, "operationalState")),
        "hardware_acceleration": text(lun, "vStorageSupport"),
    }


def _multipath(unit: Structure, devices: Mapping[str | None, str | None]) -> Part:
    return {
        "policy": text(within(unit, "policy"), "policy"),
        "array_policy": text(within(unit, "storageArrayTypePolicy"), "policy"),
        "paths": ordered((_path(path, devices) for path in several(unit, "path")), "name"),
    }


def _path(path: Structure, devices: Mapping[str | None, str | None]) -> Part:
    return {
        "name": text(path, "name"),
        "adapter": devices.get(text(path, "adapter")),
        "state": _state(path),
        "is_working": flag(path, "isWorkingPath"),
    }


def _state(path: Structure) -> str | None:
    """Return the state of a path; older releases know `pathState` alone."""
    return text(path, "state") or text(path, "pathState")


def _type(adapter: Structure) -> str:
    return str(adapter.get(TYPE, "")).removeprefix("Host").removesuffix("Hba")


def _wwn(adapter: Structure, name: str) -> str | None:
    """Return a world wide name as people write it.

    Fibre Channel has an xsd:long, which shows names above 2^63 as negative; SAS has a text, which
    may well be all decimal digits.

    Raises:
        ValueError: it is no number where it has to be one.
    """
    if adapter.get(TYPE) not in FIBRE_CHANNEL:
        return text(adapter, name) or None
    written = number(adapter, name)
    if written is None:
        return None
    digits = f"{written % 2**64:016x}"
    return ":".join(digits[at : at + 2] for at in range(0, 16, 2))
