"""The unit of work of every command: one short transaction on the primary.

What the driver raises when the primary is away, starting, demoted or overloaded becomes one error.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import ColumnElement, DateTime, func, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from runtime.errors import DatabaseUnavailableError

Primary: TypeAlias = AsyncEngine
"""The engine of the primary, for those who hand it on and may not know SQLAlchemy."""

# Connection lost, overloaded, lock timeout or deadlock, shutting down, demoted.
PASSING_SQLSTATES = ("08", "53", "55P03", "40", "57", "25006")


@asynccontextmanager
async def transaction(
    engine: Primary, *, lock_timeout_seconds: float | None = None
) -> AsyncIterator[AsyncConnection]:
    """Open a transaction that commits at the end of the block.

    Raises:
        DatabaseUnavailableError: the primary cannot be reached or asks to come back later.
    """
    try:
        async with engine.begin() as connection:
            if lock_timeout_seconds is not None:
                await connection.execute(
                    text("SELECT set_config('lock_timeout', :timeout, true)"),
                    {"timeout": f"{lock_timeout_seconds * 1000:.0f}ms"},
                )
            yield connection
    except DBAPIError as error:
        sqlstate = str(getattr(error.orig, "sqlstate", None) or "")
        if error.connection_invalidated or sqlstate.startswith(PASSING_SQLSTATES) or not sqlstate:
            raise DatabaseUnavailableError(
                f"the PostgreSQL primary cannot be used now ({error.orig})"
            ) from error
        raise
    except (PoolTimeoutError, OSError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        raise DatabaseUnavailableError(
            f"the PostgreSQL primary cannot be reached ({reason})"
        ) from error


def clock() -> ColumnElement[datetime]:
    """Return the primary's clock as an expression: agents' clocks decide nothing."""
    return func.clock_timestamp(type_=DateTime(timezone=True))


def clock_plus(seconds: float) -> ColumnElement[datetime]:
    """Return the primary's clock that many seconds from now."""
    return clock() + timedelta(seconds=seconds)
