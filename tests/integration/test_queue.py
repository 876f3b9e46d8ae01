"""Publishing to a real RabbitMQ: confirmed or refused at once, and ready again by itself."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from time import monotonic
from uuid import uuid4

import pytest
from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from opentelemetry.sdk.trace import TracerProvider

from models.enums import RequestClass
from models.messages import SyncRequested, Wake
from models.queue import Publisher, QueueSettings, Topology, declare, open_connection
from runtime.errors import QueueUnavailableError
from vminer.stack.stack import Stack

SCHEDULED, INTERACTIVE = RequestClass.SCHEDULED, RequestClass.INTERACTIVE


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
    got = await topology.requests[SCHEDULED].get(timeout=5)
    assert got is not None
    return got


async def test_a_published_message_arrives_persistent_and_readable(publisher, topology):
    sent = message()

    await publisher.publish(sent, SCHEDULED)

    got = await received(topology)
    assert SyncRequested.parse(got.body) == sent
    assert got.delivery_mode == 2
    await got.ack()


async def test_a_message_carries_the_trace_of_its_request(publisher, topology):
    tracer = TracerProvider().get_tracer("test")

    with tracer.start_as_current_span("request") as span:
        await publisher.publish(message(), SCHEDULED)

    got = await received(topology)
    assert f"{span.get_span_context().trace_id:032x}" in str(got.headers["traceparent"])
    await got.ack()


async def test_a_rejected_message_becomes_a_dead_letter(publisher, topology):
    await publisher.publish(message(), SCHEDULED)

    await (await received(topology)).reject(requeue=False)

    async with asyncio.timeout(10), topology.dead_letters.iterator() as letters:
        letter = await anext(letters)
        await letter.ack()
    assert letter.headers["x-first-death-reason"] == "rejected"


async def test_a_message_that_no_queue_takes_is_refused(publisher, topology, queue):
    await publisher.publish(message(), SCHEDULED)
    name = queue.requests_queue(SCHEDULED)
    await topology.requests[SCHEDULED].unbind(topology.exchange, routing_key=name)

    with pytest.raises(QueueUnavailableError):
        await publisher.publish(message(), SCHEDULED)


async def test_with_rabbitmq_away_publishing_fails_at_once(queue):
    nobody = queue.model_copy(
        update={"rabbitmq_url": type(queue.rabbitmq_url)("amqp://u:p@127.0.0.1:1/")}
    )
    publisher = Publisher(nobody)
    began = monotonic()

    with pytest.raises(QueueUnavailableError, match="cannot be reached"):
        await publisher.publish(message(), SCHEDULED)

    assert monotonic() - began < 2
    await publisher.close()


async def test_wrong_credentials_are_refused_as_unavailable(queue, stack):
    url = stack.rabbitmq.url.replace("vminer:", "nobody:")
    publisher = Publisher(QueueSettings(rabbitmq_url=url))

    with pytest.raises(QueueUnavailableError):
        await publisher.ping()
    await publisher.close()


async def test_a_publisher_outlives_a_connection_the_broker_closed(publisher, topology):
    await publisher.publish(message(), SCHEDULED)
    connection = publisher._connection
    assert connection is not None
    assert connection.transport is not None
    await connection.transport.connection.close(ConnectionError("cut"))

    await publisher.publish(message(), SCHEDULED)

    for _ in range(2):
        await (await received(topology)).ack()


async def test_many_callers_share_one_connection(publisher, topology):
    await asyncio.gather(*(publisher.publish(message(), SCHEDULED) for _ in range(50)))

    for _ in range(50):
        await (await received(topology)).ack()


async def test_each_class_of_request_has_a_quorum_queue_of_its_own(publisher, topology, queue):
    for_people, for_the_schedule = message(), message()

    await publisher.publish(for_the_schedule, SCHEDULED)
    await publisher.publish(for_people, INTERACTIVE)

    names = {request_class: found.name for request_class, found in topology.requests.items()}
    assert names == {
        INTERACTIVE: f"{queue.rabbitmq_exchange}.requests.interactive",
        SCHEDULED: f"{queue.rabbitmq_exchange}.requests.scheduled",
    }
    for request_class, sent in ((INTERACTIVE, for_people), (SCHEDULED, for_the_schedule)):
        assert topology.requests[request_class].arguments["x-queue-type"] == "quorum"
        got = await topology.requests[request_class].get(timeout=5)
        assert got is not None
        assert SyncRequested.parse(got.body) == sent
        await got.ack()


async def test_a_letter_of_any_class_dies_into_the_one_queue_of_dead_letters(publisher, topology):
    await publisher.publish(message(), INTERACTIVE)
    got = await topology.requests[INTERACTIVE].get(timeout=5)
    assert got is not None

    await got.reject(requeue=False)

    async with asyncio.timeout(10), topology.dead_letters.iterator() as letters:
        await (await anext(letters)).ack()


async def test_many_messages_are_published_in_batches_and_in_order(publisher, topology):
    wakes = [Wake(message(), SCHEDULED) for _ in range(250)]

    confirmed = await publisher.publish_all(wakes)

    sent = [wake.message.run_id for wake in wakes]
    assert confirmed == sent
    got = [await received(topology) for _ in wakes]
    assert [SyncRequested.parse(each.body).run_id for each in got] == sent
    await got[-1].ack(multiple=True)


async def test_with_rabbitmq_away_none_of_many_is_confirmed(queue):
    url = type(queue.rabbitmq_url)("amqp://u:p@127.0.0.1:1/")
    publisher = Publisher(queue.model_copy(update={"rabbitmq_url": url}))

    assert await publisher.publish_all([Wake(message(), SCHEDULED)] * 3) == []
    await publisher.close()


async def former(queue: QueueSettings, channel: AbstractChannel) -> AbstractQueue:
    """Declare the one queue there was before requests had classes."""
    arguments = {"x-queue-type": "quorum"}
    return await channel.declare_queue(queue.former_queue, durable=True, arguments=arguments)


async def test_the_queue_of_the_time_before_classes_goes_once_nobody_consumes_it(publisher, queue):
    connection = await open_connection(queue)
    channel = await connection.channel()
    old = await former(queue, channel)
    await channel.default_exchange.publish(Message(b"{}"), old.name)
    await old.consume(asyncio.Queue[AbstractIncomingMessage]().put)

    assert await publisher.retire_former_queue() is None
    await channel.close()
    lost = await publisher.retire_former_queue()

    assert lost == 1
    assert await publisher.retire_former_queue() == 0
    await connection.close()
