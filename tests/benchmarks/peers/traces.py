"""Where vMiner's spans go meanwhile: a process that takes them and drops them."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx

from runtime.settings import inherited_environment
from tests.benchmarks.machine import pin
from vminer.stack.ports import free_port
from vminer.stack.process import Supervisor

NAME = "traces"
READY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Traces:
    """The sink, as it runs."""

    url: str

    @classmethod
    def start(cls, supervisor: Supervisor, cores: Sequence[int]) -> Self:
        """Start it beside the client."""
        port = free_port()
        sink = cls(f"http://127.0.0.1:{port}/v1/traces")
        pid = supervisor.spawn(
            NAME,
            [sys.executable, "-m", "tests.benchmarks.sink", str(port)],
            env=inherited_environment(),
            cwd=Path.cwd(),
        )
        pin(pid, cores)
        supervisor.wait_until(sink._is_ready, NAME, seconds=READY_SECONDS)
        return sink

    def taken_bytes(self) -> int:
        """Return how much it has taken."""
        return int(httpx.get(self.url).text)

    def _is_ready(self) -> bool:
        try:
            return self.taken_bytes() == 0
        except httpx.HTTPError:
            return False
