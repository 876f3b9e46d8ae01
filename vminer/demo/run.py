"""Starts the stack and vMiner's own processes, registers simulated vCenters, watches the sync."""

import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import orjson
from rich.console import Console

from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from runtime.errors import StackError, UnavailableError
from runtime.secrets import generate_key_pair
from sync_agent.collector.target import Target
from vminer.commands.migrate import upgrade
from vminer.demo.api import Api
from vminer.demo.hints import summary
from vminer.demo.progress import watch_first_sync
from vminer.demo.selfcheck import problems
from vminer.registration import register
from vminer.simulator.client import SimulatorClient
from vminer.stack.ports import require_free_port
from vminer.stack.stack import Stack

SYNC_INTERVAL_SECONDS = 60
DRIFT_SECONDS = 30
SEED = 7
SIZES = (0.3, 0.6, 0.9, 1.2, 2.0)
"""Sizes of neighbouring vCenters in relation to the average: estates are never even."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What `vminer demo` was asked for."""

    vcenters: int
    vms: int
    port: int
    workers: int
    once: bool

    @property
    def sizes(self) -> list[int]:
        """VMs of each vCenter."""
        if self.vcenters < len(SIZES):
            return [self.vms] * self.vcenters
        return [max(10, round(self.vms * SIZES[i % len(SIZES)])) for i in range(self.vcenters)]


@dataclass(frozen=True, slots=True)
class SimulatedEstate:
    """What the simulator wrote down when it was ready."""

    vcenters: list[dict[str, object]]
    ca_certificates: str
    control_url: str


def run(options: DemoOptions) -> int:
    """Run the demo until Ctrl-C, or once; return the exit status."""
    console = Console()
    signal.signal(signal.SIGTERM, _interrupt)
    began = time.monotonic()
    with ExitStack() as closing:
        try:
            demo = Demo(options, console, closing)
            demo.start()
            demo.sync()
            console.print(f"  ready after {time.monotonic() - began:.0f} s\n")
            return demo.check() if options.once else demo.stay()
        except KeyboardInterrupt:
            console.print("\nStopping; nothing will be left running.")
            return 0


class Demo:
    """The demo, step by step."""

    def __init__(self, options: DemoOptions, console: Console, closing: ExitStack) -> None:
        self._options = options
        self._console = console
        self._closing = closing
        self._stack = Stack(purpose="demo", replicas=2)
        self._api = Api(f"http://127.0.0.1:{options.port}")
        self._estate: SimulatedEstate

    def start(self) -> None:
        """Start servers, simulators and vMiner's processes; migrate; register the vCenters."""
        require_free_port(self._options.port, "the API (choose another with --port)")
        with self._console.status("Starting PostgreSQL with 2 replicas, Valkey and RabbitMQ …"):
            self._closing.callback(self._stack.stop)
            self._stack.start()
        self._done("PostgreSQL with 2 replicas, Valkey, RabbitMQ")
        public, private = generate_key_pair()
        settings = DatabaseSettings(primary_url=self._stack.primary_url)
        upgrade(settings)
        self._done("database migrated")
        with self._console.status("Starting simulated vCenters …"):
            self._estate = self._start_simulators()
        self._done(f"{len(self._estate.vcenters)} simulated vCenters")
        self._start_processes(private)
        with self._console.status("Starting the API, the agents and the scheduler …"):
            self._wait_for_api()
        self._done("API, agents, scheduler")
        asyncio.run(self._register(settings, public))
        self._done("vCenters registered; syncing them through RabbitMQ")

    def sync(self) -> None:
        """Wait until each vCenter has been synced once."""
        deadline = 120 + 0.05 * sum(self._options.sizes)
        watch_first_sync(
            self._api,
            self._console,
            vcenters=self._options.vcenters,
            deadline_seconds=deadline,
            alive=self._all_alive,
        )

    def check(self) -> int:
        """Compare GraphQL with the simulators; 0 where they agree."""
        expected = {str(item["name"]): int(str(item["vms"])) for item in self._estate.vcenters}
        found = problems(self._api, expected)
        for problem in found:
            self._console.print(f"[red]✗[/red] {problem}")
        if not found:
            self._done(f"GraphQL agrees with the simulators on {sum(expected.values())} VMs")
        return 1 if found else 0

    def stay(self) -> int:
        """Say what to try, and let the estate change a little until Ctrl-C."""
        self._console.print(summary(self._api.base_url), soft_wrap=True, highlight=False)
        control = SimulatorClient(self._estate.control_url)
        while True:
            time.sleep(DRIFT_SECONDS)
            self._all_alive()
            for vcenter in self._estate.vcenters:
                control.drift(str(vcenter["name"]), 5)

    def _start_simulators(self) -> SimulatedEstate:
        directory = self._stack.directory / "simulator"
        directory.mkdir(exist_ok=True)
        sizes = ",".join(str(size) for size in self._options.sizes)
        arguments = ["--sizes", sizes, "--seed", str(SEED), "--directory", str(directory)]
        self._stack.spawn_python("simulator", ["-m", "vminer.simulator", *arguments])
        described = directory / "simulator.json"
        self._wait(described.exists, "the simulated vCenters", seconds=60)
        content = orjson.loads(described.read_bytes())
        return SimulatedEstate(
            vcenters=content["vcenters"],
            ca_certificates=(directory / "ca.pem").read_text(),
            control_url=content["control"],
        )

    def _start_processes(self, private_key: str) -> None:
        serve = {"VMINER_API_PORT": str(self._options.port)}
        agent = {"VMINER_CREDENTIALS_PRIVATE_KEY": private_key}
        workers = str(self._options.workers)
        self._stack.spawn_python("serve", ["-m", "vminer", "serve"], serve)
        self._stack.spawn_python("agent", ["-m", "vminer", "agent", "--workers", workers], agent)
        self._stack.spawn_python("schedule", ["-m", "vminer", "schedule"])

    async def _register(self, settings: DatabaseSettings, public_key: str) -> None:
        engine = primary_engine(settings)
        try:
            for item in self._estate.vcenters:
                target = Target(
                    host=str(item["host"]),
                    port=int(str(item["port"])),
                    username=str(item["username"]),
                    password=str(item["password"]),
                    ca_certificates=self._estate.ca_certificates,
                )
                await register(
                    engine,
                    target,
                    name=str(item["name"]),
                    public_key=public_key,
                    interval_seconds=SYNC_INTERVAL_SECONDS,
                )
        finally:
            await engine.dispose()

    def _wait_for_api(self) -> None:
        self._wait(self._api.ready, "the API", seconds=60)

    def _wait(self, done: Callable[[], bool], what: str, *, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not done():
            self._all_alive()
            if time.monotonic() > end:
                raise StackError(f"{what} did not start in {seconds:.0f} s; see {self._logs}")
            time.sleep(0.1)

    def _all_alive(self) -> None:
        for name in self._stack.exited():
            raise UnavailableError(f"{name} has ended; see {self._logs / name}.log")

    @property
    def _logs(self) -> Path:
        return self._stack.directory / "logs"

    def _done(self, what: str) -> None:
        self._console.print(f"[green]✓[/green] {what}", highlight=False)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Make SIGTERM end the demo as Ctrl-C does."""
    del number, frame
    raise KeyboardInterrupt
