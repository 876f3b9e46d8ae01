"""Many users at once: 2,000 connections that are kept, and as many queries a minute as were stated.

vMiner alone, as an installation on two cores would be: a gateway for each, PostgreSQL and the users
beside them. Nothing is pinned; what the users' process takes is told apart.
"""

import os
import subprocess
import sys
import time
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from typing import Any

import orjson

from runtime.settings import inherited_environment
from tests.benchmarks.load import TOKEN
from tests.benchmarks.machine import MIB, Busy, cpu_seconds, rss_bytes
from tests.benchmarks.peers.arena import Arena, opened
from tests.benchmarks.peers.drawn import Drawn
from tests.benchmarks.peers.questions import QUESTIONS
from tests.benchmarks.peers.system import Loading, Post, Running, System
from tests.benchmarks.peers.systems import measured
from tests.benchmarks.place import Place
from tests.benchmarks.plots import Lines, Plot
from tests.benchmarks.table import Table, figure, percentile, percentiles

USERS = 2000
A_MINUTE = (10_000, 50_000)
MIX = {"Q1": 80, "C1": 8, "Q2": 8, "Q3": 3, "Q4": 1}
"""Percent. Programs ask for one VM, by its ID or an address, people for pages, reports for much."""
BY_HASH = frozenset({"Q1", "C1"})
"""What programs ask is sent as the hash of its document."""
GATEWAYS = 2
"""One for each core of the machine that this is stated for."""
POOL_SIZE = 8
DRAWN = 5000
WARM_SECONDS = 15.0
CONNECTING_SECONDS = 5.0
LONGER = 20
"""Times as long as a burst everybody asks."""
SHARES = (0.5, 0.9, 0.95, 0.99)
COLUMNS = ("question", "share", "requests", "p50 / p95 / p99 ms", "longest ms")
MODEST = {"VMINER_REQUEST_DEADLINE_SECONDS": "", "VMINER_CONNECT_TIMEOUT_SECONDS": ""}
"""Set to nothing, these are the defaults here: an answer that comes late is an error."""


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds at one moment."""

    gateways: float
    backends: Mapping[int, float]
    users: float
    busy: Busy

    def postgres(self, since: "Spent") -> float:
        """Return what the gateways' backends took; one that began meanwhile is counted whole."""
        return sum(each - since.backends.get(pid, 0) for pid, each in self.backends.items())


def run(place: Place) -> list[Table]:
    """Let them ask at each pace."""
    seconds = place.options.seconds * LONGER
    cores = sorted(os.sched_getaffinity(0))
    loading = Loading(USERS, POOL_SIZE, cores, cores)
    with opened(place.estate_url(), loading, is_pinned=False) as arena:
        system = measured(arena.given, MODEST)
        named = [replace(system, name=f"gateway {number}") for number in range(GATEWAYS)]
        gateways = [arena.start(each) for each in named]
        for gateway in gateways:
            _persist(gateway)
        file = _write(arena, system)
        return [_asked(arena, gateways, file, pace, seconds) for pace in A_MINUTE]


def asked(posts: Mapping[str, Post], drawn: Mapping[str, Sequence[Drawn]]) -> list[list[str]]:
    """Return questions and bodies in the order they are sent, in the shares of the mix."""
    random = Random("users")
    names = random.choices(list(MIX), weights=list(MIX.values()), k=DRAWN)
    return [[name, _body(name, posts[name], random.choice(drawn[name]))] for name in names]


def _body(question: str, post: Post, machine: Drawn) -> str:
    if question not in BY_HASH:
        return post.body(machine).decode()
    variables = post.variables(machine)
    return orjson.dumps({"extensions": _persisted(post), "variables": variables}).decode()


def _persisted(post: Post) -> dict[str, Any]:
    digest = sha256(post.document.encode()).hexdigest()
    return {"persistedQuery": {"version": 1, "sha256Hash": digest}}


def _persist(gateway: Running) -> None:
    """Send each document once with its hash, as clients do that persist documents."""
    for question in BY_HASH:
        post = gateway.system.posts[question]
        body = {"query": post.document, "extensions": _persisted(post)}
        gateway.answer(orjson.dumps(body))


