"""Automatically persisted documents (Apollo APQ) on two floors: the process, and Redis for all."""

from graphql_api.documents import Document, Documents
from graphql_api.optional_redis import OptionalRedis
from graphql_api.settings import GatewaySettings
from runtime.telemetry import Tally

found = Tally("vminer_persisted_documents", "APQ look-ups by floor.")
PREFIX = "vminer:apq:"


class PersistedDocuments:
    """Documents by hash: first in this process, then in Redis."""

    def __init__(
        self, documents: Documents, redis: OptionalRedis, settings: GatewaySettings
    ) -> None:
        self._documents = documents
        self._redis = redis
        self._ttl = settings.apq_ttl_seconds

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

    async def keep(self, document: Document) -> None:
        """Let every instance find a valid document by its hash."""
        self._documents.register(document)
        await self._redis.ask(
            lambda redis: redis.set(PREFIX + document.digest, document.text, ex=self._ttl)
        )
