"""A worker's connection to RabbitMQ: one queue per class, asked only while there is room.

    free places, less messages in hand > places kept for higher classes  ─► ask that queue
                                                                   else  ─► ask it for nothing

Prefetch is one, so that each queue has at most one message in hand here, and none comes that could
not be started: it would wait here while another worker is idle.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue

from models.enums import RequestClass
from models.queue import QueueSettings, declare, queue_errors
from runtime.errors import QueueUnavailableError

CHECK_SECONDS = 5.0


def may_ask(*, free: int, in_hand: int, kept: int) -> bool:
    """Tell whether a queue may be asked for a message, `kept` places being for higher classes.

    >>> may_ask(free=3, in_hand=0, kept=2), may_ask(free=2, in_hand=0, kept=2)
    (True, False)
    >>> may_ask(free=1, in_hand=0, kept=0), may_ask(free=1, in_hand=1, kept=0)
    (True, False)
    """
    return free - in_hand > kept


def places_kept(places: int, share: float) -> dict[RequestClass, int]:
    """Return how many places each class leaves free for higher ones; at least one of all.

    >>> places_kept(25, 0.2)[RequestClass.SCHEDULED], places_kept(2, 0.2)[RequestClass.SCHEDULED]
    (5, 1)
    """
    reserved = min(places - 1, max(1, round(places * share)))
    return {RequestClass.INTERACTIVE: 0, RequestClass.SCHEDULED: reserved}


@dataclass(slots=True)
class Feed:
    """One queue, whether it is asked for messages, and what came of it."""

    queue: AbstractQueue
    kept: int
    stirred: asyncio.Event
    in_hand: deque[AbstractIncomingMessage] = field(default_factory=deque)
    tag: str | None = None

    async def resume(self) -> None:
        """Ask for messages."""
        if self.tag is None:
            with queue_errors():
                self.tag = await self.queue.consume(self._take)

    async def pause(self) -> None:
        """Ask for no more messages."""
        if self.tag is not None:
            with queue_errors():
                await self.queue.cancel(self.tag)
            self.tag = None

    async def _take(self, message: AbstractIncomingMessage) -> None:
        self.in_hand.append(message)
        self.stirred.set()


class Link:
    """One connection's channel and its feeds, in the order they are served."""

    def __init__(self, channel: AbstractChannel, feeds: list[Feed], stirred: asyncio.Event) -> None:
        self._channel = channel
        self._feeds = feeds
        self._stirred = stirred
        self._is_lost = False

    @classmethod
    async def over(
        cls,
        connection: AbstractConnection,
        settings: QueueSettings,
        *,
        kept: dict[RequestClass, int],
        stirred: asyncio.Event,
    ) -> "Link":
        """Open a channel and declare the queues. Sets `stirred` when anything happens.

        Raises:
            QueueUnavailableError: the connection is lost.
        """
        with queue_errors():
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=1)
            topology = await declare(channel, settings)
        feeds = [Feed(topology.requests[each], kept[each], stirred) for each in RequestClass]
        link = cls(channel, feeds, stirred)
        for closing in (connection, channel):
            closing.close_callbacks.add(link._lose)
        return link

    def take(self, free: int) -> AbstractIncomingMessage | None:
        """Return the next message that can be started, of the highest class that has one.

        Raises:
            QueueUnavailableError: the connection is lost.
        """
        if self._is_lost:
            raise QueueUnavailableError("the connection was lost")
        if not free:  # one that was on its way when its queue was paused waits here
            return None
        return next((feed.in_hand.popleft() for feed in self._feeds if feed.in_hand), None)

    async def settle(self, free: int) -> None:
        """Ask those queues, and only those, whose next message could be started.

        The lowest class first: the last message of a queue that is paused may still come in, and
        takes the place of one that would be asked for afterwards.
        """
        for feed in reversed(self._feeds):
            in_hand = sum(len(each.in_hand) for each in self._feeds)
            if may_ask(free=free, in_hand=in_hand, kept=feed.kept):
                await feed.resume()
            else:
                await feed.pause()

    async def check(self) -> None:
        """Make sure that RabbitMQ and the client still know the consumers.

        Raises:
            QueueUnavailableError: one of them does not, or RabbitMQ does not answer.
        """
        for feed in self._feeds:
            if feed.tag is None:
                continue
            with queue_errors():
                async with asyncio.timeout(CHECK_SECONDS):
                    found = await self._channel.declare_queue(feed.queue.name, passive=True)
                    client = await self._channel.get_underlay_channel()
            is_known = feed.tag in getattr(client, "consumers", ())  # a deleted queue forgets
            if not found.declaration_result.consumer_count or not is_known:
                raise QueueUnavailableError("RabbitMQ lost this consumer")

    def _lose(self, *_: object) -> None:
        self._is_lost = True
        self._stirred.set()
