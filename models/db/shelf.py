"""Connections of one server that are ready for the next reader.

SQLAlchemy opens them, counts them and lends them; to lend one anew for each request takes it a
tenth of a millisecond, so those that were given back in order stay lent until they are old. Its
pool also hands a connection to whoever asks first when one is given back, and whoever has waited
for it waits on behind all others; here, who has waited longest is next.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

ALONE = {"isolation_level": "AUTOCOMMIT"}
"""We begin transactions ourselves."""
OLD_SECONDS = 60.0
"""After which a connection goes back to SQLAlchemy's pool, which knows when to close it."""


@dataclass(frozen=True, slots=True)
class Lent:
    """A connection, and the driver's own beneath it."""

    connection: AsyncConnection
    driver: Any
    since: float


class Shelf:
    """Lends connections of one engine.

    `most`: how many stay ready; the others go back to SQLAlchemy's pool.
    """

    def __init__(self, engine: AsyncEngine, *, most: int = 0) -> None:
        pool = cast(QueuePool, engine.pool)
        self._engine = engine
        self._most = most
        self._ready: list[Lent] = []
        self._places = asyncio.Semaphore(pool.size())
        self._seconds = pool.timeout()

    def __len__(self) -> int:
        """How many are ready."""
        return len(self._ready)

    async def take(self) -> Lent:
        """Return a connection that nobody else has, to be given back or dropped.

        Raises:
            sqlalchemy.exc.TimeoutError: all connections were in use for as long as the engine waits
                for its pool.
            Exception: there is no connection to be had.
        """
        if self._places.locked():
            await self._wait()
        else:
            await self._places.acquire()
        try:
            return await self._taken()
        except BaseException:
            self._places.release()
            raise

    async def give(self, lent: Lent) -> None:
        """Take a connection back that is in order, outside of any transaction of ours.

        Raises:
            Exception: it was not in order after all, and is dropped.
        """
        try:
            is_old = time.monotonic() - lent.since > OLD_SECONDS
            if lent.connection.in_transaction():  # as SQLAlchemy sees it
                await lent.connection.rollback()
            if is_old or len(self._ready) >= self._most:
                await lent.connection.close()
            else:
                self._ready.append(lent)
        except BaseException:
            await _close(lent)
            raise
        finally:
            self._places.release()

    async def drop(self, lent: Lent) -> None:
        """Take a connection back that is of no more use."""
        try:
            await _close(lent)
        finally:
            self._places.release()

    async def close(self) -> None:
        """Give back what is ready."""
        self._most = 0
        while self._ready:
            await self._ready.pop().connection.close()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise PoolTimeoutError(f"no connection in {self._seconds:g} s") from error

    async def _taken(self) -> Lent:
        while self._ready:
            lent = self._ready.pop()
            if not lent.driver.is_closed():
                return lent
            await _close(lent)
        connection = await self._engine.connect()
        try:
            await connection.execution_options(**ALONE)
            raw = await connection.get_raw_connection()
        except BaseException:
            await connection.close()
            raise
        return Lent(connection, raw.driver_connection, time.monotonic())


async def _close(lent: Lent) -> None:
    await lent.connection.invalidate()
    await lent.connection.close()
