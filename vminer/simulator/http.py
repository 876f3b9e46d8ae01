"""A small HTTP/1.1 server protocol: keep-alive, bounded bodies, gzip when asked for."""

import asyncio
import gzip
from collections import deque
from typing import cast

import httptools

from vminer.simulator.web import Answer, Request, Respond

MOST_BODY_BYTES = 4 * 1024 * 1024
LEAST_GZIP_BYTES = 1024
_REASONS = {
    200: "OK",
    201: "Created",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class HttpProtocol(asyncio.Protocol):
    """One connection; answers in the order of the requests."""

    def __init__(self, respond: Respond, connections: set["HttpProtocol"]) -> None:
        self._respond = respond
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self.on_message_begin()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by descent
        self._connections.add(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._send(Answer(400, b"Bad Request", "text/plain"), gzipped=False, last=True)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio names it
        self._connections.discard(self)
        self._transport = None
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()

    def close(self) -> None:
        """At once."""
        if self._transport is not None:
            self._transport.abort()

    # httptools

    def on_message_begin(self) -> None:
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body = bytearray()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        if self._headers.get("expect", "").lower() == "100-continue" and self._transport:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if len(self._body) + len(body) > MOST_BODY_BYTES:
            if self._transport is not None and not self._transport.is_closing():
                self._send(Answer(413, b"Too large", "text/plain"), gzipped=False, last=True)
            return
        self._body += body

    def on_message_complete(self) -> None:
        peer = self._transport.get_extra_info("peername") if self._transport else None
        request = Request(
            self._parser.get_method().decode(),
            self._url.decode("latin-1"),
            self._headers,
            bytes(self._body),
            str(peer[0]) if peer else "",
        )
        self._waiting.append((request, not self._parser.should_keep_alive()))
        if self._timer is None:
            self._next()

    # Answers

    def _next(self) -> None:
        self._timer = None
        while self._waiting and self._timer is None:
            request, last = self._waiting.popleft()
            answer = self._respond(request)
            gzipped = "gzip" in request.headers.get("accept-encoding", "")
            if answer.delay_seconds > 0:
                self._timer = asyncio.get_running_loop().call_later(
                    answer.delay_seconds, self._send_late, answer, gzipped, last
                )
            else:
                self._send(answer, gzipped=gzipped, last=last)

    def _send_late(self, answer: Answer, gzipped: bool, last: bool) -> None:
        self._send(answer, gzipped=gzipped, last=last)
        self._next()

    def _send(self, answer: Answer, *, gzipped: bool, last: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        body = answer.body
        headers = dict(answer.headers)
        if gzipped and len(body) >= LEAST_GZIP_BYTES:
            body = gzip.compress(body, compresslevel=1)
            headers["Content-Encoding"] = "gzip"
        headers["Content-Type"] = answer.content_type
        headers["Content-Length"] = str(len(body))
        if last:
            headers["Connection"] = "close"
        lines = [f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, '')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        message = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
        if answer.sent_share is not None:
            self._transport.write(message[: int(len(message) * answer.sent_share)])
            self._transport.close()
            return
        self._transport.write(message)
        if last:
            self._transport.close()
