"""The replica pool: reads go round healthy, fresh replicas; the primary is the last resort.

    async with ReplicaPool.open(database, settings) as pool:
        async with pool.session() as reads:
            rows = await reads.rows(statement)

Each server is probed about once a second on a connection of its own, off the hot path: a server
whose connections are all in use is busy, not away. A request whose server goes away reports it and
benches the server at once.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from types import TracebackType
from typing import Self, TypeAlias

from opentelemetry.metrics import CallbackOptions, Observation
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from models.db.crowd import Crowd
from models.db.engines import read_engine
from models.db.rotation import Member, Rotation
from models.db.sessions import ReadSession
from models.db.settings import DatabaseSettings, ReplicaSettings
from models.db.shelf import Shelf
from models.heartbeat import Heartbeat
from runtime.errors import (
    NoHealthyReplicaError,
    NotThereYetError,
    ReplicaBusyError,
    ReplicaLostError,
)
from runtime.telemetry import Tally, meter

log = logging.getLogger(__name__)
reads_served = Tally("vminer_reads", "Read sessions by server.")
benchings = meter.create_counter("vminer_replica_benched", description="Benchings by server.")
LOOK_SECONDS = 0.05
Check: TypeAlias = Callable[[ReadSession], Awaitable[bool]]
"""Tells whether a snapshot has what is waited for."""
BEAT = select(Heartbeat.beat_at).where(Heartbeat.id == 1)


class ReplicaPool:
    """The servers reads may go to, and which one is next."""

    def __init__(self, database: DatabaseSettings, settings: ReplicaSettings) -> None:
        self._settings = settings
        urls = {"primary": database.primary_url}
        urls |= {_name(url): url for url in database.replica_urls}
        # One probes, one looks at epochs, one reads API keys (`aside`).
        alone = database.model_copy(update={"pool_size": 3})
        self._engines = {name: read_engine(url, database) for name, url in urls.items()}
        self._shelves = {
            name: Shelf(engine, most=database.pool_size) for name, engine in self._engines.items()
        }
        self._crowds: dict[str, Crowd] = {}
        self._probes = {name: read_engine(url, alone) for name, url in urls.items()}
        members = [Member(name) for name in urls]
        self.rotation = Rotation(members[1:], members[0], settings)
        cap = int(database.pool_size * settings.replica_primary_share) or 1
        self._primary_reads = asyncio.Semaphore(cap if database.replica_urls else 1_000_000)
        meter.create_observable_gauge("vminer_replica_lag_seconds", [self._observe_lag])
        meter.create_observable_gauge("vminer_replica_fit", [self._observe_fit])

    @classmethod
    @asynccontextmanager
    async def open(
        cls, database: DatabaseSettings, settings: ReplicaSettings
    ) -> AsyncIterator[Self]:
        """Open the pool and probe its servers until it is closed."""
        pool = cls(database, settings)
        await asyncio.gather(*(pool.probe(member) for member in pool.servers))
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(pool._probe_forever(member), name=f"probe {member.name}")
                for member in pool.servers
            ]
            pool._crowds = {
                name: Crowd(partial(pool._single, name), group) for name in pool._engines
            }
            try:
                yield pool
            finally:
                for task in tasks:
                    task.cancel()
                for crowd in pool._crowds.values():
                    crowd.close()
                for shelf in pool._shelves.values():
                    await shelf.close()
                for engine in (*pool._engines.values(), *pool._probes.values()):
                    await engine.dispose()

    @property
    def servers(self) -> list[Member]:
        """Every server, the primary first."""
        return [self.rotation.primary, *self.rotation.members]

    def session(self) -> AbstractAsyncContextManager[ReadSession]:
        """Lend a session on the next fit server.

        Raises:
            NoHealthyReplicaError: no replica is fit and the primary may take no more reads.
        """
        member = self.rotation.choose()
        if member is None and not self.rotation.members and self.rotation.primary.is_fit:
            member = self.rotation.primary  # there are no replicas, so it takes all reads
        return self._last_resort() if member is None else self._session(member)

    @asynccontextmanager
    async def _last_resort(self) -> AsyncIterator[ReadSession]:
        if self.rotation.primary.is_fit and not self._primary_reads.locked():
            async with self._primary_reads, self._session(self.rotation.primary) as session:
                yield session
        elif (late := self.rotation.least_late()) is not None:
            async with self._session(late) as session:
                session.is_stale = True
                yield session
        else:
            raise NoHealthyReplicaError

    @asynccontextmanager
    async def session_having(self, has: Check, *, seconds: float) -> AsyncIterator[ReadSession]:
        """Lend a session whose snapshot has something: a replica's, if one has it in this time.

        Else the primary's. Every look is a session of its own: nothing is held in between.

        Raises:
            NotThereYetError: the primary does not have it either, or may take no more reads.
        """
        primary, end = [self.rotation.primary], time.monotonic() + seconds
        while (found := await self._first(self.rotation.round() or primary, has)) is None:
            if time.monotonic() >= end:
                found = await self._first(primary, has)
                break
            await asyncio.sleep(LOOK_SECONDS)
        if found is None:
            raise NotThereYetError
        session, opened = found
        async with opened:
            yield session

    async def _first(
        self, members: Iterable[Member], has: Check
    ) -> tuple[ReadSession, AsyncExitStack] | None:
        """Return a session of the first member that has it, and what closes the session."""
        for member in members:
            async with AsyncExitStack() as opened:
                if member is self.rotation.primary:
                    if not member.is_fit or self._primary_reads.locked():
                        continue
                    await opened.enter_async_context(self._primary_reads)
                session = await opened.enter_async_context(self._session(member))
                if await _looked(session, has):
                    return session, opened.pop_all()
        return None

    def _session(self, member: Member) -> "_Lending":
        session = self._reads(member.name, self._crowds.get(member.name))
        return _Lending(session, lambda lost: self._bench(member, str(lost)))

    @asynccontextmanager
    async def _single(self, name: str) -> AsyncIterator[ReadSession]:
        """Lend a session on a server for one statement."""
        async with self._reads(name) as session:
            with session.single_statement():
                yield session

    def _reads(self, name: str, crowd: Crowd | None = None) -> ReadSession:
        engine, shelf = self._engines[name], self._shelves[name]
        return ReadSession(engine, server=name, shelf=shelf, crowd=crowd)

    @property
    def serving(self) -> list[Member]:
        """The servers that reads go to now."""
        fit = [member for member in self.rotation.members if member.is_fit]
        return fit or [self.rotation.primary]

    def aside(self, member: Member) -> ReadSession:
        """Return a session beside those of requests: it neither waits for them nor benches."""
        return ReadSession(self._probes[member.name], server=member.name)

    async def probe(self, member: Member) -> None:
        """Ask a server for its heartbeat; bench it where it does not answer in time."""
        try:
            async with asyncio.timeout(self._settings.replica_probe_timeout_seconds):
                async with ReadSession(self._probes[member.name], server=member.name) as session:
                    rows = await session.rows(BEAT)
        except (ReplicaLostError, TimeoutError) as error:
            self._bench(member, str(error) or "it did not answer in time")
        except DBAPIError as error:  # it has no such database, user or table
            self._bench(member, str(error.orig).partition("\n")[0])
        else:
            self.rotation.answered(member, rows[0][0])

    async def _probe_forever(self, member: Member) -> None:
        interval = self._settings.replica_probe_seconds
        while True:
            await asyncio.sleep(interval * random.uniform(0.8, 1.2))  # noqa: S311
            if not self.rotation.due(member, time.monotonic()):
                continue
            try:
                await self.probe(member)
            except Exception as error:
                log.exception("a probe failed")
                self._bench(member, str(error))

    def _bench(self, member: Member, reason: str) -> None:
        if not member.is_benched:
            benchings.add(1, {"server": member.name})
            log.warning("a server was benched", extra={"server": member.name, "reason": reason})
        self.rotation.failed(member, reason, time.monotonic())

    def _observe_lag(self, options: CallbackOptions) -> Iterable[Observation]:
        del options
        for member in self.servers:
            if member.lag_seconds is not None:
                yield Observation(member.lag_seconds, {"server": member.name})

    def _observe_fit(self, options: CallbackOptions) -> Iterable[Observation]:
        del options
        return [Observation(int(member.is_fit), {"server": member.name}) for member in self.servers]


class _Lending:
    """A session for one request; whoever should know is told if its server went away."""

    def __init__(self, session: ReadSession, lose: Callable[[ReplicaLostError], None]) -> None:
        self._session = session
        self._lose = lose

    async def __aenter__(self) -> ReadSession:
        reads_served.count((("server", self._session.server),))
        return self._session

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self._session.__aexit__(kind, error, traceback)
        finally:
            lost = self._session.lost
            if lost is not None and not isinstance(lost, ReplicaBusyError):
                self._lose(lost)


async def _looked(session: ReadSession, has: Check) -> bool:
    """Tell whether a session's snapshot has it; one whose server goes away does not."""
    try:
        return await has(session)
    except ReplicaLostError:
        return False


def _name(url: str) -> str:
    parts = make_url(url)
    return f"{parts.host}:{parts.port or 5432}"
