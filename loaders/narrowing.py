"""Which tables of a statement are in scope by themselves, and the condition for all others.

    … FROM hosts WHERE hosts.moid = :moid           →  … AND hosts.vcenter_id = ANY(:scope)
    … LEFT JOIN host_usage ON host_usage.vcenter_id = hosts.vcenter_id AND …      →  as it is
    … WHERE hosts.vcenter_id = (SELECT vcenters.id FROM vcenters WHERE …)  →  the inner SELECT alone
    … WHERE hosts.vcenter_id = :of_vcenter AND …    →  as it is, where that number is in scope

    sifted(… FROM hosts ORDER BY hosts.name LIMIT 50)  →  … WHERE hosts.vcenter_id + 0 = ANY(:scope)

A column that names a vCenter is held to the scope wherever its table is read; so what must equal
one that is read further out, or elsewhere altogether, is in scope or finds nothing. PostgreSQL
would prepare the whole scope once for each row that such a look-up is made for. And it takes the
condition for one that finds rows, which it does by the indexes that begin with the vCenter; where
another finds them, or gives their order, "+ 0" makes a filter of it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    Column,
    ColumnClause,
    ColumnElement,
    FromClause,
    Join,
    Lateral,
    ScalarSelect,
    Select,
    SelectBase,
    Table,
    TextClause,
    TextualSelect,
    and_,
    any_,
    literal_column,
    true,
)
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BooleanClauseList, CollectionAggregate, Grouping
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import AliasedReturnsRows, SelectState
from sqlalchemy.sql.visitors import cloned_traverse, iterate

from loaders.entity import VCENTERS
from loaders.keyed import VCENTER_PARAMETERS
from loaders.parts import parts_of

WITHOUT_VCENTER = frozenset({"heartbeat", "installation"})
"""Tables that say nothing of any vCenter."""
MAY_READ = re.compile(r"\b(select|from|join|table|with)\b", re.IGNORECASE)

NOTHING: frozenset[str] = frozenset()
Place = tuple[str, str]
"""The names of a column and of what it is a column of."""


SIFTED = ("vminer", "sifted")
"""A hint for no database: so SQLAlchemy keeps what it compiles apart."""


class ScopeError(Exception):
    """A statement that cannot be held to a scope: a fault of ours, never of the caller."""


def held(
    statement: SelectBase, scope: BindParameter[Any], *, are_numbers_in_scope: bool
) -> SelectBase:
    """Return a copy that reads nothing out of scope.

    `are_numbers_in_scope`: what it is given as `VCENTER_PARAMETERS` is in scope for certain.

    Raises:
        ScopeError: it is not made of tables that say which vCenter their rows are of.
    """
    for part in parts_of(statement):
        _check_text(part)
    _Correlation().check(statement, NOTHING, NOTHING)
    narrowing = _Narrowing(any_(scope), are_numbers_in_scope)
    visitors: dict[str, Any] = {"select": narrowing.select, "join": narrowing.join}
    return cloned_traverse(statement, {}, visitors)


def sifted(statement: Select[Any]) -> Select[Any]:
    """Mark a SELECT whose rows are found without the scope: what is out of it is left out then."""
    dialect, hint = SIFTED
    return statement.with_statement_hint(hint, dialect)


def _check_text(part: object) -> None:
    """Refuse text that could read a table."""
    text = str(part) if isinstance(part, TextClause) else ""
    if isinstance(part, ColumnClause) and part.is_literal:
        text = part.name
    if isinstance(part, TextualSelect) or MAY_READ.search(text):
        raise ScopeError(f"text that may read a table cannot be narrowed: {text}")


class _Correlation:
    """Whether what SELECTs leave to those around them is read there."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, frozenset[str], frozenset[str]], Any] = {}

    def check(self, part: Any, outer: frozenset[str], beside: frozenset[str]) -> None:
        """Refuse a SELECT that leaves a table to those around it which do not read it.

        `outer`: what is read around the SELECT that the part stands in; `beside`: in that itself.
        """
        here = (id(part), outer, beside)
        if here in self._seen:  # every column of a SELECT in FROM leads to it
            return
        self._seen[here] = part
        if isinstance(part, Select):
            froms = _froms(part)
            left_out = _outer(part, froms)
            if not left_out <= outer:
                raise ScopeError(f"{', '.join(left_out - outer)}: nothing around reads it")
            beside = _names(froms) - left_out
        elif isinstance(part, Lateral):
            outer, beside = outer | beside, NOTHING
        elif isinstance(part, AliasedReturnsRows):
            beside = NOTHING
        for child in part.get_children():
            if isinstance(child, SelectBase) and not isinstance(part, SelectBase):
                self.check(child, outer | beside, NOTHING)
            else:
                self.check(child, outer, beside)


