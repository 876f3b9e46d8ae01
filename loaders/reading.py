"""What all loaders share: the request's reads, held to the caller's scope; a span per statement."""

from asyncio import Future
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from aiodataloader import DataLoader
from sqlalchemy import Executable

from loaders.prepared import Prepared, PreparedLookUp
from loaders.reach import Of, traits_of
from loaders.scope import Reads
from runtime.telemetry import span

Record = Sequence[Any]
"""One row, read by position: the order of its statement's columns."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Group = TypeVar("Group", bound=Hashable)


class ReadLoader(DataLoader[Key, Value], Generic[Key, Value]):
    """A request's batches over its reads; to be used inside of one event loop."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._is_asked = False

    def load(self, key: Key) -> "Future[Value]":
        """Return one value, read together with all that are asked for in this turn of the loop.

        What DataLoader needs is made for the first one: plans read most things without it.
        """
        if not self._is_asked:
            super().__init__()
            self._is_asked = True
        return super().load(key)

    async def rows(
        self, name: str, statement: Executable, of: Of | None = None
    ) -> Sequence[Record]:
        """Run a SELECT under a span of this name.

        `of`: the vCenters whose rows alone can make a difference; None: any in scope.
        """
        if self._reads.reach is not None:
            self._reads.reach.note(traits_of(statement), of)
        with span(name):
            return await self._reads.rows(statement)

    async def fetch(
        self,
        name: str,
        statement: Prepared,
        parameters: Mapping[str, Any],
        of: Of | None = None,
    ) -> Sequence[Record]:
        """Run a SELECT that is compiled already, under a span of this name; `of` as in `rows`."""
        if self._reads.reach is not None:
            self._reads.reach.note(statement.traits, of)
        with span(name):
            return await self._reads.fetch(statement, parameters)

    async def look_up(
        self,
        name: str,
        statement: PreparedLookUp,
        key: Mapping[str, Any],
        of: Of | None = None,
    ) -> Sequence[Record]:
        """Run a SELECT by a key under a span of this name, maybe together with other requests'.

        `of` as in `rows`.
        """
        if self._reads.reach is not None:
            self._reads.reach.note(statement.one.traits, of)
        with span(name):
            return await self._reads.look_up(statement, key)


def grouped(keys: Iterable[Key], by: Callable[[Key], Group]) -> list[tuple[Group, list[Key]]]:
    """Return the keys in groups that share a statement, in order of first appearance."""
    groups: dict[Group, list[Key]] = {}
    for key in keys:
        groups.setdefault(by(key), []).append(key)
    return list(groups.items())
