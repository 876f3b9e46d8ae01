"""Questions of a large estate at several numbers of hash partitions: what each costs PostgreSQL.

Documents run in this process, so that nothing but PostgreSQL differs; the databases are asked in
turn, question by question, and each figure is told as it comes. Then the statements of all requests
run once more, one right after the other, and the CPU of their backend is read from /proc: between
two requests Python's work would leave its caches cold.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Self
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from models.db.engines import read_engine
from models.db.settings import DatabaseSettings
from tests.benchmarks import export, plans
from tests.benchmarks.copies import of_partitions
from tests.benchmarks.estate import build
from tests.benchmarks.machine import on_cpu_seconds
from tests.benchmarks.place import Place
from tests.benchmarks.questions import QUESTIONS, Question, Sampled
from tests.benchmarks.table import Table, figure

DATABASE = "bench_partitions"
PARTITIONS = (16, 32, 64, 100)
ROUNDS = 3
WARM = 8
"""Requests before those that count: statements are prepared and planned by then."""
PATIENT_SECONDS = 120.0
EXPORTED = 20
"""vCenters whose VMs are exported."""


@dataclass(slots=True)
class Figures:
    """What one question cost one database, over all rounds."""

    statements: int = 0
    wall: list[float] = field(default_factory=list)
    """Seconds of each request."""
    cpu: list[float] = field(default_factory=list)
    """Seconds of the backend for the statements of a request, one figure a round."""

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of the backend for a request."""
        return median(self.cpu) * 1000

    def percentile(self, share: float) -> float:
        """Return milliseconds that a share of the requests took at most."""
        return sorted(self.wall)[int(len(self.wall) * share)] * 1000


class Asked:
    """One database, on one connection."""

    def __init__(self, engine: AsyncEngine, replay: asyncpg.Connection) -> None:
        self._engine = engine
        self._replay = replay

    @classmethod
    async def of(cls, settings: DatabaseSettings, closing: AsyncExitStack) -> Self:
        """Connect."""
        patient = settings.model_copy(
            update={"pool_size": 1, "statement_timeout_seconds": PATIENT_SECONDS}
        )
        engine = read_engine(settings.primary_url, patient)
        closing.push_async_callback(engine.dispose)
        replay = await plans.connect(settings)
        closing.push_async_callback(replay.close)
        return cls(engine, replay)

    async def measure(self, question: Question, drawn: Sequence[dict[str, Any]]) -> Figures:
        """Ask a question with each of these variables."""
        figures = Figures()
        requests = []
        for variables in drawn:
            async with plans.noted(self._engine) as (session, statements):
                at = time.perf_counter()
                await plans.ask(session, question.document, variables)
                figures.wall.append(time.perf_counter() - at)
            figures.statements = max(figures.statements, session.statements)
            requests.append([each for each in statements if each[0].startswith("SELECT")])
        figures.cpu.append(await self._again(requests) / len(drawn))
        return figures

    async def _again(self, requests: Sequence[Sequence[plans.Statement]]) -> float:
        """Run the statements of all requests once more; return the backend's CPU seconds."""
        texts = {text for request in requests for text, _ in request}
        prepared = {text: await self._replay.prepare(text) for text in texts}
        await self._replay.execute("SELECT 1")  # asyncpg leaves it in the transaction of preparing
        pid = self._replay.get_server_pid()
        began = on_cpu_seconds(pid)
        for request in requests:
            async with self._replay.transaction(isolation="repeatable_read", readonly=True):
                for text, parameters in request:
                    await prepared[text].fetch(*parameters)
        return on_cpu_seconds(pid) - began


def run(place: Place) -> list[Table]:
    """Write an estate, copy it into other numbers of partitions, ask all of them."""
    options = place.options
    source = place.database(DATABASE)
    build(source, vcenters=options.vcenters, vms=options.vms)
    title = f"partitions: {options.vcenters:,} vCenters of {options.vms:,} VMs"
    with TemporaryDirectory(dir=place.stack.directory) as shared:
        directory = Path(shared)
        directory.chmod(0o777)  # the server's account writes there, too
        databases = {
            partitions: of_partitions(place.stack.postgres, source, partitions, directory)
            for partitions in PARTITIONS
        }
        return tables(title, databases, directory)


def tables(title: str, databases: dict[int, DatabaseSettings], directory: Path) -> list[Table]:
    """Return what questions, recipes and exports take."""
    found, vcenters = asyncio.run(_questions(title, databases))
    for n, settings in databases.items():
        rows = f"export of VMs: {n} partitions"
        found.append(export.table(rows, settings, vcenters, directory))
    return found


async def _questions(
    title: str, databases: dict[int, DatabaseSettings]
) -> tuple[list[Table], list[UUID]]:
    """Return the figures of each question, a column for each number of partitions."""
    async with AsyncExitStack() as closing:
        asked = {n: await Asked.of(settings, closing) for n, settings in databases.items()}
        connection = await plans.connect(next(iter(databases.values())))
        try:
            sampled = await Sampled.of(connection)
        finally:
            await connection.close()
        questions = [q for q in QUESTIONS if not q.needs or q.needs in sampled.identifiers]
        rows = [(q, await _rounds(q, asked, sampled)) for q in questions]
    found = _tables(title, list(databases), rows)
    for partitions in (min(databases), max(databases)):
        heading = f"plans of the cookbook: {partitions} partitions"
        found.append(await plans.table(heading, databases[partitions]))
    return found, sorted({uuid for uuid, _, _ in sampled.machines})[:EXPORTED]


async def _rounds(
    question: Question, asked: dict[int, Asked], sampled: Sampled
) -> dict[int, Figures]:
    """Ask every database in turn, the same in each."""
    random = Random(question.name)
    warm = [question.draw(sampled, random) for _ in range(min(WARM, question.times))]
    for database in asked.values():
        await database.measure(question, warm)
    found = {n: Figures() for n in asked}
    for _ in range(ROUNDS):
        drawn = [question.draw(sampled, random) for _ in range(question.times)]
        for n, database in asked.items():
            measured = await database.measure(question, drawn)
            found[n].statements = max(found[n].statements, measured.statements)
            found[n].wall += measured.wall
            found[n].cpu += measured.cpu
    told = (f"{n}: {figure(each.cpu_ms)} ms" for n, each in found.items())
    print(question.name, *told, sep=" | ", file=sys.stderr, flush=True)
    return found


def _tables(
    title: str, partitions: Sequence[int], rows: Sequence[tuple[Question, dict[int, Figures]]]
) -> list[Table]:
    names = tuple(str(n) for n in partitions)
    cpu = tuple(
        (q.name, str(max(e.statements for e in found.values())), *(figure(e.cpu_ms) for e in each))
        for q, found in rows
        for each in (found.values(),)
    )
    wall = tuple(
        (q.name, *(f"{figure(e.percentile(0.5))} / {figure(e.percentile(0.95))}" for e in each))
        for q, found in rows
        for each in (found.values(),)
    )
    notes = (
        "Of the backend for the statements of a request and its transaction, run one right after "
        "the other; the median of three rounds, each of which asks all databases the same in turn.",
        "Statements are planned once (generic plans). Workers of parallel aggregates do not count.",
    )
    slow = ("Milliseconds of a request in this process, Strawberry's execution among them.",)
    return [
        Table(f"{title}: CPU ms of PostgreSQL", ("question", "statements", *names), cpu, notes),
        Table(f"{title}: p50 / p95 ms", ("question", *names), wall, slow),
    ]
