"""Reading: one request, one server, one snapshot.

    async with ReadSession(engine) as reads:
        rows = await reads.rows(statement)              # a statement of SQLAlchemy's
        records = await reads.fetch(text, parameters)   # one that is compiled already

The connection is checked out at the first statement, pinned until the end, and every statement sees
the same `REPEATABLE READ READ ONLY` snapshot: a sync that commits between two statements of one
request does not show. How old the snapshot may be is the replica pool's business.

SQLAlchemy's connection leaves transactions to us (`AUTOCOMMIT`): a request of a single
statement needs none, and what is compiled already goes to the driver without a detour.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from asyncpg import InterfaceError, InternalClientError, PostgresError
from sqlalchemy import Executable, Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from models.db.crowd import Crowd
from models.db.shelf import Lent, Shelf
from models.db.text import LookUp, Text
from runtime.errors import ReplicaBusyError, ReplicaLostError, StatementTimeoutError

BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
GONE = (OSError, TimeoutError)
DRIVER = (PostgresError, InterfaceError, InternalClientError)
FAILURES = (PoolTimeoutError, DBAPIError, *DRIVER, *GONE)
GONE_STATES = ("08", "57P")  # connection exceptions; shutdown, crash, cannot connect now
RECOVERY = ("40001", "57014")  # cancelled because the replica must replay
CANCELLED = "57014"


class SecondStatementError(Exception):
    """A request that was to be of a single statement had another one."""


class SessionOverError(Exception):
    """A statement for what nobody waits for any more: the answer is made."""


class ReadSession:
    """Statements of one request, on one pinned connection, in one snapshot."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        server: str = "primary",
        shelf: Shelf | None = None,
        crowd: Crowd | None = None,
    ) -> None:
        self.server = server
        self.statements = 0
        self.is_stale = False
        """Whether the server is known to be behind: all others are away."""
        self.lost: ReplicaLostError | None = None
        """Why the server is of no more use to this request."""
        self._shelf = Shelf(engine) if shelf is None else shelf
        self._crowd = crowd
        self._lent: Lent | None = None
        self._is_single = False
        self._has_seen = False
        self._has_begun = False
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
            try:
                lent = await self._begun()
                rows = (await lent.connection.execute(statement, parameters)).all()
            except FAILURES as error:
                self._tell(error)
                raise
            self._has_seen = self._has_seen or bool(rows)
            return rows

    async def fetch(self, text: Text, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run a SELECT that is compiled already, as `rows` does, and return the driver's records.

        Raises:
            ReplicaLostError, ReplicaBusyError, StatementTimeoutError: as `rows` does.
        """
        given = {**text.constants, **parameters} if text.constants else parameters
        values = [given[name] for name in text.names]
        async with self._turn:
            try:
                lent = await self._begun()
                records: list[Any] = await lent.driver.fetch(text.sql, *values)
            except FAILURES as error:
                self._tell(error)
                raise
            self._has_seen = self._has_seen or bool(records)
            return records

    async def look_up(
        self, statement: LookUp, key: Mapping[str, Any], shared: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Run a SELECT by a key; where it is all that is read, together with other requests'.

        `shared`: parameters that are the very same objects in all that may be asked together.

        Raises:
            ReplicaLostError, ReplicaBusyError, StatementTimeoutError: as `rows` does.
        """
        if self._crowd is None or not self._is_single:
            return await self.fetch(statement.one, {**key, **shared})
        if self._has_seen:
            raise SecondStatementError
        self.statements += 1
        try:
            records = await self._crowd.look_up(statement, key, shared)
        except ReplicaLostError as error:
            self.lost = error
            raise
        self._has_seen = bool(records)
        return records

    def forget(self) -> None:
        """Take back what was found so far: it is shown nowhere, so another snapshot will do."""
        self._has_seen = False

    @contextmanager
    def single_statement(self) -> Iterator[None]:
        """Do without a transaction where all that is read meanwhile comes of one statement.

        Raises:
            SecondStatementError: inside, at a statement behind one that found something.
        """
        self._is_single = self.statements == 0
        try:
            yield
        finally:
            self._is_single = False

    async def _begun(self) -> Lent:
        """Return the connection, ready for one statement more."""
        if self._is_over:
            raise SessionOverError
        if self.lost is not None:
            raise self.lost
        if self._is_single and self._has_seen:
            raise SecondStatementError
        lent = self._lent or await self._taken()
        if not self._is_single and not self._has_begun:
            await lent.driver.execute(BEGIN)
            self._has_begun = True
        if self._lent is None:  # the session ended meanwhile, and took it
            raise SessionOverError
        self.statements += 1
        return lent

    async def _taken(self) -> Lent:
        """Take a connection; from then on the session's end has it."""
        lent = await self._shelf.take()
        if self._is_over:
            await self._shelf.give(lent)
            raise SessionOverError
        self._lent = lent
        return lent

    def _tell(self, error: Exception) -> None:
        """Raise what a failure means, where it means more than itself.

        A server is lost, or busy, or took too long; or it came too late, since the session's end
        takes the connection from a statement under way.
        """
        if isinstance(error, PoolTimeoutError):
            self.lost = ReplicaBusyError()
            raise self.lost from error
        if self._is_over:
            raise SessionOverError from error
        cause = error.orig if isinstance(error, DBAPIError) else error
        state = str(getattr(cause, "sqlstate", None) or "")
        if self._is_loss(error, state) or (state in RECOVERY and "recovery" in str(cause)):
            raise self._lose(error) from error
        if state == CANCELLED:
            raise StatementTimeoutError from error

    def _is_loss(self, error: Exception, state: str) -> bool:
        """Tell whether the server is of no more use to this request."""
        if isinstance(error, GONE) or state.startswith(GONE_STATES):
            return True
        if isinstance(error, DBAPIError):
            return error.connection_invalidated
        return self._lent is not None and bool(self._lent.driver.is_closed())

    def _lose(self, error: BaseException) -> ReplicaLostError:
        cause = getattr(error, "orig", None) or error
        self.lost = ReplicaLostError(f"{self.server}: {str(cause) or type(cause).__name__}")
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
        lent, self._lent = self._lent, None
        if lent is not None:
            await self._end_with(lent, error)

    async def _end_with(self, lent: Lent, error: BaseException | None) -> None:
        """Give the connection back, or up."""
        # A statement may still be under way on it: of a request that was cancelled, or for a field
        # that nobody waits for since an error took the place of what it is part of.
        is_in_use = self._turn.locked() or isinstance(error, asyncio.CancelledError)
        if self.lost is not None or is_in_use:
            await self._shelf.drop(lent)
            return
        try:
            await self._commit(lent)
            await self._shelf.give(lent)
        except (DBAPIError, *DRIVER, *GONE) as failure:  # too late to matter: every row was read
            self._lose(failure)

    async def _commit(self, lent: Lent) -> None:
        try:
            if self._has_begun:
                await lent.driver.execute("COMMIT")
        except BaseException:  # the server may not answer, and the request be cancelled
            await self._shelf.drop(lent)
            raise
