"""From conditions to SQL: every edge becomes EXISTS, so that a row counts once.

The values of enumerations and truth values stand in the SQL as literals, because partial indexes
(`WHERE power_state = 'poweredOn'`) fit no parameter; they come from an enumeration, never from a
caller's text. All other values are parameters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    Interval,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    collate,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import CIDR, INET
from sqlalchemy.types import TypeEngine

from loaders.condition import (
    All,
    Condition,
    Either,
    Not,
    Slot,
    Some,
    SomePart,
    Through,
    Where,
    exact_texts,
)
from loaders.entity import ENTITIES, EVERYTHING, VCENTER, VCENTERS, Entity
from loaders.given import given, usable
from loaders.keyed import VCENTER_ID
from loaders.relation import RELATIONS, Tie
from models.base import Base
from models.tables import Identifier

IDENTIFIERS = Base.metadata.tables[Identifier.__tablename__]
POSITIVE = {"ne": "eq", "not_in": "in"}
"""The operators that hold where another does not."""
JSON_TYPES: dict[type, TypeEngine[Any]] = {
    bool: Boolean(),
    int: BigInteger(),
    datetime: DateTime(timezone=True),
}
"""What a text inside JSON is cast to, by the value it is compared with."""
OPERATOR_TYPES: dict[str, TypeEngine[Any]] = {
    "is_null": Text(),
    "older_than_days": DateTime(timezone=True),
    "newer_than_days": DateTime(timezone=True),
}
"""What it is cast to where the operator says it, not the value."""


@dataclass(frozen=True)
class Row:
    """A row that conditions are about: of an entity's table, or of an alias of it."""

    entity: Entity
    of: FromClause

    @property
    def vcenter_id(self) -> ColumnElement[int]:
        """The number of its vCenter."""
        return self.of.c.id if self.entity is VCENTER else self.of.c.vcenter_id

    def same(self, side: FromClause) -> ColumnElement[bool]:
        """Return the condition of the row of the same object in another table."""
        return and_(side.c.vcenter_id == self.of.c.vcenter_id, side.c.moid == self.of.c.moid)


def clause(entity: Entity, where: Where) -> ColumnElement[bool]:
    """Return a condition on the rows of an entity's table as SQL."""
    return _clause(Row(entity, entity.table), where)


def _clause(row: Row, where: Where) -> ColumnElement[bool]:
    match where:
        case All(parts):
            return and_(true(), *(_clause(row, part) for part in parts))
        case Either(parts):
            return or_(false(), *(_clause(row, part) for part in parts))
        case Not(Through() | Some() | SomePart() as part):
            return not_(_clause(row, part))  # never unknown; PostgreSQL joins NOT EXISTS
        case Not(part):
            return _clause(row, part).is_not(true())
        case Through(column, target, part):
            return _through(row, column, ENTITIES[target], part)
        case Some(relation, part):
            return _some(row, relation, part)
        case SomePart():
            return _some_part(row, where)
        case _:
            return _leaf(row, where)


def _through(row: Row, column: str, target: Entity, part: Where) -> ColumnElement[bool]:
    end = Row(target, target.table.alias())
    if target is VCENTER:
        same = end.of.c.id == row.vcenter_id
    else:
        same = and_(end.of.c.vcenter_id == row.vcenter_id, end.of.c.moid == row.of.c[column])
    return _exists([end.of], same, _clause(end, part))


def _some(row: Row, name: str, part: Where) -> ColumnElement[bool]:
    relation = RELATIONS[name]
    end = Row(relation.target, relation.target.table.alias())
    where = [_clause(end, part)]
    if relation.target.is_inventory:
        where.append(end.of.c.deleted_at.is_(None))
    if relation.tie is not None:
        return _tied(row, relation.tie, end, where)
    where.append(end.vcenter_id == row.vcenter_id)
    if relation.belongs is not None:
        where.append(relation.belongs(end.of, row.vcenter_id, row.of.c.moid))
    return _exists([end.of], *where)


