"""Q1 to Q4 of the gateway over HTTP: requests per second, and the CPU a request takes.

The queries run in bursts in turn, each with random variables. CPU per request survives noise better
than requests per second do. Answers are compared with the estate before anything is timed.
"""

from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import orjson

from tests.benchmarks.burst import Burst
from tests.benchmarks.estate import KEPT, Estate, build
from tests.benchmarks.gateway import Gateway
from tests.benchmarks.place import Place
from tests.benchmarks.queries import QUERIES, Query
from tests.benchmarks.table import Table, figure

DATABASE = "bench_requests"
ROUNDS = 3
MOST_ROUNDS = 5
QUIET = 0.1
"""Share of the machine that others may take before a burst is repeated."""
CHECKED = 10
BODIES = 500
WARM_SECONDS = 1.0


def run(place: Place) -> list[Table]:
    """Write an estate, check the answers, then load the gateway."""
    database = place.database(DATABASE)
    options = place.options
    estate = build(database, vcenters=options.vcenters, vms=options.vms)
    place.ask(DATABASE, "ANALYZE")
    place.wait_for_replica()
    gateway = Gateway(place, database)
    gateway.start()
    try:
        for query in QUERIES:
            _check(gateway, query, estate)
        bursts = _bursts(gateway, place, estate)
    finally:
        gateway.stop()
    return [_table(place, bursts)]


def _check(gateway: Gateway, query: Query, estate: Estate) -> None:
    """Compare answers with what was written."""
    random = Random(1)
    kept = Estate(estate.vcenters[:KEPT], estate.names)
    for _ in range(CHECKED):
        case = query.case(kept, random)
        _assert_holds(gateway.answer(query.body(case)), case.expected(), query.name)


def _assert_holds(found: Any, expected: Any, where: str) -> None:
    """Every expected value is there, lists in their order; more fields may be."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            _assert_holds(found[key], value, f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), where
        for number, (mine, theirs) in enumerate(zip(found, expected, strict=True)):
            _assert_holds(mine, theirs, f"{where}[{number}]")
    else:
        assert found == expected, f"{where}: {found!r} is not {expected!r}"


def _bursts(gateway: Gateway, place: Place, estate: Estate) -> dict[str, list[Burst]]:
    """Warm up, then one burst of each query in turn, until enough of them were undisturbed."""
    files = {query.name: _write_bodies(place, query, estate) for query in QUERIES}
    for bodies in files.values():
        gateway.burst(bodies, WARM_SECONDS)
    bursts: dict[str, list[Burst]] = {name: [] for name in files}
    for _ in range(MOST_ROUNDS):
        for name, bodies in files.items():
            if len(_quiet(bursts[name])) < ROUNDS:
                bursts[name].append(gateway.burst(bodies, place.options.seconds))
    return bursts


def _write_bodies(place: Place, query: Query, estate: Estate) -> Path:
    random = Random(2)
    bodies = [orjson.dumps(query.body(query.case(estate, random))) for _ in range(BODIES)]
    path = place.stack.directory / f"{query.name}.jsonl"
    path.write_bytes(b"\n".join(bodies))
    return path


def _quiet(bursts: list[Burst]) -> list[Burst]:
    return [burst for burst in bursts if burst.others <= QUIET]


def _table(place: Place, bursts: dict[str, list[Burst]]) -> Table:
    columns = (
        "query",
        "req/s best",
        "median",
        "p50 ms",
        "p99 ms",
        "server CPU",
        "PG CPU",
        "client CPU",
        "KB",
        "others",
    )
    options = place.options
    title = f"requests: {options.vcenters:,} vCenters of {options.vms:,} VMs, no cached answers"
    notes = (
        f"{options.connections} connections, bursts of {options.seconds:g} s in turn; the gateway"
        " is one process on one core.",
        "CPU in ms per request, medians of the bursts; others: share of the machine not ours.",
    )
    return Table(title, columns, tuple(_row(name, each) for name, each in bursts.items()), notes)


def _row(name: str, every: list[Burst]) -> tuple[str, ...]:
    bursts = _quiet(every) or every
    latencies = sorted(seconds for burst in bursts for seconds in burst.latencies)
    return (
        name,
        figure(max(burst.rate for burst in bursts)),
        figure(median(burst.rate for burst in bursts)),
        figure(median(latencies) * 1000),
        figure(latencies[int(len(latencies) * 0.99)] * 1000),
        figure(median(burst.each(burst.server_seconds) for burst in bursts)),
        figure(median(burst.each(burst.postgres_seconds) for burst in bursts)),
        figure(median(burst.each(burst.client_seconds) for burst in bursts)),
        figure(median(burst.received / len(burst.latencies) for burst in bursts) / 1000),
        f"{median(burst.others for burst in bursts):.0%}",
    )
