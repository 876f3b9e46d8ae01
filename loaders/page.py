"""The SQL of lists: one keyset page or one count, for the estate or for many parents at once.

    estate          SELECT … FROM target WHERE … ORDER BY … LIMIT 51
    many parents    SELECT parent.position, page.* FROM unnest(…) AS parent, LATERAL (…) AS page

LIMIT is a literal: under generic plans a parameter would be guessed, and the guess picks the index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from loaders.condition import Condition, clause
from loaders.entity import COLLECTIONS, Entity, Order
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
    one_vcenter = any(condition.fixes_vcenter for condition in page.conditions)
    return _page(entity, entity.rows.where(*_where(entity, page)), page, one_vcenter=one_vcenter)


def pages_of_parents(relation: Relation, page: Page, parents: Sequence[Parent]) -> Select[Any]:
    """Return the statement of one page per parent: rows lead with the parent's position, from 1.

    PostgreSQL can only run it as a nested loop, so pages come in their parents' order.
    """
    parent, entity = _parents(parents), relation.target
    rows = entity.rows.where(_belongs(relation, parent), *_where(entity, page))
    found = _page(entity, rows, page, one_vcenter=True).lateral("page")
    return select(parent.c.position, *found.c).select_from(parent.join(found, true()))


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
        "vcenter_id", "moid", with_ordinality="position", name="parent"
    )
    return columns.render_derived()


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


def _page(entity: Entity, rows: Select[Any], page: Page, *, one_vcenter: bool) -> Select[Any]:
    """Add order, start and limit. One row more than asked for says whether there is a next page.

    Inside one vCenter its number is left out of the order, so that the index on
    (vcenter_id, name, moid) gives it.
    """
    order, after = list(entity.order), list(page.after or ())
    if one_vcenter and entity.is_inventory:
        del order[1], after[1:2]
    if page.after is not None:
        rows = rows.where(_beyond(order, after))
    limit = bindparam(None, page.first + 1, Integer, literal_execute=True)
    ends = [o.expression.desc() if o.descending else o.expression for o in order]
    return rows.order_by(*ends).limit(limit)


def _beyond(order: Sequence[Order], after: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition of rows behind these values; no order column is ever null."""
    values = [literal(value, o.expression.type) for o, value in zip(order, after, strict=True)]
    if not any(o.descending for o in order):
        return tuple_(*(o.expression for o in order)) > tuple_(*values)
    (newest, tie), (moment, key) = order, values  # newest first, then ascending
    return (newest.expression <= moment) & or_(newest.expression < moment, tie.expression > key)
