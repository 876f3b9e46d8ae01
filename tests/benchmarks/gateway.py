"""A gateway process under load: pinned to a core of its own, watched from outside.

The client and PostgreSQL are kept on the other cores. CPU seconds come from /proc.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from models.db.settings import DatabaseSettings
from tests.benchmarks.burst import Burst, send
from tests.benchmarks.machine import Busy, cpu_seconds, pin, postgres_pids, postgres_seconds
from tests.benchmarks.place import Place
from vminer.stack.ports import free_port

NAME = "serve"
PATIENT = {
    # The load keeps the event loop busy on purpose: slow is not away.
    "VMINER_REPLICA_PROBE_TIMEOUT_SECONDS": "10",
    "VMINER_REQUEST_DEADLINE_SECONDS": "60",
    "VMINER_CONNECT_TIMEOUT_SECONDS": "60",  # as long requests wait for a connection of the pool
    "VMINER_LOG_LEVEL": "WARNING",
    "VMINER_RESPONSE_CACHE_POLL_SECONDS": "0",  # what is measured is executing
}


class Gateway:
    """A gateway process, checked and loaded."""

    def __init__(
        self,
        place: Place,
        database: DatabaseSettings,
        *,
        name: str = NAME,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self._place = place
        self._name = name
        self._more = dict(more or {})
        self._port = free_port()
        self._database = database
        self._pid = 0
        cores = sorted(os.sched_getaffinity(0))
        self._server_cores, self._other_cores = cores[:1], cores[1:] or cores

    def start(self) -> None:
        """Start it, give everything its cores, wait until it can answer."""
        stack = self._place.stack
        self._pid = self._spawned()
        stack.supervisor.wait_until(self._is_ready, self._name, seconds=60)
        pin(self._pid, self._server_cores)
        for pid in postgres_pids(stack):
            pin(pid, self._other_cores)

    def _spawned(self) -> int:
        """Start the process."""
        settings = {
            "VMINER_PRIMARY_URL": self._database.primary_url,
            "VMINER_REPLICA_URLS": ",".join(self._database.replica_urls),
            "VMINER_API_PORT": str(self._port),
            "VMINER_POOL_SIZE": str(self._place.options.connections),
        }
        environment = PATIENT | settings | self._more
        stack = self._place.stack
        return stack.spawn_python(self._name, ["-m", "vminer", "serve"], environment)

    def stop(self) -> None:
        """End it."""
        self._place.stack.supervisor.stop(self._name)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}/graphql"

    def answer(self, body: dict[str, Any]) -> Any:
        """Return the data of one answer."""
        answer = httpx.post(self.url, json=body, timeout=30).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def burst(self, bodies: Path, seconds: float, method: str = "POST") -> Burst:
        """Send one burst and note what it cost whom."""
        busy, server, postgres = Busy.now(), cpu_seconds(self._pid), self._postgres()
        found = send(
            self._port,
            bodies,
            connections=self._place.options.connections,
            seconds=seconds,
            cores=self._other_cores,
            method=method,
        )
        server, postgres = cpu_seconds(self._pid) - server, self._postgres() - postgres
        others = Busy.now().others(busy, server + postgres + found["cpu"])
        return Burst(
            found["latencies"],
            found["received"],
            found["wall"],
            server,
            postgres,
            found["cpu"],
            others,
        )

    def _postgres(self) -> float:
        return postgres_seconds(self._place.stack)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self._port}/readyz", timeout=5).is_success
        except httpx.HTTPError:
            return False
