"""Connections: the pages of all lists of a level are read together, each row shown once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strawberry import UNSET

from graphql_api.plan.objects import Resolved
from graphql_api.plan.rows import Rows
from graphql_api.plan.shape import Field, Shape, Shown, parted
from loaders.along import Along, Wanted
from loaders.entity import Joined
from loaders.listing import ListKey
from loaders.page import Page
from loaders.reading import Record
from resolvers.connection import Connection, cursors_of, page_info_of, rows_of, size_of

if TYPE_CHECKING:
    from graphql_api.plan.run import Run


SHORT = 50
"""Rows of a page that are read along with what they lead to.

More rows share what they lead to: for 100 it takes as long to look it up as to read it once.
"""

OF_ALL = {"total_count", "aggregates"}
"""Fields of connections that one statement reads: of the whole list, whichever page it is."""


@dataclass(frozen=True, slots=True)
class Read:
    """The pages of several lists, with their columns."""

    keys: list[ListKey]
    columns: tuple[str, ...]
    pages: dict[ListKey, list[Record]]

    def all(self, run: "Run") -> list[list[Record]]:
        """Return the rows of each page, and count them."""
        pages = [rows_of(key, self.pages[key]) for key in self.keys]
        for page in pages:
            run.loaders.budget.spend(len(page))
        return pages

    def cursors(self, key: ListKey, rows: Sequence[Record]) -> list[str]:
        """Return the cursors of rows of a page."""
        return cursors_of(key, rows, self.columns)


@dataclass(frozen=True, slots=True)
class Nodes:
    """`nodes`: the rows of pages."""

    key: str
    shape: Rows
    at: int
    """Where the columns of these rows begin."""

    async def show(self, run: "Run", read: Read, shown: Sequence[Shown]) -> None:
        """Show the rows of all pages together, and part them by page."""
        pages = read.all(run)
        made = await self.of(run, [row for page in pages for row in page])
        for one, part in zip(shown, parted(made, map(len, pages)), strict=True):
            one[self.key] = part

    @property
    def is_whole(self) -> bool:
        """Whether nothing more has to be read for it."""
        return self.shape.is_whole

    async def of(self, run: "Run", records: Sequence[Record]) -> list[Shown]:
        """Return what is shown of records."""
        return await self.shape.shown(run, [r[self.at :] for r in records] if self.at else records)


@dataclass(frozen=True, slots=True)
class Edges:
    """`edges`: the rows of pages with their cursors."""

    key: str
    keys: tuple[str, ...]
    constants: tuple[tuple[str, Any], ...]
    cursors: tuple[str, ...]
    nodes: tuple[Nodes, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing more has to be read for it."""
        return all(nodes.is_whole for nodes in self.nodes)

    async def show(self, run: "Run", read: Read, shown: Sequence[Shown]) -> None:
        """Show the edges of all pages together, and part them by page."""
        pages = read.all(run)
        records = [row for page in pages for row in page]
        begun = dict.fromkeys(self.keys) | dict(self.constants)
        edges: list[Shown] = [begun.copy() for _ in records]
        for nodes in self.nodes:
            for edge, node in zip(edges, await nodes.of(run, records), strict=True):
                edge[nodes.key] = node
        parts = parted(edges, map(len, pages))
        for one, key, page, part in zip(shown, read.keys, pages, parts, strict=True):
            one[self.key] = part
            for edge, cursor in zip(part, read.cursors(key, page) if self.cursors else ()):  # noqa: B905
                edge.update(dict.fromkeys(self.cursors, cursor))


@dataclass(frozen=True, slots=True)
class Pages(Shape):
    """Connections of one type."""

    keys: tuple[str, ...]
    constants: tuple[tuple[str, Any], ...]
    columns: tuple[str, ...]
    lists: tuple[Nodes | Edges, ...]
    infos: tuple[Field, ...]
    """`pageInfo`."""
    has_cursors: bool
    resolved: Resolved
    """Everything else of connections: counts and aggregates of whole lists."""
    joined: tuple[Joined, ...] = ()
    """What its rows are read along with, whose columns these are then."""
    along: tuple[Along, ...] = ()
    """What may be read in the statement of a page of one vCenter."""
    is_all_along: bool = False
    """Whether nothing more has to be read then."""
    short: "Pages | None" = None
    """The same where they are read so: of lists at the root."""

    def is_single(self, run: "Run", field: Field) -> bool:
        """Tell whether its page is all that is read, or its count, or its groups."""
        if self.short is not None and self._asks_for_short(run.arguments(field)):
            return self.short.is_single(run, field)
        if not self.resolved.fields:
            if all(each.is_whole for each in self.lists):
                return True
            return self.is_all_along and run.loaders.page.goes_along(run.at_root(field).key)
        first, *others = self.resolved.fields
        is_alone = not (others or self.lists or self.infos)
        return is_alone and first.strawberry.python_name in OF_ALL and first.shape.reads_nothing

    def _asks_for_short(self, arguments: Mapping[str, Any]) -> bool:
        """Tell whether arguments ask for a page that `_is_short`."""
        is_identified = arguments.get("identifier") not in (None, UNSET)
        is_ordered = bool(arguments.get("order_by"))
        return self._is_short(
            size_of(arguments), is_identified=is_identified, is_ordered=is_ordered
        )

    def _shows_short(self, page: Page) -> bool:
        is_ordered = bool(page.order)
        return self._is_short(page.size, is_identified=page.is_identified, is_ordered=is_ordered)

    def _is_short(self, size: int, *, is_identified: bool, is_ordered: bool) -> bool:
        """Tell whether what the rows of a page lead to is read along with them."""
        if self.has_cursors and is_ordered:
            return False  # columns of the order would stand between
        return is_identified or size <= SHORT

    async def complete(self, run: "Run", values: Sequence[Connection[Any]]) -> list[Any]:
        """Show each."""
        if self.short is not None and all(self._shows_short(value.key.page) for value in values):
            return await self.short.complete(run, values)
        if not values:
            return []
        begun = dict.fromkeys(self.keys) | dict(self.constants)
        shown: list[Shown] = [begun.copy() for _ in values]
        if self.lists or self.infos:
            read = await self._read(run, [value.key for value in values])
            for each in self.lists:
                await each.show(run, read, shown)
            for field in self.infos:
                infos = [
                    page_info_of(key, read.pages[key], lambda rows, k=key: read.cursors(k, rows))  # type: ignore[misc]
                    for key in read.keys
                ]
                await field.show(run, infos, shown)
        if self.resolved.fields:
            await self.resolved.show(run, values, shown)
        return shown

    async def _read(self, run: "Run", keys: list[ListKey]) -> Read:
        columns = self.columns
        for key in keys if self.has_cursors else ():
            order = key.page.order or key.relation.target.order
            columns += tuple(each.key for each in order if each.key not in columns)
        if not columns:  # whether there are rows is all that is asked
            columns = (keys[0].relation.target.keys[0],)
        pages = await run.loaders.page.pages(keys, Wanted(columns, self.joined, self.along))
        return Read(keys, columns, pages)
