"""Simulated vCenters in a process of their own, registered, and the fleet that syncs them."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import orjson
import psutil

from models.commands.sync_run import request_sync
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from models.queue import Publisher, QueueSettings
from runtime.secrets import generate_key_pair
from sync_agent.collector.target import Target
from tests.benchmarks.place import Place
from vminer.registration import register

MOST_SECONDS = 900.0
SELDOM = 30 * 86400  # by itself nothing is due a second time
EMPTY: Mapping[str, str] = MappingProxyType({})
ENDED = {"SUCCEEDED", "QUARANTINED", "FAILED", "DEAD"}


@dataclass(frozen=True, slots=True)
class Simulated:
    """One simulated vCenter, as its simulator describes it."""

    name: str
    vms: int
    target: Target


class Fleet:
    """One simulator process, at most one agent and scheduler, a database and queues of its own."""

    def __init__(self, place: Place, database: DatabaseSettings, sizes: Sequence[int]) -> None:
        self.vcenters: list[Simulated] = []
        self.pids: dict[str, int] = {}
        """The processes that were started, by what they are."""
        self._place = place
        self._database = database
        self._sizes = sizes
        self._public_key, self._private_key = generate_key_pair()
        self._name = database.primary_url.rpartition("/")[2]

    def start(self) -> None:
        """Start the simulator and register its vCenters."""
        stack = self._place.stack
        described = self.directory / "simulator.json"
        sizes = ",".join(str(size) for size in self._sizes)
        arguments = ["-m", "vminer.simulator", "--sizes", sizes, "--directory", str(self.directory)]
        self.pids["simulator"] = stack.spawn_python("simulator", arguments)
        self._until(described.exists, "the simulator is ready")
        authority = (self.directory / "ca.pem").read_text()
        for item in orjson.loads(described.read_bytes())["vcenters"]:
            account = (item["host"], item["port"], item["username"], item["password"])
            self.vcenters.append(Simulated(item["name"], item["vms"], Target(*account, authority)))
        asyncio.run(self._register())

    def start_agent(self, workers: int = 1, settings: Mapping[str, str] = EMPTY) -> list[int]:
        """Start an agent; return its workers' processes, once they are at rest."""
        private = {"VMINER_CREDENTIALS_PRIVATE_KEY": self._private_key, **settings}
        agent = psutil.Process(self._start("agent", ["--workers", str(workers)], private))
        self._until(lambda: len(agent.children()) == workers, "the workers run")
        connected = [worker.net_connections for worker in agent.children()]
        self._until(lambda: all(found() for found in connected), "the workers are connected")
        return [int(worker.pid) for worker in agent.children()]

    def start_scheduler(self) -> None:
        """Start the scheduler: it asks for what is due."""
        self._start("schedule", [])

    def stop_agent(self) -> None:
        """End the agent."""
        self._place.stack.supervisor.stop("agent")

    def stop(self) -> None:
        """End the simulator, and the agent and the scheduler if they run."""
        for name in ("schedule", "agent", "simulator"):
            self._place.stack.supervisor.stop(name)

    def sync(self, simulated: Simulated) -> None:
        """Have a vCenter synced and wait until that is done."""
        run_id = asyncio.run(self._request(simulated))
        state = f"SELECT state FROM sync_runs WHERE id = '{run_id}'"
        self._until(lambda: self.ask(state) in ENDED, f"{simulated.name} is synced")
        assert self.ask(state) == "SUCCEEDED"

    def sync_all(self, *, most_seconds: float) -> None:
        """Have every vCenter due at once and wait until all are synced."""
        began = self.ask("UPDATE vcenters SET next_sync_at = now() RETURNING now()").split("\n")[0]
        ended = ", ".join(f"'{state}'" for state in sorted(ENDED))
        runs = f"SELECT count(*) FROM sync_runs WHERE requested_at >= '{began}'"
        expected = str(len(self.vcenters))
        self._until(
            lambda: self.ask(f"{runs} AND state IN ({ended})") == expected,
            "every vCenter is synced",
            most_seconds=most_seconds,
            pause_seconds=1.0,
        )
        assert self.ask(f"{runs} AND state = 'SUCCEEDED'") == expected

    def stored(self, simulated: Simulated) -> int:
        """Return how many VMs of a vCenter are stored."""
        return int(
            self.ask(
                "SELECT count(*) FROM virtual_machines JOIN vcenters c ON c.id = vcenter_id"
                f" WHERE c.name = '{simulated.name}'"
            )
        )

    @property
    def directory(self) -> Path:
        """Where the simulator says how to reach it."""
        return self._place.stack.directory / "simulator"

    def ask(self, statement: str) -> str:
        """Return what the primary answers to one statement."""
        return self._place.ask(self._name, statement)

    def _start(self, command: str, options: list[str], private: Mapping[str, str] = EMPTY) -> int:
        settings = {
            "VMINER_PRIMARY_URL": self._database.primary_url,
            "VMINER_RABBITMQ_EXCHANGE": self._exchange,
            "VMINER_RABBITMQ_DEAD_EXCHANGE": f"{self._exchange}.dead",
        }
        arguments = ["-m", "vminer", command, *options]
        pid = self._place.stack.spawn_python(command, arguments, settings | dict(private))
        self.pids[command] = pid
        return pid

    @property
    def _exchange(self) -> str:
        return f"vminer.{self._name}"

    async def _register(self) -> None:
        engine = primary_engine(self._database)
        try:
            for each in self.vcenters:
                await register(
                    engine,
                    each.target,
                    name=each.name,
                    public_key=self._public_key,
                    interval_seconds=SELDOM,
                )
        finally:
            await engine.dispose()

    async def _request(self, simulated: Simulated) -> UUID:
        query = f"SELECT id FROM vcenters WHERE name = '{simulated.name}'"
        engine = primary_engine(self._database)
        publisher = Publisher(
            QueueSettings(
                rabbitmq_url=self._place.stack.rabbitmq.url,
                rabbitmq_exchange=self._exchange,
                rabbitmq_dead_exchange=f"{self._exchange}.dead",
            )
        )
        try:
            run = await request_sync(engine, publisher, int(self.ask(query)), requested_by="bench")
            return run.id
        finally:
            await publisher.close()
            await engine.dispose()

    def _until(
        self,
        done: Callable[[], bool],
        what: str,
        *,
        most_seconds: float = MOST_SECONDS,
        pause_seconds: float = 0.2,
    ) -> None:
        end = time.monotonic() + most_seconds
        while not done():
            assert time.monotonic() < end, f"not after {most_seconds:.0f} s: {what}"
            assert not self._place.stack.exited(), self._place.stack.exited()
            time.sleep(pause_seconds)
