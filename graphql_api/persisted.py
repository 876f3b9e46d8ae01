"""Automatically persisted documents (Apollo APQ) on two floors: the process, and Redis for all.

Redis is optional: 50 ms, no retries (its client's defaults would hold a request for a minute), and
after a failure it is left alone for some seconds.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from graphql_api.documents import Document, Documents
from graphql_api.settings import GatewaySettings
from runtime.telemetry import Tally

log = logging.getLogger(__name__)
found = Tally("vminer_persisted_documents", "APQ look-ups by floor.")
PREFIX = "vminer:apq:"

T = TypeVar("T")


class PersistedDocuments:
    """Documents by hash: first in this process, then in Redis."""

    def __init__(self, documents: Documents, settings: GatewaySettings) -> None:
        self._documents = documents
        self._settings = settings
        self._resting_until = 0.0
        seconds = settings.redis_timeout_seconds
        pool = BlockingConnectionPool.from_url(
            settings.redis_url,
            max_connections=16,
            timeout=seconds,
            socket_timeout=seconds,
            socket_connect_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        self._redis = Redis.from_pool(pool)

    async def find(self, digest: str) -> Document | None:
        """Return the document of a hash; None where no floor has it.

        Raises:
            Refusal: Redis has it, and it is not valid under this schema any more.
        """
        if (known := self._documents.find(digest)) is not None:
            found.add(1, {"floor": "process"})
            self._documents.register(known)
            return known
        ttl = self._settings.apq_ttl_seconds
        text = await self._ask(lambda: self._redis.getex(PREFIX + digest, ex=ttl))
        found.add(1, {"floor": "redis" if text is not None else "none"})
        if text is None:
            return None
        document = self._documents.prepare(str(text))
        self._documents.register(document)
        return document

    async def keep(self, document: Document) -> None:
        """Let every instance find a valid document by its hash."""
        self._documents.register(document)
        ttl = self._settings.apq_ttl_seconds
        await self._ask(lambda: self._redis.set(PREFIX + document.digest, document.text, ex=ttl))

    async def is_reachable(self) -> bool:
        """Return whether Redis answers now."""
        return bool(await self._ask(self._redis.ping))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _ask(self, command: Callable[[], Awaitable[T]]) -> T | None:
        if time.monotonic() < self._resting_until:
            return None
        try:
            return await command()
        except (RedisError, OSError, TimeoutError) as error:
            self._resting_until = time.monotonic() + self._settings.redis_pause_seconds
            log.warning("redis is away", extra={"reason": str(error) or type(error).__name__})
            return None
