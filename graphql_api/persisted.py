"""Automatically persisted documents (Apollo APQ) on two floors: the process, and Redis for all."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from redis.asyncio import Redis

from graphql_api.documents import Document, Documents
from graphql_api.optional_redis import OptionalRedis
from graphql_api.refusal import Refusal
from graphql_api.settings import GatewaySettings
from runtime.telemetry import Tally

found = Tally("vminer_persisted_documents", "APQ look-ups by floor.")
PREFIX = "vminer:apq:"
AT_ONCE = 50
"""Documents that are read by one command."""
SCANNED = 1000
"""Keys that Redis looks at for one command."""


class PersistedDocuments:
    """Documents by hash: first in this process, then in Redis."""

    def __init__(
        self, documents: Documents, redis: OptionalRedis, settings: GatewaySettings
    ) -> None:
        self._documents = documents
        self._redis = redis
        self._ttl = settings.apq_ttl_seconds
        self._most = settings.document_cache_size

    async def find(self, digest: str) -> Document | None:
        """Return the document of a hash; None where no floor has it.

        Raises:
            Refusal: Redis has it, and it is not valid under this schema any more.
        """
        if (known := self._documents.find(digest)) is not None:
            found.add(1, {"floor": "process"})
            self._documents.register(known)
            return known
        text = await self._redis.ask(lambda redis: redis.getex(PREFIX + digest, ex=self._ttl))
        found.add(1, {"floor": "redis" if text is not None else "none"})
        if not isinstance(text, bytes):
            return None
        document = self._documents.prepare(text.decode())
        self._documents.register(document)
        return document

    async def all(self) -> AsyncIterator[Document]:
        """Yield the documents that Redis has, no more than the process keeps, and register them.

        Those that are no text, or not valid under this schema any more, are left out.
        """
        names = await self._names()
        for start in range(0, len(names), AT_ONCE):
            for text in await self._texts(names[start : start + AT_ONCE]):
                try:
                    document = self._documents.prepare(text.decode())
                except (Refusal, UnicodeDecodeError):
                    continue
                self._documents.register(document)
                yield document

    async def _names(self) -> list[bytes]:
        found: dict[bytes, None] = {}
        cursor: int | None = 0
        while cursor is not None and len(found) < self._most:
            cursor, names = await self._redis.ask(partial(_scanned, cursor=cursor)) or (None, [])
            found |= dict.fromkeys(names)
        return list(found)[: self._most]

    async def _texts(self, names: Sequence[bytes]) -> list[bytes]:
        async def read(redis: Redis) -> list[Any]:
            return await redis.mget(names)

        texts = await self._redis.ask(read)
        return [text for text in texts or () if isinstance(text, bytes)]

    async def keep(self, document: Document) -> None:
        """Let every instance find a valid document by its hash."""
        self._documents.register(document)
        await self._redis.ask(
            lambda redis: redis.set(PREFIX + document.digest, document.text, ex=self._ttl)
        )


async def _scanned(redis: Redis, cursor: int) -> tuple[int | None, list[bytes]]:
    """Return names, and where to go on; None: there are no more."""
    found: Any = await redis.scan(cursor, match=PREFIX + "*", count=SCANNED)
    return found[0] or None, found[1]