class _Narrowing:
    """Adds conditions to the copies that a traversal has just made, the innermost first."""

    def __init__(self, scope: ColumnElement[Any], are_numbers_in_scope: bool) -> None:
        self._scope = scope
        self._are_numbers_in_scope = are_numbers_in_scope
        self._narrowed: set[Join] = set()

    def select(self, select: Select[Any]) -> None:
        """Narrow what a SELECT reads itself, apart from what outer joins add to it."""
        froms = _froms(select)
        outer = _outer(select, froms)
        parts = [part for part in froms if isinstance(part, Join) or not _names([part]) <= outer]
        clauses = [c for part in parts for c in _inner_conditions(part)]
        if select.whereclause is not None:
            clauses.append(select.whereclause)
        tied = self._tied(_names(parts), clauses)
        is_sifted = SIFTED in select._statement_hints  # noqa: SLF001
        columns = [c for part in parts for c in self._columns(part) if _place(c) not in tied]
        conditions = [self._held(column, is_sifted=is_sifted) for column in columns]
        Select.where.non_generative(select, *conditions)  # type: ignore[attr-defined]

    def join(self, join: Join) -> None:
        """Narrow what an outer join adds: out of scope it finds nothing."""
        if join.full:
            raise ScopeError("a full outer join cannot be narrowed")
        if join.isouter:
            # Of several tables at once none is tied: each could lean on the other.
            onclause = None if isinstance(join.right, Join) else join.onclause
            clauses = [] if onclause is None else [onclause]
            tied = self._tied(_names([join.right]), clauses)
            columns = [c for c in self._columns(join.right) if _place(c) not in tied]
            added = and_(true(), *(self._held(column) for column in columns))
            join.onclause = added if join.onclause is None else and_(join.onclause, added)
            self._narrowed.add(join)

    def _held(self, column: ColumnElement[int], *, is_sifted: bool = False) -> ColumnElement[bool]:
        return (column + literal_column("0") if is_sifted else column) == self._scope

    def _columns(self, part: FromClause) -> Iterator[ColumnElement[int]]:
        """Yield each column that names a vCenter: a link has two."""
        if isinstance(part, Join):
            yield from self._columns(part.left)
            if not part.isouter:
                yield from self._columns(part.right)
            elif part not in self._narrowed:  # made of Select.outerjoin(): no traversal meets it
                raise ScopeError("outer joins are narrowed where they join tables, not SELECTs")
            return
        source: object = part
        while isinstance(source, AliasedReturnsRows):
            source = source.element
        if isinstance(source, Table):
            yield from (part.c[key] for key in _keys(source))
        elif not isinstance(source, SelectBase | FunctionElement):  # narrowed itself; no table
            raise ScopeError(f"a {type(source).__name__} cannot be narrowed")

    def _tied(self, own: Set[str], clauses: Iterable[ColumnElement[Any]]) -> set[Place]:
        """Return the columns of some tables that must equal what is in scope without these."""
        tied: set[Place] = set()
        for clause in (each for all_ in clauses for each in _conjuncts(all_)):
            if isinstance(clause, BinaryExpression) and clause.operator is operators.eq:
                for one, other in ((clause.left, clause.right), (clause.right, clause.left)):
                    if _place(one)[0] in own and self._is_in_scope(other, own):
                        tied.add(_place(one))
        return tied

    def _is_in_scope(self, value: Any, own: Set[str]) -> bool:
        """Tell whether a value names a vCenter in scope, or none: whatever these tables hold."""
        while isinstance(value, Grouping):
            value = value.element
        if self._are_numbers_in_scope and _is_given(value):
            return True
        if isinstance(value, ScalarSelect):
            inner = value.element
            if not isinstance(inner, Select):
                return False
            read = {_place(each)[0] for each in iterate(inner) if isinstance(each, ColumnClause)}
            selected = list(inner.exported_columns)
            return len(selected) == 1 and not read & own and _names_vcenter(selected[0])
        return _place(value)[0] not in own and _names_vcenter(value)


