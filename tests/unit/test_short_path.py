"""The short way to a kept answer: what it takes for granted, and what it looks at again."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graphql_api.answers.cache import AnswerCache
from graphql_api.answers.entry import Entry
from graphql_api.answers.freshness import Freshness
from graphql_api.answers.key import AnswerKey, key_of
from graphql_api.answers.short_path import MOST_BODY_BYTES, ShortPath
from graphql_api.endpoint import KEPT
from graphql_api.keyring import Keyring
from graphql_api.settings import GatewaySettings
from loaders.api_key import LiveKey
from loaders.scope import EVERYTHING, Scope
from models.enums import ApiOperation
from runtime.telemetry import Telemetry
from runtime.tokens import Token, digest_of, new_token
from tests.support.answers import Clock, entry, known, of, seen, uuid_of

BODY = b'{"documentId":"sha256:0","variables":{}}'
JSON = [(b"content-type", b"application/json"), (b"content-length", b"40")]
SECONDS = 5.0


class Endpoint:
    """Answers the long way, and tells of an answer that is kept."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.kept: tuple[AnswerKey, Entry] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", scope["method"] == "POST"
        while more:
            message = await receive()
            body, more = body + message["body"], message.get("more_body", False)
        self.bodies.append(body)
        scope[KEPT] = self.kept
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"long"})


