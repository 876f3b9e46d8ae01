"""The SQL of lists: one keyset page or one count, for the estate or for many parents at once.

    estate          SELECT … FROM target WHERE … ORDER BY … LIMIT 51
    many parents    SELECT parent.position, page.* FROM unnest(…) AS parent, LATERAL (…) AS page

LIMIT is a literal: under generic plans a parameter would be guessed, and the guess picks the index.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    collate,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from loaders.condition import Condition, clause, scoped_vcenters
from loaders.entity import COLLECTIONS, Entity, Order, visible
from loaders.relation import Relation
from models.enums import Tier

Parent = tuple[int, str]
"""The key of what a list belongs to; the moid is empty where that is a vCenter."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list are wanted; equal pages of one relation share a statement."""

    first: int
    after: tuple[Any, ...] | None = None
    """Values of the target's order columns in the row before the page."""
    conditions: tuple[Condition, ...] = ()
    include_deleted: bool = False

    @property
    def is_unconditional(self) -> bool:
        """Whether it is a page of everything there is (deleted rows apart)."""
        return not self.conditions and not self.include_deleted


def page_of_estate(relation: Relation, page: Page) -> Select[Any]:
    """Return the statement of one page of a root list."""
    entity = relation.target
    scope = next((c for c in page.conditions if c.scopes_vcenters), None)
    if scope is None:
        one_vcenter = any(c.fixes_vcenter for c in page.conditions)
        narrow = not one_vcenter and any(c.suits_trigrams for c in page.conditions)
        keys = _page(entity, _where(entity, page), page, one_vcenter=one_vcenter, narrow=narrow)
    else:
        keys = _page_of_scope(entity, page, scope)
    found = keys.subquery("page")
    return entity.rows_of(found).order_by(*_ends(entity.order, found))


def _page_of_scope(entity: Entity, page: Page, scope: Condition) -> Select[Any]:
    """Select a page over several vCenters: one page of each, by its index, then the first of all.

    `vcenter_id IN (…)` on the whole list would walk all of it in order, or sort all in scope.
    """
    others = replace(page, conditions=tuple(c for c in page.conditions if c is not scope))
    vcenters = scoped_vcenters(scope).subquery("scope")
    where = [entity.vcenter_id == vcenters.c.id, *_where(entity, others)]
    keys = _page(entity, where, page, one_vcenter=False, narrow=False)
    each = keys.correlate(vcenters).lateral("each")
    rows = select(*each.c).select_from(vcenters.join(each, true()))
    return rows.order_by(*_ends(entity.order, each)).limit(_limit(page))


def pages_of_parents(relation: Relation, page: Page, parents: Sequence[Parent]) -> Select[Any]:
    """Return the statement of one page per parent: rows end in the parent's position, from 1."""
    parent, entity = _parents(parents), relation.target
    where = [_belongs(relation, parent), *_where(entity, page)]
    keys = _page(entity, where, page, one_vcenter=True, narrow=relation.narrows)
    each = keys.correlate(parent).lateral("each")
    found = select(parent.c.position, *each.c).select_from(parent.join(each, true()))
    rows = found.subquery("page")
    selected = entity.rows_of(rows).add_columns(rows.c.position)
    return selected.order_by(rows.c.position, *_ends(entity.order, rows))


def count_of_estate(relation: Relation, page: Page) -> Select[Any]:
    """Return the statement that counts a root list."""
    entity = relation.target
    if page.is_unconditional and entity.is_inventory:
        return _kept_count(entity)
    return select(func.count()).select_from(entity.table).where(*_where(entity, page))


def counts_of_parents(relation: Relation, page: Page, parents: Sequence[Parent]) -> Select[Any]:
    """Return the statement of one count per parent: (position, count)."""
    parent, entity = _parents(parents), relation.target
    if relation.belongs is None and page.is_unconditional and entity.is_inventory:
        counted = _kept_count(entity).where(COLLECTIONS.c.vcenter_id == parent.c.vcenter_id)
    else:
        counted = select(func.count().label("total")).select_from(entity.table)
        counted = counted.where(_belongs(relation, parent), *_where(entity, page))
    total = counted.lateral("counted")
    return select(parent.c.position, total.c.total).select_from(parent.join(total, true()))


def _kept_count(entity: Entity) -> Select[Any]:
    """Sum what each scan counted: 1,000 rows to read for an estate, not a million."""
    return select(func.coalesce(func.sum(COLLECTIONS.c.row_count), 0).label("total")).where(
        COLLECTIONS.c.type == entity.name, COLLECTIONS.c.tier == Tier.LIGHT.value
    )


def _parents(parents: Sequence[Parent]) -> FromClause:
    vcenter_ids = bindparam(None, [key[0] for key in parents], ARRAY(Integer))
    moids = bindparam(None, [key[1] for key in parents], ARRAY(Text))
    columns = func.unnest(vcenter_ids, moids).table_valued(
        "vcenter_id", "moid", with_ordinality="position"
    )
    return columns.render_derived(name="parent")


def _belongs(relation: Relation, parent: FromClause) -> ColumnElement[bool]:
    entity = relation.target
    inside = entity.vcenter_id == parent.c.vcenter_id
    if relation.belongs is None:
        return inside
    return inside & relation.belongs(entity.table, parent.c.vcenter_id, parent.c.moid)


def _where(entity: Entity, page: Page) -> list[ColumnElement[bool]]:
    where = [clause(entity, condition) for condition in page.conditions]
    if entity.is_inventory and not page.include_deleted:
        where.append(entity.table.c.deleted_at.is_(None))
    return where


def _page(
    entity: Entity,
    where: Sequence[ColumnElement[bool]],
    page: Page,
    *,
    one_vcenter: bool,
    narrow: bool,
) -> Select[Any]:
    """Select a page of the table alone; what else a row needs is joined to these few rows.

    One row more than asked for says whether there is a next page. Inside one vCenter its number is
    left out of the order, so that the index on (vcenter_id, name, moid) gives it. `narrow`: where
    the condition leaves few rows, an order that no index gives makes PostgreSQL find those and sort
    them; it would rather walk the whole list in order, hoping for the limit to end it soon.
    """
    order, after = list(entity.order), list(page.after or ())
    if one_vcenter and entity.is_inventory:
        del order[1], after[1:2]
    by = [o.of(entity.table) for o in order]
    if narrow:
        by[0] = collate(entity.table.c.name + literal_column("''"), "C")
    rows = select(*visible(entity.table)).where(*where)
    if page.after is not None:
        rows = rows.where(_beyond(order, by, after))
    directed = [e.desc() if o.is_descending else e for o, e in zip(order, by, strict=True)]
    return rows.order_by(*directed).limit(_limit(page))


def _limit(page: Page) -> ColumnElement[int]:
    return bindparam(None, page.first + 1, Integer, literal_execute=True)


def _ends(order: Sequence[Order], source: FromClause) -> list[ColumnElement[Any]]:
    return [o.of(source).desc() if o.is_descending else o.of(source) for o in order]


def _beyond(
    order: Sequence[Order], by: Sequence[ColumnElement[Any]], after: Sequence[Any]
) -> ColumnElement[bool]:
    """Return the condition of rows behind these values."""
    values = [literal(value, e.type) for e, value in zip(by, after, strict=True)]
    if not any(o.is_descending for o in order):
        return tuple_(*by) > tuple_(*values)
    if all(o.is_descending for o in order):
        return tuple_(*by) < tuple_(*values)
    (newest, tie), (moment, key) = by, values  # newest first, then ascending
    return (newest <= moment) & or_(newest < moment, tie > key)
