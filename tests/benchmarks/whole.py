"""The whole estate at once: every vCenter due, through RabbitMQ, to the workers of a real agent.

Four rounds: a first sync of the LIGHT tier, one that reads HEAVY and GUEST too (LIGHT is found
unchanged), one that finds nothing changed, and one after a hundredth of the VMs changed. The
simulators take their share of the same machine. A round takes long: each row is told as it comes.
"""

import sys
import time
from dataclasses import dataclass

from tests.benchmarks.fleet import Fleet
from tests.benchmarks.machine import MIB, cpu_seconds, postgres_seconds, rabbitmq_seconds
from tests.benchmarks.place import Place
from tests.benchmarks.table import Table, figure
from vminer.simulator.client import SimulatorClient

DATABASE = "bench_whole"
WORKERS = 2
MOST_SECONDS = 7200.0
SETTLED_SECONDS = 12.0
"""By then idle connections have told the shared statistics what they wrote."""
CHANGED_SHARE = 100
CHANGED = "1 % changed"
FIRST, MORE = "first: LIGHT", "then HEAVY, GUEST"
ROUNDS = (FIRST, MORE, "nothing changed", CHANGED)
LIGHT_ONLY = {"VMINER_AGENT_READS_HARDWARE": "false", "VMINER_AGENT_READS_GUESTS": "false"}
NO_REFRESH = {"VMINER_AGENT_GUEST_REFRESH_SECONDS": "86400"}
"""A round takes longer than guests stay fresh by default: it must find what it left."""
NOT_YET = "UPDATE vcenters SET next_sync_at = now() + interval '30 days'"
WRITTEN = """SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_user_tables
    WHERE schemaname = 'public'"""
"""Staging tables are left out: when their connections end, their counts are gone."""
KINDS = ("agent", "simulator", "schedule")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the counters said at one moment."""

    rows: int
    wal_bytes: int
    database_bytes: int
    seconds: dict[str, float]
    """CPU seconds by kind of process."""


def run(place: Place) -> list[Table]:
    """Run the rounds."""
    options = place.options
    fleet = Fleet(place, place.database(DATABASE), [options.vms] * options.vcenters)
    try:
        fleet.start()
        fleet.ask(NOT_YET)  # being registered, all are due
        fleet.start_agent(WORKERS, LIGHT_ONLY)
        fleet.start_scheduler()
        rows = []
        for round_ in ROUNDS:
            if round_ is MORE:
                fleet.stop_agent()
                fleet.start_agent(WORKERS, NO_REFRESH)
            if round_ is CHANGED:
                _change(fleet, options.vms)
            before, began = _read(place, fleet), time.monotonic()
            fleet.sync_all(most_seconds=MOST_SECONDS)
            wall = time.monotonic() - began
            rows.append(_row(round_, wall, before, _read(place, fleet)))
            print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
        stored = int(fleet.ask("SELECT count(*) FROM virtual_machines WHERE deleted_at IS NULL"))
        assert stored >= options.vcenters * options.vms * 0.99
    finally:
        fleet.stop()
    columns = (
        "round",
        "wall s",
        "rows",
        "WAL MiB",
        "database MiB",
        "agent CPU s",
        "simulator CPU s",
        "scheduler CPU s",
        "PostgreSQL CPU s",
        "RabbitMQ CPU s",
    )
    notes = (
        f"{options.vcenters:,} vCenters of {options.vms:,} VMs, {stored:,} VMs stored; one agent of"
        f" {WORKERS} workers; everything on this machine, the simulators too.",
        "Rows as PostgreSQL counts inserts, updates and deletes; those that are staged are not.",
    )
    return [Table("whole: every vCenter due at once", columns, tuple(rows), notes)]


def _change(fleet: Fleet, vms: int) -> None:
    with SimulatorClient.of_directory(fleet.directory) as client:
        client.drift_all(max(1, vms // CHANGED_SHARE), seed=1)


def _read(place: Place, fleet: Fleet) -> Reading:
    time.sleep(SETTLED_SECONDS)
    seconds = {kind: cpu_seconds(fleet.pids[kind]) for kind in KINDS}
    stack = place.stack
    return Reading(
        rows=int(fleet.ask(WRITTEN)),
        wal_bytes=int(fleet.ask("SELECT (pg_current_wal_lsn() - '0/0')::bigint")),
        database_bytes=int(fleet.ask("SELECT pg_database_size(current_database())")),
        seconds=seconds
        | {"postgres": postgres_seconds(stack), "rabbitmq": rabbitmq_seconds(stack)},
    )


def _row(name: str, wall: float, before: Reading, after: Reading) -> tuple[str, ...]:
    def spent(kind: str) -> str:
        return figure(after.seconds[kind] - before.seconds[kind])

    return (
        name,
        figure(wall),
        f"{after.rows - before.rows:,}",
        figure((after.wal_bytes - before.wal_bytes) / MIB),
        figure(after.database_bytes / MIB),
        *(spent(kind) for kind in (*KINDS, "postgres", "rabbitmq")),
    )
