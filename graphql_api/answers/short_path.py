"""The shortest way to an answer that is kept: from a request's own bytes, without reading them.

    method, authorization, accept, content-type, query string or body   ─►  entry, prepared headers

A request that came the long way has put it there, so its bytes were found to be in order. What may
have changed since is looked at again: whether the API key still holds, whether the entry does.
Nothing else of a request has a say in its answer; one that wants more than an answer (a trace, what
is newest) goes the long way, as does a body that is large or comes in parts.
"""

import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from opentelemetry import propagate
from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Receive, Send

from graphql_api.answers.cache import AnswerCache
from graphql_api.answers.cache import requests as cached
from graphql_api.answers.entry import Entry, RawKey
from graphql_api.answers.key import AnswerKey
from graphql_api.endpoint import KEPT, headers_of_answer, headers_of_origin, requests, seconds
from graphql_api.keyring import Keyring, Receipt
from graphql_api.request import choose_media_type
from runtime.telemetry import Kind, Telemetry

Scope = MutableMapping[str, Any]
MOST_BODY_BYTES = 16 * 1024
TRACED = frozenset(name.encode() for name in propagate.get_global_textmap().fields)
"""Headers that say of which trace a request is."""
LONG_WAY = TRACED | {b"cache-control", b"transfer-encoding"}
"""Headers of requests that want more than an answer, or whose length nobody knows."""
SPAN = "POST /graphql"
OK: Kind = (("operation", "query"), ("outcome", "ok"))
HIT: Kind = (("floor", "process"), ("outcome", "hit"), ("reason", ""))


@dataclass(slots=True)
class _Prepared:
    """What is sent again: of one entry, in one media type."""

    entry: Entry
    receipt: Receipt
    media_type: str
    age: int = -1
    start: tuple[tuple[bytes, bytes], ...] = ()
    """The headers, as they are at this age."""

    def headers(self, age: int) -> tuple[tuple[bytes, bytes], ...]:
        """Return the headers; made once a second."""
        if age != self.age:
            entry = self.entry
            origin = headers_of_origin(entry.server, "hit", age)
            self.start = tuple(headers_of_answer(self.media_type, len(entry.body), origin))
            self.age = age
        return self.start


class ShortPath:
    """An ASGI app before `/graphql`."""

    def __init__(
        self, endpoint: ASGIApp, cache: AnswerCache, keyring: Keyring, telemetry: Telemetry
    ) -> None:
        self._endpoint = endpoint
        self._floor = cache.floor
        self._keyring = keyring
        self._is_drawn = telemetry.is_drawn
        self._tracer = telemetry.always

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the endpoint do so and remember how."""
        began = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if not LONG_WAY.isdisjoint(headers):
            await self._endpoint(scope, receive, send)
            return
        method: str = scope["method"]
        message: Any = None
        if method == "GET":
            content: bytes = scope["query_string"]
        else:
            message = await receive()
            content = message.get("body", b"")
            if message.get("more_body", False) or len(content) > MOST_BODY_BYTES:
                await self._endpoint(scope, _again(message, receive), send)
                return
        get = headers.get
        raw = (  # all that has a say in an answer
            *(method, content, get(b"authorization"), get(b"accept")),
            *(get(b"content-type"), get(b"content-length")),
        )
        prepared: _Prepared | None = self._floor.recall(raw)
        if prepared is not None and self._keyring.still_holds(prepared.receipt):
            await self._send(prepared, send, began)
            return
        if message is not None:
            receive = _again(message, receive)
        await self._endpoint(scope, receive, send)
        if (kept := scope.get(KEPT)) is not None:
            self._remember(raw, headers, *kept)

    async def _send(self, prepared: _Prepared, send: Send, began: float) -> None:
        entry = prepared.entry
        headers = prepared.headers(self._floor.age(entry))
        if self._is_drawn():
            with self._tracer.start_as_current_span(SPAN, kind=SpanKind.SERVER) as span:
                span.set_attribute("http.response.status_code", 200)
                await _sent(send, headers, entry.body)
        else:
            await _sent(send, headers, entry.body)
        requests.count(OK)
        cached.count(HIT)
        seconds.record(time.perf_counter() - began, "200")

    def _remember(
        self, raw: RawKey, headers: dict[bytes, bytes], key: AnswerKey, entry: Entry
    ) -> None:
        """Let the same bytes find the answer the next time."""
        receipt = self._keyring.receipt(headers.get(b"authorization", b"").decode("latin-1"))
        # The keys may have been read again while the answer was made.
        if receipt is not None and receipt.caller.scope.digest == key.scope:
            media_type = choose_media_type(headers.get(b"accept", b"").decode("latin-1"))
            self._floor.remember(raw, key, entry, _Prepared(entry, receipt, media_type))


async def _sent(send: Send, headers: Any, body: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _again(message: Any, receive: Receive) -> Receive:
    """Return a `receive` that begins with a message that was taken already."""
    taken = False

    async def again() -> Any:
        nonlocal taken
        if taken:
            return await receive()
        taken = True
        return message

    return again
