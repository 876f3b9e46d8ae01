"""Where systems meet: one estate, what is drawn of it, keys for vMiner, a place for its spans."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.burst import Burst
from tests.benchmarks.peers.drawn import Sample, sample
from tests.benchmarks.peers.keys import key_of
from tests.benchmarks.peers.system import Loading, Running, System
from tests.benchmarks.peers.systems import Given
from tests.benchmarks.peers.traces import Traces
from tests.benchmarks.peers.watched import Watched
from vminer.stack.process import Supervisor

QUIET = 0.1
"""Share of the machine that others may take before a burst is repeated."""
TRIES = 2


@dataclass(frozen=True, slots=True)
class Arena:
    """What all systems of a run share."""

    watched: Watched
    loading: Loading
    directory: Path
    """For files of this run."""
    supervisor: Supervisor
    traces: Traces
    drawn: Sample
    given: Given

    def start(self, system: System) -> Running:
        """Start a system and wait until it answers."""
        server = Running(system, self.watched, self.loading)
        server.start(self.supervisor, self.bodies(system, "Q1", 1)[0])
        return server

    def bodies(self, system: System, question: str, count: int) -> list[bytes]:
        """Return what is posted to a system for some of the VMs that were drawn."""
        return [system.posts[question].body(each) for each in self.drawn.several(question, count)]

    def write(self, system: System, question: str, count: int) -> Path:
        """Write that to a file, one a line."""
        path = self.directory / f"{question} {system.name}.jsonl"
        path.write_bytes(b"\n".join(self.bodies(system, question, count)))
        return path


@contextmanager
def opened(url: str, loading: Loading, *, is_pinned: bool = True) -> Iterator[Arena]:
    """Open one over an estate; PostgreSQL shares the client's cores meanwhile."""
    cores = loading.client_cores if is_pinned else sorted(os.sched_getaffinity(0))
    with (
        Watched(url) as watched,
        TemporaryDirectory(prefix="bench-") as path,
        watched.on_cores(cores),
        closing(Supervisor(Path(path))) as supervisor,
    ):
        drawn = sample(watched)
        traces = Traces.start(supervisor, cores)
        with (
            key_of(url, [vcenter.name for vcenter in drawn.scope]) as token,
            key_of(url, [vcenter.name for vcenter in drawn.vcenters]) as token_of_all,
        ):
            given = Given(Path(path) / "answers.jsonl", token, token_of_all, traces.url)
            yield Arena(watched, loading, Path(path), supervisor, traces, drawn, given)


def loading_of(connections: int, pool_size: int) -> Loading:
    """Give the servers a core, and the others to client and PostgreSQL."""
    cores = sorted(os.sched_getaffinity(0))
    return Loading(connections, pool_size, cores[:1], cores[1:] or cores)


def quietest(server: Running, bodies: Path, seconds: float) -> Burst:
    """Send a burst, and another one if others disturbed it; return the less disturbed."""
    made: list[Burst] = []
    while len(made) < TRIES and all(burst.others > QUIET for burst in made):
        made.append(server.burst(bodies, seconds))
    return min(made, key=lambda burst: burst.others)
