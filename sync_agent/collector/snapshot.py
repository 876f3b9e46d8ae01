"""The snapshot tree of a VM, flattened, with what each snapshot takes on disk.

What is written after a snapshot goes into new files, one for each disk, which the next snapshot
below it, or the running VM, has on top of its chain. A snapshot's size is those files, its state
file and its memory: what deleting it would free or merge.
"""

from collections.abc import Iterable, Mapping
from typing import cast

from sync_agent.collector import value
from sync_agent.collector.part import (
    Part,
    Structure,
    flag,
    moment,
    number,
    several,
    structure,
    structures,
    text,
)
from sync_agent.collector.reply import VIM, Element

SNAPSHOT_TREES = (f"{VIM}rootSnapshotList", f"{VIM}childSnapshotList")
FILES, DISKS, LAYOUTS = "layoutEx.file", "layoutEx.disk", "layoutEx.snapshot"
NO_FILE = -1

Chain = frozenset[int]
"""Keys of the files that disks consist of."""


def snapshots(properties: Mapping[str, Element]) -> list[Part]:
    """Return the snapshots of a VM, depth first; sizes are null where its files were not asked for.

    Raises:
        ValueError: one cannot be read.
    """
    node = properties.get("snapshot")
    if node is None:
        return []
    info = structure(node)
    found: list[Part] = []
    roots = reversed(several(info, "rootSnapshotList"))
    waiting: list[tuple[Structure, str | None, int]] = [(tree, None, 1) for tree in roots]
    while waiting:
        tree, parent, depth = waiting.pop()
        moid = text(tree, "snapshot")
        below = reversed(several(tree, "childSnapshotList"))
        waiting += [(child, moid, depth + 1) for child in below]
        part = _snapshot(tree)
        found.append(part)
        part |= {
            "parent_moid": parent,
            "depth": depth,
            "is_current": moid == text(info, "currentSnapshot"),
        }
    _measure(found, properties)
    return found


def _snapshot(tree: Structure) -> Part:
    return {
        "moid": text(tree, "snapshot"),
        "id": number(tree, "id"),
        "name": value.decoded_name(text(tree, "name") or ""),
        "description": text(tree, "description"),
        "created_at": moment(tree, "createTime"),
        "power_state": text(tree, "state"),
        "quiesced": flag(tree, "quiesced"),
        "size_bytes": None,
        "state_size_bytes": None,
    }


def snapshot_trees(node: Element) -> list[Element]:
    """Return every snapshot below a VirtualMachineSnapshotInfo or tree, depth first."""
    found: list[Element] = []
    waiting = [child for child in reversed(node) if child.tag in SNAPSHOT_TREES]
    while waiting:
        tree = waiting.pop()
        found.append(tree)
        waiting.extend(child for child in reversed(tree) if child.tag in SNAPSHOT_TREES)
    return found


def _measure(found: list[Part], properties: Mapping[str, Element]) -> None:
    """Set the sizes of snapshots, by the files of the VM and what each snapshot is made of."""
    sizes = {
        number(file, "key"): number(file, "size") or 0 for file in structures(properties.get(FILES))
    }
    layouts = {text(each, "key"): each for each in structures(properties.get(LAYOUTS))}
    chains = {moid: _chain(several(layout, "disk")) for moid, layout in layouts.items()}
    running = _chain(structures(properties.get(DISKS)))
    for part in found:
        moid = cast("str", part["moid"])
        if moid not in layouts:
            continue
        above = [
            chains.get(cast("str", child["moid"]), chains[moid])
            for child in found
            if child["parent_moid"] == moid
        ]
        above += [running] if part["is_current"] else []
        written = frozenset[int]().union(*above) - chains[moid]
        state = _state_files(layouts[moid])
        part["state_size_bytes"] = sum(sizes.get(key, 0) for key in state)
        part["size_bytes"] = sum(sizes.get(key, 0) for key in state | written)


def _state_files(layout: Structure) -> frozenset[int]:
    keys = (number(layout, "dataKey"), number(layout, "memoryKey"))
    return frozenset(key for key in keys if key is not None and key != NO_FILE)


def _chain(disks: Iterable[Structure]) -> Chain:
    return frozenset(
        int(key)
        for disk in disks
        for unit in several(disk, "chain")
        for key in several(unit, "fileKey")
    )
