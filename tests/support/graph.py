"""Executing documents against a small estate of the tests' own, and counting their statements."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from graphql import parse
from sqlalchemy.ext.asyncio import AsyncEngine

from graphql_api.context import GatewayContext, QueuedSync
from graphql_api.documents import Document, digest_of
from graphql_api.error_codes import formatted
from graphql_api.schema import schema
from loaders import Loaders, build_loaders, sync_run_row
from loaders.budget import MOST_OBJECTS
from loaders.scope import EVERYTHING, Scope
from models.db.engines import primary_engine, read_engine
from models.db.sessions import ReadSession
from models.db.settings import DatabaseSettings
from resolvers.context import Context
from tests.support.estate import Written, write_estate
from tests.support.outbox import Outbox
from vminer.commands.migrate import upgrade
from vminer.stack.stack import Stack

DATABASE = "graph"
PATIENT_SECONDS = 120.0
"""How long a statement may take where limits are not the matter: machines of tests may pause."""
NEXT_TRANSACTION = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a document gave, and how many statements it took."""

    data: dict[str, Any]
    statements: int


@dataclass(slots=True, repr=False)
class Graph:
    """The graph over one database: reads on a read-only engine, writes on the primary's."""

    reads: AsyncEngine
    primary: AsyncEngine
    vcenters: list[Written]
    requested: list[tuple[int, str]] = field(default_factory=list)
    scope: Scope = EVERYTHING
    """What whoever asks may see."""
    most_objects: int = MOST_OBJECTS
    """What the lists of an answer may hold together."""

    def within(self, *vcenters: Written) -> "Graph":
        """Return the graph as a caller sees it who may see these vCenters."""
        return replace(self, scope=Scope({vcenter.id: vcenter.uuid for vcenter in vcenters}))

    def __repr__(self) -> str:
        """Keep failures readable."""
        return "<graph>"

    async def ask(self, document: str, **variables: Any) -> Answer:
        """Execute a document that must succeed, each in a session of its own."""
        data, errors, statements = await self._execute(document, variables)
        assert errors == [], errors
        assert data is not None
        return Answer(data, statements)

    async def fail(self, document: str, **variables: Any) -> list[str]:
        """Execute a document that must fail; return the codes of its errors."""
        _, errors, _ = await self._execute(document, variables)
        assert errors != []
        return errors

    async def errors(self, document: str, **variables: Any) -> list[dict[str, Any]]:
        """Execute a document that must fail; return its errors as an answer shows them."""
        async with ReadSession(self.reads) as session:
            loaders = build_loaders(session, self.scope)
            result = await execute_valid(document, variables, loaders, self._request, None, None)
            assert result.errors
            return [formatted(error) for error in result.errors]

    async def _execute(
        self, document: str, variables: Mapping[str, Any]
    ) -> tuple[dict[str, Any] | None, list[str], int]:
        async with ReadSession(self.reads) as session:
            sync = QueuedSync(self.primary, Outbox(), self.scope)  # type: ignore[arg-type]
            loaders = build_loaders(session, self.scope, most_objects=self.most_objects)
            writes = (self._request, sync.approve, sync.replay)
            result = await execute_valid(document, variables, loaders, *writes)
            errors = [getattr(e.original_error, "code", str(e)) for e in result.errors or ()]
            return result.data, errors, session.statements

    async def _request(self, vcenter_id: int, *, requested_by: str) -> Sequence[Any]:
        """Serve every request with the vCenter's newest run, as if one waited already."""
        self.requested.append((vcenter_id, requested_by))
        async with ReadSession(self.primary) as session:
            newest = "SELECT id FROM sync_runs WHERE vcenter_id = $1 ORDER BY requested_at DESC"
            async with self.primary.connect() as connection:
                raw = (await connection.get_raw_connection()).driver_connection
                assert raw is not None
                run_id = await raw.fetchval(newest, vcenter_id)
            row = await sync_run_row(session, run_id, self.scope)
            assert row is not None
            return row


VALID: set[str] = set()
"""Documents that were found to be valid, by digest: tests ask the same ones again and again."""


async def execute_valid(
    document: str, variables: Mapping[str, Any], loaders: Loaders, *writes: Any
) -> Any:
    """Execute a document as the gateway does: one that is known to be valid is not validated."""
    digest = digest_of(document)
    context: Context = Context(loaders, *writes)
    if digest in VALID:
        known = Document(document, digest, parse(document), {})
        context = GatewayContext(loaders, *writes, document=known)
    result = await schema.execute(document, variable_values=dict(variables), context_value=context)
    if result.data is not None:
        VALID.add(digest)
    return result


@pytest.fixture(scope="session")
def graph_database(stack: Stack) -> Iterator[DatabaseSettings]:
    """A migrated database that nothing else writes to."""
    port = stack.postgres.primary_port
    stack.postgres.execute(port, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    stack.postgres.execute(port, f"CREATE DATABASE {DATABASE}")
    url = stack.primary_url.rpartition("/")[0] + f"/{DATABASE}"
    settings = DatabaseSettings(
        primary_url=url, partitions=4, pool_size=4, statement_timeout_seconds=PATIENT_SECONDS
    )
    upgrade(settings)
    yield settings
    stack.postgres.execute(port, f"DROP DATABASE {DATABASE} WITH (FORCE)")


@dataclass(slots=True)
class Kept:
    """The estate that stands in the database, and as of when."""

    as_of: int | None = None
    """Number of the transaction that came next when it was written."""
    vcenters: list[Written] = field(default_factory=list)


KEPT = Kept()
"""What one test leaves to the next."""


@pytest.fixture
async def graph(graph_database: DatabaseSettings) -> AsyncIterator[Graph]:
    """Three vCenters of 300 VMs each; written anew unless nobody has written since they were."""
    primary = primary_engine(graph_database)
    reads = read_engine(graph_database.primary_url, graph_database)
    async with primary.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        if await raw.fetchval(NEXT_TRANSACTION) != KEPT.as_of:
            KEPT.as_of = None
            await raw.execute("TRUNCATE " + ", ".join(await _tables(raw)) + " CASCADE")
            KEPT.vcenters = await write_estate(primary, "alpha", "beta", "gamma")
            KEPT.as_of = await raw.fetchval(NEXT_TRANSACTION)
    yield Graph(reads, primary, list(KEPT.vcenters))
    await reads.dispose()
    await primary.dispose()


async def _tables(raw: Any) -> list[str]:
    found = await raw.fetch(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace"
        " AND relname NOT IN ('alembic_version', 'heartbeat', 'installation')"
    )
    return [row[0] for row in found]
