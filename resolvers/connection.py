"""Relay connections over keyset pages. A connection reads nothing until one of its fields does."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter
from typing import Annotated, Any, Generic, Self, TypeVar

import strawberry
from strawberry import UNSET
from strawberry.federation.schema_directives import Shareable

from loaders import Loaders
from loaders.condition import Condition, Where
from loaders.entity import Entity
from loaders.listing import ListKey
from loaders.page import Page, Parent
from loaders.reading import Record
from loaders.relation import Relation
from resolvers import cursor
from resolvers.filter import conditions_of
from resolvers.identifier import spellings
from resolvers.node import from_row
from resolvers.order import order_of, refuse_costly
from resolvers.signature import argument
from runtime.errors import InvalidArgumentError, PageSizeError

DEFAULT_FIRST = 50
MOST = 1000

T = TypeVar("T")


@strawberry.type(description="Where a page lies in its list.", directives=(Shareable(),))
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(
        description="Whether rows follow this page; of a page that was asked for with `last`, "
        "whether it was asked for with `before`, as that row follows it."
    )
    has_previous_page: bool = strawberry.field(
        description="Whether rows precede it; of a page that was asked for with `first`, whether "
        "it was asked for with `after`, as that row precedes it."
    )
    start_cursor: str | None = strawberry.field(description="Cursor of the first row.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last row: `after` of the next page."
    )


@strawberry.type(name="Edge", description="A row and where it stands in its list.")
class ConnectionEdge(Generic[T]):
    """Relay's edge."""

    cursor: str = strawberry.field(
        description="Opaque; `after` of a page that begins behind this row, `before` of one that "
        "ends there. Good for this list: with this filter, in this order."
    )
    node: T = strawberry.field(description="The row.")


PAGE = "One page of a list in its total and stable order."


@strawberry.type(description=PAGE)
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
        ready: tuple[Where, ...] = (),
        **arguments: Any,
    ) -> Self:
        """Return the connection that a field's arguments ask for, beside conditions it has ready.

        Raises:
            InputError: an argument cannot be used.
        """
        entity = relation.target
        conditions = ready + conditions_of(arguments.get("filter"))
        if arguments.get("identifier") not in (None, UNSET):
            found = spellings(arguments["identifier"])
            conditions += (Condition("identifier", "eq", found),)
        page = Page(
            size_of(arguments),
            conditions=conditions,
            include_deleted=arguments.get("include_deleted", False),
            order=order_of(entity, arguments.get("order_by")),
            is_last=arguments.get("last") not in (None, UNSET),
        )
        if loaders.page.held is None:
            refuse_costly(relation, page)
        key = ListKey(relation, page, parent)
        cursors = {name: arguments.get(name) for name in ("after", "before")}
        given = {name: text for name, text in cursors.items() if text not in (None, UNSET)}
        if given:
            list_id, order = cursor.list_hash(key), page.order or entity.order
            ends: dict[str, Any] = {
                name: cursor.decode(text, list_id, order) for name, text in given.items()
            }
            key = key._replace(page=dataclasses.replace(page, **ends))
        return cls(key=key, loaders=loaders)

    @strawberry.field(description="The rows of this page with their cursors.")
    async def edges(self) -> list[ConnectionEdge[T]]:
        """Pair rows with cursors."""
        rows, entity = await self._rows(), self.key.relation.target
        self.loaders.budget.spend(len(rows))
        cursors = self._cursors(rows)
        return [
            ConnectionEdge(cursor=at, node=from_row(entity, row))
            for at, row in zip(cursors, rows, strict=True)
        ]

    @strawberry.field(description="The rows of this page, for those who need no cursor of each.")
    async def nodes(self) -> list[T]:
        """Return the rows alone."""
        rows, entity = await self._rows(), self.key.relation.target
        self.loaders.budget.spend(len(rows))
        return [from_row(entity, row) for row in rows]

    @strawberry.field(description="Where this page lies in its list.")
    async def page_info(self) -> PageInfo:
        """Tell by the row beyond the page whether there is another one."""
        read = await self.loaders.page.load(self.key)
        return page_info_of(self.key, read, self._cursors)

    @strawberry.field(
        description="Rows of the whole list. Without filter, for the estate or a vCenter, as the "
        "last complete scans counted them; else counted now, which costs more the more there are."
    )
    async def total_count(self) -> int:
        """Count, once for all pages of a list."""
        page = self.key.page
        whole = Page(0, conditions=page.conditions, include_deleted=page.include_deleted)
        count: int = await self.loaders.count.load(self.key._replace(page=whole))
        return count

    async def _rows(self) -> list[Record]:
        return rows_of(self.key, await self.loaders.page.load(self.key))

    def _cursors(self, rows: Sequence[Record]) -> list[str]:
        return cursors_of(self.key, rows, self.key.relation.target.keys)


