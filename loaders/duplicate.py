"""Identifiers that several objects carry, and who carries them.

`identifiers` holds what present and missing objects carry; a deleted object's go with its deletion.
A list walks one kind of identifier in the order of its index and groups as it goes, so a page costs
what lies between its first and its last row.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from loaders.reading import ReadLoader, Record, grouped
from loaders.where import IDENTIFIERS
from models.enums import IdentifierKind
from models.identifier import BIOS_UUID_EITHER_WAY

VALUE = IDENTIFIERS.c.value
NO_UUID = ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")
PLACEHOLDERS = {
    IdentifierKind.BIOS_UUID: NO_UUID,
    IdentifierKind.INSTANCE_UUID: NO_UUID,
    IdentifierKind.MAC: ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"),
    IdentifierKind.IP: ("0.0.0.0", "::", "::1"),  # noqa: S104 - nothing listens here
}
"""Values that many carry and that identify none."""
LOCAL = ("127.%", "169.254.%")
LINK_LOCAL_6 = "^fe[89ab]"


@dataclass(frozen=True, slots=True)
class DuplicatesKey:
    """One page of the values of one kind that several objects carry."""

    kind: IdentifierKind
    first: int
    after: str | None = None


@dataclass(frozen=True, slots=True)
class CarriersKey:
    """The first objects that carry a value."""

    kind: IdentifierKind
    value: str
    first: int


class DuplicateValues(ReadLoader[DuplicatesKey, list[Record]]):
    """(value, number of objects), in order of value; one more if there is a next page."""

    async def batch_load_fn(self, keys: list[DuplicatesKey]) -> list[list[Record]]:
        """Load one page for each key."""
        return [list(await self.rows("duplicates", duplicate_values(key))) for key in keys]


class CarriersOfIdentifier(ReadLoader[CarriersKey, list[Record]]):
    """(type, vCenter, moid) of the objects that carry a value, in order of vCenter and moid."""

    async def batch_load_fn(self, keys: list[CarriersKey]) -> list[list[Record]]:
        """Load the carriers of all values of a kind in one statement."""
        found: dict[CarriersKey, list[Record]] = {key: [] for key in keys}
        for (kind, first), group in grouped(keys, lambda key: (key.kind, key.first)):
            values = [key.value for key in group]
            for row in await self.rows("carriers_by_identifier", carriers(kind, first, values)):
                found[group[row[-1] - 1]].append(row[:-1])
        return [found[key] for key in keys]


def duplicate_values(key: DuplicatesKey) -> Select[Any]:
    """Return the statement of one page of values."""
    value = _canonical(key.kind).label("value")
    where = [_of_kind(key.kind), *_telling(key.kind)]
    if key.after is not None:
        where.append(_canonical(key.kind) > key.after)
    columns: tuple[ColumnElement[Any], ...] = (value, func.count())
    values = select(*columns).where(*where).group_by(_canonical(key.kind)).having(func.count() > 1)
    limit = bindparam(None, key.first + 1, Integer, literal_execute=True)
    return values.order_by(_canonical(key.kind)).limit(limit)


def carriers(kind: IdentifierKind, first: int, values: list[str]) -> Select[Any]:
    """Return the statement of the carriers of several values; rows end in the value's position."""
    texts = bindparam(None, values, ARRAY(Text))
    wanted = func.unnest(texts).table_valued("value", with_ordinality="position")
    wanted = wanted.render_derived(name="wanted")
    key = (IDENTIFIERS.c.vcenter_id, IDENTIFIERS.c.moid)
    each = (
        select(IDENTIFIERS.c.type, *key)
        .where(_of_kind(kind), _canonical(kind) == wanted.c.value)
        .order_by(*key)
        .limit(bindparam(None, first, Integer, literal_execute=True))
        .correlate(wanted)
        .lateral("each")
    )
    rows = select(*each.c, wanted.c.position).select_from(wanted.join(each, true()))
    return rows.order_by(wanted.c.position, each.c.vcenter_id, each.c.moid)


def _canonical(kind: IdentifierKind) -> ColumnElement[str]:
    """Return what makes two identifiers the same; a BIOS UUID in either byte order is one."""
    if kind is IdentifierKind.BIOS_UUID:
        return literal_column(BIOS_UUID_EITHER_WAY, Text)
    return VALUE


def _of_kind(kind: IdentifierKind) -> ColumnElement[bool]:
    """Spell the kind out: a generic plan could not tell that the partial index fits."""
    return IDENTIFIERS.c.kind == literal_column(f"'{kind.value}'", Text)


def _telling(kind: IdentifierKind) -> list[ColumnElement[bool]]:
    """Return the conditions that leave out what identifies nothing."""
    conditions: list[ColumnElement[bool]] = []
    if kind in PLACEHOLDERS:
        places = [bindparam(None, text, Text, literal_execute=True) for text in PLACEHOLDERS[kind]]
        conditions.append(and_(*(place != VALUE for place in places)))
    if kind is IdentifierKind.IP:
        patterns = [VALUE.like(literal_column(f"'{pattern}'")) for pattern in LOCAL]
        link_local = VALUE.op("~")(literal_column(f"'{LINK_LOCAL_6}'"))
        conditions.append(not_(or_(*patterns, link_local)))
    return conditions