def _write(arena: Arena, system: System) -> Path:
    drawn = {question: arena.drawn.several(question, DRAWN) for question in MIX}
    path = arena.directory / "asked.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps(pair) for pair in asked(system.posts, drawn)))
    return path


def _asked(
    arena: Arena, gateways: Sequence[Running], file: Path, pace: int, seconds: float
) -> Table:
    """Let all users ask at one pace; read what it costs while it counts."""
    options = {
        "--ports": ",".join(str(gateway.port) for gateway in gateways),
        "--asked": file,
        "--users": USERS,
        "--rate": pace / 60,
        "--seconds": seconds,
        "--warm": WARM_SECONDS,
        "--connecting": CONNECTING_SECONDS,
    }
    arguments = [str(part) for pair in options.items() for part in pair]
    command = [sys.executable, "-m", "tests.benchmarks.crowd", *arguments]
    environment = inherited_environment() | {TOKEN: arena.given.token}
    with TemporaryFile() as printed:
        users = subprocess.Popen(command, stdout=printed, env=environment)
        read = partial(_spent, arena, gateways, users.pid)
        time.sleep(CONNECTING_SECONDS + WARM_SECONDS)
        before = read()
        time.sleep(seconds)
        after = read()
        assert users.wait() == 0, "the users' process failed"
        printed.seek(0)
        found = orjson.loads(printed.read())
    return _table(pace, found, before, after, gateways)


def _spent(arena: Arena, gateways: Sequence[Running], users: int) -> Spent:
    return Spent(
        sum(cpu_seconds(gateway.pid) for gateway in gateways),
        dict(ChainMap(*(arena.watched.seconds(gateway.pid) for gateway in gateways))),
        cpu_seconds(users),
        Busy.now(),
    )


def _table(
    pace: int, found: dict[str, Any], before: Spent, after: Spent, gateways: Sequence[Running]
) -> Table:
    by_question: dict[str, list[float]] = found["seconds"]
    every = [seconds for each in by_question.values() for seconds in each]
    rows = [
        _row(f"{name}, {QUESTIONS[name]}", f"{MIX[name]} %", by_question[name])
        for name in MIX
        if by_question.get(name)
    ]
    rows.append(_row("all", "100 %", every))
    return Table(
        f"users: {USERS:,} users, {pace:,} queries a minute",
        COLUMNS,
        tuple(rows),
        _notes(found, len(every), before, after, gateways),
        Plot(f"users-{pace}", (_panel(f"{pace:,} queries a minute", by_question),)),
    )


def _panel(title: str, by_question: Mapping[str, Sequence[float]]) -> Lines:
    steps = [f"p{share * 100:g}" for share in SHARES]
    series = {
        name: [percentile(by_question[name], share) for share in SHARES]
        for name in MIX
        if by_question.get(name)
    }
    return Lines(title, "ms", steps, series, is_logarithmic=True)


def _row(name: str, share: str, seconds: Sequence[float]) -> tuple[str, ...]:
    longest = figure(max(seconds) * 1000)
    return (name, share, f"{len(seconds):,}", percentiles(seconds), longest)


def _notes(
    found: dict[str, Any], count: int, before: Spent, after: Spent, gateways: Sequence[Running]
) -> tuple[str, ...]:
    spent = {
        "the gateways": after.gateways - before.gateways,
        "PostgreSQL": after.postgres(before),
        "the users' process": after.users - before.users,
    }
    wall = after.busy.at - before.busy.at
    shares = [
        f"{name} {seconds / wall:.2f} cores ({figure(seconds / count * 1000)} ms a query)"
        for name, seconds in spent.items()
    ]
    others = after.busy.others(before.busy, sum(spent.values()))
    memory = " and ".join(figure(rss_bytes(gateway.pid) / MIB) for gateway in gateways)
    first = "".join(f" First: {failure}" for failure in found["failures"][:1])
    return (
        f"{found['failed']} errors.{first} {count / wall * 60:,.0f} queries a minute in"
        f" {wall:.0f} s; CPU: {', '.join(shares)}; others {others:.0%} of the machine.",
        f"{len(gateways)} gateways, {memory} MiB, with pools of {POOL_SIZE}. Milliseconds count"
        " from the moment a query was due, whenever it was sent; p50 / p95 / p99 of how late that"
        f" was: {percentiles(found['late'])}.",
    )
