"""How many statements a request is, counted between a system and PostgreSQL.

A proxy reads what the system sends in PostgreSQL's protocol, so the count holds for every driver:
executions of prepared statements and simple queries, but for those that begin or end a transaction.
"""

import asyncio
import struct
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from statistics import median
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.benchmarks.peers.arena import Arena
from tests.benchmarks.peers.check import answered
from tests.benchmarks.peers.drawn import Sample
from tests.benchmarks.peers.questions import QUESTIONS
from tests.benchmarks.peers.system import Running, System
from vminer.stack.ports import free_port
from vminer.stack.process import Supervisor

START = struct.Struct("!II")
"""Length and code: how a connection begins."""
MESSAGE = struct.Struct("!cI")
"""Kind and length: how all else begins."""
ENCRYPTION = frozenset({80877103, 80877104})
"""Codes that ask for TLS and GSS: refused, so that all can be read."""
NO = b"N"
EXECUTE, QUERY, SYNC = b"E", b"Q", b"S"
BOUNDS = (b"BEGIN", b"START", b"COMMIT", b"ROLLBACK", b"END")
CHUNK = 2**16
WARM = 3
"""Requests for each connection of the pool before any is counted: by then all is prepared."""
COUNTED = 11


@dataclass(slots=True)
class Count:
    """What was sent."""

    statements: int = 0
    waits: int = 0
    """Times that a system had to wait for PostgreSQL, transactions' ends among them."""

    def add(self, kind: bytes, body: bytes) -> None:
        """Count one message.

        >>> count = Count()
        >>> for kind, body in ((b"Q", b"BEGIN"), (b"P", b""), (b"E", b""), (b"S", b"")):
        ...     count.add(kind, body)
        >>> count
        Count(statements=1, waits=2)
        """
        bounds = kind == QUERY and body.lstrip().upper().startswith(BOUNDS)
        self.statements += kind in (EXECUTE, QUERY) and not bounds
        self.waits += kind in (QUERY, SYNC)


class CountingProxy:
    """Stands before PostgreSQL, on a thread of its own."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._port = free_port()
        account, at, _ = parts.netloc.rpartition("@")
        self.url = parts._replace(netloc=f"{account}{at}127.0.0.1:{self._port}").geturl()
        self.count = Count()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        serve = asyncio.start_server(self._serve, "127.0.0.1", self._port)
        asyncio.run_coroutine_threadsafe(serve, self._loop).result()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Pass one connection on."""
        found, server = await asyncio.open_connection(*self._server)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_copy(found, writer))
                await self._count(reader, server, writer)
        except* (asyncio.IncompleteReadError, ConnectionError):
            pass  # one of them has closed it
        finally:
            server.close()
            writer.close()

    async def _count(self, reader: StreamReader, server: StreamWriter, back: StreamWriter) -> None:
        while True:
            head = await reader.readexactly(START.size)
            length, code = START.unpack(head)
            rest = await reader.readexactly(length - START.size)
            if code not in ENCRYPTION:
                break
            back.write(NO)
        server.write(head + rest)
        while True:
            head = await reader.readexactly(MESSAGE.size)
            kind, length = MESSAGE.unpack(head)
            body = await reader.readexactly(length - MESSAGE.size + 1)
            self.count.add(kind, body)
            server.write(head + body)


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    while part := await reader.read(CHUNK):
        writer.write(part)
    raise ConnectionError("PostgreSQL has closed the connection")


def count_statements(arena: Arena, systems: Sequence[System]) -> dict[tuple[str, str], Count]:
    """Start each system once more, behind a proxy, and return what a request of a question is."""
    found = {}
    for system in systems:
        with (
            CountingProxy(arena.watched.url) as proxy,
            closing(Supervisor(arena.directory)) as supervisor,
        ):
            server = Running(system, arena.watched, arena.loading, database_url=proxy.url)
            server.start(supervisor, arena.bodies(system, "Q1", 1)[0])
            for question in QUESTIONS:
                found[question, system.name] = _of_question(
                    proxy.count, arena.drawn, server, question
                )
    return found


def _of_question(count: Count, drawn: Sample, server: Running, question: str) -> Count:
    """Return the medians: reads that no request asked for may come between."""
    post = server.system.posts[question]
    warm = WARM * server.loading.pool_size
    every = []
    for number, machine in enumerate(drawn.several(question, warm + COUNTED)):
        before = Count(count.statements, count.waits)
        answered(server, post, machine)
        if number >= warm:
            every.append((count.statements - before.statements, count.waits - before.waits))
    statements, waits = zip(*every, strict=True)
    return Count(int(median(statements)), int(median(waits)))
