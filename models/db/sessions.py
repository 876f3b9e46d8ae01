"""Reading: one request, one server, one snapshot.

    async with ReadSession(engine) as reads:
        rows = await reads.rows(statement, {"vcenter_id": 7})

The connection is checked out at the first statement, pinned until the end, and every statement sees
the same `REPEATABLE READ READ ONLY` snapshot: a sync that commits between two statements of one
request does not show. How old the snapshot may be is the replica pool's business.
"""

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Executable, Row
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from runtime.errors import ReplicaLostError

GONE = (InterfaceError, OperationalError, PoolTimeoutError, OSError, TimeoutError)
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class ReadSession:
    """Statements of one request, on one pinned connection, in one snapshot."""

    def __init__(self, engine: AsyncEngine, *, server: str = "primary") -> None:
        self.server = server
        self.statements = 0
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._turn = asyncio.Lock()  # an asyncpg connection runs one statement at a time

    async def rows(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """Run a SELECT and return its rows.

        Raises:
            ReplicaLostError: the server went away or cancelled the statement for recovery.
        """
        async with self._turn:
            try:
                if self._connection is None:
                    connection = await self._engine.connect()
                    self._connection = await connection.execution_options(**SNAPSHOT)
                self.statements += 1
                return (await self._connection.execute(statement, parameters)).all()
            except GONE as error:
                raise ReplicaLostError(f"{self.server} went away: {error}") from error
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise ReplicaLostError(f"{self.server} went away: {error}") from error
                raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            await self._connection.close()
