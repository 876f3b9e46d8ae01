"""Q1 to Q4 of vMiner and of others over the same tables, in turn within one run.

All servers run at once, on one core, and one at a time is loaded: a burst of each system for each
query, and again. PostgreSQL and the client have the other cores. Answers are compared first.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from tests.benchmarks.burst import Burst
from tests.benchmarks.estate import build
from tests.benchmarks.peers.drawn import Drawn, sample, several
from tests.benchmarks.peers.figures import Bursts, tables
from tests.benchmarks.peers.same import assert_same
from tests.benchmarks.peers.system import Loading, Running, System
from tests.benchmarks.peers.systems import VMINER, systems
from tests.benchmarks.peers.watched import Watched
from tests.benchmarks.place import Place
from tests.benchmarks.table import Table
from vminer.stack.process import Supervisor

DATABASE = "bench_peers"
ROUNDS = 3
QUIET = 0.1
"""Share of the machine that others may take before a burst is repeated."""
TRIES = 2
CHECKED = 10
BODIES = 500
IN_MEMORY = 20
"""Answers of each query that are served from memory."""
WARM_SECONDS = 3.0


def run(place: Place) -> list[Table]:
    """Compare them over an estate that is there already, or over one of its own."""
    options = place.options
    with Watched(options.database_url or _built(place)) as watched:
        cores = sorted(os.sched_getaffinity(0))
        loading = Loading(options.connections, cores[:1], cores[1:] or cores)
        machines = sample(watched)
        with (
            TemporaryDirectory(prefix="peers-") as directory,
            watched.on_cores(loading.client_cores),
            _running(Path(directory), watched, loading, machines) as servers,
        ):
            _check(servers, machines)
            bursts = _bursts(Path(directory), servers, machines, options.seconds)
        rows = watched.fetch("SELECT count(*) FROM virtual_machines WHERE deleted_at IS NULL")
        version = watched.fetch("SHOW server_version")[0][0]
    return tables(bursts, servers, vms=rows[0][0], version=version, options=options)


def _built(place: Place) -> str:
    database = place.database(DATABASE)
    build(database, vcenters=place.options.vcenters, vms=place.options.vms)
    place.ask(DATABASE, "VACUUM ANALYZE")
    return database.primary_url.replace("+asyncpg", "")


@contextmanager
def _running(
    directory: Path, watched: Watched, loading: Loading, machines: Sequence[Drawn]
) -> Iterator[list[Running]]:
    """Start every system; the last one holds what the first has answered."""
    answers = directory / "answers.jsonl"
    servers: list[Running] = []
    with closing(Supervisor(directory)) as supervisor:
        for system in systems(answers):
            if not system.reads_database:
                _keep_answers(servers[0], machines, answers)
            server = Running(system, watched, loading)
            drawn = several(machines, "Q1", 1)[0]
            server.start(supervisor, system.posts["Q1"].body(drawn))
            servers.append(server)
        yield servers


def _keep_answers(server: Running, machines: Sequence[Drawn], file: Path) -> None:
    """Write what a system answers to the bodies that will be asked from memory."""
    pairs = [
        (body, server.answer(body).content)
        for query in VMINER
        for body in _bodies(server.system, query, several(machines, query, IN_MEMORY))
    ]
    lines = (orjson.dumps([body.decode(), answer.decode()]) for body, answer in pairs)
    file.write_bytes(b"\n".join(lines))


def _bodies(system: System, query: str, drawn: Sequence[Drawn]) -> list[bytes]:
    return [system.posts[query].body(each) for each in drawn]


def _check(servers: Sequence[Running], machines: Sequence[Drawn]) -> None:
    """Compare the answers of all systems with those of the first."""
    for query in VMINER:
        for drawn in several(machines, query, CHECKED):
            expected = _data(servers[0], query, drawn)
            assert expected, f"{query}: nothing found"
            for server in servers[1:]:
                found = _data(server, query, drawn)
                assert_same(found, expected, f"{server.system.name}: {query}")


def _data(server: Running, query: str, drawn: Drawn) -> object:
    response = server.answer(server.system.posts[query].body(drawn))
    answer = response.json()
    assert not answer.get("errors"), (server.system.name, query, answer["errors"])
    return answer["data"]


def _bursts(
    directory: Path, servers: Sequence[Running], machines: Sequence[Drawn], seconds: float
) -> Bursts:
    """Warm up, then rounds of a burst of each system for each query."""
    files = {
        (query, server.system.name): _write(directory, query, server.system, machines)
        for query in VMINER
        for server in servers
    }
    by_name = {server.system.name: server for server in servers}
    for (_, name), file in files.items():
        by_name[name].burst(file, WARM_SECONDS)
    bursts: dict[tuple[str, str], list[Burst]] = {key: [] for key in files}
    for _ in range(ROUNDS):
        for (query, name), file in files.items():
            bursts[query, name].append(_quietest(by_name[name], file, seconds))
    return bursts


def _quietest(server: Running, bodies: Path, seconds: float) -> Burst:
    """Send a burst, and another one if others disturbed it; return the less disturbed."""
    made: list[Burst] = []
    while len(made) < TRIES and all(burst.others > QUIET for burst in made):
        made.append(server.burst(bodies, seconds))
    return min(made, key=lambda burst: burst.others)


def _write(directory: Path, query: str, system: System, machines: Sequence[Drawn]) -> Path:
    count = BODIES if system.reads_database else IN_MEMORY
    path = directory / f"{query} {system.name}.jsonl"
    path.write_bytes(b"\n".join(_bodies(system, query, several(machines, query, count))))
    return path
