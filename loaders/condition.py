"""Conditions of lists: a column, an operator, a value; and the SQL that each becomes.

The values of enumerated columns stand in the SQL as literals, because partial indexes
(`WHERE power_state = 'poweredOn'`) fit no parameter; they come from an enumeration, never from a
caller's text. All other values are parameters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    collate,
    literal,
    or_,
    select,
    tuple_,
)

from loaders.entity import VCENTERS, Entity
from models.base import Base
from models.tables import Identifier

Operator = Literal["eq", "ne", "in", "contains", "starts_with"]

IDENTIFIERS = Base.metadata.tables[Identifier.__tablename__]
ESCAPE = "\\"
TRIGRAM = 3


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a list; hashable, so that equal lists share a statement."""

    column: str
    """A column of the entity, or one of `vcenter_uuid` and `identifier`."""
    operator: Operator
    value: Any
    """A tuple for `in` and for `identifier`, where it holds (kind, value) pairs."""

    @property
    def suits_trigrams(self) -> bool:
        """Whether the index of names by trigrams narrows it down: three letters make one."""
        is_pattern = self.column == "name" and self.operator in ("contains", "starts_with")
        return is_pattern and len(self.value) >= TRIGRAM

    @property
    def scopes_vcenters(self) -> bool:
        """Whether rows are of some vCenters."""
        return self.column == "vcenter_uuid" and self.operator == "in"

    @property
    def fixes_vcenter(self) -> bool:
        """Whether all rows are of one vCenter, so that one partition is read."""
        return self.column == "vcenter_uuid" and self.operator == "eq"


def clause(entity: Entity, condition: Condition) -> ColumnElement[bool]:
    """Return the condition as SQL."""
    if condition.column == "vcenter_uuid":
        return _of_vcenters(entity, condition)
    if condition.column == "identifier":
        return _identified(entity, condition.value)
    if condition.column == "name":
        return _TEXT[condition.operator](entity, condition.value)
    if condition.column == "moid":
        return _moid(entity.table.c.moid, condition)
    column = entity.table.c[condition.column]
    if isinstance(column.type, Boolean | Integer):
        return _valued(column, condition)
    return _enumerated(column, condition)


def _of_vcenters(entity: Entity, condition: Condition) -> ColumnElement[bool]:
    """Look the numbers up inside the statement: PostgreSQL prunes by the subquery's answer."""
    if condition.operator == "in":
        return entity.vcenter_id.in_(scoped_vcenters(condition))
    one = select(VCENTERS.c.id).where(VCENTERS.c.instance_uuid == condition.value)
    return entity.vcenter_id == one.correlate(None).scalar_subquery()


def scoped_vcenters(condition: Condition) -> Select[tuple[int]]:
    """Select the numbers of the vCenters that a condition names."""
    uuids = literal(list(condition.value), ARRAY(Uuid))
    return select(VCENTERS.c.id).where(VCENTERS.c.instance_uuid == any_(uuids)).correlate(None)


def _identified(entity: Entity, pairs: tuple[tuple[str, str], ...]) -> ColumnElement[bool]:
    """Look up the estate-wide index of identifiers, not every partition."""
    either = or_(
        *(and_(IDENTIFIERS.c.kind == kind, IDENTIFIERS.c.value == value) for kind, value in pairs)
    )
    found = select(IDENTIFIERS.c.vcenter_id, IDENTIFIERS.c.moid).where(
        IDENTIFIERS.c.type == entity.name, either
    )
    return tuple_(entity.table.c.vcenter_id, entity.table.c.moid).in_(found)


def _moid(column: ColumnElement[str], condition: Condition) -> ColumnElement[bool]:
    values = condition.value if condition.operator == "in" else [condition.value]
    return column == any_(literal(list(values), ARRAY(Text)))


def _valued(column: ColumnElement[Any], condition: Condition) -> ColumnElement[bool]:
    """Compare numbers and truth values, as parameters."""
    if condition.operator == "in":
        return column == any_(literal(list(condition.value), ARRAY(column.type)))
    value = literal(condition.value, column.type)
    return column == value if condition.operator == "eq" else column.is_distinct_from(value)


def _enumerated(column: ColumnElement[Any], condition: Condition) -> ColumnElement[bool]:
    texts = list(condition.value) if condition.operator == "in" else [condition.value]
    if not all(text.isidentifier() for text in texts):
        raise ValueError(f"{condition.column} is compared with values of an enumeration only")
    if condition.operator == "in":
        return column.in_(bindparam(None, texts, Text, expanding=True, literal_execute=True))
    text = bindparam(None, texts[0], Text, literal_execute=True)
    return column == text if condition.operator == "eq" else column.is_distinct_from(text)


def _pattern(text: str) -> str:
    """Escape what LIKE would take for a wildcard."""
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return text


def _name(entity: Entity) -> ColumnElement[str]:
    """Return the name in the collation of its index."""
    name: ColumnElement[str] = collate(entity.table.c.name, "C")
    return name


def _like(entity: Entity, pattern: str) -> ColumnElement[bool]:
    return entity.table.c.name.ilike(pattern)  # backslash escapes without saying so


_TEXT: dict[Operator, Callable[[Entity, Any], ColumnElement[bool]]] = {
    "eq": lambda entity, text: _name(entity) == text,
    "ne": lambda entity, text: _name(entity) != text,
    "in": lambda entity, texts: _name(entity) == any_(literal(list(texts), ARRAY(Text))),
    "contains": lambda entity, text: _like(entity, f"%{_pattern(text)}%"),
    "starts_with": lambda entity, text: _like(entity, f"{_pattern(text)}%"),
}
