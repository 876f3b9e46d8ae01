"""The gateway's executor over a small estate: what it answers, and what the driver sends."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from graphql_api.caller import ANYBODY, Caller
from graphql_api.context import NoSync
from graphql_api.documents import Documents
from graphql_api.execution import Answer, Asked, Executor
from graphql_api.schema import core_schema, schema
from graphql_api.settings import GatewaySettings
from models.db.sessions import ReadSession
from tests.support.graph import Graph


@dataclass
class Gateway:
    """Executes documents on one engine, and notes what the driver sends."""

    graph: Graph
    settings: GatewaySettings = field(default_factory=GatewaySettings)
    sent: list[str] = field(default_factory=list)
    """What the driver was given as text; SQLAlchemy prepares its statements itself."""
    statements: int = 0

    async def ask(self, text: str, *, caller: Caller = ANYBODY, **variables: Any) -> Answer:
        """Execute a document in a session of its own."""
        executor = Executor(schema, None, NoSync(), self.settings)  # type: ignore[arg-type]
        document = Documents(core_schema, self.settings).prepare(text)
        self.sent.clear()
        async with self.graph.reads.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            driver.add_query_logger(self._note)
        try:
            async with ReadSession(self.graph.reads) as reads:
                answer = await executor.answer(reads, Asked(document, variables, None, caller))
                self.statements = reads.statements
            await asyncio.sleep(0.01)  # the driver notes by way of the event loop
            return answer
        finally:
            driver.remove_query_logger(self._note)

    def _note(self, query: Any) -> None:
        self.sent.append(query.query)


@pytest.fixture
async def gateway(graph: Graph) -> Gateway:
    """It, over a single connection."""
    await graph.reads.dispose()  # so that one connection serves all
    return Gateway(graph)
