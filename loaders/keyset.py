"""Keyset reading: the rows of a table in a total order, from behind one row up to another.

Unknown values have their place in every order. Where the first column of an order may be unknown,
the rows that have it and those that do not are read apart, and the second lot is joined to the
first: either has an index's own order, which `ORDER BY … NULLS LAST` descending would not.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    collate,
    false,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from loaders.entity import Entity, visible
from loaders.given import given
from loaders.order import Order

Place = tuple[Any, ...]
"""Where a row stands: what the columns of an order hold in it."""
Terms = Sequence[tuple[Order, ColumnElement[Any]]]
"""An order and the expression that each of its columns is."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is read, in which order: rows behind one place and before another."""

    order: tuple[Order, ...]
    after: Place | None = None
    before: Place | None = None

    def without(self, column: str) -> "Stretch":
        """Return it without a column that is the same in all rows."""
        kept = [i for i, order in enumerate(self.order) if order.column != column]

        def rest(values: Place | None) -> Place | None:
            return None if values is None else tuple(values[i] for i in kept)

        return Stretch(tuple(self.order[i] for i in kept), rest(self.after), rest(self.before))

    def known(self, columns: Set[str]) -> "Stretch":
        """Return it where some columns are known in all rows."""
        order = (replace(o, nulls_first=None) if o.column in columns else o for o in self.order)
        return replace(self, order=tuple(order))

    def ends(self, source: FromClause) -> list[ColumnElement[Any]]:
        """Return what rows are ordered by that were read so."""
        return [order.directed(order.of(source)) for order in self.order]


def limit_of(rows: int) -> ColumnElement[int]:
    """Return a LIMIT as a literal."""
    return bindparam(None, rows, Integer, literal_execute=True)


def rows_of_stretch(
    entity: Entity,
    stretch: Stretch,
    where: Sequence[ColumnElement[bool]],
    most: int,
    *,
    narrow: bool,
    columns: Sequence[str] | None = None,
) -> Select[Any]:
    """Select the first rows of a stretch: the columns of the table, and those of its order.

    `narrow`: where the condition leaves few rows, an order that no index gives makes PostgreSQL
    find those and sort them; it would rather walk the whole list in order, hoping for the limit to
    end it soon.
    """
    source, selected = _source(entity, stretch.order, columns)
    terms = [(order, order.of(selected[order.column].table)) for order in stretch.order]
    if narrow and stretch.order[0].column == "name":
        terms[0] = stretch.order[0], collate(entity.table.c.name + literal_column("''"), "C")

    def part(condition: ColumnElement[bool] | None, by: Terms, *places: Any) -> Select[Any]:
        known = [] if condition is None else [condition]
        bounded = [*where, *known, *_bounds(by, *places)]
        rows = select(*selected.values()).select_from(source).where(*bounded)
        ordered = rows.order_by(*(order.directed(e) for order, e in by))
        return ordered.limit(limit_of(most)).correlate_except(*_tables(entity))

    parts = [part(*each) for each in _parts(terms, stretch.after, stretch.before)]
    if len(parts) == 1:
        return parts[0]
    return _joined(parts, stretch, most)


def any_of_stretch(
    entity: Entity,
    stretch: Stretch,
    where: Sequence[ColumnElement[bool]],
    most: int,
    columns: Sequence[str] | None = None,
) -> Select[Any]:
    """Select some rows of a stretch by its own columns, none of them unknown, in no order."""
    source, selected = _source(entity, stretch.order, columns)
    terms = [(order, order.of(selected[order.column].table)) for order in stretch.order]
    bounds = _bounds(terms, stretch.after, stretch.before)
    rows = select(*selected.values()).select_from(source).where(*where, *bounds)
    return rows.limit(limit_of(most))


def _bounds(by: Terms, after: Place | None, before: Place | None) -> list[ColumnElement[bool]]:
    """Return the conditions of rows behind a place, and before one."""
    behind = [] if after is None else [beyond(by, after)]
    return behind if before is None else [*behind, beyond(_turned(by), before)]


