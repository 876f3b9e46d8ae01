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

from graphql_api.caller import Caller
from graphql_api.documents import Document, Documents, digest_of
from graphql_api.error_codes import masked
from graphql_api.execution import Answer, Executor
from graphql_api.keyring import Keyring
from graphql_api.persisted import PersistedDocuments
from graphql_api.refusal import Refusal, refuse
from graphql_api.request import (
    GRAPHQL_RESPONSE,
    JSON,
    GraphQLRequest,
    choose_media_type,
    read_get,
    read_post,
)
from graphql_api.settings import GatewaySettings
from runtime.errors import UnavailableError
from runtime.telemetry import meter, tracer

Scope = MutableMapping[str, Any]
PARTIAL_SUCCESS = 294
AWAY = {
    "TIMEOUT",
    "STATEMENT_TIMEOUT",
    "NO_HEALTHY_REPLICA",
    "REPLICA_LOST",
    "REPLICA_BUSY",
    "DATABASE_UNAVAILABLE",
    "EPOCH_NOT_REACHED",
}
requests = meter.create_counter(
    "vminer_graphql_requests", description="GraphQL requests by operation type and outcome."
)
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

    def __init__(
        self,
        documents: Documents,
        persisted: PersistedDocuments,
        executor: Executor,
        keyring: Keyring,
        settings: GatewaySettings,
    ) -> None:
        self._documents = documents
        self._persisted = persisted
        self._executor = executor
        self._keyring = keyring
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one request."""
        began = time.perf_counter()
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        parent = propagate.extract(headers)
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
        caller = await self._caller(headers)
        request = await self._read(scope, receive, headers)
        document = await self._document(request)
        operation = document.operation(request.operation_name)
        if operation is OperationType.SUBSCRIPTION:
            raise refuse("Subscriptions are not served here.", "SUBSCRIPTION", is_well_formed=True)
        if request.is_get and operation is not OperationType.QUERY:
            raise _not_allowed("GET is for queries; send a mutation by POST.", b"POST")
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
        return Reply(_status(answer), answer.body(), True, served_by)

    async def _caller(self, headers: dict[str, str]) -> Caller:
        try:
            return await self._keyring.caller(headers.get("authorization", ""))
        except UnavailableError as error:  # which server it was is not the client's business
            shown = {"message": type(error)().message, "extensions": {"code": error.code}}
            raise Refusal([shown], HTTPStatus.SERVICE_UNAVAILABLE, is_well_formed=True) from error

    async def _read(self, scope: Scope, receive: Any, headers: dict[str, str]) -> GraphQLRequest:
        depth = self._settings.max_variable_depth
        if scope["method"] == "GET":
            return read_get(scope["query_string"], depth)
        if scope["method"] != "POST":
            raise _not_allowed("Use POST, or GET for queries.", b"GET, POST")
        body = await self._body(receive, int(headers.get("content-length") or 0))
        return read_post(body, headers.get("content-type", ""), depth)

    async def _body(self, receive: Any, announced: int) -> bytes:
        limit = self._settings.max_body_bytes
        body = b""
        more = announced <= limit
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False) and len(body) <= limit
        if max(announced, len(body)) > limit:
            raise refuse(
                f"The body is larger than {limit} bytes.",
                "BODY_TOO_LARGE",
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            )
        return body

    async def _document(self, request: GraphQLRequest) -> Document:
        """Return the document of a request: by its hash, by its text, or by both to keep it."""
        if request.query is None:
            known = await self._persisted.find(request.digest or "")
            if known is None:
                raise refuse(
                    "PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND", is_well_formed=True
                )
            return known
        if request.digest is not None and request.digest != digest_of(request.query):
            raise refuse("provided sha does not match query", "PERSISTED_QUERY_HASH_MISMATCH")
        document = self._documents.prepare(request.query)
        if request.digest is not None:
            await self._persisted.keep(document)
        return document


def _status(answer: Answer) -> int:
    """Return the status for those who accept application/graphql-response+json."""
    if not answer.errors:
        return HTTPStatus.OK
    if answer.data is not None:
        return PARTIAL_SUCCESS
    codes = {error["extensions"]["code"] for error in answer.errors}
    if codes & AWAY:
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.INTERNAL_SERVER_ERROR if "INTERNAL" in codes else HTTPStatus.BAD_REQUEST


def _not_allowed(message: str, methods: bytes) -> Refusal:
    refusal = refuse(message, "METHOD_NOT_ALLOWED", HTTPStatus.METHOD_NOT_ALLOWED)
    refusal.headers = [(b"allow", methods)]
    return refusal


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
