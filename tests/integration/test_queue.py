"""Publishing to a real RabbitMQ: confirmed or refused at once, and ready again by itself."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from time import monotonic
from uuid import uuid4

import pytest
from aio_pika.abc import AbstractIncomingMessage
from opentelemetry.sdk.trace import TracerProvider

from models.messages import SyncRequested
from models.queue import Publisher, QueueSettings, Topology, declare, open_connection
from runtime.errors import QueueUnavailableError
from vminer.stack.stack import Stack


def message() -> SyncRequested:
    return SyncRequested.about(uuid4(), 7, "FULL", datetime.now(UTC))


@pytest.fixture
def queue(stack: Stack) -> QueueSettings:
    name = f"test-{uuid4()}"
    return QueueSettings(
        rabbitmq_url=stack.rabbitmq.url,
        rabbitmq_exchange=name,
        rabbitmq_dead_exchange=f"{name}.dead",
    )


@pytest.fixture
async def publisher(queue: QueueSettings) -> AsyncIterator[Publisher]:
    publisher = Publisher(queue)
    yield publisher
    await publisher.close()


@pytest.fixture
async def topology(queue: QueueSettings) -> AsyncIterator[Topology]:
    connection = await open_connection(queue)
    yield await declare(await connection.channel(), queue)
    await connection.close()


async def received(topology: Topology) -> AbstractIncomingMessage:
    got = await topology.requests.get(timeout=5)
    assert got is not None
    return got


async def test_a_published_message_arrives_persistent_and_readable(publisher, topology):
    sent = message()

    await publisher.publish(sent)

    got = await received(topology)
    assert SyncRequested.parse(got.body) == sent
    assert got.delivery_mode == 2
    await got.ack()


async def test_a_message_carries_the_trace_of_its_request(publisher, topology):
    tracer = TracerProvider().get_tracer("test")

    with tracer.start_as_current_span("request") as span:
        await publisher.publish(message())

    got = await received(topology)
    assert f"{span.get_span_context().trace_id:032x}" in str(got.headers["traceparent"])
    await got.ack()


async def test_a_rejected_message_becomes_a_dead_letter(publisher, topology):
    await publisher.publish(message())

    await (await received(topology)).reject(requeue=False)

    async with asyncio.timeout(10), topology.dead_letters.iterator() as letters:
        letter = await anext(letters)
        await letter.ack()
    assert letter.headers["x-first-death-reason"] == "rejected"


async def test_a_message_that_no_queue_takes_is_refused(publisher, topology, queue):
    await publisher.publish(message())
    await topology.requests.unbind(topology.exchange, routing_key=queue.requests_queue)

    with pytest.raises(QueueUnavailableError):
        await publisher.publish(message())


async def test_with_rabbitmq_away_publishing_fails_at_once(queue):
    nobody = queue.model_copy(
        update={"rabbitmq_url": type(queue.rabbitmq_url)("amqp://u:p@127.0.0.1:1/")}
    )
    publisher = Publisher(nobody)
    began = monotonic()

    with pytest.raises(QueueUnavailableError, match="cannot be reached"):
        await publisher.publish(message())

    assert monotonic() - began < 2
    await publisher.close()


async def test_wrong_credentials_are_refused_as_unavailable(queue, stack):
    url = stack.rabbitmq.url.replace("vminer:", "nobody:")
    publisher = Publisher(QueueSettings(rabbitmq_url=url))

    with pytest.raises(QueueUnavailableError):
        await publisher.ping()
    await publisher.close()


async def test_a_publisher_outlives_a_connection_the_broker_closed(publisher, topology):
    await publisher.publish(message())
    connection = publisher._connection
    assert connection is not None
    assert connection.transport is not None
    await connection.transport.connection.close(ConnectionError("cut"))

    await publisher.publish(message())

    for _ in range(2):
        await (await received(topology)).ack()


async def test_many_callers_share_one_connection(publisher, topology):
    await asyncio.gather(*(publisher.publish(message()) for _ in range(50)))

    assert topology.requests.name
    for _ in range(50):
        await (await received(topology)).ack()
