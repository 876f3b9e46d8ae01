"""`/export/csv`, `/export/ndjson`, `/export/xlsx`: a whole list as a file, by GET or POST.

    request → caller → document → plan → (a place among the exports) → vCenter by vCenter → bytes

It takes what `/graphql` takes. What is wrong before the first byte is answered in JSON with code
and status. Later the connection is closed without the chunk that ends a body, so that no client
takes a part for the whole; why, the log says and a metric counts.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import orjson
from graphql import GraphQLSchema
from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind
from starlette.types import Receive, Scope, Send

from graphql_api.error_codes import masked
from graphql_api.execution import Executor
from graphql_api.export.body import body_of
from graphql_api.export.encoders import FORMATS, Encoder, Format
from graphql_api.export.plan import Plan, plan_of
from graphql_api.export.reading import ExportFailedError, Reader
from graphql_api.reception import Reception, headers_of
from graphql_api.refusal import Refusal, refuse
from graphql_api.settings import GatewaySettings
from runtime.telemetry import meter, tracer

log = logging.getLogger(__name__)
PREFIX = "/export/"
BUSY_SECONDS = 15
UNREAD_SECONDS = 60.0
"""How long a client may read nothing, and hold the place of another."""
exports = meter.create_counter(
    "vminer_exports", description="Exports by format and outcome: ok, refused, failed, cut, left."
)
rows_sent = meter.create_counter("vminer_export_rows", description="Rows of exports by format.")
bytes_sent = meter.create_counter("vminer_export_bytes", description="Bytes of exports by format.")
seconds = meter.create_histogram(
    "vminer_export_duration", unit="s", description="Duration of exports by format and outcome."
)


class ClientStalledError(Exception):
    """The client has read nothing for long."""


@dataclass(frozen=True, slots=True)
class Export:
    """One export that can begin."""

    format: Format
    plan: Plan
    encoder: Encoder
    reader: Reader

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the headers of the file."""
        name = f"{self.plan.name}-{datetime.now(UTC):%Y-%m-%d}.{self.format.name}"
        return [
            (b"content-type", self.format.media_type.encode()),
            (b"content-disposition", f'attachment; filename="{name}"'.encode()),
            (b"x-content-type-options", b"nosniff"),
        ]


