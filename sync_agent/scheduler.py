"""Asks for syncs that are due, saves runs that got lost, and beats the heart.

Several may run; one leads, by a lease. Nothing here needs the lead to be exact: every step is a
transaction that finds nothing to do when another scheduler was faster.
"""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from time import monotonic
from typing import Any
from uuid import uuid4

from models.commands import lease as leases
from models.commands import schedule, sync_run
from models.commands.circuit import CircuitPolicy
from models.commands.heartbeat import beat
from models.commands.lease import HeldLease
from models.commands.replay import count_dead
from models.commands.sync_run import CIRCUIT
from models.commands.transaction import Primary
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from models.queue import Publisher, QueueSettings
from runtime.errors import UnavailableError
from runtime.logs import LogSettings, configure_logs
from runtime.telemetry import TelemetrySettings, configure_telemetry, meter
from sync_agent.housekeeping import Housekeeper, Round
from sync_agent.process import run_until_signal
from sync_agent.settings import AgentSettings, HousekeepingSettings, ScheduleSettings

log = logging.getLogger(__name__)

requeued = meter.create_counter(
    "vminer_sync_requeued", description="Runs whose agent stopped, by what became of them."
)
dead = meter.create_gauge(
    "vminer_dead_runs",
    description="vCenters whose sync was given up and neither replayed nor successful since.",
)
RENEWALS_PER_LEASE = 3
TIDY_SECONDS = 60.0
PURGE_LIMIT = 5_000
RESIGN_SECONDS = 2.0


