"""Reading whole lists, vCenter by vCenter, each in one snapshot of one replica.

All pages of a vCenter (of several lists, where they belong into one file) are read in one session
and spooled before anything of them is passed on. So a slow client never holds a snapshot open; and
where the server goes away in the middle, what was read of that vCenter is thrown away and read once
more on another one, as the executor does with a request: no row is lost, none comes twice. One
vCenter may show an older state than the next.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from graphql_api.caller import Caller
from graphql_api.execution import Answer, Asked, Executor, failure
from graphql_api.export.plan import PAGE, ROWS, Plan
from graphql_api.export.spool import Spool
from graphql_api.settings import GatewaySettings
from loaders.awaited import MinEpoch
from loaders.walk import WalkedVCenter, vcenters_by_name
from models.db.sessions import ReadSession
from runtime.errors import (
    AnswerTooLargeError,
    NoHealthyReplicaError,
    ReplicaLostError,
    UnavailableError,
)
from runtime.telemetry import tracer

T = TypeVar("T")

log = logging.getLogger(__name__)
Where = WalkedVCenter | None
"""The vCenter that rows are of; None: whatever is in the list."""


class ExportFailedError(Exception):
    """A page could not be read; its answer says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.errors[0]["message"])
        self.answer = replace(answer, data=None)
        """Without data: an export that lacks a part is none, so its status is an error's."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads plans for one caller."""

    executor: Executor
    settings: GatewaySettings
    caller: Caller
    min_epoch: Sequence[MinEpoch] = ()

    async def walk(self, plans: Sequence[Plan]) -> list[Where]:
        """Return the vCenters to be walked, by name. Raises ExportFailedError."""
        walking = [plan for plan in plans if plan.is_walked]
        if not walking:
            return [None]
        asked = self._asked(walking[0], None, None)
        found = await self._vcenters(lambda: self.executor.session(asked))
        named = [plan.only for plan in walking if plan.only is not None]
        if len(named) < len(walking):
            return list(found)
        return [vcenter for vcenter in found if any(vcenter.uuid in only for only in named)]

    async def walk_all(self) -> list[WalkedVCenter]:
        """Return all vCenters of the caller's scope, by name. Raises ExportFailedError."""
        return await self._vcenters(self.executor.pool.session)

    async def _vcenters(
        self, session: Callable[[], AbstractAsyncContextManager[ReadSession]]
    ) -> list[WalkedVCenter]:
        async def once() -> list[WalkedVCenter]:
            async with session() as reads:
                return await vcenters_by_name(reads, self.caller.scope)

        return await self._twice(once)

    async def read(self, plans: Sequence[Plan], where: Where) -> list[Spool]:
        """Return the rows of each plan in a spool, to be closed. Raises ExportFailedError."""
        return await self._twice(lambda: self._read(plans, where))

    async def _twice(self, once: Callable[[], Awaitable[T]]) -> T:
        """Do it, and once more where the server went away meanwhile."""
        try:
            try:
                return await once()
            except ReplicaLostError as error:
                log.info("a part of an export is read again", extra={"reason": str(error)})
            return await once()
        except UnavailableError as error:
            raise ExportFailedError(failure(error)) from error
        except TimeoutError as error:
            raise ExportFailedError(self._timeout()) from error

    async def _read(self, plans: Sequence[Plan], where: Where) -> list[Spool]:
        with ExitStack() as opened:
            spools = []
            asked = self._asked(plans[0], None, where)
            with tracer.start_as_current_span("read for export"):
                # Around the session, so that one that ran out of time does not go back to the pool.
                async with self._deadline() as deadline, self.executor.session(asked) as reads:
                    for plan in plans:
                        spool = opened.enter_context(Spool(self.settings.export_spool_bytes))
                        async for nodes in self._pages(reads, plan, where):
                            await asyncio.to_thread(spool.write, nodes)
                            deadline.reschedule(self._end_of_page())
                        spools.append(spool)
            opened.pop_all()
            return spools

    def _deadline(self) -> asyncio.Timeout:
        return asyncio.timeout_at(self._end_of_page())

    def _end_of_page(self) -> float:
        return asyncio.get_running_loop().time() + self.settings.export_page_seconds

    async def _pages(
        self, reads: ReadSession, plan: Plan, where: Where
    ) -> AsyncIterator[Sequence[Any]]:
        after, size = None, plan.size
        while True:
            answer = await self.executor.answer(reads, self._asked(plan, after, where, size))
            if reads.lost is not None:
                raise reads.lost
            if size > 1 and AnswerTooLargeError.code in answer.codes:
                size //= 2  # lists below the rows were longer than the plan thought
                continue
            if answer.errors:
                raise ExportFailedError(answer)
            if answer.is_stale:
                raise ExportFailedError(failure(NoHealthyReplicaError()))
            found = answer.shown[plan.name]
            yield found[ROWS]
            if not found[PAGE]["hasNextPage"]:
                return
            after = found[PAGE]["endCursor"]

    def _asked(self, plan: Plan, after: str | None, where: Where, size: int | None = None) -> Asked:
        return Asked(
            plan.page,
            plan.variables_of(after, size),
            plan.operation_name,
            self.caller,
            self.min_epoch,
            held=None if where is None else where.uuid,
        )

    def _timeout(self) -> Answer:
        seconds = self.settings.export_page_seconds
        error = {
            "message": f"A page of the export took longer than {seconds:g} seconds.",
            "extensions": {"code": "TIMEOUT"},
        }
        return Answer(data=None, errors=[error], server="none", is_stale=False)
