"""Names for asyncpg's types, and its errors translated to ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from runtime.errors import DatabaseUnavailableError

Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
Pool: TypeAlias = "asyncpg.Pool[Any]"

PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,  # shutting down, or cancelled by a timeout
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
    OSError,
    TimeoutError,
)


@contextmanager
def database_errors() -> Iterator[None]:
    """Translate what asyncpg raises when the primary is away or asks to come back later."""
    try:
        yield
    except PASSING as error:
        reason = str(error) or type(error).__name__
        raise DatabaseUnavailableError(
            f"the PostgreSQL primary cannot be used now ({reason})"
        ) from error
