"""One system of the comparison: how it starts, what is posted to it, what its answers mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson

from runtime.settings import inherited_environment
from tests.benchmarks.burst import Burst, send
from tests.benchmarks.machine import Busy, cpu_seconds, pin, rss_bytes
from tests.benchmarks.peers.drawn import Drawn
from tests.benchmarks.peers.watched import Watched
from vminer.stack.ports import free_port
from vminer.stack.process import Supervisor

READY_SECONDS = 60.0
ANSWER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Post:
    """The document of a query, as a system knows it, and its variables."""

    document: str
    variables: Callable[[Drawn], dict[str, Any]]

    def body(self, drawn: Drawn) -> bytes:
        """Return what is posted."""
        return orjson.dumps({"query": self.document, "variables": self.variables(drawn)})


@dataclass(frozen=True, slots=True)
class Start:
    """What a system is started with."""

    database_url: str
    port: int
    pool_size: int


@dataclass(frozen=True, slots=True)
class Command:
    """How a system is started."""

    argv: list[str]
    environment: Mapping[str, str]
    directory: Path


@dataclass(frozen=True, slots=True)
class System:
    """One of those that are compared."""

    name: str
    posts: Mapping[str, Post]
    """By query."""
    command: Callable[[Start], Command]
    token: str = field(default="", repr=False)
    """Of an API key that is sent along."""
    is_scoped: bool = False
    """Whether it shows some vCenters alone."""
    reads_database: bool = True


@dataclass(frozen=True, slots=True)
class Loading:
    """How bursts are made."""

    connections: int
    pool_size: int
    """Connections to PostgreSQL of each system."""
    server_cores: list[int]
    client_cores: list[int]


@dataclass(slots=True)
class Running:
    """A system that runs, pinned to its core."""

    system: System
    watched: Watched
    loading: Loading
    database_url: str = ""
    """Where it finds the database, if not where it is."""
    port: int = field(default_factory=free_port)
    pid: int = 0
    rss_bytes: int = 0
    """The most that was seen after a burst."""

    def start(self, supervisor: Supervisor, ready: bytes) -> None:
        """Start it and wait until it answers a body. One process of a name runs at a time."""
        url = self.database_url or self.watched.url
        start = Start(url, self.port, self.loading.pool_size)
        command = self.system.command(start)
        environment = inherited_environment() | dict(command.environment)
        name = self.system.name
        self.pid = supervisor.spawn(
            name, command.argv, env=environment, cwd=command.directory.resolve()
        )
        supervisor.wait_until(lambda: self._answers(ready), name, seconds=READY_SECONDS)
        pin(self.pid, self.loading.server_cores)

    def answer(self, body: bytes) -> httpx.Response:
        """Post one body."""
        headers = {
            "content-type": "application/json",
            "accept": "application/graphql-response+json",
        }
        if self.system.token:
            headers["authorization"] = f"Bearer {self.system.token}"
        url = f"http://127.0.0.1:{self.port}/graphql"
        return httpx.post(url, content=body, headers=headers, timeout=ANSWER_SECONDS)

    def burst(self, bodies: Path, seconds: float) -> Burst:
        """Send one burst and note what it cost whom."""
        busy, server, postgres = Busy.now(), cpu_seconds(self.pid), self._postgres()
        found = send(
            self.port,
            bodies,
            connections=self.loading.connections,
            seconds=seconds,
            cores=self.loading.client_cores,
            token=self.system.token,
        )
        server = cpu_seconds(self.pid) - server
        backends = self._postgres()
        spent = sum(backends[pid] - postgres.get(pid, 0.0) for pid in backends)
        others = Busy.now().others(busy, server + spent + found["cpu"])
        self.rss_bytes = max(self.rss_bytes, rss_bytes(self.pid))
        return Burst(
            found["latencies"],
            found["received"],
            found["wall"],
            server,
            spent,
            found["cpu"],
            others,
        )

    def _postgres(self) -> dict[int, float]:
        return self.watched.seconds(self.pid) if self.system.reads_database else {}

    def _answers(self, body: bytes) -> bool:
        try:
            return self.answer(body).is_success
        except httpx.HTTPError:
            return False