class ExportEndpoint:
    """Answers with whole lists."""

    def __init__(
        self,
        schema: GraphQLSchema,
        reception: Reception,
        executor: Executor,
        settings: GatewaySettings,
    ) -> None:
        self._schema = schema
        self._reception = reception
        self._executor = executor
        self._settings = settings
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began = time.perf_counter()
        name = scope["path"].removeprefix(PREFIX)
        headers = headers_of(scope)
        kind = {"format": name if name in FORMATS else "none"}
        parent = propagate.extract(headers)
        outcome = "left"
        with tracer.start_as_current_span("export", parent, kind=SpanKind.SERVER) as span:
            try:
                export = await self._export(name, scope, receive, headers)
                outcome = await self._carry_out(export, receive, send, kind) or outcome
            except Refusal as refusal:
                outcome = "refused"
                await _send_errors(send, refusal.status, refusal.errors, refusal.headers)
            except Exception as error:  # noqa: BLE001 - logged, and shown masked
                outcome = "failed"
                await _send_errors(send, HTTPStatus.INTERNAL_SERVER_ERROR, [masked(error)])
            span.set_attributes(kind | {"vminer.outcome": outcome})
        exports.add(1, kind | {"outcome": outcome})
        seconds.record(time.perf_counter() - began, kind | {"outcome": outcome})

    async def _export(
        self, name: str, scope: Scope, receive: Receive, headers: dict[str, str]
    ) -> Export:
        """Return what is asked for. Raises Refusal."""
        if name not in FORMATS:
            known = ", ".join(FORMATS)
            raise refuse(f"Formats are {known}.", "EXPORT_FORMAT", HTTPStatus.NOT_FOUND)
        caller = await self._reception.caller(headers)
        request = await self._reception.request(scope, receive, headers)
        document = await self._reception.document(request)
        plan = plan_of(
            self._schema,
            document,
            request.variables,
            request.operation_name,
            page_rows=self._settings.export_page_rows,
        )
        if self._running >= self._settings.max_exports:
            raise _busy(self._running)
        span = trace.get_current_span()
        span.set_attributes({"vminer.document": document.digest, "vminer.caller": caller.name})
        rows = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("rows", "")
        reader = Reader(self._executor, self._settings, caller, request.min_epoch)
        format_ = FORMATS[name]
        return Export(format_, plan, format_.encoder(plan, rows), reader)

    async def _carry_out(
        self, export: Export, receive: Receive, send: Send, kind: dict[str, str]
    ) -> str | None:
        """Send the file and return the outcome; None where the client went away."""
        self._running += 1
        try:
            return await _while_there(receive, lambda: self._send(export, send, kind))
        finally:
            await asyncio.to_thread(export.encoder.close)  # waits for what still packs
            self._running -= 1
            rows_sent.add(export.encoder.written, kind)

    async def _send(self, export: Export, send: Send, kind: dict[str, str]) -> str:
        has_begun = False
        try:
            async with asyncio.timeout(self._settings.export_seconds):
                walked = await export.reader.walk([export.plan])
                async with aclosing(
                    body_of(export.reader, export.plan, export.encoder, walked)
                ) as body:
                    first = await anext(body, b"")
                    has_begun = True
                    await _send_body(send, export.headers, first, body, kind)
        except ExportFailedError as failed:
            return await _failed(send, failed.answer.status, failed.answer.errors, has_begun)
        except ClientStalledError:
            log.warning("an export was cut: its client read nothing for long")
            return "cut"
        except TimeoutError:
            limit = self._settings.export_seconds
            message = f"The export took longer than {limit:g} seconds."
            error = {"message": message, "extensions": {"code": "TIMEOUT"}}
            return await _failed(send, HTTPStatus.SERVICE_UNAVAILABLE, [error], has_begun)
        except Exception as error:  # noqa: BLE001 - logged, and shown masked
            shown = [masked(error)]
            return await _failed(send, HTTPStatus.INTERNAL_SERVER_ERROR, shown, has_begun)
        else:
            return "ok"


async def _send_body(
    send: Send,
    headers: list[tuple[bytes, bytes]],
    first: bytes,
    rest: AsyncIterator[bytes],
    kind: dict[str, str],
) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": headers + CACHING})
    await _send_chunk(send, first, kind)
    async for chunk in rest:
        await _send_chunk(send, chunk, kind)
    await send({"type": "http.response.body", "body": b""})


async def _send_chunk(send: Send, chunk: bytes, kind: dict[str, str]) -> None:
    try:
        async with asyncio.timeout(UNREAD_SECONDS):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except TimeoutError as error:
        raise ClientStalledError from error
    bytes_sent.add(len(chunk), kind)


async def _failed(
    send: Send, status: int, errors: Sequence[dict[str, Any]], has_begun: bool
) -> str:
    """Answer with errors, or leave the body without its end, at which the server hangs up."""
    if has_begun:
        log.error("an export was cut off", extra={"errors": errors})
        return "cut"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("an export failed", extra={"errors": errors})
    await _send_errors(send, status, errors)
    return "failed"


async def _send_errors(
    send: Send,
    status: int,
    errors: Sequence[dict[str, Any]],
    more: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    body = orjson.dumps({"errors": errors})
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *CACHING,
        *more,
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _while_there(receive: Receive, work: Callable[[], Awaitable[str]]) -> str | None:
    """Return what the work returns; end it, and return None, where the client goes away."""

    async def working() -> str:
        return await work()

    async def watching() -> None:
        while (await receive())["type"] != "http.disconnect":
            continue

    async with asyncio.TaskGroup() as group:
        task = group.create_task(working(), name="export")
        watcher = group.create_task(watching(), name="client of an export")
        task.add_done_callback(lambda _: watcher.cancel())
        watcher.add_done_callback(lambda _: task.cancel())
    return None if task.cancelled() else task.result()


def _busy(running: int) -> Refusal:
    refusal = refuse(
        f"{running} exports are under way here; try again in a while.",
        "EXPORT_BUSY",
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
    refusal.headers = [(b"retry-after", str(BUSY_SECONDS).encode())]
    return refusal


CACHING = [(b"cache-control", b"private, no-cache"), (b"vary", b"authorization")]
