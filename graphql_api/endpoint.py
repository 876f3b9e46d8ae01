"""`/graphql`: a plain ASGI app, since FastAPI's routing would cost more than a small query.

request → media type → caller → GET or POST → document (text, or hash) → execution → bytes
"""

import time
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from graphql import OperationType
from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind

from graphql_api.error_codes import masked
from graphql_api.execution import Executor
from graphql_api.reception import Reception, headers_of, not_allowed
from graphql_api.refusal import Refusal, refuse
from graphql_api.request import GRAPHQL_RESPONSE, JSON, choose_media_type
from runtime.telemetry import Tally, meter, tracer

Scope = MutableMapping[str, Any]
requests = Tally("vminer_graphql_requests", "GraphQL requests by operation type and outcome.")
seconds = meter.create_histogram(
    "http_server_request_duration", unit="s", description="Duration of /graphql requests."
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back."""

    status: int
    body: dict[str, Any]
    is_well_formed: bool
    headers: Sequence[tuple[bytes, bytes]]


class GraphQLEndpoint:
    """Answers GraphQL over HTTP."""

    def __init__(self, reception: Reception, executor: Executor) -> None:
        self._reception = reception
        self._executor = executor

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one request."""
        began = time.perf_counter()
        headers = headers_of(scope)
        parent = propagate.extract(headers) if "traceparent" in headers else None
        with tracer.start_as_current_span("POST /graphql", parent, kind=SpanKind.SERVER) as span:
            media_type = JSON
            try:
                media_type = choose_media_type(headers.get("accept", ""))
                reply = await self._answer(scope, receive, headers)
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
            span.set_attribute("http.response.status_code", status)
        seconds.record(time.perf_counter() - began, {"http.response.status_code": status})
        await _send(send, status, media_type, orjson.dumps(reply.body), reply.headers)

    async def _answer(self, scope: Scope, receive: Any, headers: dict[str, str]) -> "Reply":
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
        span = trace.get_current_span()
        span.set_attribute("graphql.operation.type", operation.value)
        span.set_attribute("vminer.document", document.digest)
        span.set_attribute("vminer.caller", caller.name)
        answer = await self._executor.execute(
            document, request.variables, request.operation_name, caller, request.min_epoch
        )
        outcome = "ok" if not answer.errors else "errors"
        requests.add(1, {"operation": operation.value, "outcome": outcome})
        served_by = [(b"x-vminer-served-by", answer.server.encode())]
        return Reply(answer.status, answer.body(), True, served_by)


async def _send(
    send: Any, status: int, media_type: str, body: bytes, extra: Sequence[tuple[bytes, bytes]]
) -> None:
    headers = [
        (b"content-type", f"{media_type}; charset=utf-8".encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"accept, authorization"),
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


__all__ = ["GRAPHQL_RESPONSE", "GraphQLEndpoint"]
