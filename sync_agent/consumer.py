"""Takes sync requests from RabbitMQ; what to acknowledge, and when, is decided here only.

Queues are asked only while there is a place for what may come (`link`): requests of people first,
and some places are theirs alone. A message is acknowledged as soon as its run is claimed in the
database; from then on the lease, not the message, says who works on it. A lost connection is made
anew.

    message ─► malformed                        reject: dead letter
            ─► claimed                          start, acknowledge
            ─► gone, not due yet, vCenter busy  acknowledge: the scheduler publishes what remains
            ─► database away                    hold it and try again
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from time import monotonic
from typing import Any

from aio_pika.abc import AbstractIncomingMessage
from opentelemetry import propagate
from opentelemetry.context import Context

from models.commands.sync_run import Claim, Refusal
from models.messages import SyncRequested
from models.queue import QueueSettings, open_connection, queue_errors
from runtime.errors import DatabaseUnavailableError, InvalidArgumentError, QueueUnavailableError
from sync_agent import metrics
from sync_agent.link import Link, places_kept
from sync_agent.settings import AgentSettings
from sync_agent.slots import Slots

log = logging.getLogger(__name__)

CLOSE_SECONDS = 2.0

ClaimRun = Callable[[SyncRequested], Awaitable[Claim | Refusal]]
RunClaim = Callable[[Claim, Context], Coroutine[Any, Any, None]]


class Consumer:
    """The one consumer of a worker process."""

    def __init__(
        self,
        queue: QueueSettings,
        settings: AgentSettings,
        slots: Slots,
        *,
        claim: ClaimRun,
        run: RunClaim,
    ) -> None:
        self._queue = queue
        self._settings = settings
        self._slots = slots
        self._claim = claim
        self._run = run
        self._kept = places_kept(settings.agent_concurrency, settings.agent_interactive_share)
        self._stirred = asyncio.Event()
        slots.on_freed = self._stirred.set
        self._checked_at = monotonic()
        self._task: asyncio.Task[None] | None = None
        self._is_deciding = False
        self._is_stopping = False

    async def consume(self) -> None:
        """Consume until `stop`."""
        self._task = asyncio.current_task()
        while not self._is_stopping:
            try:
                await self._consume_once()
            except QueueUnavailableError as error:
                log.warning("RabbitMQ is away", extra={"why": error.message})
                await asyncio.sleep(self._settings.agent_reconnect_seconds)

    def stop(self) -> None:
        """Take no more messages; a decision that is under way is finished first."""
        self._is_stopping = True
        if self._task is not None and not self._is_deciding:
            self._task.cancel()

    async def _consume_once(self) -> None:
        """Consume over one connection until it is lost."""
        connection = await open_connection(self._queue)
        try:
            link = await Link.over(connection, self._queue, kept=self._kept, stirred=self._stirred)
            log.info("consuming", extra={"exchange": self._queue.rabbitmq_exchange})
            while not self._is_stopping:
                message = await self._next(link)
                self._is_deciding = True
                try:
                    await self._handle(link, message)
                finally:
                    self._is_deciding = False
        finally:
            with suppress(TimeoutError, QueueUnavailableError), queue_errors():
                async with asyncio.timeout(CLOSE_SECONDS):
                    await connection.close()

    async def _next(self, link: Link) -> AbstractIncomingMessage:
        while True:
            self._stirred.clear()
            if (message := link.take(self._slots.free)) is not None:
                return message
            await link.settle(self._slots.free)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.agent_watchdog_seconds):
                    await self._stirred.wait()
            # By the clock, not by silence: one queue's messages must not hide the other's loss.
            if monotonic() - self._checked_at > self._settings.agent_watchdog_seconds:
                await link.check()
                self._checked_at = monotonic()

    async def _handle(self, link: Link, message: AbstractIncomingMessage) -> None:
        """Decide about one message."""
        try:
            request = SyncRequested.parse(message.body)
        except InvalidArgumentError as error:
            log.error("malformed message sent to the dead letters", extra={"why": error.message})
            metrics.refused.add(1, {"reason": "malformed"})
            with queue_errors():
                await message.reject(requeue=False)
            return
        answer = await self._claim_patiently(request)
        if answer is None:
            return  # stopping: not acknowledged, so it goes to another agent
        if isinstance(answer, Claim):
            parent = propagate.extract({key: str(value) for key, value in message.headers.items()})
            self._slots.start(self._run(answer, parent), name=f"sync {answer.access.name}")
            # Before the acknowledgement, or the next message is already on its way here.
            await link.settle(self._slots.free)
        else:
            metrics.refused.add(1, {"reason": answer.name.lower()})
        with queue_errors():
            await message.ack()

    async def _claim_patiently(self, request: SyncRequested) -> Claim | Refusal | None:
        """Claim the run; while the database is away, hold the message and try again."""
        while not self._is_stopping:
            try:
                return await self._claim(request)
            except DatabaseUnavailableError as error:
                log.warning("run not claimed", extra={"why": error.message})
                await asyncio.sleep(self._settings.agent_reconnect_seconds)
        return None
