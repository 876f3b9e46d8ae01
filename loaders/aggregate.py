"""Aggregates of lists: counts and sums by group, made in SQL, for the estate or many parents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, FromClause, Select, and_, func, select, true

from loaders.entity import Entity
from loaders.keyset import limit_of
from loaders.listing import vcenters_of
from loaders.page import (
    PARENTS,
    Page,
    Parent,
    belongs_to,
    conditions_of_page,
    parameters_of_parents,
    parents_of,
)
from loaders.prepared import prepared
from loaders.reading import ReadLoader, Record, grouped
from loaders.relation import Relation
from loaders.template import template_of_list
from models.base import Base

FUNCTIONS: dict[str, Callable[[ColumnElement[Any]], ColumnElement[Any]]] = {
    "sum": func.sum,
    "avg": func.avg,
    "min": func.min,
    "max": func.max,
}


class Measure(NamedTuple):
    """One number of a group."""

    function: str
    column: str
    table: str = ""
    """The table of the column where it is not the entity's own."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is made of a list: its groups, and the numbers of each."""

    groups: tuple[str, ...]
    """Columns of the entity; none: one group of everything."""
    measures: tuple[Measure, ...]
    most: int
    """Groups at most, those of most rows first."""


class SummaryKey(NamedTuple):
    """One summary of one list."""

    relation: Relation
    page: Page
    summary: Summary
    parent: Parent | None = None

    @property
    def statement(self) -> tuple[Relation, Page, Summary]:
        """What keys must share to share a statement."""
        return self[:3]


class GroupsOfList(ReadLoader[SummaryKey, list[Record]]):
    """The groups of lists: the values they have in common, their count, their numbers."""

    async def batch_load_fn(self, keys: list[SummaryKey]) -> list[list[Record]]:
        """Load the groups of each key."""
        found: dict[SummaryKey, list[Record]] = {key: [] for key in keys}
        for (relation, page, summary), group in grouped(keys, lambda key: key.statement):
            if relation.is_root:
                found[group[0]] = list(await self._rows(relation, page, summary, ()))
                continue
            parents = [key.parent for key in group if key.parent is not None]
            for position, *row in await self._rows(relation, page, summary, parents):
                found[group[position - 1]].append(row)
        return [found[key] for key in keys]

    async def _rows(
        self, relation: Relation, page: Page, summary: Summary, parents: Sequence[Parent]
    ) -> Sequence[Record]:
        name, of = f"groups_of_{relation.name}", vcenters_of(relation, page, parents)
        if template := template_of_list(page):
            statement = prepared_groups(relation, template.page, summary)
            given = template.values | parameters_of_parents(parents)
            return await self.fetch(name, statement, given, of)
        return await self.rows(name, groups_of_list(relation, page, summary, parents), of)


def groups_of_list(
    relation: Relation, page: Page, summary: Summary, parents: Sequence[Parent] = PARENTS
) -> Select[Any]:
    """Return the statement of the groups of a root list, or of the lists of parents."""
    if relation.is_root:
        return groups_of_estate(relation, page, summary)
    return groups_of_parents(relation, page, summary, parents)


prepared_groups = prepared()(groups_of_list)
"""The statement of the groups of all lists like that of a page."""


def groups_of_estate(relation: Relation, page: Page, summary: Summary) -> Select[Any]:
    """Return the statement of the groups of a root list."""
    return _groups(relation.target, summary, conditions_of_page(relation.target, page))


def groups_of_parents(
    relation: Relation, page: Page, summary: Summary, parents: Sequence[Parent]
) -> Select[Any]:
    """Return the statement of the groups of many lists: (position of the parent, group)."""
    parent, entity = parents_of(parents), relation.target
    where = [belongs_to(relation, parent), *conditions_of_page(entity, page)]
    each = _groups(entity, summary, where).correlate(parent).lateral("each")
    rows = select(parent.c.position, *each.c).select_from(parent.join(each, true()))
    return rows.order_by(parent.c.position, each.c.count.desc(), *_places(summary, each))


def _groups(entity: Entity, summary: Summary, where: Sequence[ColumnElement[bool]]) -> Select[Any]:
    table = entity.table
    by = [entity.group_column(key).label(f"group_{n}") for n, key in enumerate(summary.groups)]
    count = func.count().label("count")
    numbers = [
        FUNCTIONS[measure.function](_column(entity, measure)).label(f"number_{n}")
        for n, measure in enumerate(summary.measures)
    ]
    source: FromClause = table
    for name in sorted({measure.table for measure in summary.measures if measure.table}):
        side = Base.metadata.tables[name]
        same = and_(side.c.vcenter_id == table.c.vcenter_id, side.c.moid == table.c.moid)
        source = source.outerjoin(side, same)
    rows = select(*by, count, *numbers).select_from(source).where(*where).group_by(*by)
    return rows.order_by(count.desc(), *by).limit(limit_of(summary.most))


def _column(entity: Entity, measure: Measure) -> Column[Any]:
    table = Base.metadata.tables[measure.table] if measure.table else entity.table
    return table.c[measure.column]


def _places(summary: Summary, source: FromClause) -> list[ColumnElement[Any]]:
    return [source.c[f"group_{n}"] for n in range(len(summary.groups))]
