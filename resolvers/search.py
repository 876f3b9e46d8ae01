"""`search`: anything by what a person pastes: a name or part of it, an address, a UUID, a moid."""

import asyncio
from enum import StrEnum
from ipaddress import ip_network
from typing import Any

import strawberry
from strawberry import UNSET

from loaders.entity import ENTITIES, SYNC_RUN
from loaders.row import RowKey
from loaders.search import Hit, SearchKey
from resolvers.context import Info
from resolvers.enums import IdentifierKind, SearchMatch, publish
from resolvers.identifier import spellings
from resolvers.node import Node, from_row
from resolvers.signature import argument, with_arguments
from runtime.errors import InvalidArgumentError, PageSizeError

MOST = 100
DEFAULT = 20
LONGEST = 300
FOUND = (
    "Objects of any kind by what a person pastes, the surest matches first: what carries it as an "
    "identifier (IP, MAC, UUID in either byte order, serial number, host name) or has an address "
    "in this network, then by moid, then by name: exactly, from its beginning, in any place (three "
    "letters and more); alike only where nothing else was found. Deleted objects are left out."
)
KINDS = {entity.name: entity.phrase for entity in ENTITIES.values() if entity is not SYNC_RUN}
SearchType: Any = StrEnum("SearchType", dict(zip(KINDS, KINDS, strict=True)), module=__name__)  # type: ignore[misc]
publish(
    SearchType,
    "What can be searched for.",
    **{name: f"Every {phrase.replace('_', ' ')}." for name, phrase in KINDS.items()},
)

ARGUMENTS = {
    "text": argument(str, f"What to look for, at most {LONGEST} letters."),
    "types": argument(list[SearchType] | None, "Kinds of objects; left out: all.", UNSET),
    "first": argument(int, f"Most objects: 1 to {MOST}.", DEFAULT),
}


@strawberry.type(description="An object that a search found, and how.")
class SearchHit:
    """One object."""

    node: Node = strawberry.field(description="The object.")
    match: SearchMatch = strawberry.field(description="How it was found.")
    matched: str = strawberry.field(
        description="What of it matched: its name, its moid, or the identifier in its canonical"
        " spelling."
    )
    identifier_kind: IdentifierKind | None = strawberry.field(
        description="Which identifier matched; null: none did."
    )


async def _resolve(info: Info, **arguments: Any) -> Any:
    text, first = arguments["text"].strip(), arguments["first"]
    if not text or "\0" in text or len(text) > LONGEST:
        raise InvalidArgumentError(f"search takes 1 to {LONGEST} letters.")
    if not 1 <= first <= MOST:
        raise PageSizeError(f"first must lie between 1 and {MOST}, not {first}.")
    types = arguments.get("types")
    wanted = KINDS if types in (None, UNSET) else set(types)
    kinds = tuple(kind for kind in KINDS if kind in wanted)
    key = SearchKey(text, kinds, first, *_spelled(text))
    return await _shown(info, await info.context.loaders.hits_of_search.load(key))


def _spelled(text: str) -> tuple[tuple[tuple[str, str], ...], str | None]:
    """Return the identifiers that a text may spell, and the network."""
    if "/" in text:
        try:
            return (), str(ip_network(text, strict=False))
        except ValueError:
            return (), None  # names may hold a slash
    return spellings(text), None


async def _shown(info: Info, hits: list[Hit]) -> list[SearchHit]:
    """Load the objects of all hits, in one statement for each kind."""
    keys = [RowKey(ENTITIES[hit.type], hit.vcenter_id, hit.moid) for hit in hits]
    rows = await asyncio.gather(*(info.context.loaders.row_by_key.load(key) for key in keys))
    return [
        SearchHit(
            node=from_row(key.entity, row),
            match=hit.match,
            matched=hit.matched,
            identifier_kind=IdentifierKind(hit.kind) if hit.kind else None,
        )
        for hit, key, row in zip(hits, keys, rows, strict=True)
        if row is not None
    ]


def search() -> Any:
    """Lead from the query's root to whatever a text means."""
    return strawberry.field(resolver=with_arguments(_resolve, ARGUMENTS), description=FOUND)
