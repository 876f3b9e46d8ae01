"""The tables of the comparison: one for each question, a row for each system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.burst import Burst
from tests.benchmarks.machine import MIB
from tests.benchmarks.peers.questions import QUESTIONS
from tests.benchmarks.peers.statements import Count
from tests.benchmarks.peers.system import Running
from tests.benchmarks.peers.systems import INSTALLED, MEASURED, WHOLE, YARDSTICK, versions
from tests.benchmarks.place import Options
from tests.benchmarks.plots import Bars, Plot
from tests.benchmarks.table import Table, figure, percentiles

Bursts = Mapping[tuple[str, str], Sequence[Burst]]
"""By question and system; the n-th ones were made in the same round."""
Counts = Mapping[tuple[str, str], Count]
"""By question and system, of those that read the database."""
COLUMNS = (
    "system",
    "x PostGraphile",
    "server CPU ms",
    "PG CPU ms",
    "CPU ±",
    "statements",
    "waits",
    "req/s best",
    "median",
    "p50 / p95 / p99 ms",
    "KB",
    "RSS MiB",
    "others",
)
PARTS = ("server", "PostgreSQL")
LONGEST = 2.5
"""Times PostGraphile's bar; longer ones are cut off in plots."""


@dataclass(frozen=True, slots=True)
class Run:
    """What must be known of a run."""

    vms: int
    version: str
    options: Options
    scope: int
    """vCenters that vMiner's key may see."""


def tables(bursts: Bursts, counts: Counts, servers: Sequence[Running], run: Run) -> list[Table]:
    """Return them, with what must be known at the last."""
    found = []
    for question, title in QUESTIONS.items():
        rows = tuple(_row(server, bursts, counts, question) for server in servers)
        notes = [_ratios(bursts, question)]
        if question == list(QUESTIONS)[-1]:
            notes += _notes(bursts, run)
        panel = _panel(f"{question}: {title}", servers, bursts, question)
        plot = Plot(f"peers-{question.lower()}", (panel,))
        heading = f"peers: {question}, {title}"
        found.append(Table(heading, COLUMNS, rows, tuple(notes), plot))
    return found


def _panel(title: str, servers: Sequence[Running], bursts: Bursts, question: str) -> Bars:
    yardstick = median(burst.cpu for burst in bursts[question, YARDSTICK])
    rows = {server.system.name: _cpu(bursts[question, server.system.name]) for server in servers}
    return Bars(title, "CPU ms for a request", PARTS, rows, yardstick * LONGEST)


def _cpu(bursts: Sequence[Burst]) -> tuple[float, float]:
    """Return milliseconds of the server and of PostgreSQL."""
    return (
        median(burst.each(burst.server_seconds) for burst in bursts),
        median(burst.each(burst.postgres_seconds) for burst in bursts),
    )


def _notes(bursts: Bursts, run: Run) -> list[str]:
    rounds = len(next(iter(bursts.values())))
    return [
        f"{run.vms:,} VMs; {versions()}; PostgreSQL {run.version}. {run.options.connections}"
        f" connections, {rounds} bursts of {run.options.seconds:g} s each, in turn; one process on"
        " one core.",
        f"vMiner: API keys required, limits and traces on; the key names {run.scope:,} vCenters,"
        f" of which all variables are. {WHOLE}: names every vCenter.",
        f"x PostGraphile: CPU of {YARDSTICK} for a request divided by the system's, server and"
        " PostgreSQL together, so more is better; the median of the rounds (from least to most).",
        "CPU: medians of the bursts; ±: how far the sum of both goes from its median at most.",
        "statements of a request, counted between system and PostgreSQL, but for BEGIN and COMMIT;"
        " waits: how often it sends and waits, those included.",
        "RSS: the most after any burst of any question. others: share of the machine not ours.",
    ]


def _ratios(bursts: Bursts, question: str) -> str:
    """Say what share of the peers' CPU vMiner takes: the measure of the goals."""
    mine = bursts[question, MEASURED]
    shares = [
        f"{figure(median(_ratios_of(mine, bursts[question, peer])))} times that of {peer}"
        for peer in (YARDSTICK, INSTALLED)
    ]
    return f"CPU of {MEASURED} for a request: {', '.join(shares)}."


def _ratios_of(some: Sequence[Burst], others: Sequence[Burst]) -> list[float]:
    return [one.cpu / other.cpu for one, other in zip(some, others, strict=True)]


def _row(server: Running, bursts: Bursts, counts: Counts, question: str) -> tuple[str, ...]:
    name = server.system.name
    mine, theirs = bursts[question, name], bursts[question, YARDSTICK]
    count = counts.get((question, name), Count())
    return (
        name,
        "1" if mine is theirs else _spread(_ratios_of(theirs, mine)),
        *(figure(milliseconds) for milliseconds in _cpu(mine)),
        _deviation([burst.cpu for burst in mine]),
        str(count.statements),
        str(count.waits),
        figure(max(burst.rate for burst in mine)),
        figure(median(burst.rate for burst in mine)),
        percentiles(seconds for burst in mine for seconds in burst.latencies),
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
