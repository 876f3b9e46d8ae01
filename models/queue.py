"""RabbitMQ: the topology, and publishing that either is confirmed or fails at once.

    vminer.sync (direct) ─┬► ….requests.interactive ─┐
                          └► ….requests.scheduled ───┴─5 deliveries or rejected─► vminer.dead
                                                                                      │
                                                        vminer.sync.dead-letters ◄────┘

One quorum queue per class of request (quorum queues have no priorities before RabbitMQ 4.3): what a
person waits for never stands behind a thousand scheduled syncs.
Plain connections, not aio-pika's robust ones: a publisher must fail at once while RabbitMQ is away,
and a connection that is made anew where it is needed has no half-restored channels to hang on.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, AbstractQueue
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError, ChannelNotFoundEntity
from opentelemetry import propagate
from pydantic import Field, SecretStr

from models.enums import RequestClass
from models.messages import SyncRequested, Wake
from runtime.errors import QueueUnavailableError
from runtime.settings import Settings
from runtime.telemetry import tracer


class QueueSettings(Settings):
    """How RabbitMQ is reached and what its queues are called."""

    rabbitmq_url: SecretStr
    """RabbitMQ, as amqp://user:password@host:port/vhost (amqps:// for TLS)."""

    rabbitmq_exchange: str = "vminer.sync"
    """Exchange that sync requests are published to; its queues carry its name as prefix."""

    rabbitmq_dead_exchange: str = "vminer.dead"
    """Exchange that takes requests no agent could read."""

    rabbitmq_delivery_limit: int = Field(default=5, ge=1)
    """Deliveries of one message before it becomes a dead letter."""

    rabbitmq_heartbeat_seconds: int = Field(default=15, ge=1)
    """Seconds between two heartbeats; three missed ones mean that the connection is lost."""

    rabbitmq_connect_timeout_seconds: float = Field(default=2.0, gt=0)
    """Seconds to wait for a connection to RabbitMQ."""

    rabbitmq_publish_timeout_seconds: float = Field(default=5.0, gt=0)
    """Seconds to wait for RabbitMQ to confirm a message."""

    rabbitmq_publish_batch: int = Field(default=100, ge=1)
    """Messages that are on their way to RabbitMQ at once before their confirmations are awaited."""

    def requests_queue(self, request_class: RequestClass) -> str:
        """Name of the queue of a class, which agents consume."""
        return f"{self.rabbitmq_exchange}.requests.{request_class.lower()}"

    @property
    def former_queue(self) -> str:
        """Name of the one queue there was before requests had classes."""
        return f"{self.rabbitmq_exchange}.requests"

    @property
    def dead_queue(self) -> str:
        """Name of the queue of dead letters."""
        return f"{self.rabbitmq_exchange}.dead-letters"


@contextmanager
def queue_errors() -> Iterator[None]:
    """Translate what aio-pika raises when RabbitMQ is away or refuses."""
    try:
        yield
    except (AMQPError, ChannelInvalidStateError, OSError, TimeoutError, RuntimeError) as error:
        reason = str(error) or type(error).__name__
        raise QueueUnavailableError(f"RabbitMQ cannot be reached ({reason})") from error


async def open_connection(settings: QueueSettings) -> AbstractConnection:
    """Connect to RabbitMQ; the caller closes.

    Raises:
        QueueUnavailableError: it cannot be reached or refused the account.
    """
    with queue_errors():
        return await aio_pika.connect(
            settings.rabbitmq_url.get_secret_value(),
            timeout=settings.rabbitmq_connect_timeout_seconds,
            heartbeat=settings.rabbitmq_heartbeat_seconds,
        )


@dataclass(frozen=True, slots=True)
class Topology:
    """The declared exchange and queues, on one channel."""

    exchange: AbstractExchange
    requests: Mapping[RequestClass, AbstractQueue]
    dead_letters: AbstractQueue


