"""Reading: one request, one server, one snapshot.

    async with ReadSession(engine) as reads:
        rows = await reads.rows(statement)

The connection is checked out at the first statement, pinned until the end, and every statement sees
the same `REPEATABLE READ READ ONLY` snapshot: a sync that commits between two statements of one
request does not show. How old the snapshot may be is the replica pool's business.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Executable, Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from runtime.errors import ReplicaBusyError, ReplicaLostError, StatementTimeoutError

SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
GONE = (OSError, TimeoutError)
GONE_STATES = ("08", "57P")  # connection exceptions; shutdown, crash, cannot connect now
RECOVERY = ("40001", "57014")  # cancelled because the replica must replay
CANCELLED = "57014"


class SessionOverError(Exception):
    """A statement for what nobody waits for any more: the answer is made."""


class ReadSession:
    """Statements of one request, on one pinned connection, in one snapshot."""

    def __init__(self, engine: AsyncEngine, *, server: str = "primary") -> None:
        self.server = server
        self.statements = 0
        self.is_stale = False
        """Whether the server is known to be behind: all others are away."""
        self.lost: ReplicaLostError | None = None
        """Why the server is of no more use to this request."""
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._turn = asyncio.Lock()  # an asyncpg connection runs one statement at a time
        self._is_over = False

    async def rows(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """Run a SELECT and return its rows.

        Raises:
            ReplicaLostError: the server went away or cancelled the statement for its recovery.
            ReplicaBusyError: other requests held every connection for too long.
            StatementTimeoutError: the statement took longer than a read may.
        """
        async with self._turn:
            if self._is_over:
                raise SessionOverError
            if self.lost is not None:
                raise self.lost
            with self._losses():
                if self._connection is None:
                    self._connection = await self._opened()
                self.statements += 1
                return (await self._connection.execute(statement, parameters)).all()

    async def _opened(self) -> AsyncConnection:
        connection = await self._engine.connect()
        if self._is_over:
            await connection.close()
            raise SessionOverError
        return await connection.execution_options(**SNAPSHOT)

    @contextmanager
    def _losses(self) -> Iterator[None]:
        """Tell a lost server from a failed statement, and both from one that came too late."""
        try:
            with self._end():
                yield
        except PoolTimeoutError as error:
            self.lost = ReplicaBusyError()
            raise self.lost from error
        except GONE as error:
            raise self._lose(error) from error
        except DBAPIError as error:
            state = str(getattr(error.orig, "sqlstate", None) or "")
            by_recovery = state in RECOVERY and "recovery" in str(error.orig)
            if error.connection_invalidated or by_recovery or state.startswith(GONE_STATES):
                raise self._lose(error) from error
            if state == CANCELLED:
                raise StatementTimeoutError from error
            raise

    @contextmanager
    def _end(self) -> Iterator[None]:
        """Tell the end of the session, which takes the connection from a statement under way."""
        try:
            yield
        except (DBAPIError, *GONE) as error:
            if self._is_over:
                raise SessionOverError from error
            raise

    def _lose(self, error: BaseException) -> ReplicaLostError:
        cause = getattr(error, "orig", None) or error
        self.lost = ReplicaLostError(f"{self.server}: {cause or type(cause).__name__}")
        return self.lost

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_over = True
        connection, self._connection = self._connection, None
        if connection is None:
            return
        # A statement may still be under way on it: of a request that was cancelled, or for a field
        # that nobody waits for since an error took the place of what it is part of.
        is_in_use = self._turn.locked() or isinstance(error, asyncio.CancelledError)
        if self.lost is not None or is_in_use:
            await connection.invalidate()
        try:
            await connection.close()
        except (DBAPIError, *GONE) as error:  # too late to matter: every row was read
            self._lose(error)
            if not connection.closed:
                await connection.invalidate()