def rows_of(key: ListKey, read: list[Record]) -> list[Record]:
    """Return the rows of a page, in their order, of what was read for it."""
    rows = read[: key.page.size]
    return rows[::-1] if key.page.is_last else rows


def cursors_of(key: ListKey, rows: Sequence[Record], columns: Sequence[str]) -> list[str]:
    """Return the cursors of rows that have these columns, those of the list's order among them."""
    list_id = cursor.list_hash(key)
    order = key.page.order or key.relation.target.order
    places = [columns.index(each.key) for each in order]
    return [cursor.encode(list_id, [row[place] for place in places]) for row in rows]


def page_info_of(
    key: ListKey, read: list[Record], cursors: Callable[[list[Record]], list[str]]
) -> PageInfo:
    """Tell where a page lies by what was read for it: one row more if there is a next page."""
    page, rows = key.page, rows_of(key, read)
    is_cut = len(read) > len(rows)
    ends = cursors([rows[0], rows[-1]]) if rows else [None, None]
    return PageInfo(
        has_next_page=page.before is not None if page.is_last else is_cut,
        has_previous_page=is_cut if page.is_last else page.after is not None,
        start_cursor=ends[0],
        end_cursor=ends[1],
    )


def size_of(arguments: Mapping[str, Any]) -> int:
    """Return how many rows a page has: the first of its list or the last, as arguments say.

    Raises:
        InputError: they cannot be used.
    """
    named = {name: arguments.get(name) for name in ("first", "last")}
    given = {name: n for name, n in named.items() if n not in (None, UNSET)}
    if len(given) > 1:
        raise InvalidArgumentError("A page is the first rows of a list or its last, not both.")
    name, size = next(iter(given.items()), ("first", DEFAULT_FIRST))
    if not 0 <= size <= MOST:
        raise PageSizeError(f"{name} must lie between 0 and {MOST}, not {size}.")
    return int(size)


def connection_arguments(entity: Entity, filter_type: Any = None) -> Mapping[str, Parameter]:
    """Return the arguments of every list of an entity; its own filter, unless another is given."""
    own = Annotated[f"{entity.name}Filter", strawberry.lazy("resolvers.filter_inputs")]  # type: ignore[valid-type]
    order = Annotated[f"{entity.name}Order", strawberry.lazy("resolvers.order_inputs")]  # type: ignore[valid-type]
    arguments = {
        "first": argument(
            int | None,
            f"Rows from the start: 0 (for totalCount alone) to {MOST}. Without first and last: "
            f"the first {DEFAULT_FIRST}.",
            UNSET,
        ),
        "after": argument(str | None, "Cursor of the row before the page.", UNSET),
        "last": argument(int | None, f"Rows from the end, instead of first: 0 to {MOST}.", UNSET),
        "before": argument(str | None, "Cursor of the row behind the page.", UNSET),
        "filter": argument((filter_type or own) | None, "Only rows that meet all of it.", UNSET),
    }
    if entity.identity:
        arguments["order_by"] = argument(
            list[order] | None,  # type: ignore[valid-type]
            "By which columns, at most three, the first one first; else by name, runs and changes "
            "newest first.",
            UNSET,
        )
    if entity.is_inventory:
        arguments["include_deleted"] = argument(
            bool, "Also objects that are gone from their vCenter but not yet purged.", False
        )
    return arguments
