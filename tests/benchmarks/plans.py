"""How PostgreSQL carries out the cookbook over a large estate: what it scans, what it prunes.

Every statement of every recipe is explained as it ran, with the plan that production uses. A table
is scanned where rows of it are read one after the other and most are thrown away again.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from graphql_api.caller import ANYBODY
from graphql_api.context import NoSync, build_context
from graphql_api.documents import Documents
from graphql_api.plan.execute import Plans
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings
from loaders.budget import MOST_OBJECTS
from models.db.engines import read_engine
from models.db.sessions import ReadSession
from models.db.settings import DatabaseSettings
from models.db.text import Text
from resolvers import global_id
from tests.benchmarks.table import Table, figure
from tests.support.recipe import Recipe, recipes

DOCUMENTS, PLANS = Documents(core_schema, GatewaySettings()), Plans(core_schema)
Statement = tuple[str, tuple[Any, ...]]
"""SQL and its parameters."""

PARTITION = re.compile(r"_p\d+$")
SCANNED_ROWS = 20_000
"""Rows that are thrown away in one node of a plan, from which on it counts as a scan."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What one statement did."""

    scanned: tuple[str, ...]
    """Partitioned tables of which many rows were read to no purpose."""
    partitions: int
    """Most partitions of one table that were looked into."""
    milliseconds: float


class NotedSession(ReadSession):
    """A session that notes what is compiled already; the rest its engine notes."""

    def __init__(self, engine: AsyncEngine, found: list[Statement]) -> None:
        super().__init__(engine)
        self._found = found

    async def fetch(self, text: Text, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Note a statement, and run it."""
        given = {**text.constants, **parameters}
        self._found.append((text.sql, tuple(given[name] for name in text.names)))
        return await super().fetch(text, parameters)


@asynccontextmanager
async def noted(engine: AsyncEngine) -> AsyncIterator[tuple[NotedSession, list[Statement]]]:
    """Lend a session, and the statements that run in it."""
    found: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, tuple(parameters)))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        async with NotedSession(engine, found) as session:
            yield session, found
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def ask(session: ReadSession, document: str, variables: Mapping[str, Any]) -> None:
    """Execute a document by its plan, as the gateway does; it must succeed."""
    prepared = DOCUMENTS.prepare(document)
    context = build_context(session, NoSync(), prepared, ANYBODY, most_objects=MOST_OBJECTS)
    await PLANS.data(prepared, variables, None, context, session)


async def explain(
    connection: asyncpg.Connection, statement: str, parameters: tuple[Any, ...]
) -> Explained:
    """Run a SELECT once more and tell how."""
    prepared = await connection.prepare(statement)
    (plan,) = await prepared.explain(*parameters, analyze=True)
    nodes = list(_nodes(plan["Plan"]))
    scanned = {_table(node) for node in nodes if _thrown_away(node) >= SCANNED_ROWS}
    looked_into: dict[tuple[str, str], set[str]] = {}
    for node in nodes:
        if "Relation Name" in node and node["Actual Loops"]:
            key = (_table(node), node["Alias"].rstrip("0123456789"))
            looked_into.setdefault(key, set()).add(node["Relation Name"])
    return Explained(
        tuple(sorted(scanned)),
        max((len(partitions) for partitions in looked_into.values()), default=0),
        plan["Execution Time"],
    )


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def _thrown_away(node: Mapping[str, Any]) -> float:
    """Return how many rows a node read to no purpose; a scan without condition is all of it."""
    if "Relation Name" not in node:
        return 0
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    read = node["Actual Rows"] if node["Node Type"] == "Seq Scan" else 0
    return float((removed + read) * node["Actual Loops"])


def _table(node: Mapping[str, Any]) -> str:
    return PARTITION.sub("", str(node["Relation Name"]))


async def connect(settings: DatabaseSettings) -> asyncpg.Connection:
    """Return a connection that plans as those of replicas do."""
    return await asyncpg.connect(
        settings.primary_url.replace("+asyncpg", ""),
        server_settings={"plan_cache_mode": "force_generic_plan", "jit": "off"},
    )


async def table(title: str, settings: DatabaseSettings) -> Table:
    """Return how every recipe of the cookbook is carried out.

    Raises:
        AssertionError: a statement that only reads rows scans a table for them.
    """
    patient = settings.model_copy(update={"pool_size": 1, "statement_timeout_seconds": 60.0})
    engine = read_engine(settings.primary_url, patient)
    connection = await connect(settings)
    try:
        rows = [await _row(engine, connection, recipe) for recipe in recipes()]
    finally:
        await connection.close()
        await engine.dispose()
    columns = ("recipe", "statements", "ms in PostgreSQL", "dearest", "counts scan", "partitions")
    notes = (
        f"A scan: {SCANNED_ROWS:,} rows or more were read in one node and thrown away, or all of a"
        " table; only counts and sums may. Partitions: the most of one table in one statement.",
        "Milliseconds with EXPLAIN ANALYZE's own.",
    )
    return Table(title, columns, tuple(rows), notes)


async def _row(
    engine: AsyncEngine, connection: asyncpg.Connection, recipe: Recipe
) -> tuple[str, ...]:
    async with noted(engine) as (session, statements):
        await ask(session, recipe.document, _variables(recipe))
    found = [(s, await explain(connection, s, p)) for s, p in statements if s.startswith("SELECT")]
    for statement, explained in found:
        is_summary = "count(*)" in statement and "AS page" not in statement
        assert is_summary or not explained.scanned, (recipe.name, explained, statement)
    each = [explained for _, explained in found]
    return (
        recipe.name,
        str(len(each)),
        figure(sum(e.milliseconds for e in each)),
        figure(max((e.milliseconds for e in each), default=0)),
        ", ".join(sorted({name for e in each for name in e.scanned})) or "–",
        str(max((e.partitions for e in each), default=0)),
    )


def _variables(recipe: Recipe) -> dict[str, Any]:
    """Return variables; what stands for something of the demo's is none, or of nobody."""
    of_nobody = {"<cursor>": None, "<run>": global_id.encode("SyncRun", UUID(int=0))}
    given = recipe.variables.items()
    return {k: of_nobody.get(v, v) if isinstance(v, str) else v for k, v in given}
