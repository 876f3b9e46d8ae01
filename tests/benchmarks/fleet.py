"""Simulated vCenters in a process of their own, registered, and an agent that syncs them."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
ENDED = {"SUCCEEDED", "QUARANTINED", "FAILED", "DEAD"}


@dataclass(frozen=True, slots=True)
class Simulated:
    """One simulated vCenter, as its simulator describes it."""

    name: str
    vms: int
    target: Target


class Fleet:
    """One simulator process and at most one agent, with a database and queues of their own."""

    def __init__(self, place: Place, database: DatabaseSettings, sizes: Sequence[int]) -> None:
        self.vcenters: list[Simulated] = []
        self._place = place
        self._database = database
        self._sizes = sizes
        self._public_key, self._private_key = generate_key_pair()
        self._name = database.primary_url.rpartition("/")[2]

    def start(self) -> None:
        """Start the simulator and register its vCenters."""
        stack = self._place.stack
        directory = stack.directory / "simulator"
        described = directory / "simulator.json"
        sizes = ",".join(str(size) for size in self._sizes)
        arguments = ["-m", "vminer.simulator", "--sizes", sizes, "--directory", str(directory)]
        stack.spawn_python("simulator", arguments)
        self._until(described.exists, "the simulator is ready")
        authority = (directory / "ca.pem").read_text()
        for item in orjson.loads(described.read_bytes())["vcenters"]:
            account = (item["host"], item["port"], item["username"], item["password"])
            self.vcenters.append(Simulated(item["name"], item["vms"], Target(*account, authority)))
        asyncio.run(self._register())

    def start_agent(self) -> int:
        """Start an agent with one worker; return the worker's process, once it is at rest."""
        private = {"VMINER_CREDENTIALS_PRIVATE_KEY": self._private_key}
        settings = {
            "VMINER_PRIMARY_URL": self._database.primary_url,
            "VMINER_RABBITMQ_EXCHANGE": self._exchange,
            "VMINER_RABBITMQ_DEAD_EXCHANGE": f"{self._exchange}.dead",
        }
        arguments = ["-m", "vminer", "agent", "--workers", "1"]
        agent = psutil.Process(
            self._place.stack.spawn_python("agent", arguments, settings | private)
        )
        self._until(lambda: bool(agent.children()), "the worker runs")
        (worker,) = agent.children()
        self._until(lambda: bool(worker.net_connections()), "the worker is connected")
        return int(worker.pid)

    def stop_agent(self) -> None:
        """End the agent."""
        self._place.stack.supervisor.stop("agent")

    def stop(self) -> None:
        """End the simulator, and the agent if it runs."""
        for name in ("agent", "simulator"):
            self._place.stack.supervisor.stop(name)

    def sync(self, simulated: Simulated) -> None:
        """Have a vCenter synced and wait until that is done."""
        run_id = asyncio.run(self._request(simulated))
        state = f"SELECT state FROM sync_runs WHERE id = '{run_id}'"
        self._until(lambda: self._ask(state) in ENDED, f"{simulated.name} is synced")
        assert self._ask(state) == "SUCCEEDED"

    def stored(self, simulated: Simulated) -> int:
        """Return how many VMs of a vCenter are stored."""
        return int(
            self._ask(
                "SELECT count(*) FROM virtual_machines JOIN vcenters c ON c.id = vcenter_id"
                f" WHERE c.name = '{simulated.name}'"
            )
        )

    @property
    def _exchange(self) -> str:
        return f"vminer.{self._name}"

    async def _register(self) -> None:
        engine = primary_engine(self._database)
        try:
            for each in self.vcenters:
                await register(engine, each.target, name=each.name, public_key=self._public_key)
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
            run = await request_sync(engine, publisher, int(self._ask(query)), requested_by="bench")
            return run.id
        finally:
            await publisher.close()
            await engine.dispose()

    def _ask(self, statement: str) -> str:
        return self._place.ask(self._name, statement)

    def _until(self, done: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + MOST_SECONDS
        while not done():
            assert time.monotonic() < end, f"not after {MOST_SECONDS:.0f} s: {what}"
            assert not self._place.stack.exited(), self._place.stack.exited()
            time.sleep(0.2)