def _tied(
    row: Row, tie: Tie, end: Row, where: Sequence[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Join edges and ends: PostgreSQL may then begin with the few ends that meet a condition."""
    edges = tie.table.alias()
    same = and_(end.of.c.vcenter_id == edges.c.vcenter_id, end.of.c.moid == edges.c[tie.far])
    near = and_(edges.c.vcenter_id == row.vcenter_id, edges.c[tie.near] == row.of.c.moid)
    return _exists([edges.join(end.of, same)], near, *where)


def _some_part(row: Row, where: SomePart) -> ColumnElement[bool]:
    if where.table == row.entity.table.name:
        array = row.of.c[where.column]
        element = _elements(array)
        return and_(_holding(array, where.part), _exists([element], _inside(element, where.part)))
    side = Base.metadata.tables[where.table].alias()
    array = side.c[where.column]
    element = _elements(array)
    held = side.join(element, true())
    return _exists(
        [held], row.same(side), _holding(array, where.part), _inside(element, where.part)
    )


def _holding(array: ColumnElement[Any], part: Where) -> ColumnElement[bool]:
    """Return what an index can tell of an array: an element has these texts; several may have it.

    Which leaves rows in that have the texts in several elements: whether one has all, is asked too.
    """
    texts = exact_texts(part)
    return array.contains([texts]) if texts else true()


def _elements(array: ColumnElement[Any]) -> FromClause:
    """Return the elements of a JSON array; JSON's own null has none."""
    held = case((func.jsonb_typeof(array) == "array", array))
    return func.jsonb_array_elements(held).table_valued("value").render_derived()


def _inside(element: FromClause, where: Where) -> ColumnElement[bool]:
    """Return a condition on a JSON object as SQL."""
    match where:
        case All(parts):
            return and_(true(), *(_inside(element, part) for part in parts))
        case Either(parts):
            return or_(false(), *(_inside(element, part) for part in parts))
        case Not(part):
            return _inside(element, part).is_not(true())
        case Condition(key, operator, value):
            text = element.c.value.op("->>")(literal(key, Text))
            first = value[0] if isinstance(value, tuple) and value else value
            if operator == "within":
                return _compared(cast(func.nullif(text, ""), INET), operator, value)
            wanted = OPERATOR_TYPES.get(operator) or JSON_TYPES.get(type(first), Text())
            return _compared(cast(text, wanted), operator, value)
        case _:
            raise ValueError("a part of an object leads nowhere")


def _leaf(row: Row, condition: Condition) -> ColumnElement[bool]:
    if condition.column == "vcenter_uuid":
        return _of_vcenters(row, condition)
    if condition.column == "identifier":
        return _identified(row, condition.value)
    if condition.table:
        return _beside(row, condition)
    column = _column(row, condition.column)
    is_equal = condition.operator in ("eq", "ne", "in", "not_in")
    if condition.column == "name" and is_equal:
        column = collate(column, "C")  # as its index has it
    return _compared(column, condition.operator, condition.value)


def _column(row: Row, key: str) -> ColumnElement[Any]:
    """Return a column of the row, or what the entity computes of it."""
    if key in row.of.c:
        return row.of.c[key]
    return row.entity.extend(row.of, EVERYTHING)[1][key]


def _beside(row: Row, condition: Condition) -> ColumnElement[bool]:
    """Look into a table beside the entity's; where an object has no row there, all is null."""
    side = Base.metadata.tables[condition.table].alias()
    column, operator, value = side.c[condition.column], condition.operator, condition.value
    if operator == "is_null":
        held = _exists([side], row.same(side), column.is_not(None))
        return not_(held) if value else held
    positive = POSITIVE.get(operator, operator)
    found = _exists([side], row.same(side), _compared(column, positive, value))
    return found if positive == operator else not_(found)


def _exists(sources: Sequence[FromClause], *where: ColumnElement[bool]) -> ColumnElement[bool]:
    found: Select[Any] = select(literal_column("1")).select_from(*sources).where(*where)
    return exists(found.correlate_except(*sources))


def _compared(column: ColumnElement[Any], operator: str, value: Any) -> ColumnElement[bool]:
    return _OPERATORS[operator](column, value)


def _bound(column: ColumnElement[Any], value: Any) -> ColumnElement[Any]:
    """Return a value to compare a column with."""
    if isinstance(value, Enum):
        return bindparam(None, str(value.value), Text, literal_execute=True)
    if isinstance(value, bool):
        return true() if value else false()
    return given(value, column.type)


def _one_of(column: ColumnElement[Any], values: Any) -> ColumnElement[bool]:
    if isinstance(values, tuple) and values and isinstance(values[0], Enum):
        texts = [str(value.value) for value in values]
        return column.in_(bindparam(None, texts, Text, expanding=True, literal_execute=True))
    several = values if isinstance(values, Slot) else list(values)
    return column == any_(given(several, ARRAY(column.type)))


def _like(column: ColumnElement[Any], operator: str, text: Any) -> ColumnElement[bool]:
    pattern = text if isinstance(text, Slot) else usable(operator, text)
    return column.ilike(given(pattern, Text()))  # backslash escapes without saying so


def _days_ago(days: float) -> ColumnElement[datetime]:
    """Return a moment by the database's clock: a page asked for later keeps its cursors."""
    return func.now() - literal(timedelta(days=days), Interval)


_OPERATORS: dict[str, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]] = {
    "eq": lambda column, value: column == _bound(column, value),
    "ne": lambda column, value: column.is_distinct_from(_bound(column, value)),
    "in": _one_of,
    "not_in": lambda column, values: _one_of(column, values).is_not(true()),
    "lt": lambda column, value: column < _bound(column, value),
    "lte": lambda column, value: column <= _bound(column, value),
    "gt": lambda column, value: column > _bound(column, value),
    "gte": lambda column, value: column >= _bound(column, value),
    "contains": lambda column, text: _like(column, "contains", text),
    "starts_with": lambda column, text: _like(column, "starts_with", text),
    "within": lambda column, network: column.op("<<=", is_comparison=True)(literal(network, CIDR)),
    "older_than_days": lambda column, days: column < _days_ago(days),
    "newer_than_days": lambda column, days: column > _days_ago(days),
    "is_null": lambda column, is_null: column.is_(None) if is_null else column.is_not(None),
}


def _of_vcenters(row: Row, condition: Condition) -> ColumnElement[bool]:
    """Look the numbers up inside the statement: PostgreSQL prunes by the subquery's answer."""
    found: ColumnElement[bool]
    if condition.operator == "numbered":
        found = and_(row.vcenter_id == VCENTER_ID, _is_numbered(condition))
    elif condition.operator in ("in", "not_in"):
        found = row.vcenter_id.in_(scoped_vcenters(condition))
    else:
        uuid = given(condition.value, Uuid())
        one = select(VCENTERS.c.id).where(VCENTERS.c.instance_uuid == uuid)
        found = row.vcenter_id == one.correlate(None).scalar_subquery()
    return found.is_not(true()) if condition.operator in POSITIVE else found


def _is_numbered(condition: Condition) -> ColumnElement[bool]:
    uuid = given(condition.value, Uuid())
    own = select(VCENTERS.c.id).where(VCENTERS.c.instance_uuid == uuid, VCENTERS.c.id == VCENTER_ID)
    return own.correlate(None).exists()


def scoped_vcenters(condition: Condition | Through) -> Select[tuple[int]]:
    """Select the numbers of the vCenters that a condition names, or that meet one."""
    if isinstance(condition, Through):
        found = select(VCENTERS.c.id).where(clause(VCENTER, condition.part))
        return found.correlate(None)
    value = condition.value
    uuids = given(value if isinstance(value, Slot) else list(value), ARRAY(Uuid))
    return select(VCENTERS.c.id).where(VCENTERS.c.instance_uuid == any_(uuids)).correlate(None)


def _identified(row: Row, pairs: tuple[tuple[str, Any], ...]) -> ColumnElement[bool]:
    """Look up the estate-wide index of identifiers, not every partition."""
    of_kind, spelled = IDENTIFIERS.c.kind, IDENTIFIERS.c.value
    either = or_(*(and_(of_kind == kind, spelled == given(text, Text())) for kind, text in pairs))
    found = select(IDENTIFIERS.c.vcenter_id, IDENTIFIERS.c.moid).where(
        IDENTIFIERS.c.type == row.entity.name, either
    )
    return tuple_(row.of.c.vcenter_id, row.of.c.moid).in_(found)
