"""`/graphql`: a plain ASGI app, since FastAPI's routing would cost more than a small query.

request → media type → caller → GET or POST → document (text, or hash) → execution → bytes
"""

import time
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

import orjson
from graphql import OperationType
from opentelemetry.trace import Span

from graphql_api.answers.cache import AnswerCache, Question, executed
from graphql_api.error_codes import masked
from graphql_api.execution import Executor
from graphql_api.reception import Reception, headers_of, not_allowed
from graphql_api.refusal import Refusal, refuse
from graphql_api.request import GRAPHQL_RESPONSE, JSON, choose_media_type
from runtime.telemetry import Durations, Tally, Telemetry

Scope = MutableMapping[str, Any]
requests = Tally("vminer_graphql_requests", "GraphQL requests by operation type and outcome.")
seconds = Durations(
    "http_server_request_duration_seconds",
    "Duration of /graphql requests.",
    "http_response_status_code",
)
KEPT = "vminer.kept"
"""Where the ASGI scope tells who called of the answer that is kept, if one is."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back."""

    status: int
    body: dict[str, Any] | bytes
    is_well_formed: bool
    headers: Sequence[tuple[bytes, bytes]]


class GraphQLEndpoint:
    """Answers GraphQL over HTTP."""

    def __init__(
        self,
        reception: Reception,
        executor: Executor,
        telemetry: Telemetry,
        cache: AnswerCache | None = None,
    ) -> None:
        self._reception = reception
        self._executor = executor
        self._telemetry = telemetry
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one request."""
        began = time.perf_counter()
        headers = headers_of(scope)
        with self._telemetry.request("POST /graphql", headers) as span:
            media_type = JSON
            try:
                media_type = choose_media_type(headers.get("accept", ""))
                reply = await self._answer(scope, receive, headers, span)
            except Refusal as refusal:
                requests.add(1, {"operation": "none", "outcome": "refused"})
                body = {"errors": refusal.errors}
                reply = Reply(refusal.status, body, refusal.is_well_formed, refusal.headers)
            except Exception as error:  # noqa: BLE001 - logged, and shown masked
                requests.add(1, {"operation": "none", "outcome": "failed"})
                body = {"errors": [masked(error)]}
                reply = Reply(HTTPStatus.INTERNAL_SERVER_ERROR, body, False, ())
            status = int(reply.status)
            if media_type == JSON and reply.is_well_formed:
                status = HTTPStatus.OK.value  # what clients of the older media type expect
            if span.is_recording():
                span.set_attribute("http.response.status_code", status)
        seconds.record(time.perf_counter() - began, str(status))
        body_bytes = reply.body if isinstance(reply.body, bytes) else orjson.dumps(reply.body)
        headers_sent = headers_of_answer(media_type, len(body_bytes), reply.headers)
        await send({"type": "http.response.start", "status": status, "headers": headers_sent})
        await send({"type": "http.response.body", "body": body_bytes})

    async def _answer(
        self, scope: Scope, receive: Any, headers: dict[str, str], span: Span
    ) -> "Reply":
        caller = await self._reception.caller(headers)
        request = await self._reception.request(scope, receive, headers)
        document = await self._reception.document(request)
        operation = document.operation(request.operation_name)
        if operation is OperationType.SUBSCRIPTION:
            raise refuse("Subscriptions are not served here.", "SUBSCRIPTION", is_well_formed=True)
        if request.is_get and operation is not OperationType.QUERY:
            raise not_allowed("GET is for queries; send a mutation by POST.", b"POST")
        if operation is OperationType.MUTATION and not caller.may_sync:
            raise refuse("This API key may only read.", "FORBIDDEN", HTTPStatus.FORBIDDEN)
        if span.is_recording():
            span.set_attribute("graphql.operation.type", operation.value)
            span.set_attribute("vminer.document", document.digest)
            span.set_attribute("vminer.caller", caller.name)
        execute = partial(
            self._executor.execute,
            *(document, request.variables, request.operation_name, caller, request.min_epoch),
        )
        if self._cache is not None and operation is OperationType.QUERY:
            is_reading = "no-cache" not in headers.get("cache-control", "").lower()
            question = Question(document, request, caller, is_reading)
            served = await self._cache.answer(question, lambda reach: execute(reach=reach))
            is_registering = request.query is not None and request.digest is not None
            scope[KEPT] = None if is_registering else served.found
        else:
            served = executed(await execute(), "bypass")
        outcome = "ok" if not served.has_errors else "errors"
        requests.count((("operation", operation.value), ("outcome", outcome)))
        more = headers_of_origin(served.server, served.how, served.age)
        return Reply(served.status, served.body, True, more)


def headers_of_origin(server: str, how: str, age: int) -> list[tuple[bytes, bytes]]:
    """Return the headers that tell where an answer came from."""
    found = [(b"x-vminer-served-by", server.encode()), (b"x-vminer-cache", how.encode())]
    return [*found, (b"age", b"%d" % age)] if how == "hit" else found


def headers_of_answer(
    media_type: str, length: int, more: Sequence[tuple[bytes, bytes]]
) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer."""
    return [
        (b"content-type", f"{media_type}; charset=utf-8".encode()),
        (b"content-length", b"%d" % length),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"accept, authorization"),
        *more,
    ]


__all__ = ["GRAPHQL_RESPONSE", "GraphQLEndpoint"]
