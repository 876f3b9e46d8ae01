"""`syncRun(id:, waitSeconds:)`: waiting for the end of a run before the request reads anything.

    document, variables ─► waits_of ─► RunWatch.ended ─► a snapshot that has the end ─► execution

A request has one snapshot, in which nothing ends any more; so the wait comes before it. It holds no
connection: one statement looks for the runs of all waiting requests, some times a second.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from graphql import FragmentDefinitionNode, GraphQLError
from graphql.execution.collect_fields import FragmentDetails, collect_fields
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from graphql.type import GraphQLSchema

from graphql_api.documents import Document
from graphql_api.settings import GatewaySettings
from loaders.awaited import states_of_runs
from models.db.replicas import ReplicaPool
from models.enums import ENDED, SyncRunState
from resolvers import global_id
from runtime.errors import InvalidIdError, ReplicaLostError
from runtime.telemetry import tracer

log = logging.getLogger(__name__)
FIELD, ARGUMENT = "syncRun", "waitSeconds"
LOOK_SECONDS = 0.25


def waits_of(
    schema: GraphQLSchema,
    document: Document,
    variables: Mapping[str, Any],
    operation_name: str | None,
) -> dict[UUID, float]:
    """Return the runs that an operation waits for, and how many seconds.

    What is wrong with its variables or arguments, execution says.
    """
    if ARGUMENT not in document.text:
        return {}
    operation = document.node(operation_name)
    query = schema.query_type
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    if query is None or not isinstance(values, VariableValues):
        return {}
    fragments = {
        node.name.value: FragmentDetails(node)
        for node in document.ast.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    waits: dict[UUID, float] = {}
    try:
        fields = collect_fields(schema, fragments, values, query, operation).grouped_field_set
        for node in (details[0].node for details in fields.values()):
            if node.name.value == FIELD:
                arguments = get_argument_values(query.fields[FIELD], node, values)
                run_id = global_id.decode(arguments["id"], "SyncRun").uuid
                waits[run_id] = max(waits.get(run_id, 0.0), arguments.get(ARGUMENT) or 0.0)
    except (GraphQLError, InvalidIdError):
        return {}
    return {run_id: seconds for run_id, seconds in waits.items() if seconds > 0}


class RunWatch:
    """Looks for the ends of all runs that requests of this process wait for."""

    def __init__(self, pool: ReplicaPool, settings: GatewaySettings) -> None:
        self._pool = pool
        self._settings = settings
        self._waiting: Counter[UUID] = Counter()
        self._looked_for: frozenset[UUID] = frozenset()
        self._states: Mapping[UUID, SyncRunState] = {}
        self._looked_at = -LOOK_SECONDS
        self._turn = asyncio.Lock()

    async def ended(self, waits: Mapping[UUID, float]) -> frozenset[UUID]:
        """Wait for each run at most its seconds from now; return those that ended.

        Raises:
            NoHealthyReplicaError: no server may be asked.
        """
        if not waits:
            return frozenset()
        began = time.monotonic()
        with tracer.start_as_current_span("wait for runs"):
            return frozenset(
                [
                    run_id
                    for run_id, seconds in waits.items()
                    if await self._wait(run_id, began, seconds)
                ]
            )

    async def _wait(self, run_id: UUID, began: float, seconds: float) -> bool:
        """Tell whether a run has ended in time; a run that no server knows is soon given up."""
        self._waiting[run_id] += 1
        try:
            while True:
                state = await self._state(run_id)
                if state in ENDED:
                    return True
                most = self._settings.run_wait_seconds
                if state is None:
                    most = min(most, self._settings.catch_up_seconds)
                left = began + min(seconds, most) - time.monotonic()
                if left <= 0:
                    return False
                await asyncio.sleep(min(left, LOOK_SECONDS))
        finally:
            self._waiting -= Counter([run_id])  # and drops it where nobody else waits for it

    async def _state(self, run_id: UUID) -> SyncRunState | None:
        """Return where a run stands, as of a moment ago; whoever comes first looks for all."""
        async with self._turn:
            is_old = time.monotonic() - self._looked_at >= LOOK_SECONDS
            if is_old or run_id not in self._looked_for:
                await self._look()
                self._looked_at = time.monotonic()
            return self._states.get(run_id)

    async def _look(self) -> None:
        self._looked_for = frozenset(self._waiting)
        try:
            async with self._pool.session() as reads:
                self._states = await states_of_runs(reads, self._looked_for)
        except ReplicaLostError:
            log.info("a look for runs was lost; another server is asked the next time")
