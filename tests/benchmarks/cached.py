"""What a kept answer costs: vMiner's response cache against a bare ASGI app with the same bytes.

Both under uvicorn with the same options, on the same core, in bursts in turn; CPU of the server per
request. The bare app finds its bytes in a dictionary by the body or the parameters and sends them
with two headers: no key, no metrics, no freshness. Beside them vMiner without its cache.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from urllib.parse import urlencode

import httpx
import orjson

from graphql_api.documents import digest_of
from tests.benchmarks.burst import Burst
from tests.benchmarks.estate import Estate, build
from tests.benchmarks.gateway import Gateway
from tests.benchmarks.place import Place
from tests.benchmarks.queries import QUERIES, Query
from tests.benchmarks.table import Table, figure

DATABASE = "bench_cached"
ROUNDS = 5
DIFFERENT = 20
"""Answers of each query that are asked for."""
WARM_SECONDS = 1.0
CACHED = {
    "VMINER_RESPONSE_CACHE_POLL_SECONDS": "1",
    "VMINER_RESPONSE_CACHE_SECONDS": "3600",
}
SHARED = CACHED | {
    "VMINER_RESPONSE_CACHE_BYTES": "0",  # so that every answer comes from Redis
    "VMINER_RESPONSE_CACHE_SHARED_MS": "0.001",
}
MEASURED = tuple(query for query in QUERIES if query.name in ("Q1", "Q4"))
HEADERS = {"accept": "application/graphql-response+json", "content-type": "application/json"}


class Bare(Gateway):
    """A bare ASGI app in place of the gateway."""

    answers: Path
    app = "from_memory"

    def _spawned(self) -> int:
        options = ["--port", str(self._port), "--loop", "uvloop", "--http", "httptools"]
        options += ["--no-access-log", "--no-server-header", "--log-level", "warning"]
        application = f"tests.benchmarks.peers.{self.app}:app"
        return self._place.stack.spawn_python(
            self._name, ["-m", "uvicorn", application, *options], {"ANSWERS": str(self.answers)}
        )

    def _is_ready(self) -> bool:
        try:
            httpx.get(self.url, timeout=5)
        except httpx.HTTPError:
            return False
        return True


class BareRedis(Bare):
    """One that fetches what it sends from Redis."""

    app = "from_redis"


@dataclass(frozen=True, slots=True)
class Way:
    """One query, asked in one way."""

    query: Query
    method: str
    lines: list[bytes]
    path: Path

    @property
    def name(self) -> str:
        """As the table calls it."""
        return f"{self.query.name} {self.method}"


def run(place: Place) -> list[Table]:
    """Fill the cache, check that all give the same bytes, then measure in turn."""
    database = place.database(DATABASE)
    estate = build(database, vcenters=place.options.vcenters, vms=place.options.vms)
    place.ask(DATABASE, "ANALYZE")
    place.wait_for_replica()
    ways = list(_ways(place, estate))
    cached = Gateway(place, database, name="cached", more=CACHED)
    shared = Gateway(place, database, name="shared", more=SHARED)
    uncached = Gateway(place, database, name="uncached")
    bare = Bare(place, database, name="bare")
    bare_redis = BareRedis(place, database, name="bare-redis")
    Bare.answers = place.stack.directory / "answers.jsonl"
    with ExitStack() as running:
        for gateway in (cached, shared, uncached):
            gateway.start()
            running.callback(gateway.stop)
            for query in MEASURED:
                _register(gateway, query)
        Bare.answers.write_bytes(b"\n".join(_answers(cached, ways)))
        for server in (bare, bare_redis):
            server.start()
            running.callback(server.stop)
        servers = {
            "bare": bare,
            "cached": cached,
            "uncached": uncached,
            "bare, Redis": bare_redis,
            "cached, Redis": shared,
        }
        bursts = {way.name: _bursts(place, servers, way) for way in ways}
    return [_table(place, bursts)]


def _ways(place: Place, estate: Estate) -> Iterator[Way]:
    for query in MEASURED:
        random = Random(3)
        asked = [
            {
                "documentId": f"sha256:{digest_of(query.document)}",
                "variables": query.case(estate, random).variables,
            }
            for _ in range(DIFFERENT)
        ]
        spelled: dict[str, Callable[[dict[str, object]], bytes]] = {
            "POST": orjson.dumps,
            "GET": _parameters,
        }
        for method, spell in spelled.items():
            lines = [spell(each) for each in asked]
            path = place.stack.directory / f"{query.name}-{method}.lines"
            path.write_bytes(b"\n".join(lines))
            yield Way(query, method, lines, path)


def _parameters(asked: dict[str, object]) -> bytes:
    variables = orjson.dumps(asked["variables"]).decode()
    return urlencode({"documentId": asked["documentId"], "variables": variables}).encode()


def _register(gateway: Gateway, query: Query) -> None:
    """Let a document be found by its hash."""
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": digest_of(query.document)}}
    body = {"query": query.document, "extensions": hashed, "variables": {"id": "", "vcenter": ""}}
    httpx.post(gateway.url, json=body, timeout=30).raise_for_status()


def _answers(gateway: Gateway, ways: list[Way]) -> Iterator[bytes]:
    """Ask for each answer twice; yield the pairs that the bare app holds."""
    for way in ways:
        for line in way.lines:
            first, second = (_asked(gateway, way, line) for _ in range(2))
            assert first.content == second.content, way.name
            assert second.headers["x-vminer-cache"] == "hit", way.name
            yield orjson.dumps([line.decode(), second.text])


def _asked(gateway: Gateway, way: Way, line: bytes) -> httpx.Response:
    if way.method == "GET":
        return httpx.get(f"{gateway.url}?{line.decode()}", headers=HEADERS, timeout=30)
    return httpx.post(gateway.url, content=line, headers=HEADERS, timeout=30)


def _bursts(place: Place, servers: dict[str, Gateway], way: Way) -> dict[str, list[Burst]]:
    """One burst of each server in turn."""
    bursts: dict[str, list[Burst]] = {name: [] for name in servers}
    for server in servers.values():
        server.burst(way.path, WARM_SECONDS, way.method)
    for _ in range(ROUNDS):
        for name, server in servers.items():
            bursts[name].append(server.burst(way.path, place.options.seconds, way.method))
    return bursts


def _table(place: Place, bursts: dict[str, dict[str, list[Burst]]]) -> Table:
    columns = (
        *("query", "KB", "bare", "cached", "ratio", "spread", "uncached", "with PG", "req/s"),
        *("bare, Redis", "cached, Redis", "ratio"),
    )
    rows = tuple(_row(name, each) for name, each in bursts.items())
    options = place.options
    title = f"cached: {options.vcenters:,} vCenters of {options.vms:,} VMs"
    notes = (
        f"CPU of the server in \u00b5s per request, medians of {ROUNDS} bursts of"
        f" {options.seconds:g} s in turn over {options.connections} connections; ratio and its"
        " spread: cached to bare of each round; with PG: uncached, PostgreSQL's added. Redis: every"
        " answer comes from there.",
        f"{DIFFERENT} different answers; req/s: cached, best burst. Python"
        f" {sys.version.split()[0]}, uvicorn with uvloop and httptools.",
    )
    return Table(title, columns, rows, notes)


def _row(name: str, found: dict[str, list[Burst]]) -> tuple[str, ...]:
    cost = {
        who: [burst.each(burst.server_seconds) * 1000 for burst in each]
        for who, each in found.items()
    }
    ratios = _ratios(cost["cached"], cost["bare"])
    of_redis = _ratios(cost["cached, Redis"], cost["bare, Redis"])
    one = found["cached"][0]
    return (
        name,
        figure(one.received / len(one.latencies) / 1000),
        figure(median(cost["bare"])),
        figure(median(cost["cached"])),
        figure(median(ratios)),
        f"{ratios[0]:.2f}\u2013{ratios[-1]:.2f}",
        figure(median(cost["uncached"])),
        figure(median(burst.cpu * 1000 for burst in found["uncached"])),
        figure(max(burst.rate for burst in found["cached"])),
        figure(median(cost["bare, Redis"])),
        figure(median(cost["cached, Redis"])),
        figure(median(of_redis)),
    )


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    """Return the ratio of each round, in order of size."""
    return sorted(one / other for one, other in zip(ours, theirs, strict=True))
