"""How much memory a worker of the agent takes, by the size of the vCenter it syncs.

The real thing: an agent that takes its work from RabbitMQ, a simulated vCenter in a process of its
own behind TLS, PostgreSQL; first a sync of everything, then one that finds nothing changed.
"""

import time
from dataclasses import dataclass

from tests.benchmarks.fleet import Fleet, Simulated
from tests.benchmarks.machine import MIB, cpu_seconds, forget_peak, peak_rss_bytes, rss_bytes
from tests.benchmarks.place import Place
from tests.benchmarks.table import Table, figure

DATABASE = "bench_memory"
SIZES = (1000, 20_000, 50_000)


@dataclass(frozen=True, slots=True)
class Sync:
    """What one sync took of its worker."""

    peak_bytes: int
    worker_seconds: float
    wall_seconds: float


def run(place: Place) -> list[Table]:
    """Sync a small and a big vCenter, each with an agent of its own."""
    fleet = Fleet(place, place.database(DATABASE), SIZES)
    try:
        fleet.start()
        rows = tuple(_row(fleet, simulated) for simulated in fleet.vcenters)
    finally:
        fleet.stop()
    columns = (
        "VMs",
        "idle MiB",
        "first: peak MiB",
        "CPU s",
        "wall s",
        "unchanged: peak MiB",
        "CPU s",
    )
    notes = (
        "Peak resident memory (VmHWM) of one worker, LIGHT and HEAVY tier, over TLS; again: the"
        " same worker, nothing changed.",
        "Wall seconds are those of all processes together: the simulator is beside it.",
    )
    return [Table("memory: one worker, one vCenter", columns, rows, notes)]


def _row(fleet: Fleet, simulated: Simulated) -> tuple[str, ...]:
    (worker,) = fleet.start_agent()
    idle = rss_bytes(worker)
    first = _sync(fleet, simulated, worker)
    assert fleet.stored(simulated) == simulated.vms
    second = _sync(fleet, simulated, worker)
    fleet.stop_agent()
    return (
        f"{simulated.vms:,}",
        figure(idle / MIB),
        figure(first.peak_bytes / MIB),
        figure(first.worker_seconds),
        figure(first.wall_seconds),
        figure(second.peak_bytes / MIB),
        figure(second.worker_seconds),
    )


def _sync(fleet: Fleet, simulated: Simulated, worker: int) -> Sync:
    forget_peak(worker)
    spent, began = cpu_seconds(worker), time.monotonic()
    fleet.sync(simulated)
    wall = time.monotonic() - began
    return Sync(peak_rss_bytes(worker), cpu_seconds(worker) - spent, wall)
