"""The PostgreSQL server that all systems read from, as seen from outside."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Self

import asyncpg
import psutil

from tests.benchmarks.machine import on_cpu_seconds, pin


class Watched:
    """A connection of our own to it, and its processes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._runner = asyncio.Runner()
        self._connection: asyncpg.Connection = self._runner.run(asyncpg.connect(url))
        backend = psutil.Process(self._connection.get_server_pid())
        assert backend.name().startswith("postgres"), "the server must be on this machine"
        self._server = backend.ppid()
        self._port = self.fetch("SELECT inet_server_port()")[0][0]

    def fetch(self, statement: str, *values: Any) -> list[Any]:
        """Return the rows of a statement."""
        return list(self._runner.run(self._connection.fetch(statement, *values)))

    def machines(self) -> int:
        """Return how many VMs there are."""
        rows = self.fetch("SELECT count(*) FROM virtual_machines WHERE deleted_at IS NULL")
        return int(rows[0][0])

    def version(self) -> str:
        """Return that of PostgreSQL."""
        return str(self.fetch("SHOW server_version")[0][0])

    def backends(self, pid: int) -> list[int]:
        """Return the processes that serve the connections of a process."""
        connections = psutil.Process(pid).net_connections("tcp")
        ports = [c.laddr.port for c in connections if c.raddr and c.raddr.port == self._port]
        rows = self.fetch("SELECT pid FROM pg_stat_activity WHERE client_port = ANY ($1)", ports)
        return [row["pid"] for row in rows]

    def seconds(self, pid: int) -> dict[int, float]:
        """Return the CPU seconds of each of them: others use the server, too."""
        return {backend: on_cpu_seconds(backend) for backend in self.backends(pid)}

    @contextmanager
    def on_cores(self, cores: Sequence[int]) -> Iterator[None]:
        """Keep the server on some cores for a while."""
        before = os.sched_getaffinity(self._server)
        pin(self._server, cores)
        try:
            yield
        finally:
            with suppress(psutil.NoSuchProcess):
                pin(self._server, sorted(before))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()
