"""The same questions to vMiner over estates of 10,000, 100,000 and 1,000,000 VMs, in turn."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from statistics import median

from tests.benchmarks.burst import Burst
from tests.benchmarks.peers.arena import Arena, loading_of, opened, quietest
from tests.benchmarks.peers.keys import key_of
from tests.benchmarks.peers.questions import QUESTIONS
from tests.benchmarks.peers.system import Running
from tests.benchmarks.peers.systems import measured
from tests.benchmarks.place import Place
from tests.benchmarks.plots import Lines, Plot
from tests.benchmarks.table import Table, figure, percentiles

VCENTERS = (10, 100)
MOST_VCENTERS = 1000
"""Written only where it is kept: it takes an hour."""
ASKED = ("Q1", "Q2", "Q3", "Q4", "C1")
ROUNDS = 3
BODIES = 500
COLUMNS = (
    "question",
    "VMs",
    "server CPU ms",
    "PG CPU ms",
    "req/s best",
    "p50 / p95 / p99 ms",
    "others",
)
Bursts = Mapping[tuple[str, int], Sequence[Burst]]
"""By question and VMs."""


@dataclass(frozen=True, slots=True)
class Grown:
    """One estate, and vMiner over it."""

    arena: Arena
    server: Running
    vms: int


def run(place: Place) -> list[Table]:
    """Ask all estates, in turn."""
    options = place.options
    with ExitStack() as stack:
        estates = [_opened(stack, url, options.connections) for url in _urls(place)]
        bursts = _bursts(estates, options.seconds)
    rows = tuple(
        _row(f"{question}, {QUESTIONS[question]}", estate.vms, bursts[question, estate.vms])
        for question in ASKED
        for estate in estates
    )
    notes = (
        f"Estates of vCenters of {options.vms:,} VMs; {options.connections} connections, {ROUNDS}"
        f" bursts of {options.seconds:g} s each, in turn. One gateway for each, all on one core.",
        "The API key sees all vCenters, also those to come, so no condition makes an estate small.",
    )
    title = "growth: the same questions over larger estates"
    panels = (
        _panel("server", estates, bursts, lambda burst: burst.server_seconds),
        _panel("PostgreSQL", estates, bursts, lambda burst: burst.postgres_seconds),
    )
    return [Table(title, COLUMNS, rows, notes, Plot("growth", panels))]


def _panel(
    title: str, estates: Sequence[Grown], bursts: Bursts, spent: Callable[[Burst], float]
) -> Lines:
    series = {
        question: [
            median(burst.each(spent(burst)) for burst in bursts[question, estate.vms])
            for estate in estates
        ]
        for question in ASKED
    }
    steps = [f"{estate.vms:,}" for estate in estates]
    return Lines(title, "CPU ms for a request, by VMs", steps, series, is_logarithmic=True)


def _urls(place: Place) -> Iterator[str]:
    for vcenters in VCENTERS:
        yield place.built_url(vcenters)
    if place.options.database_url is not None:
        yield place.options.database_url
    elif place.options.keep is not None:
        yield place.built_url(MOST_VCENTERS)


def _opened(stack: ExitStack, url: str, connections: int) -> Grown:
    arena = stack.enter_context(opened(url, loading_of(connections, connections)))
    token = stack.enter_context(key_of(url, None))
    system = replace(measured(arena.given), token=token, is_scoped=False)
    return Grown(arena, arena.start(system), arena.watched.machines())


def _bursts(estates: Sequence[Grown], seconds: float) -> Bursts:
    bursts: dict[tuple[str, int], list[Burst]] = {}
    for number in range(ROUNDS + 1):  # the first one warms
        for question in ASKED:
            for estate in estates:
                file = estate.arena.write(estate.server.system, question, BODIES)
                made = quietest(estate.server, file, seconds)
                bursts.setdefault((question, estate.vms), []).extend([made] if number else [])
    return bursts


def _row(question: str, vms: int, bursts: Sequence[Burst]) -> tuple[str, ...]:
    return (
        question,
        f"{vms:,}",
        figure(median(burst.each(burst.server_seconds) for burst in bursts)),
        figure(median(burst.each(burst.postgres_seconds) for burst in bursts)),
        figure(max(burst.rate for burst in bursts)),
        percentiles(seconds for burst in bursts for seconds in burst.latencies),
        f"{median(burst.others for burst in bursts):.0%}",
    )
