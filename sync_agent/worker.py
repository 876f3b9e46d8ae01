"""The work of one worker process: its own pools and consumer, opened, run and closed."""

import asyncio
from dataclasses import dataclass

from models.commands import sync_run
from models.commands.sync_run import Claim, Refusal
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from models.messages import SyncRequested
from models.queue import QueueSettings
from runtime.secrets import CredentialSettings
from sync_agent.consumer import Consumer
from sync_agent.runner import Runner, Tools
from sync_agent.settings import AgentSettings
from sync_agent.slots import Slots
from sync_agent.source import OpenSource
from sync_agent.writer.pool import open_pool

SERVICE = "vminer-agent"
CLOSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """The groups of settings a worker needs."""

    database: DatabaseSettings
    queue: QueueSettings
    agent: AgentSettings
    private_key: str

    @classmethod
    def load(cls) -> "WorkerSettings":
        """Load them. Raises SettingsError, naming what is missing."""
        return cls(
            DatabaseSettings.load(),
            QueueSettings.load(),
            AgentSettings.load(),
            CredentialSettings.load().private(),
        )


async def work(
    settings: WorkerSettings, open_source: OpenSource, stopping: asyncio.Event, *, owner: str
) -> None:
    """Consume and sync until told to stop; then finish what runs, or hand it back in time."""
    engine = primary_engine(settings.database, application=SERVICE)
    pool = await open_pool(settings.database, connections=settings.agent.agent_writer_connections)
    runner = Runner(Tools(engine, pool, open_source, settings.private_key), settings.agent)

    async def claim(request: SyncRequested) -> Claim | Refusal:
        seconds = settings.agent.agent_lease_seconds
        return await sync_run.claim(engine, request.run_id, owner=owner, lease_seconds=seconds)

    try:
        async with asyncio.TaskGroup() as group:
            slots = Slots(settings.agent.agent_concurrency, group)
            consumer = Consumer(settings.queue, settings.agent, slots, claim=claim, run=runner.run)
            group.create_task(consumer.consume(), name="consume")
            await stopping.wait()
            consumer.stop()
            await slots.drain(settings.agent.agent_shutdown_seconds)
    finally:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await pool.close()
        except TimeoutError:
            pool.terminate()
        await engine.dispose()
