"""All of vMiner running against the test stack: simulated vCenters, agent, scheduler, gateway."""

import asyncio
import io
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest import mock

import httpx

from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from runtime.secrets import generate_key_pair
from sync_agent.collector.target import Target
from tests.support.simulated import Simulated, described_in
from tests.support.spans import SpanReceiver
from vminer.__main__ import main
from vminer.commands.migrate import upgrade
from vminer.registration import register
from vminer.stack.ports import free_port
from vminer.stack.stack import Stack

SYNC = "mutation($id: ID!) { syncVcenter(id: $id) { id } }"
NAME = "system"
SEED = 11
PARTITIONS = 4
RUN = """query($id: ID!) { syncRun(id: $id) {
  state attempt objectsRead errorCode errorMessage outcome startedAt finishedAt } }"""
VCENTER = """query($name: String!) {
  vcenters(first: 1, filter: {name: {eq: $name}}) { nodes { id state stateReason } } }"""
ENDED = {"SUCCEEDED", "QUARANTINED", "FAILED", "DEAD"}
SHORT_WAITS = {
    "VMINER_AGENT_LEASE_SECONDS": "2",
    "VMINER_AGENT_LEASE_RENEW_SECONDS": "0.5",
    "VMINER_AGENT_RETRY_BASE_SECONDS": "0.2",
    "VMINER_AGENT_RETRY_MAX_SECONDS": "1",
    "VMINER_COLLECTOR_READ_TIMEOUT_SECONDS": "10",
    "VMINER_LOG_LEVEL": "INFO",
}

