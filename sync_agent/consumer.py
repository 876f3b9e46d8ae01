"""Takes sync requests from RabbitMQ; what to acknowledge, and when, is decided here only.

A free place first, then a message: a worker without free places consumes nothing, so that none
waits where it cannot be started. It is acknowledged as soon as its run is claimed in the database;
from then on the lease, not the message, says who works on it. A lost connection is made anew.

    message ─► malformed                        reject: dead letter
            ─► claimed                          acknowledge, start
            ─► gone, not due yet, vCenter busy  acknowledge: the scheduler publishes what remains
            ─► database away                    hold it and try again
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractIncomingMessage,
    AbstractQueue,
)
from opentelemetry import propagate
from opentelemetry.context import Context

from models.commands.sync_run import Claim, Refusal
from models.messages import SyncRequested
from models.queue import QueueSettings, declare, open_connection, queue_errors
from runtime.errors import DatabaseUnavailableError, InvalidArgumentError, QueueUnavailableError
from sync_agent import metrics
from sync_agent.settings import AgentSettings
from sync_agent.slots import Place, Slots

log = logging.getLogger(__name__)

CLOSE_SECONDS = 2.0
CHECK_SECONDS = 5.0

ClaimRun = Callable[[SyncRequested], Awaitable[Claim | Refusal]]
RunClaim = Callable[[Claim, Context], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Link:
    """One connection's channel and queue, what came over it, and whether it consumes."""

    channel: AbstractChannel
    queue: AbstractQueue
    inbox: "asyncio.Queue[AbstractIncomingMessage | None]"
    """Messages as they come; None: the connection is lost."""
    tag: str | None = None

    async def resume(self) -> None:
        """Ask for messages."""
        if self.tag is None:
            with queue_errors():
                self.tag = await self.queue.consume(self.inbox.put)

    async def pause(self) -> None:
        """Ask for no more messages."""
        if self.tag is not None:
            with queue_errors():
                await self.queue.cancel(self.tag)
            self.tag = None

    async def check(self) -> None:
        """Make sure that RabbitMQ and the client still know this consumer.

        Raises:
            QueueUnavailableError: one of them does not, or RabbitMQ does not answer.
        """
        with queue_errors():
            async with asyncio.timeout(CHECK_SECONDS):
                found = await self.channel.declare_queue(self.queue.name, passive=True)
                client = await self.channel.get_underlay_channel()
        is_known = self.tag in getattr(client, "consumers", ())  # a queue that was deleted forgets
        if not found.declaration_result.consumer_count or not is_known:
            raise QueueUnavailableError("RabbitMQ lost this consumer")


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
            link = await self._link(connection)
            log.info("consuming", extra={"queue": link.queue.name})
            while not self._is_stopping:
                async with self._slots.place() as place:
                    await link.resume()
                    message = await self._next(link)
                    self._is_deciding = True
                    try:
                        await self._handle(link, message, place)
                    finally:
                        self._is_deciding = False
        finally:
            with suppress(TimeoutError, QueueUnavailableError), queue_errors():
                async with asyncio.timeout(CLOSE_SECONDS):
                    await connection.close()

    async def _link(self, connection: AbstractConnection) -> Link:
        inbox: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
        with queue_errors():
            channel = await connection.channel()
            for closing in (connection, channel):
                closing.close_callbacks.add(lambda *_: inbox.put_nowait(None))
            await channel.set_qos(prefetch_count=1)
            topology = await declare(channel, self._queue)
        return Link(channel, topology.requests, inbox)

    async def _next(self, link: Link) -> AbstractIncomingMessage:
        while True:
            try:
                async with asyncio.timeout(self._settings.agent_watchdog_seconds):
                    message = await link.inbox.get()
            except TimeoutError:
                await link.check()
                continue
            if message is None:
                raise QueueUnavailableError("the connection was lost")
            return message

    async def _handle(self, link: Link, message: AbstractIncomingMessage, place: Place) -> None:
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
            place.start(self._run(answer, parent), name=f"sync {answer.access.name}")
            if self._slots.is_full:
                # Before the acknowledgement, or the next message is already on its way here.
                await link.pause()
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
