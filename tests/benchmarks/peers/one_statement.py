"""The limit of one SQL statement: PostgreSQL builds the whole answer, this only passes it on.

Takes `{"query": "Q1", "variables": {…}}`.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import asyncpg
import orjson

from runtime.collection import collect_seldom
from runtime.settings import inherited_environment
from tests.benchmarks.peers.by_hand import STATEMENTS

Message = MutableMapping[str, Any]
SETTINGS = {"plan_cache_mode": "force_generic_plan", "jit": "off"}


class OneStatement:
    """The ASGI application."""

    def __init__(self) -> None:
        self._pool: asyncpg.Pool | None = None

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        body = await received_bytes(receive)
        await send_bytes(send, await self._answer(orjson.loads(body)))

    async def _answer(self, asked: dict[str, Any]) -> bytes:
        assert self._pool is not None
        statement, names = STATEMENTS[asked["query"]]
        values = [asked["variables"][name] for name in names]
        found: str = await self._pool.fetchval(statement, *values)
        return found.encode()

    async def _live(
        self,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        given = inherited_environment()
        collect_seldom()
        await receive()
        size = int(given["POOL_SIZE"])
        self._pool = await asyncpg.create_pool(
            given["DATABASE_URL"],
            min_size=size,
            max_size=size,
            max_inactive_connection_lifetime=0,
            server_settings=SETTINGS,
            reset=_nothing,
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})


async def _nothing(_connection: asyncpg.Connection) -> None:
    """Spare the round trip that would reset a connection nobody changed."""


async def received_bytes(receive: Callable[[], Awaitable[Message]]) -> bytes:
    """Return the body of a request."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message["body"]
        more = message.get("more_body", False)
    return body


async def send_bytes(send: Callable[[Message], Awaitable[None]], body: bytes) -> None:
    """Send an answer of JSON."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


app = OneStatement()
