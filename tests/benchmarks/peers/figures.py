"""The tables of the comparison: one for each query, a row for each system."""

from collections.abc import Mapping, Sequence
from statistics import median

from tests.benchmarks.burst import Burst
from tests.benchmarks.machine import MIB
from tests.benchmarks.peers.system import Running
from tests.benchmarks.peers.systems import versions
from tests.benchmarks.place import Options
from tests.benchmarks.table import Table, figure

Bursts = Mapping[tuple[str, str], Sequence[Burst]]
"""By query and system; the n-th ones were made in the same round."""
YARDSTICK = "PostGraphile"
QUERIES = {
    "Q1": "one VM by its key",
    "Q2": "100 powered-on VMs with host, cluster, datastores",
    "Q3": "20 VMs by part of a name",
    "Q4": "1,000 VMs",
}
SHARES = (0.5, 0.95, 0.99)
COLUMNS = (
    "system",
    "x PostGraphile",
    "server CPU ms",
    "PG CPU ms",
    "CPU ±",
    "req/s best",
    "median",
    "p50 / p95 / p99 ms",
    "KB",
    "RSS MiB",
    "others",
)


def tables(
    bursts: Bursts, servers: Sequence[Running], *, vms: int, version: str, options: Options
) -> list[Table]:
    """Return them, with what must be known at the last."""
    found = []
    for query, title in QUERIES.items():
        rows = tuple(_row(server, bursts, query) for server in servers)
        notes = _notes(bursts, vms, version, options) if query == list(QUERIES)[-1] else ()
        found.append(Table(f"peers: {query}, {title}", COLUMNS, rows, notes))
    return found


def _notes(bursts: Bursts, vms: int, version: str, options: Options) -> tuple[str, ...]:
    rounds = len(next(iter(bursts.values())))
    return (
        f"{vms:,} VMs; {versions()}; PostgreSQL {version}. {options.connections} connections,"
        f" {rounds} bursts of {options.seconds:g} s each, in turn; one process on one core.",
        "x PostGraphile: its CPU for a request divided by the system's, server and PostgreSQL"
        " together, so more is better; the median of the rounds (from least to most).",
        "CPU: medians of the bursts; ±: how far the sum of both goes from its median at most.",
        "RSS: the most after any burst of any query. others: share of the machine not ours.",
    )


def _row(server: Running, bursts: Bursts, query: str) -> tuple[str, ...]:
    mine = bursts[query, server.system.name]
    theirs = bursts[query, YARDSTICK]
    latencies = sorted(seconds * 1000 for burst in mine for seconds in burst.latencies)
    ratios = [other.cpu / own.cpu for own, other in zip(mine, theirs, strict=True)]
    return (
        server.system.name,
        "1" if mine is theirs else _spread(ratios),
        figure(median(burst.each(burst.server_seconds) for burst in mine)),
        figure(median(burst.each(burst.postgres_seconds) for burst in mine)),
        _deviation([burst.cpu for burst in mine]),
        figure(max(burst.rate for burst in mine)),
        figure(median(burst.rate for burst in mine)),
        " / ".join(figure(latencies[int(len(latencies) * share)]) for share in SHARES),
        figure(median(burst.received / len(burst.latencies) for burst in mine) / 1000),
        figure(server.rss_bytes / MIB),
        f"{median(burst.others for burst in mine):.0%}",
    )


def _spread(values: Sequence[float]) -> str:
    """Return the median, and from what to what they go.

    >>> _spread([2, 1.5, 4])
    '2.00 (1.50 to 4.00)'
    """
    return f"{figure(median(values))} ({figure(min(values))} to {figure(max(values))})"


def _deviation(values: Sequence[float]) -> str:
    """Return how far from their median they go at most.

    >>> _deviation([2, 1.5, 4])
    '100%'
    """
    middle = median(values)
    return f"{max(abs(value - middle) for value in values) / middle:.0%}"
