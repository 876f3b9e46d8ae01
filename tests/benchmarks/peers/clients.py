"""Q1 to Q4 of vMiner and of PostGraphile at one client, and at more than a pool has connections."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from statistics import median

from tests.benchmarks.burst import Burst
from tests.benchmarks.machine import MIB
from tests.benchmarks.peers.arena import Arena, loading_of, opened, quietest
from tests.benchmarks.peers.questions import QUESTIONS
from tests.benchmarks.peers.system import Running
from tests.benchmarks.peers.systems import MEASURED, YARDSTICK, systems
from tests.benchmarks.place import Options, Place
from tests.benchmarks.plots import Lines, Plot
from tests.benchmarks.table import Table, figure, percentile, percentiles

CONNECTIONS = (1, 16, 64, 256)
POOL_SIZE = 16
ASKED = ("Q1", "Q2", "Q3", "Q4")
ROUNDS = 2
BODIES = 500
LONGER = 3
"""Times as long a burst is where clients wait for each other."""
COLUMNS = (
    "system",
    "connections",
    "req/s",
    "p50 / p95 / p99 ms",
    "server CPU ms",
    "PG CPU ms",
    "client CPU ms",
    "RSS MiB",
    "others",
)
Bursts = Mapping[tuple[str, int, str], Sequence[Burst]]
"""By question, connections and system."""


def run(place: Place) -> list[Table]:
    """Load both, in turn, with more and more connections."""
    options = place.options
    with opened(place.estate_url(), loading_of(1, POOL_SIZE)) as arena:
        compared = [s for s in systems(arena.given) if s.name in (MEASURED, YARDSTICK)]
        servers = [arena.start(system) for system in compared]
        bursts, rss = _bursts(arena, servers, options.seconds)
    return [_table(question, bursts, rss, options) for question in ASKED]


def _bursts(
    arena: Arena, servers: Sequence[Running], seconds: float
) -> tuple[Bursts, Mapping[tuple[int, str], int]]:
    bursts: dict[tuple[str, int, str], list[Burst]] = {}
    rss: dict[tuple[int, str], int] = {}
    for connections in CONNECTIONS:
        for server in servers:
            server.loading = replace(arena.loading, connections=connections)
        longer = seconds * (LONGER if connections > POOL_SIZE else 1)
        for number in range(ROUNDS + 1):  # the first one warms
            for question in ASKED:
                for server in servers:
                    file = arena.write(server.system, question, BODIES)
                    key = question, connections, server.system.name
                    made = quietest(server, file, longer if number else seconds)
                    bursts.setdefault(key, []).extend([made] if number else [])
                    rss[connections, server.system.name] = server.rss_bytes
    return bursts, rss


def _table(
    question: str, bursts: Bursts, rss: Mapping[tuple[int, str], int], options: Options
) -> Table:
    rows = tuple(
        _row(name, connections, bursts[question, connections, name], rss[connections, name])
        for connections in CONNECTIONS
        for name in (MEASURED, YARDSTICK)
    )
    notes = (
        f"Pools of {POOL_SIZE} connections to PostgreSQL, whatever the number of clients; {ROUNDS}"
        f" bursts of {options.seconds:g} s in turn, {LONGER} times as long above {POOL_SIZE}.",
        "vMiner would refuse what has waited for a connection for 2 s; here it waits, too.",
        "req/s: the best burst; CPU: medians; percentiles: of all bursts. RSS: the most so far.",
    )
    title = f"clients: {question}, {QUESTIONS[question]}"
    last = question == ASKED[-1]
    plot = Plot(f"clients-{question.lower()}", _panels(question, bursts))
    return Table(title, COLUMNS, rows, notes if last else (), plot)


def _panels(question: str, bursts: Bursts) -> tuple[Lines, Lines]:
    """Plot the rate, and how long requests take, by the number of clients."""
    steps = [str(connections) for connections in CONNECTIONS]

    def series(value: Callable[[Sequence[Burst]], float]) -> dict[str, list[float]]:
        return {
            name: [value(bursts[question, connections, name]) for connections in CONNECTIONS]
            for name in (MEASURED, YARDSTICK)
        }

    title = f"{question}: {QUESTIONS[question]}"
    return (
        Lines(title, "requests/s by connections", steps, series(_rate)),
        Lines("", "p99 ms by connections", steps, series(_p99), is_logarithmic=True),
    )


def _rate(bursts: Sequence[Burst]) -> float:
    return max(burst.rate for burst in bursts)


def _p99(bursts: Sequence[Burst]) -> float:
    return percentile([seconds for burst in bursts for seconds in burst.latencies], 0.99)


def _row(name: str, connections: int, bursts: Sequence[Burst], rss: int) -> tuple[str, ...]:
    return (
        name,
        str(connections),
        figure(_rate(bursts)),
        percentiles([seconds for burst in bursts for seconds in burst.latencies]),
        figure(median(burst.each(burst.server_seconds) for burst in bursts)),
        figure(median(burst.each(burst.postgres_seconds) for burst in bursts)),
        figure(median(burst.each(burst.client_seconds) for burst in bursts)),
        figure(rss / MIB),
        f"{median(burst.others for burst in bursts):.0%}",
    )
