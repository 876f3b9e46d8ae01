"""Opening the response cache with what it needs, or none of it where it is switched off."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graphql_api.answers.cache import AnswerCache
from graphql_api.answers.freshness import Freshness
from graphql_api.answers.key import hash_of_schema
from graphql_api.answers.shared import SharedFloor
from graphql_api.answers.watch import Watch
from graphql_api.optional_redis import OptionalRedis
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings
from models.db.replicas import ReplicaPool


@asynccontextmanager
async def open_cache(
    pool: ReplicaPool, redis: OptionalRedis, settings: GatewaySettings
) -> AsyncIterator[AnswerCache | None]:
    """Lend the cache of a process; None: it is switched off."""
    period = settings.response_cache_poll_seconds
    if not period:
        yield None
        return
    known = Freshness(period)
    watch = Watch(pool, known, period)

    def identity() -> str:
        return watch.database and f"{hash_of_schema(core_schema)}.{watch.database}"

    async with watch.running():
        yield AnswerCache(known, SharedFloor(redis), identity, settings)
