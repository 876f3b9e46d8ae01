"""Lists that differ in their values alone: one statement for all their pages, compiled once.

Values of enumerations and truth values stand in the SQL, so they are part of what is compiled; all
others get a slot. A page with a condition that leads over edges, into parts, or whose value decides
what the SQL is, has no template: its statement is made anew.
"""

from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select

from loaders.along import Wanted, page_with_all
from loaders.condition import TRIGRAM, Condition, Slot
from loaders.given import usable
from loaders.page import (
    PARENTS,
    Page,
    count_of_list,
    pages_of_parents,
)
from loaders.prepared import prepared
from loaders.relation import Relation

PLAIN = (str, int, float, datetime, UUID)
DECIDING = {"within", "older_than_days", "newer_than_days"}
"""Operators that make more of their value than a parameter."""


class Template(NamedTuple):
    """A page without its values, and they by the names of their parameters."""

    page: Page
    values: dict[str, Any]


def template_of(page: Page) -> Template | None:
    """Return the template of a page, where it has one."""
    values: dict[str, Any] = {}
    conditions = []
    for condition in page.conditions:
        slotted = _slotted(condition, values) if isinstance(condition, Condition) else None
        if slotted is None:
            return None
        conditions.append(slotted)
    after, before = (_place(place, values) for place in (page.after, page.before))
    shape = replace(page, conditions=tuple(conditions), after=after, before=before)
    return Template(shape, values)


def template_of_list(page: Page) -> Template | None:
    """Return the template of the list that a page is of, where it has one."""
    return template_of(Page(0, None, page.conditions, page.include_deleted))


@prepared()
def prepared_page(relation: Relation, page: Page, wanted: Wanted) -> Select[Any]:
    """Return the statement of all pages like this one; `PARENTS` where they belong to some."""
    if relation.is_root:
        return page_with_all(relation, page, wanted)
    return pages_of_parents(relation, page, PARENTS, wanted.columns)


prepared_count = prepared()(count_of_list)
"""The statement that counts all lists like that of a page."""


def _slotted(condition: Condition, values: dict[str, Any]) -> Condition | None:
    """Return a condition with a slot for its value; None: there is none like it."""
    value, operator = condition.value, condition.operator
    if condition.column == "identifier":
        pairs = tuple((kind, _slot(spelled, values)) for kind, spelled in value)
        return replace(condition, value=pairs)
    first = value[0] if isinstance(value, tuple) and value else value
    if condition.table or operator in DECIDING:
        return None
    if operator == "is_null" or isinstance(first, Enum | bool):
        return condition
    if not isinstance(first, PLAIN):
        return None
    length = min(len(value), TRIGRAM) if isinstance(value, str) else 0
    return replace(condition, value=_slot(usable(operator, value), values, length))


def _place(place: tuple[Any, ...] | None, values: dict[str, Any]) -> tuple[Any, ...] | None:
    if place is None:
        return None
    return tuple(None if value is None else _slot(value, values) for value in place)


def _slot(value: Any, values: dict[str, Any], length: int = 0) -> Slot:
    slot = Slot(f"v{len(values)}", length)
    values[slot.name] = value
    return slot
