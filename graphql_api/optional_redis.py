"""Redis that may be away: 50 ms, no retries, and after a failure it is left alone for some seconds.

Its client's defaults would hold a request for a minute.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from graphql_api.settings import GatewaySettings

log = logging.getLogger(__name__)

T = TypeVar("T")


class OptionalRedis:
    """A client whose failures are answers, too: None."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._pause_seconds = settings.redis_pause_seconds
        self._resting_until = 0.0
        seconds = settings.redis_timeout_seconds
        pool = BlockingConnectionPool.from_url(
            settings.redis_url,
            max_connections=16,
            timeout=seconds,
            socket_timeout=seconds,
            socket_connect_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
        )
        self.client = Redis.from_pool(pool)

    async def ask(self, command: Callable[[Redis], Awaitable[T]]) -> T | None:
        """Return what a command gives; None where Redis is away, or was a moment ago."""
        if time.monotonic() < self._resting_until:
            return None
        try:
            return await command(self.client)
        except (RedisError, OSError, TimeoutError) as error:
            self._resting_until = time.monotonic() + self._pause_seconds
            log.warning("redis is away", extra={"reason": str(error) or type(error).__name__})
            return None

    async def is_reachable(self) -> bool:
        """Return whether Redis answers now."""
        return bool(await self.ask(lambda redis: redis.ping()))

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()