class Scheduler:
    """One scheduler process: leads, or stands by."""

    def __init__(
        self,
        engine: Primary,
        publisher: Publisher,
        settings: ScheduleSettings,
        *,
        max_attempts: int,
        circuit: CircuitPolicy = CIRCUIT,
        housekeeper: Housekeeper | None = None,
    ) -> None:
        self._engine = engine
        self._housekeeper = housekeeper
        self._publisher = publisher
        self._settings = settings
        self._max_attempts = max_attempts
        self._circuit = circuit
        self._owner = f"scheduler-{uuid4()}"
        self._lease: HeldLease | None = None
        self._renewed_at = 0.0
        self._tidy_at = 0.0
        self._is_former_queue_gone = False

    @property
    def is_leader(self) -> bool:
        """Tell whether this process leads, as far as it knows."""
        return self._lease is not None

    async def run(self) -> None:
        """Work until cancelled; then another may lead at once."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._beat(), name="heartbeat")
                group.create_task(self._schedule(), name="schedule")
                if self._housekeeper is not None:
                    for round_ in self._housekeeper.rounds:
                        group.create_task(self._keep_house(round_), name=round_.name)
        finally:
            await self._resign()

    async def tick(self) -> None:
        """Look once at everything that is due.

        Raises:
            UnavailableError: PostgreSQL or RabbitMQ is away; nothing is lost.
        """
        if not await self._lead():
            return
        settings = self._settings
        due = await schedule.queue_due(
            self._engine, limit=settings.schedule_batch, jitter=settings.schedule_jitter
        )
        abandoned = await schedule.requeue_abandoned(
            self._engine, max_attempts=self._max_attempts, circuit=self._circuit
        )
        if due or abandoned.requeued or abandoned.dead:
            requeued.add(abandoned.requeued, {"to": "queued"})
            requeued.add(abandoned.dead, {"to": "dead"})
            log.info(
                "runs queued",
                extra={"due": len(due), "requeued": abandoned.requeued, "dead": abandoned.dead},
            )
        await self._publish()
        dead.set(await count_dead(self._engine))
        await self._tidy()

    async def _publish(self) -> None:
        waiting = await schedule.to_publish(
            self._engine,
            limit=self._settings.schedule_batch,
            lost_after_seconds=self._settings.schedule_lost_seconds,
        )
        published = await sync_run.publish(self._engine, self._publisher, waiting)
        if published < len(waiting):
            log.warning("RabbitMQ is away", extra={"waiting": len(waiting)})

    async def _tidy(self) -> None:
        """Now and then, remove what nobody needs any more."""
        if monotonic() < self._tidy_at:
            return
        self._tidy_at = monotonic() + TIDY_SECONDS
        settings = self._settings
        await schedule.purge_runs(
            self._engine, keep_days=settings.schedule_keep_runs_days, limit=PURGE_LIMIT
        )
        if not self._is_former_queue_gone:
            await self._retire_former_queue()

    async def _retire_former_queue(self) -> None:
        """Once no agent of the time before classes is left, let go of the queue they consumed."""
        lost = await self._publisher.retire_former_queue()
        self._is_former_queue_gone = lost is not None
        if lost:
            log.info("the former queue is gone", extra={"lost": lost})
            await schedule.forget_publication(self._engine)

    async def _lead(self) -> bool:
        """Take or keep the lead."""
        seconds = self._settings.schedule_lease_seconds
        if self._lease is None:
            self._lease = await leases.take(
                self._engine, leases.SCHEDULER, owner=self._owner, seconds=seconds
            )
            self._renewed_at = monotonic()
            if self._lease is not None:
                log.info("leading", extra={"token": self._lease.token})
        elif monotonic() - self._renewed_at > seconds / RENEWALS_PER_LEASE:
            began = monotonic()
            if await leases.renew(self._engine, self._lease, seconds=seconds):
                self._renewed_at = began
            else:
                self._lease = None
                dead.set(0)  # the leader's to show
        return self._lease is not None

    async def _schedule(self) -> None:
        while True:
            await self._survive(self.tick())
            await asyncio.sleep(self._settings.schedule_tick_seconds)

    async def _beat(self) -> None:
        """Beat by a timer of its own: a slow look must not make every replica seem late."""
        while True:
            if self._lease is not None:
                await self._survive(beat(self._engine))
            await asyncio.sleep(self._settings.schedule_heartbeat_seconds)

    async def _keep_house(self, round_: Round) -> None:
        """Tidy up as soon as this process leads, and then now and again."""
        while True:
            if self._lease is None:
                await asyncio.sleep(self._settings.schedule_tick_seconds)
                continue
            for step in round_.steps:
                await self._survive(step())
            await asyncio.sleep(round_.pause_seconds)

    async def _survive(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work; whatever fails is tried again at the next turn."""
        try:
            await work
        except UnavailableError as error:
            log.warning("not now", extra={"why": error.message})
        except Exception:
            log.exception("the scheduler goes on after an error")

    async def _resign(self) -> None:
        lease, self._lease = self._lease, None
        if lease is not None:
            with suppress(UnavailableError, TimeoutError):
                async with asyncio.timeout(RESIGN_SECONDS):
                    await leases.release(self._engine, lease)


def run_scheduler() -> int:
    """Run a scheduler until a signal comes; return the exit code."""
    configure_logs("vminer-scheduler", LogSettings.load())
    telemetry = TelemetrySettings.load()
    opened = configure_telemetry("vminer-scheduler", telemetry)
    if telemetry.metrics_port is not None:
        opened.serve(telemetry.metrics_host, telemetry.metrics_port)
    database, queue, settings = (
        DatabaseSettings.load(),
        QueueSettings.load(),
        ScheduleSettings.load(),
    )
    agent = AgentSettings.load()

    async def main(stopping: asyncio.Event) -> None:
        engine = primary_engine(database, application="vminer-scheduler")
        publisher = Publisher(queue)
        scheduler = Scheduler(
            engine,
            publisher,
            settings,
            max_attempts=agent.agent_max_attempts,
            circuit=agent.circuit(),
            housekeeper=Housekeeper(engine, HousekeepingSettings.load()),
        )
        try:
            async with asyncio.TaskGroup() as group:
                running = group.create_task(scheduler.run(), name="scheduler")
                await stopping.wait()
                running.cancel()
        finally:
            await publisher.close()
            await engine.dispose()

    run_until_signal(main)
    opened.close()
    return 0
