"""`changesSince`: everything that syncs change, in order, once each, for those who follow along."""

from dataclasses import replace
from typing import Any

import strawberry
from strawberry import UNSET

from loaders.change import CHANGE
from loaders.feed import FeedKey, Head, Position
from loaders.reading import Record
from resolvers import feed_cursor
from resolvers.change_filter import ChangeFilter
from resolvers.connection import DEFAULT_FIRST, MOST, ConnectionEdge
from resolvers.context import Info
from resolvers.filter import conditions_of
from resolvers.node import from_row
from resolvers.reference import ChangeRef
from resolvers.signature import argument, with_arguments
from runtime.errors import PageSizeError

XID, SEQ, AT = (CHANGE.keys.index(key) for key in ("xid", "seq", "at"))
ARGUMENTS = {
    "cursor": argument(
        str | None, "From where: `cursor` of the page before. Without it: all that is kept.", UNSET
    ),
    "first": argument(int, f"Changes of the page: 1 to {MOST}.", DEFAULT_FIRST),
    "filter": argument(ChangeFilter | None, "Only changes that meet all of it.", UNSET),
}
FEED = (
    "What syncs changed, oldest first: each change once and none left out, whichever replica "
    "answers. A change shows as soon as no older transaction is under way, at most seconds after "
    "its commit. Follow `cursor` for ever; it is kept as long as changes are."
)


@strawberry.type(description="One page of the feed of changes.")
class ChangeFeed:
    """A page, and where to go on."""

    key: strawberry.Private[FeedKey]
    head: strawberry.Private[Head]
    found: strawberry.Private[list[Record]]

    @strawberry.field(
        description="Whether to go on at once; if not, ask again later. With a filter, or "
        "with an API key of some vCenters, even a page without changes may say so: each looks "
        "through a limited stretch of the feed."
    )
    async def has_more(self) -> bool:
        """Tell by the row beyond the page, or by the stretch that ended."""
        return self._is_full or self.key.until is not None

    @strawberry.field(description="The changes of this page.")
    async def nodes(self) -> list[ChangeRef]:
        """Return the changes alone."""
        return [from_row(CHANGE, row) for row in self._rows]

    @strawberry.field(description="The changes of this page, each with a cursor to go on from.")
    async def edges(self) -> list[ConnectionEdge[ChangeRef]]:
        """Pair changes with cursors."""
        return [
            ConnectionEdge(cursor=self._sealed(_position(row)), node=from_row(CHANGE, row))
            for row in self._rows
        ]

    @strawberry.field(
        description="Where this page ends: `cursor` of the next one. An empty page has one too."
    )
    async def cursor(self) -> str:
        """Where nothing follows, go to the end: the next page has less to look through."""
        if self._is_full:
            return self._sealed(_position(self._rows[-1]))
        return self._sealed(self.key.until or feed_cursor.end_of(self.head, self.key.after))

    @strawberry.field(
        description="Behind the newest change: take it, read the inventory, then follow from here."
    )
    async def latest_cursor(self) -> str:
        """Of the same snapshot as whatever else the request reads."""
        return self._sealed(feed_cursor.end_of(self.head))

    @property
    def _rows(self) -> list[Record]:
        return self.found[: self.key.first]

    @property
    def _is_full(self) -> bool:
        return len(self.found) > self.key.first

    def _sealed(self, position: Position) -> str:
        return feed_cursor.encode(self.head.database, position)


def _position(row: Record) -> Position:
    return Position(row[XID], row[SEQ], row[AT])


async def _resolve(info: Info, **arguments: Any) -> Any:
    first, cursor = arguments["first"], arguments.get("cursor")
    if not 1 <= first <= MOST:
        raise PageSizeError(f"first must lie between 1 and {MOST}, not {first}.")
    loaders = info.context.loaders
    conditions = conditions_of(arguments.get("filter"))
    head = await loaders.head_of_feed.load("head")
    after = feed_cursor.decode(cursor, head) if isinstance(cursor, str) else None
    key = FeedKey(first, after, conditions)
    if conditions or not loaders.scope.is_all:
        key = replace(key, until=await loaders.stretch_of_feed.load(key))
    return ChangeFeed(key=key, head=head, found=await loaders.changes_of_feed.load(key))


def changes_since() -> Any:
    """Lead from the query's root to the feed."""
    return strawberry.field(resolver=with_arguments(_resolve, ARGUMENTS), description=FEED)
