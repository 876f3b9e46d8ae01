"""VirtualMachine.layoutEx: files, and which of them disks and snapshots consist of."""

from collections.abc import Mapping

from vminer.simulator.inventory.files import Chain
from vminer.simulator.inventory.machine import Machine
from vminer.simulator.inventory.snapshot import snapshot_ref
from vminer.simulator.render.node import Items, Struct, escape, moment


def _files(tag: str, machine: Machine) -> str:
    return "".join(
        f"<{tag}><key>{file.key}</key><name>{escape(file.name)}</name><type>{file.type}</type>"
        f"<size>{file.size}</size><uniqueSize>{file.size}</uniqueSize>"
        f"<accessible>true</accessible></{tag}>"
        for file in machine.files.files
    )


def _disks(tag: str, machine: Machine) -> str:
    return _chains(tag, machine.files.disks)


def _chains(tag: str, disks: Mapping[int, Chain]) -> str:
    return "".join(
        f"<{tag}><key>{key}</key>{''.join(_unit(unit) for unit in chain)}</{tag}>"
        for key, chain in disks.items()
    )


def _unit(keys: tuple[int, ...]) -> str:
    inner = "".join(f"<fileKey>{key}</fileKey>" for key in keys)
    return f"<chain>{inner}</chain>"


def _snapshots(tag: str, machine: Machine) -> str:
    return "".join(
        f'<{tag}><key type="VirtualMachineSnapshot">'
        f"{snapshot_ref(machine.index, each.number).moid}</key><dataKey>{each.data_key}</dataKey>"
        f"<memoryKey>{each.memory_key}</memoryKey>{_chains('disk', each.disks)}</{tag}>"
        for each in machine.files.snapshots
    )


LAYOUT = Struct(
    "VirtualMachineFileLayoutEx",
    {
        "file": Items("VirtualMachineFileLayoutExFileInfo", _files),
        "disk": Items("VirtualMachineFileLayoutExDiskLayout", _disks),
        "snapshot": Items("VirtualMachineFileLayoutExSnapshotLayout", _snapshots),
        "timestamp": moment(lambda machine: machine.modified),
    },
    lambda machine: bool(machine.is_accessible),
)
