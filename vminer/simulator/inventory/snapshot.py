"""The snapshots a machine has from the start: about 15 % of the machines have some."""

from datetime import timedelta
from typing import TYPE_CHECKING

from vminer.simulator.inventory.change import Snapshot
from vminer.simulator.inventory.dice import BASE_TIME
from vminer.simulator.inventory.ref import Ref

if TYPE_CHECKING:
    from vminer.simulator.inventory.machine import Machine

FIRST_SNAPSHOT = 100_000
MOST_SNAPSHOTS = 32  # per machine: numbers repeat beyond it


def generated_snapshots(machine: "Machine") -> tuple[Snapshot, ...]:
    """A chain of one to three; the third hangs beside the second now and then."""
    dice = machine.dice
    if dice[61] >= 38 or machine.is_template:  # 38 of 256 are 15 %
        return ()
    days = 1 + dice[62] * 3
    return tuple(
        Snapshot(
            number=number,
            parent=None if number == 1 else 1 + (number == 3 and dice[63] & 1),
            name=("before patch", "VEEAM BACKUP TEMPORARY SNAPSHOT", "pre-upgrade <9.1>")[
                (number + dice[63]) % 3
            ],
            description=f"Step {number} & rollback point",
            created=BASE_TIME - timedelta(days=days - number, seconds=dice[63] * 60),
            power_state=machine.power_state if number > 1 else "poweredOff",
            quiesced=bool(dice[63] & 2),
        )
        for number in range(1, 2 + dice[61] % 3)
    )


def snapshot_ref(machine: int, number: int) -> Ref:
    """snapshot-100001, …"""
    return Ref(
        "VirtualMachineSnapshot", f"snapshot-{FIRST_SNAPSHOT + machine * MOST_SNAPSHOTS + number}"
    )
