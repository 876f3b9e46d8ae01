"""Questions to vMiner and to others over the same tables, in turn within one run.

All servers run at once, on one core, and one at a time is loaded: a burst of each system for each
question, and again. PostgreSQL and the client have the other cores. Answers are compared first.
"""

from collections.abc import Sequence
from pathlib import Path

import orjson

from tests.benchmarks.burst import Burst
from tests.benchmarks.peers.arena import Arena, loading_of, opened, quietest
from tests.benchmarks.peers.check import assert_all_answer_alike
from tests.benchmarks.peers.figures import Bursts, Run, tables
from tests.benchmarks.peers.questions import QUESTIONS
from tests.benchmarks.peers.statements import count_statements
from tests.benchmarks.peers.system import Running, System
from tests.benchmarks.peers.systems import WHOLE, systems
from tests.benchmarks.place import Place
from tests.benchmarks.table import Table

ROUNDS = 3
BODIES = 500
IN_MEMORY = 20
"""Answers of each question that are served from memory."""


def run(place: Place) -> list[Table]:
    """Compare them over an estate that is there already, or over one of its own."""
    options = place.options
    loading = loading_of(options.connections, options.connections)
    with opened(place.estate_url(), loading) as arena:
        compared = list(systems(arena.given))
        counts = count_statements(arena, [each for each in compared if each.reads_database])
        servers = _started(arena, compared)
        reference = next(each for each in servers if each.system.name == WHOLE)
        assert_all_answer_alike(reference, servers, arena.drawn)
        bursts = _bursts(arena, servers, options.seconds)
        assert arena.traces.taken_bytes(), "no spans were sent"
        watched = arena.watched
        run = Run(watched.machines(), watched.version(), options, len(arena.drawn.scope))
    return tables(bursts, counts, servers, run)


def _started(arena: Arena, compared: Sequence[System]) -> list[Running]:
    """Start every system; the last one holds what the first has answered."""
    servers: list[Running] = []
    for system in compared:
        if not system.reads_database:
            _keep_answers(arena, servers[0], arena.given.answers)
        servers.append(arena.start(system))
    return servers


def _keep_answers(arena: Arena, server: Running, file: Path) -> None:
    """Write what a system answers to the bodies that will be asked from memory."""
    pairs = [
        (body, server.answer(body).content)
        for question in QUESTIONS
        for body in arena.bodies(server.system, question, IN_MEMORY)
    ]
    lines = (orjson.dumps([body.decode(), answer.decode()]) for body, answer in pairs)
    file.write_bytes(b"\n".join(lines))


def _bursts(arena: Arena, servers: Sequence[Running], seconds: float) -> Bursts:
    """Warm up by a burst of each, then rounds of a burst of each system for each question."""
    files = {
        (question, server.system.name): arena.write(
            server.system, question, BODIES if server.system.reads_database else IN_MEMORY
        )
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
