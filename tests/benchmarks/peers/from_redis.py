"""The limit of a shared cache: answers of another system, each fetched from Redis."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

import orjson
from redis.asyncio import Redis

from runtime.settings import inherited_environment
from tests.benchmarks.peers.one_statement import Message, received_bytes, send_bytes


def _key(asked: bytes) -> str:
    return f"bench:{sha256(asked).hexdigest()}"


class FromRedis:
    """The ASGI application; it puts the pairs of the file ANSWERS into Redis when it begins."""

    def __init__(self) -> None:
        environment = inherited_environment()
        self._redis = Redis.from_url(environment["VMINER_REDIS_URL"])
        self._answers = Path(environment["ANSWERS"])
        self._is_filled = False

    async def _fill(self) -> None:
        for line in self._answers.read_bytes().splitlines():
            asked, answer = orjson.loads(line)
            await self._redis.set(_key(asked.encode()), answer.encode())
        self._is_filled = True

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        if not self._is_filled:
            await self._fill()
        is_get = scope["method"] == "GET"
        asked = scope["query_string"] if is_get else await received_bytes(receive)
        await send_bytes(send, await self._redis.get(_key(asked)) or b"{}")


app = FromRedis()