UNCACHED = {"VMINER_RESPONSE_CACHE_POLL_SECONDS": "0"}
"""Tests write and read at once; those of the cache itself switch it on."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


class System:
    """vMiner's processes on the test stack, and what tests ask of them.

    It has a database and queues of its own there, by its name; one with another name than usual has
    processes of other names too, so that both may run.
    """

    workers = 2
    """Processes of the agent."""
    waits: Mapping[str, str] = SHORT_WAITS

    def __init__(
        self,
        stack: Stack,
        sizes: list[int],
        environment: Mapping[str, str] | None = None,
        *,
        name: str = NAME,
        seed: int = SEED,
    ) -> None:
        self.stack = stack
        self.name = name
        self.spans = SpanReceiver()
        self.database = DatabaseSettings(
            primary_url=_of_database(name, stack.primary_url),
            replica_urls=tuple(_of_database(name, url) for url in stack.replica_urls),
            partitions=PARTITIONS,
        )
        self.public_key, self._private_key = generate_key_pair()
        self.url = f"http://127.0.0.1:{free_port()}"
        self.agent_metrics_port = free_port()
        self._sizes = sizes
        self._seed = seed
        self._more = dict(environment or {})
        self.vcenters: list[Simulated] = []
        self.ca_certificates = ""
        self.control_url = ""

    def start(self) -> "System":
        """Start the simulators, register them, start vMiner's processes."""
        port = self.stack.postgres.primary_port
        self.stack.postgres.execute(port, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self.stack.postgres.execute(port, f"CREATE DATABASE {self.name}")
        upgrade(self.database)
        self._start_simulators()
        asyncio.run(self._register_all())
        self.start_gateway()
        self.start_agent()
        self.start_scheduler()
        self.until(self.ready, "the gateway is ready", seconds=120)
        return self

    def start_agent(self, name: str = "agent", metrics_port: int | None = None) -> int:
        """Start an agent with its worker processes and short waits; return its process."""
        private = {
            "VMINER_CREDENTIALS_PRIVATE_KEY": self._private_key,
            "VMINER_METRICS_PORT": str(metrics_port or self.agent_metrics_port),
        }
        arguments = ["-m", "vminer", "agent", "--workers", str(self.workers)]
        environment = self._own | dict(self.waits) | private
        return self.stack.spawn_python(self._process(name), arguments, environment)

    def start_scheduler(self) -> None:
        """Start the scheduler."""
        arguments = ["-m", "vminer", "schedule"]
        environment = self._own | dict(self.waits)
        self.stack.spawn_python(self._process("schedule"), arguments, environment)

    def start_gateway(
        self, name: str = "serve", environment: Mapping[str, str] | None = None
    ) -> None:
        """Start a gateway; the system's own, unless the environment gives it another port."""
        settings = UNCACHED | {"VMINER_API_PORT": self.url.rpartition(":")[2]}
        settings |= dict(environment or {})
        arguments = ["-m", "vminer", "serve"]
        self.stack.spawn_python(self._process(name), arguments, self._own | settings)

    def cli(
        self,
        *arguments: str,
        typed: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> "Ended":
        """Run `vminer` as an operator who holds both keys; `typed` is its standard input."""
        private = {"VMINER_CREDENTIALS_PRIVATE_KEY": self._private_key}
        settings = self.stack.environment() | self._own | private | dict(environment or {})
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict("os.environ", settings),
            mock.patch.object(sys, "argv", ["vminer", *arguments]),
            mock.patch.object(sys, "stdin", io.StringIO(typed)),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        return Ended(code, out.getvalue(), err.getvalue())

    def kill(self, name: str) -> None:
        """End one of vMiner's processes, with its workers, as a crash would."""
        self.stack.supervisor.kill(self._process(name))

    def stop(self) -> None:
        """End vMiner's processes and the simulators."""
        for name in ("serve", "agent", "schedule", "simulator"):
            self.stack.supervisor.stop(self._process(name))
        self.spans.close()

    def ready(self) -> bool:
        """Return whether the gateway can answer queries."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).is_success
        except httpx.HTTPError:
            return False

    def post(self, document: str, **variables: object) -> dict[str, Any]:
        """Return the whole answer to a document."""
        body = {"query": document, "variables": variables}
        answer: dict[str, Any] = httpx.post(f"{self.url}/graphql", json=body, timeout=20).json()
        return answer

    def query(self, document: str, **variables: object) -> dict[str, Any]:
        """Return the data of an answer that must hold no error."""
        answer = self.post(document, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def pages(
        self, field: str, selection: str, arguments: str = "", *, first: int = 200
    ) -> list[dict[str, Any]]:
        """Return every node of a root list, page by page."""
        arguments = f"first: {first}, after: $after {arguments}"
        document = f"""query($after: String) {{ {field}({arguments}) {{
            pageInfo {{ hasNextPage endCursor }} nodes {{ {selection} }} }} }}"""
        nodes: list[dict[str, Any]] = []
        after = None
        while True:
            page = self.query(document, after=after)[field]
            nodes += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return nodes
            after = page["pageInfo"]["endCursor"]

    def vcenter(self, name: str) -> dict[str, Any]:
        """Return id and state of a vCenter."""
        found: dict[str, Any] = self.query(VCENTER, name=name)["vcenters"]["nodes"][0]
        return found

    def wait_for_first_syncs(self, *names: str) -> None:
        """Wait until the scheduler has had these vCenters synced once, or every one."""
        wanted = set(names) or {vcenter.name for vcenter in self.vcenters}
        first = "{ syncRuns(first: 100) { nodes { state vcenter { name } } } }"

        def done() -> bool:
            runs = self.query(first)["syncRuns"]["nodes"]
            ended = {run["vcenter"]["name"] for run in runs if run["state"] == "SUCCEEDED"}
            return ended >= wanted

        self.until(done, "every vCenter is synced once", seconds=120)

    def request(self, name: str) -> str:
        """Ask for a sync and return the run's id."""
        run: str = self.query(SYNC, id=self.vcenter(name)["id"])["syncVcenter"]["id"]
        return run

    def run(self, run_id: str) -> dict[str, Any]:
        """Return a run as the graph shows it; empty until the replica has it."""
        return self.query(RUN, id=run_id)["syncRun"] or {}

    def ended(self, run_id: str, *, seconds: float = 180) -> dict[str, Any]:
        """Wait until a run has ended and return it."""
        self.until(lambda: self.run(run_id).get("state") in ENDED, f"{run_id} ended", seconds)
        return self.run(run_id)

    def sync(self, name: str) -> dict[str, Any]:
        """Sync a vCenter, wait, and return the run."""
        return self.ended(self.request(name))

    def until(self, done: Callable[[], bool], what: str, seconds: float = 180) -> None:
        """Wait until something is so."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"not after {seconds} s: {what}\n{self._last_words()}"
            time.sleep(0.05)

    async def register(self, target: Target, name: str) -> None:
        """Register one more vCenter, synced only when asked."""
        engine = primary_engine(self.database)
        try:
            await register(
                engine, target, name=name, public_key=self.public_key, interval_seconds=86_400
            )
        finally:
            await engine.dispose()

    def target(self, simulated: Simulated) -> Target:
        """Return how to reach a simulated vCenter."""
        return Target(
            host=simulated.host,
            port=simulated.port,
            username=simulated.username,
            password=simulated.password,
            ca_certificates=self.ca_certificates,
        )

    async def _register_all(self) -> None:
        for simulated in self.vcenters:
            await self.register(self.target(simulated), simulated.name)

    def _start_simulators(self) -> None:
        directory = self.stack.directory / self._process("simulator")
        directory.mkdir(exist_ok=True)
        described = directory / "simulator.json"
        described.unlink(missing_ok=True)
        sizes = ",".join(str(size) for size in self._sizes)
        arguments = ["--sizes", sizes, "--seed", str(self._seed), "--directory", str(directory)]
        process = self._process("simulator")
        self.stack.spawn_python(process, ["-m", "vminer.simulator", *arguments])
        self.until(described.exists, "the simulators are ready")
        self.control_url, self.vcenters = described_in(described)
        self.ca_certificates = (directory / "ca.pem").read_text()

    @property
    def _own(self) -> dict[str, str]:
        """Settings that keep this system apart from other users of the stack."""
        return {
            "VMINER_PRIMARY_URL": self.database.primary_url,
            "VMINER_REPLICA_URLS": ",".join(self.database.replica_urls),
            "VMINER_PARTITIONS": str(PARTITIONS),
            "VMINER_REPLICA_PROBE_TIMEOUT_SECONDS": "2",  # the machine may be busy with other tests
            "VMINER_CREDENTIALS_PUBLIC_KEY": self.public_key,
            "VMINER_OTLP_ENDPOINT": self.spans.url,
            "VMINER_TRACE_SAMPLE_RATIO": "1",
            "VMINER_TRACE_MOST_PER_SECOND": "100000",
            "OTEL_BSP_SCHEDULE_DELAY": "200",  # milliseconds
            "VMINER_RABBITMQ_EXCHANGE": f"vminer.{self.name}",
            "VMINER_RABBITMQ_DEAD_EXCHANGE": f"vminer.{self.name}.dead",
        } | self._more

    def _process(self, name: str) -> str:
        return name if self.name == NAME else f"{self.name}-{name}"

    def _last_words(self) -> str:
        names = [self._process(name) for name in ("serve", "agent", "schedule", "simulator")]
        logs = {name: self.stack.supervisor.log(name) for name in names}
        tails = {
            name: self.stack.supervisor.tail(name) for name, log in logs.items() if log.exists()
        }
        return "\n".join(f"--- {name}\n{tail}" for name, tail in tails.items())


def _of_database(name: str, url: str) -> str:
    return f"{url.rpartition('/')[0]}/{name}"
