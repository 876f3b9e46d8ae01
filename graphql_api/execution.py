"""Executing a document: one session, one snapshot, a deadline, one more try elsewhere."""

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
import strawberry
from graphql import OperationType

from graphql_api.caller import Caller
from graphql_api.context import GatewayContext, NoSync, QueuedSync, build_context
from graphql_api.documents import Document
from graphql_api.error_codes import formatted
from graphql_api.plan.execute import Plans
from graphql_api.plan.shape import GivesUpError
from graphql_api.run_wait import RunWatch, waits_of
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings
from loaders.awaited import MinEpoch, has_epochs, states_of_runs
from loaders.reach import Reach
from models.db.replicas import ReplicaPool
from models.db.sessions import ReadSession, SecondStatementError
from models.enums import ENDED
from runtime.errors import (
    ReplicaLostError,
    UnavailableError,
)
from runtime.telemetry import Tally, span

log = logging.getLogger(__name__)
compared = Tally(
    "vminer_compared_executions", "Queries executed in both ways, by whether the two agreed."
)
PARTIAL_SUCCESS = 294
AWAY = {
    "TIMEOUT",
    "STATEMENT_TIMEOUT",
    "NO_HEALTHY_REPLICA",
    "REPLICA_LOST",
    "REPLICA_BUSY",
    "DATABASE_UNAVAILABLE",
    "EPOCH_NOT_REACHED",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with."""

    data: Any
    errors: list[dict[str, Any]]
    server: str
    is_stale: bool

    @property
    def shown(self) -> Any:
        """The data as it is sent: moments as text."""
        return orjson.loads(orjson.dumps(self.data))

    def body(self) -> dict[str, Any]:
        """Return the response as GraphQL spells it."""
        body: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        body["data"] = self.data
        if self.is_stale:
            body["extensions"] = {"stale": True}
        return body

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its errors."""
        return frozenset(error["extensions"]["code"] for error in self.errors)

    @property
    def status(self) -> int:
        """Return the status for those who accept application/graphql-response+json."""
        if not self.errors:
            return HTTPStatus.OK
        if self.data is not None:
            return PARTIAL_SUCCESS
        if self.codes & AWAY:
            return HTTPStatus.SERVICE_UNAVAILABLE
        is_ours = "INTERNAL" in self.codes
        return HTTPStatus.INTERNAL_SERVER_ERROR if is_ours else HTTPStatus.BAD_REQUEST


@dataclass(frozen=True, slots=True)
class Asked:
    """One execution: what of, for whom, and what its snapshot must have."""

    document: Document
    variables: Mapping[str, Any]
    operation_name: str | None
    caller: Caller
    min_epoch: Sequence[MinEpoch] = ()
    ended_runs: frozenset[UUID] = frozenset()
    """Runs that it waited for, and that have ended."""
    held: UUID | None = None
    """The vCenter that root lists are held to; what they lead to is not."""
    reach: Reach | None = None
    """Where it is noted what the answer rests on."""

    async def is_seen_by(self, reads: ReadSession) -> bool:
        """Tell whether a snapshot has it all; the epochs of others' vCenters nobody is told."""
        if not await has_epochs(self.caller.scope.over(reads), self.min_epoch):
            return False
        states = await states_of_runs(reads, self.ended_runs)
        return all(states.get(run_id) in ENDED for run_id in self.ended_runs)


class Executor:
    """Executes valid documents."""

    def __init__(
        self,
        schema: strawberry.Schema,
        pool: ReplicaPool,
        sync: QueuedSync | NoSync,
        settings: GatewaySettings,
    ) -> None:
        self._schema = schema
        self.pool = pool
        self._sync = sync
        self._settings = settings
        self._runs = RunWatch(pool, settings)
        self._plans = Plans(core_schema) if settings.compiled_execution else None

    async def execute(
        self,
        document: Document,
        variables: Mapping[str, Any],
        operation_name: str | None,
        caller: Caller,
        min_epoch: Sequence[MinEpoch] = (),
        *,
        reach: Reach | None = None,
    ) -> Answer:
        """Return the answer; a query whose server went away is executed once more elsewhere."""
        is_query = document.operation(operation_name) is OperationType.QUERY
        seconds = self._settings.request_deadline_seconds
        try:
            waits = waits_of(core_schema, document, variables, operation_name)
            # Holds no connection, so it has a limit of its own. Of a run out of scope its end could
            # be told by the time taken; whoever knows its random id was told more than that.
            ended = await self._runs.ended(waits)
            asked = Asked(
                document, variables, operation_name, caller, min_epoch, ended, reach=reach
            )
            async with asyncio.timeout(seconds):
                try:
                    return await self._once(asked)
                except ReplicaLostError:
                    if not is_query:
                        raise
                return await self._once(asked)
        except UnavailableError as error:
            return failure(error)
        except TimeoutError:
            return timed_out(seconds)

    def compile(self, document: Document) -> int:
        """Make the plans of a document ahead of its first request; return how many there are.

        Where @skip or @include has a variable, its values decide on plans; those are left to come.
        """
        return 0 if self._plans is None else self._plans.prepare(document)

    async def _once(self, asked: Asked) -> Answer:
        """Return the answer.

        Raises:
            ReplicaLostError: the server went away meanwhile, or had no connection to spare.
            NotThereYetError: no server has what the snapshot must have.
        """
        async with self.session(asked) as reads:
            answer = await self.answer(reads, asked)
        if reads.lost is not None:
            raise reads.lost
        return answer

    def session(self, asked: Asked) -> AbstractAsyncContextManager[ReadSession]:
        """Lend a session whose snapshot has what it must have."""
        if asked.min_epoch or asked.ended_runs:
            seconds = self._settings.catch_up_seconds
            return self.pool.session_having(asked.is_seen_by, seconds=seconds)
        return self.pool.session()

    async def answer(self, reads: ReadSession, asked: Asked) -> Answer:
        """Return the answer from a session's snapshot; a lost server shows as errors, and there."""
        with span("execute") as current:
            data, errors = await self._executed(reads, asked)
            current.set_attribute("vminer.statements", reads.statements)
        return Answer(data, errors, reads.server, reads.is_stale)

    async def _executed(self, reads: ReadSession, asked: Asked) -> tuple[Any, list[dict[str, Any]]]:
        """Return data and errors: by the document's plan, where it has one and there are none."""
        if self._plans is None:
            return await self._field_by_field(reads, asked)
        is_compared = random.random() < self._settings.compared_executions  # noqa: S311
        try:
            data = await self._planned(self._plans, reads, asked, may_be_single=not is_compared)
        except GivesUpError as given_up:
            data, errors = await self._field_by_field(reads, asked)
            if not errors and not given_up.is_expected:
                self._tell(asked, f"a plan gave up where there is no error: {given_up}")
            return data, errors
        if is_compared:
            await self._compare(reads, asked, data)
        if asked.reach is not None:
            asked.reach.by_plan = True
        return data, []

    async def _planned(
        self, plans: Plans, reads: ReadSession, asked: Asked, *, may_be_single: bool
    ) -> dict[str, Any]:
        """Return data by the document's plan; in a snapshot from the start where it needs one."""
        wanted = asked.document, asked.variables, asked.operation_name
        try:
            alone = reads if may_be_single else None
            return await plans.data(*wanted, self._context(reads, asked), alone)
        except SecondStatementError:  # such as where a vCenter has another number by now
            return await plans.data(*wanted, self._context(reads, asked))

    async def _compare(self, reads: ReadSession, asked: Asked, data: dict[str, Any]) -> None:
        """Count whether Strawberry's executor finds the same in the same snapshot."""
        found, errors = await self._field_by_field(reads, asked)
        is_same = not errors and orjson.dumps(found) == orjson.dumps(data)
        compared.add(1, {"outcome": "same" if is_same else "different"})
        if not is_same:
            self._tell(asked, "a plan and Strawberry's executor do not agree")

    def _tell(self, asked: Asked, what: str) -> None:
        """Log a fault of ours, with the document that shows it."""
        document = {"document": asked.document.digest, "operation": asked.operation_name}
        log.warning(what, extra=document)

    async def _field_by_field(
        self, reads: ReadSession, asked: Asked
    ) -> tuple[Any, list[dict[str, Any]]]:
        """Return data and errors as Strawberry's own executor finds them."""
        result = await self._schema.execute(
            asked.document.text,
            variable_values=dict(asked.variables),
            context_value=self._context(reads, asked),
            operation_name=asked.operation_name,
        )
        return result.data, [formatted(error) for error in result.errors or ()]

    def _context(self, reads: ReadSession, asked: Asked) -> GatewayContext:
        context = build_context(
            reads,
            self._sync,
            asked.document,
            asked.caller,
            asked.held,
            most_objects=self._settings.max_answer_objects,
        )
        context.loaders.reads.reach = asked.reach
        return context


def failure(error: UnavailableError) -> Answer:
    """Return the answer where something is away; which server is not the client's business."""
    shown = type(error)() if isinstance(error, ReplicaLostError) else error
    return _failure(shown.message, shown.code)


def timed_out(seconds: float) -> Answer:
    """Return the answer of a request that took too long."""
    return _failure(f"The request took longer than {seconds:g} seconds.", "TIMEOUT")


def _failure(message: str, code: str) -> Answer:
    error = {"message": message, "extensions": {"code": code}}
    return Answer(data=None, errors=[error], server="none", is_stale=False)