class Caller:
    """Sends requests to an ASGI app, and keeps what comes back."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.headers: dict[bytes, bytes] = {}

    def __call__(
        self, *parts: bytes, more: Any = (), method: str = "POST", query: bytes = b""
    ) -> bytes:
        messages = [
            {"type": "http.request", "body": part, "more_body": part is not parts[-1]}
            for part in parts
        ]
        sent: list[Any] = []

        async def receive() -> Any:
            return messages.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "query_string": query,
            "headers": JSON + list(more),
        }
        asyncio.run(self._app(scope, receive, send))
        self.headers = dict(sent[0]["headers"])
        body: bytes = sent[1]["body"]
        return body


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def freshness(clock: Clock) -> Freshness:
    return known(clock, a=seen(v7=1))


@pytest.fixture
def cache(freshness: Freshness, clock: Clock) -> AnswerCache:
    no_redis: Any = None
    return AnswerCache(freshness, no_redis, lambda: "", GatewaySettings(), clock=clock)


@pytest.fixture
def endpoint(cache: AnswerCache) -> Endpoint:
    made = Endpoint()
    made.kept = keep(cache, EVERYTHING)
    return made


def keep(cache: AnswerCache, scope: Scope) -> tuple[AnswerKey, Entry]:
    key, kept = key_of("d", None, {}, scope), entry((7, of(1)), body=b"short")
    assert key is not None
    cache.floor.keep(key, kept)
    return key, kept


def path(cache: AnswerCache, endpoint: Endpoint, keyring: Keyring | None = None) -> Caller:
    no_pool: Any = None
    no_registry: Any = None
    telemetry = Telemetry(no_registry, no_registry)
    ring = keyring or Keyring(no_pool, GatewaySettings())
    return Caller(ShortPath(endpoint, cache, ring, telemetry))


def test_the_same_bytes_are_answered_without_being_read(
    cache: AnswerCache, endpoint: Endpoint, clock: Clock
) -> None:
    ask = path(cache, endpoint)

    assert [ask(BODY), ask(BODY), ask(BODY)] == [b"long", b"short", b"short"]
    assert endpoint.bodies == [BODY]
    assert ask.headers[b"x-vminer-cache"] == b"hit"
    assert ask.headers[b"age"] == b"0"
    clock.now += 1.5
    ask(BODY)
    assert ask.headers[b"age"] == b"1"


def test_parameters_of_get_are_its_bytes(cache: AnswerCache, endpoint: Endpoint) -> None:
    ask = path(cache, endpoint)
    got = [ask(method="GET", query=query) for query in (b"a=1", b"a=1", b"a=2")]

    assert got == [b"long", b"short", b"long"]


@pytest.mark.parametrize(
    "other",
    [
        {"parts": (BODY + b" ",)},
        {"parts": (BODY,), "more": [(b"accept", b"application/graphql-response+json")]},
        {"parts": (BODY,), "more": [(b"content-type", b"text/plain")]},
        {"parts": (BODY,), "more": [(b"content-length", b"41")]},
        {"parts": (BODY,), "more": [(b"authorization", b"Basic x")]},
        {"parts": (BODY,), "more": [(b"traceparent", b"00-x")]},
        {"parts": (BODY,), "more": [(b"cache-control", b"no-cache")]},
        {"parts": (BODY[:3], BODY[3:])},
        {"parts": (BODY,), "method": "PUT"},
    ],
    ids=[
        *("another body", "accept", "content-type", "content-length", "authorization"),
        *("a trace", "no-cache", "in parts", "another method"),
    ],
)
def test_whatever_else_was_asked_goes_the_long_way(
    cache: AnswerCache, endpoint: Endpoint, other: dict[str, Any]
) -> None:
    ask = path(cache, endpoint)
    ask(BODY)
    assert ask(BODY) == b"short"

    assert ask(*other.pop("parts"), **other) == b"long"
    assert endpoint.bodies[-1] in {BODY, BODY + b" ", b""}


def test_a_large_body_goes_the_long_way(cache: AnswerCache, endpoint: Endpoint) -> None:
    ask, body = path(cache, endpoint), b"x" * (MOST_BODY_BYTES + 1)

    assert [ask(body), ask(body)] == [b"long", b"long"]
    assert endpoint.bodies == [body, body]


def test_an_answer_that_holds_no_more_is_not_sent(
    cache: AnswerCache, endpoint: Endpoint, freshness: Freshness, clock: Clock
) -> None:
    ask = path(cache, endpoint)
    ask(BODY)
    assert ask(BODY) == b"short"

    freshness.saw("a", seen(v7=2), clock.now)

    assert ask(BODY) == b"long"


def test_what_was_not_kept_is_not_remembered(cache: AnswerCache, endpoint: Endpoint) -> None:
    endpoint.kept = None
    ask = path(cache, endpoint)

    assert [ask(BODY), ask(BODY)] == [b"long", b"long"]


class Ring(Keyring):
    """A keyring whose keys a test sets, as if they were read just now."""

    def __init__(self, clock: Clock) -> None:
        no_pool: Any = None
        required = GatewaySettings(api_key_required=True, api_keys_refresh_seconds=SECONDS)
        super().__init__(no_pool, required, clock=clock)
        self.live: dict[str, LiveKey] = {}

    def read(self, *keys: LiveKey) -> None:
        self._keys = {key.id: key for key in keys}
        self._read_at = self._clock()


def live(token: Token, scope: Scope = EVERYTHING, **more: Any) -> LiveKey:
    """Return a key, made anew as each time it is read."""
    given: dict[str, Any] = {
        "id": token.key_id,
        "name": "nightly",
        "key_hash": digest_of(token.text),
        "operations": frozenset({ApiOperation.READ}),
        "scope": scope,
        "expires_at": datetime(2100, 1, 1, tzinfo=UTC),
    }
    return LiveKey(**given | more)


@pytest.fixture
def ring(clock: Clock) -> Ring:
    return Ring(clock)


def bearer(token: Token) -> list[tuple[bytes, bytes]]:
    return [(b"authorization", f"Bearer {token.text}".encode())]


def test_a_key_that_holds_is_served(cache: AnswerCache, endpoint: Endpoint, ring: Ring) -> None:
    token, ask = new_token(), path(cache, endpoint, ring)
    ring.read(live(token))
    ask(BODY, more=bearer(token))
    assert ask(BODY, more=bearer(token)) == b"short"

    ring.read(live(token))
    assert ask(BODY, more=bearer(token)) == b"short", "read again, and still the same"
    assert ask(BODY, more=bearer(new_token())) == b"long", "another's"
    assert ask(BODY) == b"long", "none"


@pytest.mark.parametrize(
    "change",
    ["revoked", "expired", "of other vCenters", "another secret", "not read for too long"],
)
def test_a_key_that_holds_no_more_is_not_served(
    cache: AnswerCache, endpoint: Endpoint, ring: Ring, clock: Clock, change: str
) -> None:
    token, ask = new_token(), path(cache, endpoint, ring)
    ring.read(live(token))
    ask(BODY, more=bearer(token))
    assert ask(BODY, more=bearer(token)) == b"short"

    match change:
        case "revoked":
            ring.read()
        case "expired":
            ring.read(live(token, expires_at=datetime.now(UTC) - timedelta(seconds=1)))
        case "of other vCenters":
            ring.read(live(token, Scope({7: uuid_of(7)})))
        case "another secret":
            ring.read(live(token, key_hash=b"another"))
        case _:
            clock.now += SECONDS + 0.1

    assert ask(BODY, more=bearer(token)) == b"long"


def test_a_key_whose_scope_changed_while_it_was_answered_is_not_remembered(
    cache: AnswerCache, endpoint: Endpoint, ring: Ring
) -> None:
    token, ask = new_token(), path(cache, endpoint, ring)
    ring.read(live(token, Scope({7: uuid_of(7)})))  # while the answer is of one who may see all

    assert [ask(BODY, more=bearer(token)) for _ in range(2)] == [b"long"] * 2

    endpoint.kept = keep(cache, Scope({7: uuid_of(7)}))
    assert [ask(BODY, more=bearer(token)) for _ in range(2)] == [b"long", b"short"]
