"""Questions to vMiner and to others over the same tables, in turn within one run.

All servers run at once, on one core, and one at a time is loaded: a burst of each system for each
question, and again. PostgreSQL and the client have the other cores. Answers are compared first.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from tests.benchmarks.burst import Burst
from tests.benchmarks.estate import build
from tests.benchmarks.peers.check import assert_all_answer_alike
from tests.benchmarks.peers.drawn import Sample, sample
from tests.benchmarks.peers.figures import Bursts, Run, tables
from tests.benchmarks.peers.keys import key_of
from tests.benchmarks.peers.questions import QUESTIONS
from tests.benchmarks.peers.statements import count_statements
from tests.benchmarks.peers.system import Loading, Running, System
from tests.benchmarks.peers.systems import WHOLE, Given, systems
from tests.benchmarks.peers.traces import Traces
from tests.benchmarks.peers.watched import Watched
from tests.benchmarks.place import Place
from tests.benchmarks.table import Table
from vminer.stack.process import Supervisor

DATABASE = "bench_peers"
ROUNDS = 3
QUIET = 0.1
"""Share of the machine that others may take before a burst is repeated."""
TRIES = 2
BODIES = 500
IN_MEMORY = 20
"""Answers of each question that are served from memory."""


def run(place: Place) -> list[Table]:
    """Compare them over an estate that is there already, or over one of its own."""
    options = place.options
    with ExitStack() as stack:
        watched = stack.enter_context(Watched(options.database_url or built(place)))
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="peers-")))
        loading = loading_of(options.connections, options.connections)
        stack.enter_context(watched.on_cores(loading.client_cores))
        drawn = sample(watched)
        supervisor = stack.enter_context(closing(Supervisor(directory)))
        traces = Traces.start(supervisor, loading.client_cores)
        given = stack.enter_context(_given(watched.url, drawn, directory, traces))
        compared = list(systems(given))
        reading = [system for system in compared if system.reads_database]
        counts = count_statements(directory, watched, loading, reading, drawn)
        servers = _started(supervisor, compared, watched, loading, given.answers, drawn)
        reference = next(each for each in servers if each.system.name == WHOLE)
        assert_all_answer_alike(reference, servers, drawn)
        bursts = _bursts(directory, servers, drawn, options.seconds)
        assert traces.taken_bytes(), "no spans were sent"
        about = Run(watched.machines(), watched.version(), options, len(drawn.scope))
    return tables(bursts, counts, servers, about)


def built(place: Place) -> str:
    """Write an estate and return where."""
    database = place.database(DATABASE)
    build(database, vcenters=place.options.vcenters, vms=place.options.vms)
    place.ask(DATABASE, "VACUUM ANALYZE")
    return database.primary_url.replace("+asyncpg", "")


def loading_of(connections: int, pool_size: int) -> Loading:
    """Give the servers a core, and the others to client and PostgreSQL."""
    cores = sorted(os.sched_getaffinity(0))
    return Loading(connections, pool_size, cores[:1], cores[1:] or cores)


@contextmanager
def _given(url: str, drawn: Sample, directory: Path, traces: Traces) -> Iterator[Given]:
    with (
        key_of(url, [vcenter.name for vcenter in drawn.scope]) as token,
        key_of(url, [vcenter.name for vcenter in drawn.vcenters]) as token_of_all,
    ):
        yield Given(directory / "answers.jsonl", token, token_of_all, traces.url)


def _started(
    supervisor: Supervisor,
    compared: Sequence[System],
    watched: Watched,
    loading: Loading,
    answers: Path,
    drawn: Sample,
) -> list[Running]:
    """Start every system; the last one holds what the first has answered."""
    servers: list[Running] = []
    for system in compared:
        if not system.reads_database:
            _keep_answers(servers[0], drawn, answers)
        server = Running(system, watched, loading)
        server.start(supervisor, system.posts["Q1"].body(drawn.several("Q1", 1)[0]))
        servers.append(server)
    return servers


def _keep_answers(server: Running, drawn: Sample, file: Path) -> None:
    """Write what a system answers to the bodies that will be asked from memory."""
    pairs = [
        (body, server.answer(body).content)
        for question in QUESTIONS
        for body in _bodies(server.system, question, drawn, IN_MEMORY)
    ]
    lines = (orjson.dumps([body.decode(), answer.decode()]) for body, answer in pairs)
    file.write_bytes(b"\n".join(lines))


def _bodies(system: System, question: str, drawn: Sample, count: int) -> list[bytes]:
    return [system.posts[question].body(each) for each in drawn.several(question, count)]


def _bursts(directory: Path, servers: Sequence[Running], drawn: Sample, seconds: float) -> Bursts:
    """Warm up by a burst of each, then rounds of a burst of each system for each question."""
    files = {
        (question, server.system.name): _write(directory, question, server.system, drawn)
        for question in QUESTIONS
        for server in servers
    }
    by_name = {server.system.name: server for server in servers}
    for (_, name), file in files.items():
        by_name[name].burst(file, seconds)
    bursts: dict[tuple[str, str], list[Burst]] = {key: [] for key in files}
    for _ in range(ROUNDS):
        for (question, name), file in files.items():
            bursts[question, name].append(quietest(by_name[name], file, seconds))
    return bursts


def quietest(server: Running, bodies: Path, seconds: float) -> Burst:
    """Send a burst, and another one if others disturbed it; return the less disturbed."""
    made: list[Burst] = []
    while len(made) < TRIES and all(burst.others > QUIET for burst in made):
        made.append(server.burst(bodies, seconds))
    return min(made, key=lambda burst: burst.others)


def _write(directory: Path, question: str, system: System, drawn: Sample) -> Path:
    count = BODIES if system.reads_database else IN_MEMORY
    path = directory / f"{question} {system.name}.jsonl"
    path.write_bytes(b"\n".join(_bodies(system, question, drawn, count)))
    return path
