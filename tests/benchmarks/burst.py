"""One burst of requests from the load generator, and what it cost."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import orjson

from runtime.settings import inherited_environment
from tests.benchmarks.load import TOKEN


@dataclass(frozen=True, slots=True)
class Burst:
    """One burst of one query."""

    latencies: list[float]
    received: int
    wall_seconds: float
    server_seconds: float
    postgres_seconds: float
    client_seconds: float
    others: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.wall_seconds

    @property
    def cpu(self) -> float:
        """Milliseconds of server and PostgreSQL together for each request."""
        return self.each(self.server_seconds + self.postgres_seconds)

    def each(self, seconds: float) -> float:
        """Return milliseconds for each request."""
        return seconds / len(self.latencies) * 1000


def send(
    port: int,
    bodies: Path,
    *,
    connections: int,
    seconds: float,
    cores: Sequence[int],
    method: str = "POST",
    token: str = "",
) -> dict[str, Any]:
    """Send random ones of these bodies from a process on some cores; return what it printed."""
    options = {
        "--port": port,
        "--bodies": bodies,
        "--connections": connections,
        "--seconds": seconds,
        "--cores": ",".join(str(core) for core in cores),
        "--method": method,
    }
    arguments = [str(part) for pair in options.items() for part in pair]
    command = [sys.executable, "-m", "tests.benchmarks.load", *arguments]
    environment = inherited_environment() | {TOKEN: token}
    with TemporaryFile() as printed:
        subprocess.run(command, stdout=printed, env=environment, check=True)
        printed.seek(0)
        found: dict[str, Any] = orjson.loads(printed.read())
    assert not found["failures"], found["failures"]
    return found
