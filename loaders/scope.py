"""Which vCenters a caller may see, and the one place that holds every read to them.

    SELECT … FROM hosts                      →  … WHERE hosts.vcenter_id = ANY(:scope)
    … LEFT JOIN host_usage ON …              →  … ON … AND host_usage.vcenter_id = ANY(:scope)
    … WHERE moid IN (SELECT … FROM edges …)  →  each SELECT inside likewise, lateral or not

Loaders are given reads that are narrowed already, so none can forget it. What cannot be narrowed
for certain is refused: SQL as text, a table that says nothing of vCenters, a full outer join. It is
done when a statement is compiled, so once for all that are alike; who may see all pays nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BinaryExpression,
    BindParameter,
    ClauseElement,
    Column,
    ColumnClause,
    ColumnElement,
    CompoundSelect,
    Executable,
    FromClause,
    Integer,
    Join,
    Select,
    SelectBase,
    Table,
    TextClause,
    TextualSelect,
    and_,
    any_,
    bindparam,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import AliasedReturnsRows
from sqlalchemy.sql.visitors import InternalTraversal, cloned_traverse, iterate

from loaders.entity import VCENTERS
from models.db.text import LookUp, Text

if TYPE_CHECKING:
    from loaders.prepared import Prepared, PreparedLookUp
    from loaders.reach import Reach

SCOPE = "scope"
"""The parameter of narrowed statements."""
ESTATE_WIDE = "vminer_estate_wide"
WITHOUT_VCENTER = frozenset({"heartbeat", "installation"})
"""Tables that say nothing of any vCenter."""
MAY_READ = re.compile(r"\b(select|from|join|table|with)\b", re.IGNORECASE)

E = TypeVar("E", bound=Executable)


class Session(Protocol):
    """What reads without asking for whom (`models.db.sessions`)."""

    async def rows(self, statement: Executable) -> Sequence[Any]:
        """Run a SELECT and return its rows."""

    async def fetch(self, text: Text, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run a SELECT that is compiled already."""

    async def look_up(
        self, statement: LookUp, key: Mapping[str, Any], shared: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Run a SELECT by a key, maybe with others' keys that share these parameters."""


class Reads(Protocol):
    """What loaders read with."""

    reach: "Reach | None"
    """Where loaders note what they read; None: nobody wants to know."""

    async def rows(self, statement: Executable) -> Sequence[Any]:
        """Run a SELECT and return its rows."""

    async def fetch(self, statement: "Prepared", parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run a SELECT that is compiled already."""

    async def look_up(self, statement: "PreparedLookUp", key: Mapping[str, Any]) -> Sequence[Any]:
        """Run a SELECT by a key, maybe with the keys of others who may see the same."""


class ScopeError(Exception):
    """A statement that cannot be held to a scope: a fault of ours, never of the caller."""


@dataclass(frozen=True)
class Scope:
    """Some vCenters, by registry number and instanceUuid; or all there are."""

    vcenters: Mapping[int, UUID] | None
    """None: all."""

    @property
    def is_all(self) -> bool:
        """Whether nothing is out of scope."""
        return self.vcenters is None

    def over(self, session: Session) -> Reads:
        """Return what reads nothing out of scope."""
        if self.vcenters is None:
            return _OpenReads(session)
        return _NarrowedReads(session, self._numbers)

    @cached_property
    def digest(self) -> bytes:
        """A text that equal scopes have in common, and unequal ones have not."""
        if self.vcenters is None:
            return b"*"
        held = sorted((number, uuid.bytes) for number, uuid in self.vcenters.items())
        return sha256(repr(held).encode()).digest()

    @cached_property
    def _numbers(self) -> list[int]:
        """The same list for all requests of this scope: so they are known to share it."""
        return list(self.vcenters or ())


EVERYTHING = Scope(None)


def estate_wide(statement: E) -> E:
    """Mark a statement that tells no object of any vCenter, so that it is the same for all."""
    return statement.execution_options(**{ESTATE_WIDE: True})


def narrowed(statement: Executable, vcenter_ids: list[int]) -> Executable:
    """Return a SELECT that reads rows of these vCenters only.

    Raises:
        ScopeError: it is not made of tables. Compiling it raises the same for what it reads there.
    """
    if statement.get_execution_options().get(ESTATE_WIDE):
        return statement
    if not isinstance(statement, Select | CompoundSelect):
        raise ScopeError(f"SELECTs of tables can be narrowed, not a {type(statement).__name__}")
    return _Narrowed(statement, vcenter_ids)


class _OpenReads:
    """Reads of all there is."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.reach: Reach | None = None

    async def rows(self, statement: Executable) -> Sequence[Any]:
        """Run a SELECT as it is, and return its rows."""
        return await self._session.rows(statement)

    async def fetch(self, statement: "Prepared", parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run a SELECT that is compiled already, as it is."""
        return await self._session.fetch(statement.open, parameters)

    async def look_up(self, statement: "PreparedLookUp", key: Mapping[str, Any]) -> Sequence[Any]:
        """Run a SELECT by a key, as it is."""
        return await self._session.look_up(statement.open, key, {})


class _NarrowedReads:
    """Reads of some vCenters only."""

    def __init__(self, session: Session, vcenter_ids: list[int]) -> None:
        self._session = session
        self._vcenter_ids = vcenter_ids
        self.reach: Reach | None = None

    async def rows(self, statement: Executable) -> Sequence[Any]:
        """Run a SELECT, narrowed, and return its rows."""
        return await self._session.rows(narrowed(statement, self._vcenter_ids))

    async def fetch(self, statement: "Prepared", parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run a SELECT that is compiled already, in its narrowed form."""
        scoped = {**parameters, SCOPE: self._vcenter_ids}
        return await self._session.fetch(statement.narrowed, scoped)

    async def look_up(self, statement: "PreparedLookUp", key: Mapping[str, Any]) -> Sequence[Any]:
        """Run a SELECT by a key, in its narrowed form."""
        shared = {SCOPE: self._vcenter_ids}
        return await self._session.look_up(statement.narrowed, key, shared)


class _Narrowed(Executable, ClauseElement):
    """A SELECT and a scope; SQLAlchemy keeps what it compiles to, as of any statement."""

    __visit_name__ = "narrowed"
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's own spelling
        ("statement", InternalTraversal.dp_clauseelement),
        ("scope", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, statement: SelectBase, vcenter_ids: list[int]) -> None:
        self.statement = statement
        self.scope = bindparam(SCOPE, vcenter_ids, ARRAY(Integer))

    @property
    def _all_selected_columns(self) -> Iterable[Any]:
        """What rows are addressed by when a kept compilation serves another statement."""
        return self.statement._all_selected_columns  # noqa: SLF001


@compiles(_Narrowed)
def _compile(element: _Narrowed, compiler: SQLCompiler, **named: Any) -> str:
    for part in iterate(element.statement):
        _check(part)
    narrowing = _Narrowing(element.scope)
    visitors: dict[str, Callable[[Any], None]] = {
        "select": narrowing.select,
        "join": narrowing.join,
    }
    return compiler.process(cloned_traverse(element.statement, {}, visitors), **named)


def _check(part: object) -> None:
    """Refuse text that could read a table."""
    text = str(part) if isinstance(part, TextClause) else ""
    if isinstance(part, ColumnClause) and part.is_literal:
        text = part.name
    if isinstance(part, TextualSelect) or MAY_READ.search(text):
        raise ScopeError(f"text that may read a table cannot be narrowed: {text}")


class _Narrowing:
    """Adds conditions to the copies that a traversal has just made, the innermost first."""

    def __init__(self, scope: BindParameter[Any]) -> None:
        self._in_scope = any_(scope)
        self._outer: set[Join] = set()

    def select(self, select: Select[Any]) -> None:
        """Narrow what a SELECT reads, apart from what outer joins add to it."""
        conditions = [c for part in select.get_final_froms() for c in self._conditions(part)]
        Select.where.non_generative(select, *conditions)  # type: ignore[attr-defined]

    def join(self, join: Join) -> None:
        """Narrow what an outer join adds: out of scope it finds nothing."""
        if join.full:
            raise ScopeError("a full outer join cannot be narrowed")
        if join.isouter:
            # PostgreSQL would look a row up once for each vCenter of the scope.
            tied = _tied(join.right, join.onclause)
            every = self._conditions(join.right)
            added = and_(true(), *(each for each in every if _place(each.left) not in tied))
            join.onclause = added if join.onclause is None else and_(join.onclause, added)
            self._outer.add(join)

    def _conditions(self, part: FromClause) -> Iterator[ColumnElement[bool]]:
        """Yield a condition for each column that names a vCenter: a link has two."""
        if isinstance(part, Join):
            yield from self._conditions(part.left)
            if not part.isouter:
                yield from self._conditions(part.right)
            elif part not in self._outer:  # made of Select.outerjoin(), which no traversal meets
                raise ScopeError("outer joins are narrowed where they join tables, not SELECTs")
            return
        source: object = part
        while isinstance(source, AliasedReturnsRows):
            source = source.element
        if isinstance(source, Table):
            yield from (part.c[key] == self._in_scope for key in _keys(source))
        elif not isinstance(source, SelectBase | FunctionElement):  # narrowed itself; no table
            raise ScopeError(f"a {type(source).__name__} cannot be narrowed")


def _tied(table: FromClause, condition: ColumnElement[Any] | None) -> set[tuple[str, str]]:
    """Return the columns of one table that must equal one that is held and no column of its own.

    A column that names a vCenter is held to the scope wherever its table is read, so what equals it
    is in scope or null. Of several tables at once none is tied: each could lean on the other.
    """
    if isinstance(table, Join) or condition is None:
        return set()
    own = {_place(column) for column in table.c}
    found: set[tuple[str, str]] = set()
    for clause in _conjuncts(condition):
        if isinstance(clause, BinaryExpression) and clause.operator is operators.eq:
            for one, other in ((clause.left, clause.right), (clause.right, clause.left)):
                if _place(one) in own and _place(other) not in own and _is_held(other):
                    found.add(_place(one))
    return found


def _conjuncts(clause: ColumnElement[Any]) -> Iterator[ColumnElement[Any]]:
    """Yield what must all hold."""
    if isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
        for each in clause.clauses:
            yield from _conjuncts(each)
    else:
        yield clause


def _place(column: Any) -> tuple[str, str]:
    """Return the names of a column and of what it is a column of."""
    source = getattr(column, "table", None)
    return str(getattr(source, "name", "")), str(getattr(column, "key", ""))


def _is_held(column: Any) -> bool:
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
