"""Executing a document: one session, one snapshot, a deadline, one more try elsewhere."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import OperationType

from graphql_api.caller import Caller
from graphql_api.context import GatewayContext, QueuedSync, build_context
from graphql_api.documents import Document
from graphql_api.error_codes import formatted
from graphql_api.settings import GatewaySettings
from models.db.replicas import ReplicaPool
from models.db.sessions import ReadSession
from runtime.errors import ReplicaLostError, UnavailableError
from runtime.telemetry import tracer


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with."""

    data: Any
    errors: list[dict[str, Any]]
    server: str
    is_stale: bool

    def body(self) -> dict[str, Any]:
        """Return the response as GraphQL spells it."""
        body: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        body["data"] = self.data
        if self.is_stale:
            body["extensions"] = {"stale": True}
        return body


class Executor:
    """Executes valid documents."""

    def __init__(
        self,
        schema: strawberry.Schema,
        pool: ReplicaPool,
        sync: QueuedSync,
        settings: GatewaySettings,
    ) -> None:
        self._schema = schema
        self._pool = pool
        self._sync = sync
        self._seconds = settings.request_deadline_seconds

    async def execute(
        self,
        document: Document,
        variables: Mapping[str, Any],
        operation_name: str | None,
        caller: Caller,
    ) -> Answer:
        """Return the answer; a query whose server went away is executed once more elsewhere."""
        is_query = document.operation(operation_name) is OperationType.QUERY
        try:
            async with asyncio.timeout(self._seconds):
                try:
                    return await self._once(document, variables, operation_name, caller)
                except ReplicaLostError:
                    if not is_query:
                        raise
                return await self._once(document, variables, operation_name, caller)
        except ReplicaLostError as lost:  # which server it was is not the client's business
            return _failure(type(lost)().message, lost.code)
        except UnavailableError as error:
            return _failure(error.message, error.code)
        except TimeoutError:
            message = f"The request took longer than {self._seconds:g} seconds."
            return _failure(message, "TIMEOUT")

    async def _once(
        self,
        document: Document,
        variables: Mapping[str, Any],
        operation_name: str | None,
        caller: Caller,
    ) -> Answer:
        """Return the answer.

        Raises:
            ReplicaLostError: the server went away meanwhile, or had no connection to spare.
        """
        async with self._pool.session() as reads:
            with tracer.start_as_current_span("execute"):
                context = build_context(reads, self._sync, document, caller)
                answer = await self._answer(reads, context, variables, operation_name)
        if reads.lost is not None:
            raise reads.lost
        return answer

    async def _answer(
        self,
        reads: ReadSession,
        context: GatewayContext,
        variables: Mapping[str, Any],
        operation_name: str | None,
    ) -> Answer:
        result = await self._schema.execute(
            context.document.text,
            variable_values=dict(variables),
            context_value=context,
            operation_name=operation_name,
        )
        errors = [formatted(error) for error in result.errors or ()]
        return Answer(result.data, errors, reads.server, reads.is_stale)


def _failure(message: str, code: str) -> Answer:
    error = {"message": message, "extensions": {"code": code}}
    return Answer(data=None, errors=[error], server="none", is_stale=False)
