"""Datastores from below: a VMFS volume or an NFS share, and how each host sees it."""

from models.enums import InventoryType
from sync_agent.collector.fill import Columns, Edges
from sync_agent.collector.part import (
    EMPTY,
    Part,
    Structure,
    flag,
    number,
    several,
    structure,
    structures,
    text,
    texts,
    within,
)
from sync_agent.collector.reply import RawObject
from sync_agent.collector.value import KIBIBYTE, MEBIBYTE

INFO = "info"
MOUNTS = "host"
PATHS = (INFO, MOUNTS)


def set_volume(raw: RawObject, columns: Columns) -> None:
    """Set the columns of the volume; those of another kind of volume are null.

    The structure is asked for whole: which fields it has depends on the kind of datastore, and a
    path to a field that another kind has may be refused.
    """
    node = raw.properties.get(INFO)
    info = structure(node) if node is not None else EMPTY
    for column, content in (_vmfs(within(info, "vmfs")) | _nas(within(info, "nas"))).items():
        columns.set(column, content, INFO)


def mounts_of(raw: RawObject, columns: Columns) -> Edges:
    """Return the edges to hosts, each with how the host sees the datastore; unknown is left out."""
    if columns.is_unknown(MOUNTS):
        return {}
    listed = structures(raw.properties.get(MOUNTS))
    mounts = {text(mount, "key") or "": _mount(within(mount, "mountInfo")) for mount in listed}
    return {InventoryType.Host: mounts}


def _mount(seen: Structure) -> Part:
    return {
        "access_mode": text(seen, "accessMode"),
        "mounted": flag(seen, "mounted"),
        "accessible": flag(seen, "accessible"),
        "inaccessible_reason": text(seen, "inaccessibleReason"),
    }


def _vmfs(volume: Structure) -> Part:
    extents = [
        {"disk_name": text(each, "diskName"), "partition": number(each, "partition")}
        for each in several(volume, "extent")
    ]
    return {
        "is_local": flag(volume, "local"),
        "is_ssd": flag(volume, "ssd"),
        "vmfs_uuid": text(volume, "uuid"),
        "vmfs_version": text(volume, "version"),
        "vmfs_major_version": number(volume, "majorVersion"),
        "vmfs_upgradable": flag(volume, "vmfsUpgradable"),
        "block_size_bytes": _block_size(volume),
        "max_blocks": number(volume, "maxBlocks"),
        "extents": extents if volume else None,
    }


def _block_size(volume: Structure) -> int | None:
    """Return the block size: newer releases say it in KiB, older ones in MiB alone."""
    small, large = number(volume, "blockSize"), number(volume, "blockSizeMb")
    if small is not None:
        return small * KIBIBYTE
    return large * MEBIBYTE if large is not None else None


def _nas(volume: Structure) -> Part:
    return {
        "nfs_host": text(volume, "remoteHost"),
        "nfs_path": text(volume, "remotePath"),
        "nfs_hosts": texts(volume, "remoteHostNames") or None,
    }
