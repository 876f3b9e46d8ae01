"""Workers and schedulers with real servers and fake vCenters, and a queue of a test's own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select

from models.commands.sync_run import SyncRunRef, request_sync, wait_for_run
from models.commands.transaction import Primary, transaction
from models.db.settings import DatabaseSettings
from models.enums import RequestClass
from models.queue import Publisher, QueueSettings
from models.sync_run import SyncRun
from models.virtual_machine import VirtualMachine
from runtime.secrets import generate_key_pair, seal
from sync_agent.scheduler import Scheduler
from sync_agent.settings import AgentSettings, ScheduleSettings
from sync_agent.source import OpenSource
from sync_agent.worker import WorkerSettings, work
from tests.support.fake_source import FakeEstate, FakeVCenter
from tests.support.records import host, vm
from tests.support.registry import new_vcenter
from vminer.stack.stack import Stack

PUBLIC, PRIVATE = generate_key_pair()
RECORDS = (host(1), vm(1), vm(2))
SETTINGS = AgentSettings(
    agent_concurrency=3,
    agent_lease_seconds=4,
    agent_lease_renew_seconds=1,  # half of it is what a renewal may take: a busy machine needs it
    agent_retry_base_seconds=0.001,
    agent_reconnect_seconds=0.1,
    agent_watchdog_seconds=0.2,
    agent_shutdown_seconds=0.1,
)


@dataclass
class Bench:
    """What a test of the agent needs, with a queue of its own."""

    database: DatabaseSettings
    queue: QueueSettings
    engine: Primary
    publisher: Publisher
    estate: FakeEstate

    async def vcenter(self, vcenter: FakeVCenter) -> int:
        name = f"vc-{uuid4()}.invalid"
        self.estate.vcenters[name] = vcenter
        sealed = seal(PUBLIC, password="correct horse", host=name)
        return await new_vcenter(self.engine, host=name, sealed_credentials=sealed)

    async def ask(
        self, vcenter_id: int, request_class: RequestClass = RequestClass.INTERACTIVE
    ) -> SyncRunRef:
        return await request_sync(
            self.engine,
            self.publisher,
            vcenter_id,
            requested_by="test",
            request_class=request_class,
        )

    async def ended(self, run_id: UUID, *, seconds: float = 60) -> SyncRun:
        async with asyncio.timeout(seconds):
            return await wait_for_run(self.engine, run_id, poll_seconds=0.02)

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(60):
            while not await condition():  # noqa: ASYNC110 - rows make no events
                await asyncio.sleep(0.02)

    async def names(self, vcenter_id: int) -> list[str]:
        async with transaction(self.engine) as connection:
            statement = select(VirtualMachine.name).where(VirtualMachine.vcenter_id == vcenter_id)
            return sorted(await connection.scalars(statement))

    @asynccontextmanager
    async def worker(
        self,
        settings: AgentSettings = SETTINGS,
        *,
        owner: str = "worker",
        open_source: OpenSource | None = None,
    ) -> AsyncIterator[asyncio.Event]:
        """Run a worker during the block; setting the event stops it earlier."""
        stopping = asyncio.Event()
        groups = WorkerSettings(self.database, self.queue, settings, PRIVATE)
        async with asyncio.TaskGroup() as group:
            group.create_task(work(groups, open_source or self.estate, stopping, owner=owner))
            yield stopping
            stopping.set()

    @asynccontextmanager
    async def scheduler(self, *, max_attempts: int = 5) -> AsyncIterator[Scheduler]:
        settings = ScheduleSettings(schedule_tick_seconds=0.05, schedule_lease_seconds=5)
        scheduler = Scheduler(self.engine, self.publisher, settings, max_attempts=max_attempts)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(scheduler.run())
            yield scheduler
            task.cancel()


@asynccontextmanager
async def open_bench(
    database: DatabaseSettings, stack: Stack, engine: Primary
) -> AsyncIterator[Bench]:
    """Open a bench with a queue of its own."""
    name = f"test-{uuid4()}"
    queue = QueueSettings(
        rabbitmq_url=stack.rabbitmq.url,
        rabbitmq_exchange=name,
        rabbitmq_dead_exchange=f"{name}.dead",
    )
    publisher = Publisher(queue)
    try:
        yield Bench(database, queue, engine, publisher, FakeEstate())
    finally:
        await publisher.close()