async def declare(channel: AbstractChannel, settings: QueueSettings) -> Topology:
    """Declare exchanges and queues; harmless where they exist already."""
    dead_exchange = await channel.declare_exchange(settings.rabbitmq_dead_exchange, durable=True)
    dead = await channel.declare_queue(
        settings.dead_queue, durable=True, arguments={"x-queue-type": "quorum"}
    )
    exchange = await channel.declare_exchange(settings.rabbitmq_exchange, durable=True)
    requests: dict[RequestClass, AbstractQueue] = {}
    for request_class in RequestClass:
        name = settings.requests_queue(request_class)
        await dead.bind(dead_exchange, routing_key=name)
        requests[request_class] = await channel.declare_queue(
            name,
            durable=True,
            arguments={
                "x-queue-type": "quorum",
                "x-delivery-limit": settings.rabbitmq_delivery_limit,
                "x-dead-letter-exchange": settings.rabbitmq_dead_exchange,
                # At-least-once needs reject-publish too, or RabbitMQ silently falls back.
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
        )
        await requests[request_class].bind(exchange, routing_key=name)
    return Topology(exchange, requests, dead)


async def retire_former_queue(settings: QueueSettings) -> int | None:
    """Delete the queue of the time before classes, unless an agent still consumes it.

    Returns how many messages went with it, their runs to be published again; None: it is in use.

    Raises:
        QueueUnavailableError: RabbitMQ is away.
    """
    connection = await open_connection(settings)
    try:
        with queue_errors():
            channel = await connection.channel()
            try:
                former = await channel.declare_queue(settings.former_queue, passive=True)
            except ChannelNotFoundEntity:
                return 0
            found = former.declaration_result
            if found.consumer_count:
                return None
            await former.delete(if_unused=False, if_empty=False)  # quorum queues know no other way
            return int(found.message_count or 0)
    finally:
        with suppress(QueueUnavailableError), queue_errors():
            await connection.close()


class Publisher:
    """Publishes sync requests: confirmed, persistent, routed; connects when first used."""

    def __init__(self, settings: QueueSettings) -> None:
        self._settings = settings
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._exchange: AbstractExchange | None = None
        self._turn = asyncio.Lock()  # one caller connects, the others wait for it

    async def publish(self, message: SyncRequested, request_class: RequestClass) -> None:
        """Publish to the queue of a class and wait for the broker's confirmation.

        Raises:
            QueueUnavailableError: RabbitMQ is away or took the message nowhere.
        """
        with tracer.start_as_current_span("publish sync request"):
            headers: dict[str, str] = {}
            propagate.inject(headers)
            body = aio_pika.Message(
                message.body(),
                content_type="application/json",
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                message_id=str(message.run_id),
                timestamp=message.requested_at,
                headers=dict(headers),
            )
            exchange = await self._open()
            with queue_errors():
                await exchange.publish(
                    body,
                    routing_key=self._settings.requests_queue(request_class),
                    mandatory=True,
                    timeout=self._settings.rabbitmq_publish_timeout_seconds,
                )

    async def publish_all(self, wakes: Sequence[Wake]) -> list[UUID]:
        """Publish many, in order and a batch at a time; return the runs that were confirmed.

        Stops after the batch in which RabbitMQ went away.
        """
        confirmed: list[UUID] = []
        size = self._settings.rabbitmq_publish_batch
        for start in range(0, len(wakes), size):
            batch = wakes[start : start + size]
            answers = await asyncio.gather(
                *(self._is_confirmed(wake.message, wake.request_class) for wake in batch)
            )
            confirmed += [
                wake.message.run_id for wake, answer in zip(batch, answers, strict=True) if answer
            ]
            if not all(answers):
                break
        return confirmed

    async def retire_former_queue(self) -> int | None:
        """As the function of this name."""
        return await retire_former_queue(self._settings)

    async def ping(self) -> None:
        """Make sure RabbitMQ is there. Raises QueueUnavailableError where it is not."""
        await self._open()

    async def close(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        self._channel = self._exchange = None
        if connection is not None:
            try:
                with queue_errors():
                    await connection.close()
            except QueueUnavailableError:
                return  # it is gone, which is what was asked for

    async def _is_confirmed(self, message: SyncRequested, request_class: RequestClass) -> bool:
        try:
            await self.publish(message, request_class)
        except QueueUnavailableError:
            return False
        return True

    async def _open(self) -> AbstractExchange:
        async with self._turn:
            if self._exchange is not None and self._channel and not self._channel.is_closed:
                return self._exchange
            await self.close()
            self._connection = await open_connection(self._settings)
            with queue_errors():
                channel = await self._connection.channel(
                    publisher_confirms=True, on_return_raises=True
                )
                self._exchange = (await declare(channel, self._settings)).exchange
            self._channel = channel
            return self._exchange
