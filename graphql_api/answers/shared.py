"""Answers that processes share through Redis: those that were dear to compute.

    vminer:answer:<hash of the key>  →  one line of JSON, then the body

The line echoes the key: a connection that was cancelled while it read has handed clients of this
library the answers of others. It carries the fingerprints that the answer rests on, and whoever
reads it compares them with those it knows itself. How long it may still be served Redis says, so
that clocks need not agree.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import orjson
from redis.asyncio import Redis

from graphql_api.answers.entry import Entry
from graphql_api.answers.freshness import Ground
from graphql_api.optional_redis import OptionalRedis
from loaders.fingerprint import Fingerprint

PREFIX = "vminer:answer:"
MALFORMED = (ValueError, KeyError, TypeError, IndexError)


class SharedFloor:
    """The answers that all processes have in common."""

    def __init__(self, redis: OptionalRedis, *, clock: Callable[[], float] = monotonic) -> None:
        self._redis = redis
        self._clock = clock

    async def find(self, key: str) -> Entry | None:
        """Return the answer of a key, whether or not it still holds."""
        name = PREFIX + key

        async def both(redis: Redis) -> Any:
            commands: Any = redis.pipeline(transaction=False)
            return await commands.get(name).pttl(name).execute()

        found = await self._redis.ask(both)
        if not found or not isinstance(found[0], bytes) or not isinstance(found[1], int):
            return None
        try:
            return decoded(found[0], key, found[1] / 1000, self._clock())
        except MALFORMED:
            return None

    async def keep(self, key: str, entry: Entry) -> None:
        """Give an answer to all, for as long as it may be served."""
        milliseconds = int((entry.until - self._clock()) * 1000)
        if milliseconds <= 0:
            return
        value = encoded(entry, key)
        await self._redis.ask(lambda redis: redis.set(PREFIX + key, value, px=milliseconds))


def encoded(entry: Entry, key: str) -> bytes:
    """Return an answer as it is kept."""
    grounds = [
        [number, of.epochs, of.as_of.isoformat(), of.registered] for number, of in entry.grounds
    ]
    seconds = entry.until - entry.began
    line = {"key": key, "server": entry.server, "seconds": seconds, "grounds": grounds}
    return orjson.dumps(line) + b"\n" + entry.body


def decoded(value: bytes, key: str, left: float, now: float) -> Entry | None:
    """Return the answer that is kept under a key, with so many seconds left.

    Raises:
        ValueError, KeyError, TypeError, IndexError: it is none of ours.
    """
    head, _, body = value.partition(b"\n")
    line = orjson.loads(head)
    if line["key"] != key or left <= 0:
        return None
    grounds: tuple[Ground, ...] = tuple(
        (number, Fingerprint(epochs, datetime.fromisoformat(as_of).astimezone(UTC), registered))
        for number, epochs, as_of, registered in line["grounds"]
    )
    until = now + left
    return Entry(body, str(line["server"]), until - float(line["seconds"]), until, grounds)
