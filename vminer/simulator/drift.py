"""Small random changes, as a day brings them; the same for the same seed."""

import random
from collections.abc import Callable, Mapping

from vminer.simulator.changes import POWER_STATES, Changes
from vminer.simulator.inventory.inventory import Inventory
from vminer.simulator.inventory.moid import datastore_ref, host_ref, machine_ref
from vminer.simulator.inventory.storage import Datastore

Action = Callable[["Drift"], str | None]


class Drift:
    """Makes changes one by one; an action that finds nothing to do leaves it to the next."""

    def __init__(self, inventory: Inventory, changes: Changes, seed: str) -> None:
        self._inventory = inventory
        self._changes = changes
        self._random = random.Random(seed)  # noqa: S311 - nothing secret here

    def run(self, count: int) -> list[str]:
        """Answers what was done, one line per change."""
        done: list[str] = []
        kinds, weights = list(_WEIGHTS), list(_WEIGHTS.values())
        for _ in range(20 * count):
            if len(done) >= count:
                break
            action = self._random.choices(kinds, weights)[0]
            line = action(self)
            done += [line] if line else []
        return done

    def _machine(self) -> str | None:
        frame = self._inventory.frame
        for _ in range(20):
            index = self._random.randrange(frame.machine_count) if frame.machine_count else 0
            if self._inventory.find(machine_ref(index).moid) is not None:
                return machine_ref(index).moid
        return None

    def power(self) -> str | None:
        moid = self._machine()
        if moid is None:
            return None
        now = self._changes.machine(moid).power_state
        state = self._random.choice([each for each in POWER_STATES if each != now])
        self._changes.power(moid, state)
        return f"power {moid} {state}"

    def rename(self) -> str | None:
        moid = self._machine()
        if moid is None:
            return None
        name = f"{self._changes.machine(moid).plain_name}-v{self._random.randrange(2, 100)}"
        self._changes.rename(moid, name)
        return f"rename {moid} {name}"

    def annotate(self) -> str | None:
        moid = self._machine()
        if moid is None:
            return None
        self._changes.annotate(moid, f"Reviewed, ticket CHG{self._random.randrange(10**6)}")
        return f"annotate {moid}"

    def resize(self) -> str | None:
        moid = self._machine()
        if moid is None:
            return None
        self._changes.resize(moid, 1024 * self._random.randrange(1, 65))
        return f"resize {moid}"

    def move(self) -> str | None:
        moid = self._machine()
        if moid is None:
            return None
        place = self._changes.machine(moid).placement
        hosts = [
            host
            for host in self._inventory.frame.layout.hosts_of_cluster(place.cluster)
            if host != place.host
        ]
        if not hosts:
            return None
        target = host_ref(self._random.choice(hosts)).moid
        self._changes.move(moid, target)
        return f"move {moid} {target}"

    def add_snapshot(self) -> str | None:
        moid = self._machine()
        if moid is None or len(self._changes.machine(moid).snapshots) > 8:
            return None
        self._changes.add_snapshot(moid, f"before change {self._random.randrange(1000)}")
        return f"add_snapshot {moid}"

    def remove_snapshot(self) -> str | None:
        moid = self._machine()
        if moid is None or not self._changes.machine(moid).snapshots:
            return None
        self._changes.remove_snapshot(moid)
        return f"remove_snapshot {moid}"

    def free_space(self) -> str | None:
        index = self._random.randrange(self._inventory.frame.layout.datastores)
        moid = datastore_ref(index).moid
        capacity = Datastore(self._inventory.frame, index).capacity_bytes
        self._changes.set_free_space(moid, self._random.randrange(capacity))
        return f"free_space {moid}"

    def use(self) -> str | None:
        moid = self._machine()
        if moid is None:
            return None
        self._changes.use(moid)
        return f"use {moid}"

    def add(self) -> str | None:
        return f"add {self._changes.add()}"

    def remove(self) -> str | None:
        moid = self._machine()
        if moid is None:
            return None
        self._changes.remove(moid)
        return f"remove {moid}"


_WEIGHTS: Mapping[Action, int] = {
    Drift.power: 22,
    Drift.use: 20,
    Drift.move: 18,
    Drift.free_space: 10,
    Drift.add_snapshot: 8,
    Drift.remove_snapshot: 6,
    Drift.resize: 5,
    Drift.annotate: 4,
    Drift.rename: 3,
    Drift.add: 2,
    Drift.remove: 2,
}