def _tables(entity: Entity) -> list[FromClause]:
    return [entity.table, *([entity.volatile] if entity.volatile is not None else [])]


def _source(
    entity: Entity, order: Sequence[Order], keys: Sequence[str] | None
) -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
    """Return the table, joined to that of volatile numbers where the order is by one of those."""
    table, volatile = entity.table, entity.volatile
    held = visible(table) if keys is None else entity.held(keys, order)
    columns = {str(column.key): column for column in held}
    beside = [o.column for o in order if o.column not in table.c]
    if not beside or volatile is None:
        return table, columns
    same = and_(volatile.c.vcenter_id == table.c.vcenter_id, volatile.c.moid == table.c.moid)
    columns |= {name: volatile.c[name] for name in beside}
    return table.outerjoin(volatile, same), columns


def _parts(
    terms: Terms, after: Place | None, before: Place | None
) -> list[tuple[ColumnElement[bool] | None, Terms, Place | None, Place | None]]:
    """Return what is read one after the other: a condition, the rest of the order, the bounds."""
    (lead, by), *rest = terms
    if lead.nulls_first is None:
        return [(None, terms, after, before)]
    known = [(replace(lead, nulls_first=None), by), *rest]
    both: list[tuple[bool, ColumnElement[bool], Terms]] = [
        (True, by.is_(None), rest),
        (False, by.is_not(None), known),
    ]
    if not lead.nulls_first:
        both.reverse()

    def reach(place: Place | None, default: int) -> int:
        if place is None:
            return default
        return next(i for i, (is_null, *_) in enumerate(both) if is_null == (place[0] is None))

    first, last = reach(after, 0), reach(before, 1)
    return [
        (
            condition,
            left,
            _within(is_null, after) if i == first else None,
            _within(is_null, before) if i == last else None,
        )
        for i, (is_null, condition, left) in enumerate(both)
        if first <= i <= last
    ] or [(false(), known, None, None)]


def _within(is_null: bool, place: Place | None) -> Place | None:
    """Return a place among rows that have the first column, or that have it not."""
    return place[1:] if is_null and place is not None else place


def _joined(parts: Sequence[Select[Any]], stretch: Stretch, most: int) -> Select[Any]:
    """Join two lots of rows, each ordered and cut already, in their order."""
    lots = [part.subquery() for part in parts]
    numbered = [
        select(*lot.c, literal_column(str(number)).label("lot")) for number, lot in enumerate(lots)
    ]
    rows = union_all(*numbered).subquery()
    columns = [column for column in rows.c if column.key != "lot"]
    ordered = select(*columns).order_by(rows.c.lot, *stretch.ends(rows))
    return ordered.limit(limit_of(most))


def _turned(terms: Terms) -> Terms:
    return [(order.reversed, by) for order, by in terms]


def beyond(terms: Terms, values: Place) -> ColumnElement[bool]:
    """Return the condition of rows behind a place."""
    directions = {order.is_descending for order, _ in terms}
    if len(directions) == 1 and all(order.nulls_first is None for order, _ in terms):
        row = tuple_(*(by for _, by in terms))
        place = tuple_(
            *(given(value, by.type) for (_, by), value in zip(terms, values, strict=True))
        )
        return row < place if directions == {True} else row > place
    alike: list[ColumnElement[bool]] = []
    ways: list[ColumnElement[bool]] = []
    for (order, by), value in zip(terms, values, strict=True):
        ways.append(and_(*alike, _further(order, by, value)))
        alike.append(by.is_(None) if value is None else by == given(value, by.type))
    (lead, by), value = terms[0], values[0]
    at_least = or_(_further(lead, by, value), by == given(value, by.type))
    return or_(*ways) if value is None else and_(at_least, or_(*ways))


def _further(order: Order, by: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    if value is None:
        return by.is_not(None) if order.nulls_first else false()
    bound = given(value, by.type)
    known = by < bound if order.is_descending else by > bound
    return or_(known, by.is_(None)) if order.nulls_first is False else known
