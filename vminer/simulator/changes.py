"""Changes to a vCenter's inventory while it runs."""

from datetime import timedelta

from vminer.simulator.inventory import moid as ids
from vminer.simulator.inventory.change import Snapshot
from vminer.simulator.inventory.dice import BASE_TIME
from vminer.simulator.inventory.identity import SPARE_MACHINES
from vminer.simulator.inventory.inventory import Inventory
from vminer.simulator.inventory.machine import Machine
from vminer.simulator.inventory.snapshot import MOST_SNAPSHOTS

POWER_STATES = ("poweredOn", "poweredOff", "suspended")
CONNECTIONS = ("connected", "disconnected", "notResponding")


class UnknownObjectError(LookupError):
    """There is no such object, or what is asked of it makes no sense."""


class Changes:
    """Writes the overlay. A change of the configuration moves config.changeVersion as well."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._overlay = inventory.frame.overlay

    def machine(self, moid: str) -> Machine:
        """A machine that exists now."""
        found = self._inventory.find(moid)
        if not isinstance(found, Machine):
            raise UnknownObjectError(moid)
        return found

    def power(self, moid: str, state: str) -> None:
        """poweredOn, poweredOff or suspended; the configuration stays as it is."""
        if state not in POWER_STATES:
            raise UnknownObjectError(state)
        self._overlay.edit(self.machine(moid).index).power_state = state

    def rename(self, moid: str, name: str) -> None:
        """`name` as on the wire: percent-encoded."""
        self._overlay.edit(self.machine(moid).index, config=True).name = name

    def annotate(self, moid: str, text: str) -> None:
        """Sets the notes."""
        self._overlay.edit(self.machine(moid).index, config=True).annotation = text

    def resize(self, moid: str, memory_mb: int) -> None:
        """Sets the memory."""
        self._overlay.edit(self.machine(moid).index, config=True).memory_mb = memory_mb

    def use(self, moid: str) -> None:
        """Moves the volatile numbers of one machine."""
        self._overlay.edit(self.machine(moid).index).usage_shift += 1

    def move(self, moid: str, host: str) -> None:
        """To another host; the configuration stays as it is."""
        index = self._host(host)
        self._overlay.edit(self.machine(moid).index).host = index

    def connect(self, moid: str, state: str) -> None:
        """Of a host: connected, disconnected or notResponding; its machines follow."""
        if state not in CONNECTIONS:
            raise UnknownObjectError(state)
        self._overlay.host_connections[self._host(moid)] = state
        self._overlay.version += 1

    def _host(self, moid: str) -> int:
        if not moid.startswith("host-") or self._inventory.find(moid) is None:
            raise UnknownObjectError(moid)
        return int(moid.removeprefix("host-")) - ids.FIRST_HOST

    def add(self) -> str:
        """A new machine, with a moid that was never used; answers it."""
        if self._overlay.added >= SPARE_MACHINES:
            raise UnknownObjectError("no numbers left for another machine")
        self._overlay.added += 1
        self._overlay.version += 1
        return ids.machine_ref(self._inventory.frame.machine_count - 1).moid

    def take(self, machine: Machine) -> str:
        """A machine of another vCenter, under a moid of this one; there it must be removed."""
        moid = self.add()
        self._overlay.edit(self.machine(moid).index).origin = machine.origin
        return moid

    def remove(self, moid: str) -> None:
        """For good."""
        index = self.machine(moid).index
        self._overlay.removed.add(index)
        self._overlay.machines.pop(index, None)
        self._overlay.version += 1

    def reuse(self, moid: str) -> None:
        """The machine is gone, and another one carries its moid, as after a restore."""
        index = self.machine(moid).index
        life = self._overlay.machine(index).life + 1
        self._overlay.machines.pop(index, None)
        self._overlay.edit(index, config=True).life = life

    def add_snapshot(self, moid: str, name: str = "snapshot") -> int:
        """Beneath the current one; answers its number within the machine."""
        machine = self.machine(moid)
        old = machine.snapshots
        number = max((each.number for each in old), default=0) + 1
        if number >= MOST_SNAPSHOTS:
            raise UnknownObjectError("no numbers left for another snapshot")
        new = Snapshot(
            number=number,
            parent=old[-1].number if old else None,
            name=name,
            description="",
            created=BASE_TIME + timedelta(minutes=self._overlay.version),
            power_state=machine.power_state,
            quiesced=False,
        )
        self._overlay.edit(machine.index, config=True).snapshots = (*old, new)
        return number

    def remove_snapshot(self, moid: str, number: int | None = None) -> None:
        """The current one, or one by its number; its children move up to its parent."""
        machine = self.machine(moid)
        old = machine.snapshots
        wanted = number or (old[-1].number if old else 0)
        gone = next((each for each in old if each.number == wanted), None)
        if gone is None:
            raise UnknownObjectError(f"{moid} has no such snapshot")
        kept = tuple(_reparented(each, gone) for each in old if each.number != wanted)
        self._overlay.edit(machine.index, config=True).snapshots = kept

    def set_free_space(self, moid: str, free_bytes: int) -> None:
        """Of a datastore."""
        if not moid.startswith("datastore-") or self._inventory.find(moid) is None:
            raise UnknownObjectError(moid)
        index = int(moid.removeprefix("datastore-")) - ids.FIRST_DATASTORE
        self._overlay.free_space[index] = free_bytes
        self._overlay.version += 1

    def tick(self) -> None:
        """Moves every volatile number of the vCenter."""
        self._overlay.tick += 1


def _reparented(snapshot: Snapshot, gone: Snapshot) -> Snapshot:
    if snapshot.parent != gone.number:
        return snapshot
    return Snapshot(
        snapshot.number,
        gone.parent,
        snapshot.name,
        snapshot.description,
        snapshot.created,
        snapshot.power_state,
        snapshot.quiesced,
    )
