"""Relay connections over keyset pages. A connection reads nothing until one of its fields does."""

import dataclasses
from collections.abc import Mapping
from inspect import Parameter
from typing import Any, Generic, Self, TypeVar

import strawberry
from strawberry import UNSET
from strawberry.federation.schema_directives import Shareable

from loaders import Loaders
from loaders.condition import Condition
from loaders.entity import Entity
from loaders.listing import ListKey
from loaders.page import Page, Parent
from loaders.reading import Record
from loaders.relation import Relation
from resolvers import cursor
from resolvers.filter import conditions_of
from resolvers.identifier import spellings
from resolvers.node import from_row
from resolvers.signature import argument
from runtime.errors import PageSizeError

DEFAULT_FIRST = 50
MOST = 1000

T = TypeVar("T")


@strawberry.type(description="Where a page lies in its list.", directives=(Shareable(),))
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(description="Whether rows follow this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether rows precede it: true on every page that was asked for with `after`."
    )
    start_cursor: str | None = strawberry.field(description="Cursor of the first row.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last row: `after` of the next page."
    )


@strawberry.type(name="Edge", description="A row and where it stands in its list.")
class ConnectionEdge(Generic[T]):
    """Relay's edge."""

    cursor: str = strawberry.field(
        description="Opaque; `after` of a page that begins behind this row. Good for this list."
    )
    node: T = strawberry.field(description="The row.")


@strawberry.type(description="One page of a list in its total and stable order.")
class Connection(Generic[T]):
    """Relay's connection."""

    key: strawberry.Private[ListKey]
    loaders: strawberry.Private[Loaders]

    @classmethod
    def of(
        cls,
        loaders: Loaders,
        relation: Relation,
        parent: Parent | None,
        **arguments: Any,
    ) -> Self:
        """Return the connection that a field's arguments ask for.

        Raises:
            InputError: an argument cannot be used.
        """
        first, after = arguments["first"], arguments.get("after")
        if not 0 <= first <= MOST:
            raise PageSizeError(f"first must lie between 0 and {MOST}, not {first}.")
        conditions = conditions_of(arguments.get("filter"))
        if arguments.get("identifier") is not None:
            found = spellings(arguments["identifier"])
            conditions += (Condition("identifier", "eq", found),)
        page = Page(first, None, conditions, arguments.get("include_deleted", False))
        key = ListKey(relation, page, parent)
        if after is not None:
            start = cursor.decode(after, cursor.list_hash(key), relation.target)
            key = key._replace(page=dataclasses.replace(page, after=start))
        return cls(key=key, loaders=loaders)

    @strawberry.field(description="The rows of this page with their cursors.")
    async def edges(self) -> list[ConnectionEdge[T]]:
        """Pair rows with cursors."""
        rows, entity = await self._rows(), self.key.relation.target
        cursors = self._cursors(rows)
        return [
            ConnectionEdge(cursor=at, node=from_row(entity, row))
            for at, row in zip(cursors, rows, strict=True)
        ]

    @strawberry.field(description="The rows of this page, for those who need no cursor of each.")
    async def nodes(self) -> list[T]:
        """Return the rows alone."""
        entity = self.key.relation.target
        return [from_row(entity, row) for row in await self._rows()]

    @strawberry.field(description="Where this page lies in its list.")
    async def page_info(self) -> PageInfo:
        """Tell by the row beyond the page whether there is a next one."""
        found = await self.loaders.page.load(self.key)
        rows = found[: self.key.page.first]
        ends = self._cursors([rows[0], rows[-1]]) if rows else [None, None]
        return PageInfo(
            has_next_page=len(found) > len(rows),
            has_previous_page=self.key.page.after is not None,
            start_cursor=ends[0],
            end_cursor=ends[1],
        )

    @strawberry.field(
        description="Rows of the whole list. Without filter, for the estate or a vCenter, as the "
        "last complete scans counted them; else counted now, which costs more the more there are."
    )
    async def total_count(self) -> int:
        """Count, once for all pages of a list."""
        whole = dataclasses.replace(self.key.page, first=0, after=None)
        count: int = await self.loaders.count.load(self.key._replace(page=whole))
        return count

    async def _rows(self) -> list[Record]:
        rows: list[Record] = await self.loaders.page.load(self.key)
        return rows[: self.key.page.first]

    def _cursors(self, rows: list[Record]) -> list[str]:
        entity = self.key.relation.target
        whole = self.key._replace(page=dataclasses.replace(self.key.page, after=None))
        list_id = cursor.list_hash(whole)
        places = [entity.keys.index(order.key) for order in entity.order]
        return [cursor.encode(list_id, [row[place] for place in places]) for row in rows]


def connection_arguments(entity: Entity, filter_type: type) -> Mapping[str, Parameter]:
    """Return the arguments of every list of an entity."""
    arguments = {
        "first": argument(
            int, f"Rows of the page: 0 (for totalCount alone) to {MOST}.", DEFAULT_FIRST
        ),
        "after": argument(str | None, "Cursor of the row before the page.", UNSET),
        "filter": argument(filter_type | None, "Only rows that meet all of it.", UNSET),
    }
    if entity.is_inventory:
        arguments["include_deleted"] = argument(
            bool, "Also objects that are gone from their vCenter but not yet purged.", False
        )
    return arguments
