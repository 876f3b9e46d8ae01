"""VirtualMachine.snapshot: the flat list of snapshots as the tree vSphere makes of it."""

from vminer.simulator.inventory.change import Snapshot
from vminer.simulator.inventory.machine import Machine
from vminer.simulator.inventory.ref import Ref
from vminer.simulator.inventory.snapshot import snapshot_ref
from vminer.simulator.render.node import bool_text, date_text, escape


def current_snapshot(machine: Machine) -> Ref:
    """The newest one."""
    return snapshot_ref(machine.index, machine.snapshots[-1].number)


def snapshot_tree(tag: str, machine: Machine) -> str:
    """The roots, each with its children inside."""
    snapshots = machine.snapshots
    roots = [each for each in snapshots if each.parent is None]
    return "".join(_branch(tag, machine, each, snapshots) for each in roots)


def _branch(tag: str, machine: Machine, snapshot: Snapshot, every: tuple[Snapshot, ...]) -> str:
    children = [each for each in every if each.parent == snapshot.number]
    inner = "".join(_branch("childSnapshotList", machine, each, every) for each in children)
    moid = snapshot_ref(machine.index, snapshot.number).moid
    return (
        f'<{tag}><snapshot type="VirtualMachineSnapshot">{moid}</snapshot>'
        f'<vm type="VirtualMachine">{machine.ref.moid}</vm><name>{escape(snapshot.name)}</name>'
        f"<description>{escape(snapshot.description)}</description><id>{snapshot.number}</id>"
        f"<createTime>{date_text(snapshot.created)}</createTime>"
        f"<state>{snapshot.power_state}</state><quiesced>{bool_text(snapshot.quiesced)}</quiesced>"
        f"{inner}<replaySupported>false</replaySupported></{tag}>"
    )
