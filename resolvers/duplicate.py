"""`duplicates`: what should be unique in the estate and is not."""

import asyncio
import json
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from loaders.duplicate import CarriersKey, DuplicatesKey
from loaders.entity import ENTITIES
from loaders.reading import Record
from loaders.row import RowKey
from resolvers.connection import DEFAULT_FIRST, MOST, ConnectionEdge, PageInfo
from resolvers.context import Info
from resolvers.enums import IdentifierKind
from resolvers.inventory_object import InventoryObject
from resolvers.node import from_row
from resolvers.opaque import seal, unseal
from resolvers.signature import argument, with_arguments
from runtime.errors import InvalidCursorError, PageSizeError

LONGEST = 2000
ARGUMENTS = {
    "kind": argument(IdentifierKind, "What must not be the same twice."),
    "first": argument(int, f"Values of the page: 1 to {MOST}.", DEFAULT_FIRST),
    "after": argument(str | None, "Cursor of the value before the page.", UNSET),
}
FOUND = (
    "Identifiers that more than one object carries, in order of value. Deleted objects do not "
    "count; addresses that are only valid locally, zeros and the like are left out."
)
First = Annotated[int, strawberry.argument(description=f"Most objects: 1 to {MOST}.")]


@strawberry.type(description="An identifier that more than one object carries.")
class Duplicate:
    """One value."""

    kind: IdentifierKind = strawberry.field(description="What kind of identifier it is.")
    value: str = strawberry.field(
        description="The value; of a BIOS UUID the lesser of its two byte orders."
    )
    object_count: int = strawberry.field(description="How many objects carry it.")

    @strawberry.field(description="Objects that carry it, by vCenter and moid.")
    async def objects(self, info: Info, first: First = DEFAULT_FIRST) -> list[InventoryObject]:
        """Load carriers of all values in one statement, then their rows in one for each type."""
        _check(first)
        loaders = info.context.loaders
        carriers = await loaders.carriers_of_identifier.load(
            CarriersKey(self.kind, self.value, first)
        )
        loaders.budget.spend(len(carriers))
        entities = [ENTITIES[type_] for type_, _, _ in carriers]
        keys = [
            RowKey(entity, vcenter_id, moid)
            for entity, (_, vcenter_id, moid) in zip(entities, carriers, strict=True)
        ]
        rows = await asyncio.gather(*(loaders.row_by_key.load(key) for key in keys))
        return [from_row(e, row) for e, row in zip(entities, rows, strict=True) if row is not None]


@strawberry.type(description="One page of identifiers that more than one object carries.")
class DuplicateConnection:
    """Relay's connection, over values instead of rows."""

    key: strawberry.Private[DuplicatesKey]
    found: strawberry.Private[list[Record]]

    @strawberry.field(description="The values of this page with their cursors.")
    def edges(self) -> list[ConnectionEdge[Duplicate]]:
        """Pair values with cursors."""
        return [ConnectionEdge(cursor=self._cursor(node.value), node=node) for node in self._page()]

    @strawberry.field(description="The values of this page.")
    def nodes(self) -> list[Duplicate]:
        """Return the values alone."""
        return self._page()

    @strawberry.field(description="Where this page lies in its list.")
    def page_info(self) -> PageInfo:
        """Tell by the value beyond the page whether there is a next one."""
        page = self._page()
        return PageInfo(
            has_next_page=len(self.found) > len(page),
            has_previous_page=self.key.after is not None,
            start_cursor=self._cursor(page[0].value) if page else None,
            end_cursor=self._cursor(page[-1].value) if page else None,
        )

    def _page(self) -> list[Duplicate]:
        return [
            Duplicate(kind=self.key.kind, value=value, object_count=count)
            for value, count in self.found[: self.key.first]
        ]

    def _cursor(self, value: str) -> str:
        return seal(json.dumps([self.key.kind.value, value]).encode())


async def _resolve(info: Info, **arguments: Any) -> Any:
    kind, first = IdentifierKind(arguments["kind"]), arguments["first"]
    after = arguments.get("after")
    _check(first)
    key = DuplicatesKey(kind, first, _decoded(after, kind) if isinstance(after, str) else None)
    found = await info.context.loaders.duplicate_values.load(key)
    return DuplicateConnection(key=key, found=found)


def _check(first: int) -> None:
    if not 1 <= first <= MOST:
        raise PageSizeError(f"first must lie between 1 and {MOST}, not {first}.")


def _decoded(cursor: str, kind: IdentifierKind) -> str:
    """Return the value in a cursor. Raises InvalidCursorError: it is of another list."""
    try:
        of_kind, value = json.loads(unseal(cursor, longest=LONGEST))
    except (ValueError, TypeError, RecursionError):
        raise InvalidCursorError from None
    if of_kind != kind.value or not isinstance(value, str) or "\0" in value:
        raise InvalidCursorError
    return value


def duplicates() -> Any:
    """Lead from the query's root to what is not unique."""
    return strawberry.field(resolver=with_arguments(_resolve, ARGUMENTS), description=FOUND)
