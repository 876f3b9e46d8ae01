"""Finding objects of any kind by one text: the surest way first, the next where it found too few.

Every way is one statement over all kinds that are searched, and stops when it has enough: nothing
is ordered before it is cut, which would need all that match. The surest way that finds an object
is the one that counts.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    any_,
    collate,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import CIDR
from sqlalchemy.sql.expression import CompoundSelect

from loaders.entity import ENTITIES, VCENTER, VCENTERS, Entity
from loaders.given import escaped, parameter
from loaders.keyset import limit_of
from loaders.prepared import Prepared, prepared
from loaders.reading import ReadLoader
from loaders.where import IDENTIFIERS
from models.enums import SearchMatch

TRIGRAM = 3
"""Letters that the index of parts of names needs; fewer find beginnings of names only."""
LAST = "\U0010ffff"
LIMITS = (20, 100)
"""How many rows of each kind are read at most: as many as are asked for, or some more."""
MOST_KEPT = 16
"""Statements of each way that are kept: large ones, over every kind of objects."""
MOID = re.compile(r"([a-z]+-)[a-z]?\d+")
MOIDS = {
    "vm-": ("VirtualMachine",),
    "host-": ("Host",),
    "domain-": ("Cluster",),
    "datastore-": ("Datastore",),
    "datacenter-": ("Datacenter",),
    "group-": ("Folder", "StoragePod"),
    "resgroup-": ("ResourcePool",),
    "network-": ("Network",),
    "dvportgroup-": ("Network",),
    "dvs-": ("DistributedSwitch",),
}
"""How a vCenter begins the managed object ids of each kind."""


class SearchKey(NamedTuple):
    """One search."""

    text: str
    types: tuple[str, ...]
    """Names of entities."""
    first: int
    identifiers: tuple[tuple[str, str], ...] = ()
    """What identifiers it may spell, as (kind, value)."""
    network: str | None = None
    """The network it spells, if it does."""

    @property
    def most(self) -> int:
        """How many rows of each kind are read at most; searches that read as many share that."""
        return next((limit for limit in LIMITS if self.first <= limit), self.first)


class Hit(NamedTuple):
    """One object that was found."""

    type: str
    vcenter_id: int
    moid: str
    """Empty: the vCenter itself."""
    match: SearchMatch
    matched: str
    """What of it matched: its name, or the identifier."""
    kind: str | None = None
    """Kind of the identifier."""

    @property
    def object(self) -> tuple[str, int, str]:
        """Return which object it is."""
        return self[:3]


class Way(NamedTuple):
    """How a search is carried out: a statement that others like it share, and its own values."""

    statement: Prepared
    values: dict[str, Any]


PARTS = (SearchMatch.NAME, SearchMatch.PREFIX, SearchMatch.SUBSTRING)


class HitsOfSearch(ReadLoader[SearchKey, list[Hit]]):
    """What searches find, the surest matches first."""

    async def batch_load_fn(self, keys: list[SearchKey]) -> list[list[Hit]]:
        """Search for each key."""
        return [await self._search(key) for key in keys]

    async def _search(self, key: SearchKey) -> list[Hit]:
        found: dict[tuple[str, int, str], Hit] = {}
        for match in WAYS if key.types else ():
            is_enough = len(found) >= key.first
            if is_enough or (match is SearchMatch.SIMILAR and found):
                break
            if match is SearchMatch.NAME and len(key.text) >= TRIGRAM:
                hits = await self._by_parts(key)
            elif match in PARTS and len(key.text) >= TRIGRAM:
                continue
            else:
                hits = await self._hits(key, match)
            for hit in hits:
                found.setdefault(hit.object, hit)
        return list(found.values())[: key.first]

    async def _hits(self, key: SearchKey, match: SearchMatch) -> list[Hit]:
        """Return what one way finds, in order."""
        if (way := WAYS[match](key)) is None:
            return []
        rows = await self.fetch(f"search_{match.value.lower()}", way.statement, way.values)
        return [
            Hit(type_, vcenter_id, moid, match, str(matched), kind)
            for type_, vcenter_id, moid, matched, kind in sorted(rows, key=_place)
        ]

    async def _by_parts(self, key: SearchKey) -> list[Hit]:
        """Return what has the text in its name: all of it, its beginning, any place.

        One statement finds all three. Only of kinds that have more than enough the surer ones are
        asked for by themselves: they may not be among those found.
        """
        hits = await self._hits(key, SearchMatch.SUBSTRING)
        counts = Counter(hit.type for hit in hits)
        crowded = tuple(type_ for type_ in key.types if counts[type_] >= key.most)
        if crowded:
            more = key._replace(types=crowded)
            hits += await self._hits(more, SearchMatch.NAME)
            hits += await self._hits(more, SearchMatch.PREFIX)
        told = [hit._replace(match=_told(key.text, hit.matched)) for hit in hits]
        return sorted(told, key=lambda hit: PARTS.index(hit.match))


def _told(text: str, name: str) -> SearchMatch:
    """Return how a name has a text."""
    if name == text:
        return SearchMatch.NAME
    is_prefix = name.lower().startswith(text.lower())
    return SearchMatch.PREFIX if is_prefix else SearchMatch.SUBSTRING


def _place(row: Sequence[Any]) -> tuple[str, ...]:
    """Order what one way found: by what matched, then by kind, vCenter, moid."""
    return str(row[3]), row[0], f"{row[1]:010}", row[2]


def by_identifier(key: SearchKey) -> Way | None:
    """Look up identifiers exactly."""
    if not key.identifiers:
        return None
    kinds = tuple(kind for kind, _ in key.identifiers)
    values = {f"value{n}": value for n, (_, value) in enumerate(key.identifiers)}
    return Way(_of_identifiers(key.types, key.most, kinds), values)


@prepared(MOST_KEPT)
def _of_identifiers(types: tuple[str, ...], most: int, kinds: tuple[str, ...]) -> Select[Any]:
    pairs = (
        and_(IDENTIFIERS.c.kind == kind, IDENTIFIERS.c.value == parameter(f"value{n}", Text))
        for n, kind in enumerate(kinds)
    )
    return _carriers(types, most, or_(*pairs))


def by_network(key: SearchKey) -> Way | None:
    """Look up addresses inside of a network."""
    if key.network is None:
        return None
    return Way(_of_network(key.types, key.most), {"network": key.network})


@prepared(MOST_KEPT)
def _of_network(types: tuple[str, ...], most: int) -> Select[Any]:
    inside = IDENTIFIERS.c.address.op("<<=", is_comparison=True)
    return _carriers(types, most, inside(parameter("network", CIDR)))


def _carriers(types: tuple[str, ...], most: int, condition: ColumnElement[bool]) -> Select[Any]:
    i = IDENTIFIERS.c
    rows = select(i.type, i.vcenter_id, i.moid, i.value, i.kind)
    return rows.where(condition, i.type == any_(literal(list(types), ARRAY(Text)))).limit(
        limit_of(most)
    )


def by_moid(key: SearchKey) -> Way | None:
    """Look into every vCenter for a managed object id: by the key, one after the other."""
    moid = key.text.lower()
    spelled = MOID.fullmatch(moid)
    kinds = MOIDS.get(spelled[1], ()) if spelled else ()
    types = tuple(kind for kind in kinds if kind in key.types)
    return Way(_of_moid(types, key.most), {"moid": moid}) if types else None


@prepared(MOST_KEPT)
def _of_moid(types: tuple[str, ...], most: int) -> CompoundSelect[Any]:
    return _of_each(types, most, _moid)


def _moid(entity: Entity) -> Select[Any]:
    table = entity.table
    row = _hit(entity, table.c.moid).where(
        table.c.vcenter_id == VCENTERS.c.id,
        table.c.moid == parameter("moid", Text),
        table.c.deleted_at.is_(None),
    )
    each = row.correlate(VCENTERS).lateral("each")
    return select(*each.c).select_from(VCENTERS.join(each, true()))


def by_name(key: SearchKey) -> Way | None:
    """Look up names exactly."""
    return Way(_of_name(key.types, key.most), {"name": key.text})


@prepared(MOST_KEPT)
def _of_name(types: tuple[str, ...], most: int) -> CompoundSelect[Any]:
    return _of_each(types, most, lambda e: _named(e, _name(e) == parameter("name", Text)))


def by_prefix(key: SearchKey) -> Way | None:
    """Find beginnings of names, by their order: as they are spelled, or all upper or lower."""
    starts = sorted({key.text, key.text.lower(), key.text.upper()})
    values = {f"from{n}": start for n, start in enumerate(starts)}
    values |= {f"to{n}": start + LAST for n, start in enumerate(starts)}
    return Way(_of_prefix(key.types, key.most, len(starts)), values)


@prepared(MOST_KEPT)
def _of_prefix(types: tuple[str, ...], most: int, starts: int) -> CompoundSelect[Any]:
    ends = [(parameter(f"from{n}", Text), parameter(f"to{n}", Text)) for n in range(starts)]

    def begins(entity: Entity) -> Select[Any]:
        name = _name(entity)
        return _named(entity, or_(*(and_(name >= start, name < end) for start, end in ends)))

    return _of_each(types, most, begins)


def by_substring(key: SearchKey) -> Way | None:
    """Find parts of names."""
    if len(key.text) < TRIGRAM:
        return None
    return Way(_of_substring(key.types, key.most), {"pattern": f"%{escaped(key.text)}%"})


@prepared(MOST_KEPT)
def _of_substring(types: tuple[str, ...], most: int) -> CompoundSelect[Any]:
    pattern = parameter("pattern", Text)
    return _of_each(types, most, lambda e: _named(e, e.table.c.name.ilike(pattern)))


def by_similarity(key: SearchKey) -> Way | None:
    """Find names that share many of their letters with the text, the most similar first."""
    if len(key.text) < TRIGRAM:
        return None
    return Way(_of_similarity(key.types), {"text": key.text, "first": key.first})


@prepared(MOST_KEPT)
def _of_similarity(types: tuple[str, ...]) -> CompoundSelect[Any]:
    text = parameter("text", Text)

    def alike(entity: Entity) -> Select[Any]:
        name = entity.table.c.name
        similar = name.op("%", is_comparison=True)(text)
        return _named(entity, similar).order_by(func.similarity(name, text).desc())

    # All that are alike are sorted, however many are wanted: no plan depends on that.
    return _of_each(types, parameter("first", Integer), alike)


def _of_each(
    types: tuple[str, ...],
    most: int | ColumnElement[int],
    way: Callable[[Entity], Select[Any]],
) -> CompoundSelect[Any]:
    """Join what one way finds of each kind; each kind stops when it has enough."""
    limit = limit_of(most) if isinstance(most, int) else most
    parts = [select(way(ENTITIES[type_]).limit(limit).subquery()) for type_ in types]
    return union_all(*parts)


def _named(entity: Entity, condition: ColumnElement[bool]) -> Select[Any]:
    rows = _hit(entity, entity.table.c.name).where(condition)
    return rows if entity is VCENTER else rows.where(entity.table.c.deleted_at.is_(None))


def _hit(entity: Entity, matched: ColumnElement[str]) -> Select[Any]:
    table: FromClause = entity.table
    is_vcenter = entity is VCENTER
    nothing: ColumnElement[str] = literal_column("''", Text)
    return select(
        literal_column(f"'{entity.name}'", Text).label("type"),
        (table.c.id if is_vcenter else table.c.vcenter_id).label("vcenter_id"),
        (nothing if is_vcenter else table.c.moid).label("moid"),
        matched.label("matched"),
        literal_column("NULL", Text).label("kind"),
    )


def _name(entity: Entity) -> ColumnElement[str]:
    """Return a name as its index has it."""
    name: ColumnElement[str] = collate(entity.table.c.name, "C")
    return name


WAYS: dict[SearchMatch, Callable[[SearchKey], Way | None]] = {
    SearchMatch.IDENTIFIER: by_identifier,
    SearchMatch.SUBNET: by_network,
    SearchMatch.MOID: by_moid,
    SearchMatch.NAME: by_name,
    SearchMatch.PREFIX: by_prefix,
    SearchMatch.SUBSTRING: by_substring,
    SearchMatch.SIMILAR: by_similarity,
}