def _is_given(value: Any) -> bool:
    """Tell whether a value is of `VCENTER_PARAMETERS`: itself, in a list, or in rows of lists."""
    if isinstance(value, ColumnClause) and isinstance(value.table, AliasedReturnsRows):
        made = value.table.element
        if value.key != "vcenter_id" or not isinstance(made, FunctionElement):
            return False
        value = next(iter(made.clauses))
    elif isinstance(value, CollectionAggregate) and value.operator is operators.any_op:
        value = value.element
    while isinstance(value, Grouping):
        value = value.element
    return isinstance(value, BindParameter) and value.key in VCENTER_PARAMETERS


def _froms(select: Select[Any]) -> Sequence[FromClause]:
    """Return what `get_final_froms` does, which would compile the SELECT to find out."""
    compiler: Any = None
    return SelectState(select, compiler)._get_display_froms()  # noqa: SLF001


def _outer(select: Select[Any], froms: Iterable[FromClause]) -> frozenset[str]:
    """Return the names of what a SELECT of these says is read by those around it."""
    named = _names(froms)
    joined = _names(part for part in froms if isinstance(part, Join))  # never left out
    if select._correlate_except is not None:  # noqa: SLF001
        return named - joined - _names(select._correlate_except)  # noqa: SLF001
    return (named - joined) & _names(select._correlate)  # noqa: SLF001


def _names(parts: Iterable[FromClause]) -> frozenset[str]:
    """Return the names of what is joined."""
    return frozenset(name for part in parts for name in _sources(part))


def _sources(part: FromClause) -> Iterator[str]:
    if isinstance(part, Join):
        yield from _sources(part.left)
        yield from _sources(part.right)
    else:
        yield _named(part)


def _named(part: Any) -> str:
    """Return what tells a part of FROM from others: two tables may share an alias."""
    source = part
    while isinstance(source, AliasedReturnsRows):
        source = source.element
    return f"{getattr(part, 'name', '')} {getattr(source, 'name', '')}"


def _inner_conditions(part: FromClause) -> Iterator[ColumnElement[Any]]:
    """Yield what holds for all rows of a join, apart from what outer joins add."""
    if isinstance(part, Join):
        yield from _inner_conditions(part.left)
        if not part.isouter:
            yield from _inner_conditions(part.right)
            if part.onclause is not None:
                yield part.onclause


def _conjuncts(clause: Any) -> Iterator[ColumnElement[Any]]:
    """Yield what must all hold."""
    if isinstance(clause, Grouping):
        yield from _conjuncts(clause.element)
    elif isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
        for each in clause.clauses:
            yield from _conjuncts(each)
    else:
        yield clause


def _place(column: Any) -> Place:
    return _named(getattr(column, "table", None)), str(getattr(column, "key", ""))


def _names_vcenter(column: Any) -> bool:
    """Tell whether a column, maybe of a SELECT, is nothing but one that names a vCenter."""
    if not isinstance(column, ColumnClause) or column.is_literal:
        return False
    return all(
        isinstance(base, Column) and isinstance(base.table, Table) and base.key in _keys(base.table)
        for base in column.base_columns
    )


def _keys(table: Table) -> Iterable[str]:
    """Return the columns of a table that name a vCenter."""
    if table is VCENTERS:
        return ["id"]
    keys = [column.key for column in table.columns if column.key.endswith("vcenter_id")]
    if not keys and table.name not in WITHOUT_VCENTER:
        raise ScopeError(f"{table.name} says nothing of vCenters, so it cannot be narrowed")
    return keys
