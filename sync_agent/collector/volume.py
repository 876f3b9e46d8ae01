"""Datastores from below: a VMFS volume or an NFS share, and how each host sees it."""

from sync_agent.collector import field
from sync_agent.collector.fill import Columns
from sync_agent.collector.reply import Element, RawObject
from sync_agent.collector.value import KIBIBYTE, MEBIBYTE

INFO = "info"
MOUNTS = "host"
PATHS = (INFO, MOUNTS)

Mounts = dict[str, dict[str, object]]


def set_volume(raw: RawObject, columns: Columns) -> None:
    """Set the columns of the volume; those of another kind of volume are null.

    The structure is asked for whole: which fields it has depends on the kind of datastore, and a
    path to a field that another kind has may be refused.
    """
    info = raw.properties.get(INFO)
    found = _vmfs(field.child(info, "vmfs")) | _nas(field.child(info, "nas"))
    for column, content in found.items():
        columns.set(column, content, INFO)


def mounts_of(raw: RawObject, columns: Columns) -> Mounts | None:
    """Return how each host sees a datastore; None: unknown."""
    if columns.is_unknown(MOUNTS):
        return None
    return {
        field.text(mount, "key") or "": {
            "access_mode": field.text(mount, "mountInfo", "accessMode"),
            "mounted": field.flag(mount, "mountInfo", "mounted"),
            "accessible": field.flag(mount, "mountInfo", "accessible"),
            "inaccessible_reason": field.text(mount, "mountInfo", "inaccessibleReason"),
        }
        for mount in raw.properties.get(MOUNTS, ())
    }


def _vmfs(volume: Element | None) -> dict[str, object]:
    extents = [
        {"disk_name": field.text(each, "diskName"), "partition": field.number(each, "partition")}
        for each in field.each(volume, "extent")
    ]
    return {
        "is_local": field.flag(volume, "local"),
        "is_ssd": field.flag(volume, "ssd"),
        "vmfs_uuid": field.text(volume, "uuid"),
        "vmfs_version": field.text(volume, "version"),
        "vmfs_major_version": field.number(volume, "majorVersion"),
        "vmfs_upgradable": field.flag(volume, "vmfsUpgradable"),
        "block_size_bytes": _block_size(volume),
        "max_blocks": field.number(volume, "maxBlocks"),
        "extents": extents if volume is not None else None,
    }


def _block_size(volume: Element | None) -> int | None:
    """Return the block size: newer releases say it in KiB, older ones in MiB alone."""
    small, large = field.number(volume, "blockSize"), field.number(volume, "blockSizeMb")
    if small is not None:
        return small * KIBIBYTE
    return large * MEBIBYTE if large is not None else None


def _nas(volume: Element | None) -> dict[str, object]:
    return {
        "nfs_host": field.text(volume, "remoteHost"),
        "nfs_path": field.text(volume, "remotePath"),
        "nfs_hosts": field.texts(volume, "remoteHostNames") or None,
    }
