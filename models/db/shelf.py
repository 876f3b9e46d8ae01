"""Connections of one server that are ready for the next reader.

SQLAlchemy opens them, counts them and lends them; to lend one anew for each request takes it a
tenth of a millisecond, so those that were given back in order stay lent, until somebody waits for
SQLAlchemy's pool or they are old.
"""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

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
    """Lends connections of one engine."""

    def __init__(self, engine: AsyncEngine, *, most: int = 0) -> None:
        self._engine = engine
        self._most = most
        self._ready: list[Lent] = []
        self._waiting = 0

    def __len__(self) -> int:
        """How many are ready."""
        return len(self._ready)

    async def take(self) -> Lent:
        """Return a connection that nobody else has.

        Raises:
            TimeoutError: SQLAlchemy's, all connections were in use for too long.
            Exception: there is no connection to be had.
        """
        while self._ready:
            lent = self._ready.pop()
            if not lent.driver.is_closed():
                return lent
            await drop(lent)
        self._waiting += 1
        try:
            connection = await self._engine.connect()
        finally:
            self._waiting -= 1
        try:
            await connection.execution_options(**ALONE)
            raw = await connection.get_raw_connection()
        except BaseException:
            await connection.close()
            raise
        return Lent(connection, raw.driver_connection, time.monotonic())

    async def give(self, lent: Lent) -> None:
        """Take a connection back that is in order, outside of any transaction of ours."""
        is_old = time.monotonic() - lent.since > OLD_SECONDS
        if lent.connection.in_transaction():  # as SQLAlchemy sees it
            await lent.connection.rollback()
        if self._waiting or is_old or len(self._ready) >= self._most:
            await lent.connection.close()
        else:
            self._ready.append(lent)

    async def close(self) -> None:
        """Give back what is ready."""
        self._most = 0
        while self._ready:
            await self._ready.pop().connection.close()


async def drop(lent: Lent) -> None:
    """Give a connection up."""
    await lent.connection.invalidate()
    await lent.connection.close()
