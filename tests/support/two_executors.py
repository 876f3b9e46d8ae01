"""Asks two executors the same, each in a session of its own, and keeps the tally."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graphql import OperationDefinitionNode, parse, validate

from graphql_api.caller import ANYBODY
from graphql_api.context import NoSync, build_context
from graphql_api.documents import Document, digest_of
from graphql_api.schema import core_schema
from loaders.budget import MOST_OBJECTS
from loaders.scope import EVERYTHING, Scope
from models.db.sessions import ReadSession
from tests.support.asked import Asked
from tests.support.compared import Outcome, agreement, difference, null_of
from tests.support.covered import Pair, fields_in
from tests.support.graph import Graph
from tests.support.planned import asks_about_itself, by_strawberry, planned

ON_PURPOSE = {
    *("wrong variable", "required variable null or missing", "malformed ID", "bad cursor"),
    *("cursor of another list", "page too large", "bad representation"),
}
"""Features of documents that may have no data; all others count where something was answered."""

LOGIC = ("and", "or", "not", "some", "none")


@dataclass(frozen=True)
class Reader:
    """Who asks: what they may see, and how many objects they may have."""

    scope: Scope = EVERYTHING
    most_objects: int = MOST_OBJECTS


@dataclass
class Tally:
    """What documents asked, and what came of it."""

    documents: int = 0
    covered: int = 0
    """By the other executor."""
    invalid: int = 0
    agreements: Counter[str] = field(default_factory=Counter)
    fields: set[Pair] = field(default_factory=set)
    """Those of documents without an error of the request."""
    features: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)

    def __repr__(self) -> str:
        """Keep failures readable."""
        return f"<{self.documents} documents>"


class MismatchError(AssertionError):
    """Two executors answered differently."""


@dataclass
class TwoExecutors:
    """Compares Strawberry's executor with the other one over a database that nobody changes."""

    graph: Graph
    tally: Tally = field(default_factory=Tally)

    async def compare(self, asked: Asked, reader: Reader = Reader()) -> Outcome | None:
        """Return what both answered; None: the document is not valid.

        Raises:
            MismatchError: they differ.
        """
        document = document_of(asked.text)
        if document is None:
            self.tally.invalid += 1
            return None
        one = Outcome.of(await self._execute(by_strawberry, document, asked, reader))
        result = await self._execute(planned, document, asked, reader)
        self._count(document, asked, one)
        if result is None:
            if not asks_about_itself(document, asked.operation_name):
                raise MismatchError(f"not covered\n{_shown(asked, reader)}")
            self.tally.features["introspection"] += 1
            return one
        self.tally.covered += 1
        other = Outcome.of(result)
        agreed = agreement(one, other)
        if agreed is None:
            first = difference(one, other)
            raise MismatchError(f"{first}, by Strawberry and planned\n{_shown(asked, reader)}")
        self.tally.agreements[agreed] += 1
        return one

    async def compare_with_cursors(self, asked: Asked, reader: Reader) -> None:
        """Compare, and once more with cursors that the answer shows."""
        outcome = await self.compare(asked, reader)
        again = None if outcome is None else asked.filled(outcome.data)
        if again is not None:
            await self.compare(again, reader)

    async def _execute(
        self, executor: Callable[..., Any], document: Document, asked: Asked, reader: Reader
    ) -> Any:
        caller = ANYBODY if reader.scope is EVERYTHING else _held_to(reader.scope)
        async with ReadSession(self.graph.reads) as session:
            context = build_context(
                session, NoSync(), document, caller, most_objects=reader.most_objects
            )
            name = asked.operation_name
            return await executor(document, asked.variables, name, context, session)

    def _count(self, document: Document, asked: Asked, outcome: Outcome) -> None:
        tally = self.tally
        tally.documents += 1
        tally.codes.update(outcome.codes)
        tally.features.update(asked.features & ON_PURPOSE)
        if outcome.data is not None:
            tally.features.update(asked.features - ON_PURPOSE)
            tally.features.update(f"filter {each}" for each in LOGIC if f"{each}: " in asked.text)
            tally.fields |= fields_in(core_schema, document.ast, asked.operation_name)
        tally.features.update(_features_of(outcome))

    def report(self, reachable: set[Pair]) -> str:
        """Return the tally in a line."""
        tally = self.tally
        return (
            f"{tally.documents} documents, {tally.covered} covered, {tally.invalid} invalid,"
            f" {len(tally.fields & reachable)} of {len(reachable)} fields,"
            f" {len(tally.features)} features, agreed {dict(tally.agreements)},"
            f" codes {dict(tally.codes.most_common())}"
        )


def _held_to(scope: Scope) -> Any:
    return type(ANYBODY)("API:some", scope, may_sync=False)


def _features_of(outcome: Outcome) -> set[str]:
    found = {f"code {code}" for code in outcome.codes}
    if outcome.errors and outcome.data is not None:
        found.add("errors beside data")
    if any(len(error.get("path", ())) > 1 for error in outcome.errors) and outcome.data is None:
        found.add("null up to the root")
    for error in outcome.errors:
        path = error.get("path", ())
        if outcome.data is not None and len(null_of(outcome.data, path)) < len(path):
            found.add("null above an error")
    return found


@lru_cache(maxsize=4096)
def document_of(text: str) -> Document | None:
    """Return the document of a text; None: it is not valid."""
    ast = parse(text)
    if validate(core_schema, ast, max_errors=1):
        return None
    operations = {
        node.name.value if node.name else None: node.operation
        for node in ast.definitions
        if isinstance(node, OperationDefinitionNode)
    }
    return Document(text, digest_of(text), ast, operations)


def _shown(asked: Asked, reader: Reader) -> str:
    some = reader.scope.vcenters
    seen = "everything" if some is None else f"{len(some)} vCenters"
    about = f"seeing {seen}, {reader.most_objects} objects at most"
    variables = json.dumps(asked.variables, ensure_ascii=False)
    return f"{asked.text}\nvariables: {variables}\noperation: {asked.operation_name}\n{about}"
