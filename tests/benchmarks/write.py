"""What a sync costs once its pages are decoded: compare, COPY, merge; and the WAL it leaves.

One vCenter, synced four times by the project's own writer: for the first time, unchanged, with
every volatile number moved, with 5 % of the VMs reconfigured.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from models.db.settings import DatabaseSettings
from models.enums import InventoryType, Tier
from tests.benchmarks.cost import Cost, cost_of
from tests.benchmarks.decode import cpu_of, light_pages
from tests.benchmarks.in_process import InProcessVCenter, Reading, machines, read
from tests.benchmarks.machine import MIB
from tests.benchmarks.place import Place
from tests.benchmarks.sync import Writer, compared, open_writers
from tests.benchmarks.table import Table, figure
from vminer.simulator.inventory.identity import identities

DATABASE = "bench_write"
MACHINES = 2000
CHANGED = MACHINES // 20
DEVICES = (InventoryType.VirtualMachine, Tier.HEAVY)
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Bench:
    """One vCenter and what writes it."""

    place: Place
    vcenter: InProcessVCenter
    writer: Writer

    async def sync(self, hardware_of: Sequence[str] | None = None) -> tuple[Reading, Cost]:
        """Read the vCenter, then write what was read and note what the writing cost."""
        reading = await read(self.vcenter, hardware_of=hardware_of)
        asked = machines(reading.pages) if hardware_of is None else hardware_of
        cost = await cost_of(self.place, DATABASE, self.writer, reading)
        assert sorted(asked) == cost.synced.hardware_due
        return reading, cost

    def change(self, moids: Sequence[str]) -> None:
        """Give VMs another size of memory, each one that it never had."""
        for number, moid in enumerate(moids):
            self.vcenter.simulated.changes.resize(moid, 100_000 + number)


def run(place: Place) -> list[Table]:
    """Write the four syncs, and compare the comparison with the decoding."""
    return asyncio.run(_run(place, place.database(DATABASE)))


async def _run(place: Place, database: DatabaseSettings) -> list[Table]:
    (identity,) = identities(7, [MACHINES])
    vcenter = InProcessVCenter(identity, MACHINES)
    async with open_writers(database) as writer_of:
        bench = Bench(place, vcenter, await writer_of(vcenter))
        reading, first = await bench.sync()
        unread = _unread(reading)
        costs = {"first": first}
        _, costs["unchanged"] = await bench.sync(unread)
        assert (costs["unchanged"].rows, costs["unchanged"].copies) == (0, 0)
        share = await _comparison(bench, reading)
        vcenter.simulated.changes.tick()
        _, costs["numbers moved"] = await bench.sync(unread)
        chosen = _chosen(reading, unread)
        bench.change(chosen)
        _, costs["5 % changed"] = await bench.sync(unread + chosen)
        assert costs["5 % changed"].synced.outcome.details[DEVICES] == CHANGED
    return [_costs(costs), share]


def _unread(reading: Reading) -> list[str]:
    """Return the VMs whose devices could not be read: they are asked for in every sync."""
    read_ones = {record.moid for page in reading.hardware for record in page.records}
    return sorted(set(machines(reading.pages)) - read_ones)


def _chosen(reading: Reading, unread: Sequence[str]) -> list[str]:
    """Return the VMs to change, from those that vCenter tells everything about."""
    whole = [
        record.moid
        for page in reading.pages
        for record in page.records
        if record.type is InventoryType.VirtualMachine and not record.unknown
    ]
    usable = [moid for moid in whole if moid not in unread]
    return usable[:: len(usable) // CHANGED][:CHANGED]


async def _comparison(bench: Bench, reading: Reading) -> Table:
    """Compare the same pages again and again: what it costs, as a share of decoding them."""
    steps: dict[str, list[float]] = {"decode": [], "load what is stored": [], "compare": []}
    for _ in range(ROUNDS):
        steps["decode"].append(cpu_of(lambda: light_pages(reading)))
        began = time.process_time()
        stored = await bench.writer.load()
        steps["load what is stored"].append(time.process_time() - began)
        steps["compare"].append(cpu_of(lambda: compared(stored, reading)))  # noqa: B023
    whole = median(steps["decode"])
    rows = tuple(
        (name, figure(median(seconds) / MACHINES * 1e6), f"{median(seconds) / whole:.1%}")
        for name, seconds in steps.items()
    )
    columns = ("step of an unchanged sync", "CPU µs/VM", "share of decode")
    return Table(f"write: the comparison ({MACHINES:,} VMs, LIGHT)", columns, rows)


def _costs(costs: dict[str, Cost]) -> Table:
    rows = tuple(
        (
            name,
            f"{cost.rows:,}",
            str(cost.copies),
            figure(cost.wal_bytes / MIB),
            figure(cost.wall_seconds),
            figure(cost.rows / cost.wall_seconds),
            figure(cost.agent_seconds),
            figure(cost.postgres_seconds),
            figure(cost.rows_per_cpu_second),
        )
        for name, cost in costs.items()
    )
    columns = ("sync", "rows", "COPYs", "WAL MiB", "wall s", "rows/s", "agent CPU s", "PG CPU s")
    notes = (
        "Rows of all inventory tables as PostgreSQL counts them (xmin), LIGHT and HEAVY tier.",
        "PG CPU is that of the primary and one replica. full_page_writes and fsync are off.",
    )
    title = f"write: one vCenter of {MACHINES:,} VMs"
    return Table(title, (*columns, "rows/CPU s"), rows, notes)
