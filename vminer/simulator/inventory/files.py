"""A machine's files, and which of them each disk and each snapshot consists of.

A snapshot freezes the files its disks are on; what is written afterwards goes into a new file for
each disk, until the next snapshot below it is taken.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vminer.simulator.inventory.hardware import Disk
    from vminer.simulator.inventory.machine import Machine

Chain = tuple[tuple[int, ...], ...]
"""Keys of the files of one disk, unit by unit, base first."""


class File(NamedTuple):
    """One file on a datastore."""

    key: int
    name: str
    type: str
    size: int


class SnapshotFiles(NamedTuple):
    """What one snapshot consists of."""

    number: int
    data_key: int
    memory_key: int
    """-1: taken without memory."""
    disks: dict[int, Chain]


@dataclass(slots=True)
class FileLayout:
    """layoutEx."""

    files: list[File] = field(default_factory=list)
    disks: dict[int, Chain] = field(default_factory=dict)
    """As the machine runs on them now, by device key."""
    snapshots: list[SnapshotFiles] = field(default_factory=list)

    def add(self, name: str, type_: str, size: int) -> int:
        """A new file; answers its key."""
        self.files.append(File(len(self.files), name, type_, size))
        return len(self.files) - 1


def file_layout(machine: "Machine") -> FileLayout:
    """Configuration, swap, disks, and what snapshots added to them."""
    layout, start = FileLayout(), f"{machine.directory}/{machine.plain_name}"
    layout.add(f"{start}.vmx", "config", 3_000 + machine.more_dice[1])
    layout.add(f"{start}.nvram", "nvram", 8_684)
    if machine.power_state == "poweredOn":
        layout.add(f"{start}.vswp", "swap", machine.memory_mb * 1024**2)
    disks = machine.disks
    bases: dict[int, Chain] = {
        disk.key: (_unit(layout, disk.file_name, disk.capacity_kb * 512),) for disk in disks
    }
    chains: dict[int | None, dict[int, Chain]] = {None: bases}
    for snapshot in machine.snapshots:
        below = chains[snapshot.parent]
        if snapshot.parent is not None:
            below = _grown(layout, disks, below, snapshot.number)
        chains[snapshot.number] = below
        number, with_memory = snapshot.number, snapshot.power_state == "poweredOn"
        data = layout.add(f"{start}-Snapshot{number}.vmsn", "snapshotData", 30_000 + number)
        memory = -1
        if with_memory and not snapshot.quiesced:
            size = machine.memory_mb * 1024**2
            memory = layout.add(f"{start}-Snapshot{number}.vmem", "snapshotMemory", size)
        layout.snapshots.append(SnapshotFiles(number, data, memory, below))
    layout.disks = bases
    if machine.snapshots:
        last = machine.snapshots[-1].number
        layout.disks = _grown(layout, disks, chains[last], last + 1)
    return layout


def _grown(
    layout: FileLayout, disks: "list[Disk]", below: dict[int, Chain], number: int
) -> dict[int, Chain]:
    """The chains with a file more for each disk."""
    return {
        disk.key: (
            *below[disk.key],
            _unit(
                layout,
                disk.file_name.replace(".vmdk", f"-{number:06d}.vmdk"),
                (number + disk.unit) * 16 * 1024**2,
            ),
        )
        for disk in disks
    }


def _unit(layout: FileLayout, name: str, size: int) -> tuple[int, int]:
    extent = name.replace(".vmdk", "-flat.vmdk")
    return layout.add(name, "diskDescriptor", 512), layout.add(extent, "diskExtent", size)
