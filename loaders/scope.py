"""Which vCenters a caller may see, and the one place that holds every read to them.

Loaders are given reads that are narrowed already, as `loaders.narrowing` says, so none can forget
it. What cannot be narrowed for certain is refused: SQL as text, a table that says nothing of
vCenters, a full outer join. It is done when a statement is compiled, so once for all that are
alike; who may see all pays nothing, and who asks for rows of vCenters by their numbers hardly more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    CompoundSelect,
    Executable,
    Integer,
    Select,
    SelectBase,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

from loaders.narrowing import ScopeError, held
from models.db.text import LookUp, Text

if TYPE_CHECKING:
    from loaders.prepared import Prepared, PreparedLookUp
    from loaders.reach import Reach

SCOPE = "scope"
"""The parameter of narrowed statements."""
ESTATE_WIDE = "vminer_estate_wide"

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

    def forget(self) -> None:
        """Take back what was found so far."""


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

    def forget(self) -> None:
        """Take back what was found so far: it is shown nowhere, so it need not be of one moment."""


@dataclass(frozen=True)
class Scope:
    """Some vCenters, by registry number and instanceUuid; or all there are."""

    vcenters: Mapping[int, UUID] | None
    """None: all."""
    among: int = field(default=0, compare=False)
    """How many vCenters there were when it was read; 0: nobody counted. The scope is the same."""

    @property
    def is_all(self) -> bool:
        """Whether nothing is out of scope."""
        return self.vcenters is None

    def over(self, session: Session) -> Reads:
        """Return what reads nothing out of scope."""
        if self.vcenters is None:
            return _OpenReads(session)
        return _NarrowedReads(session, self.vcenters, self._numbers)

    def number_of(self, uuid: UUID) -> int | None:
        """Return the number of a vCenter that it names; one of all there are names none."""
        return self._by_uuid.get(uuid)

    @cached_property
    def _by_uuid(self) -> Mapping[UUID, int]:
        return {uuid: number for number, uuid in (self.vcenters or {}).items()}

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


def narrowed(
    statement: Executable, vcenter_ids: list[int], *, are_numbers_in_scope: bool = False
) -> Executable:
    """Return a SELECT that reads rows of these vCenters only; how, `loaders.narrowing` says.

    `are_numbers_in_scope`: the numbers of vCenters that are its parameters are among them.

    Raises:
        ScopeError: it is not made of tables. Compiling it raises the same for what it reads there.
    """
    if statement.get_execution_options().get(ESTATE_WIDE):
        return statement
    if not isinstance(statement, Select | CompoundSelect):
        raise ScopeError(f"SELECTs of tables can be narrowed, not a {type(statement).__name__}")
    return _Narrowed(statement, vcenter_ids, are_numbers_in_scope=are_numbers_in_scope)


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

    def forget(self) -> None:
        """Take back what was found so far."""
        self._session.forget()


class _NarrowedReads:
    """Reads of some vCenters only."""

    def __init__(
        self, session: Session, vcenters: Mapping[int, UUID], vcenter_ids: list[int]
    ) -> None:
        self._session = session
        self._vcenters = vcenters
        self._vcenter_ids = vcenter_ids
        self.reach: Reach | None = None

    async def rows(self, statement: Executable) -> Sequence[Any]:
        """Run a SELECT, narrowed, and return its rows."""
        return await self._session.rows(narrowed(statement, self._vcenter_ids))

    async def fetch(self, statement: "Prepared", parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run a SELECT that is compiled already, in its narrowed form."""
        text = statement.keyed if self._holds(statement, parameters) else statement.narrowed
        return await self._session.fetch(text, {**parameters, SCOPE: self._vcenter_ids})

    async def look_up(self, statement: "PreparedLookUp", key: Mapping[str, Any]) -> Sequence[Any]:
        """Run a SELECT by a key, in its narrowed form."""
        text = statement.keyed if self._holds(statement.one, key) else statement.narrowed
        return await self._session.look_up(text, key, {SCOPE: self._vcenter_ids})

    def forget(self) -> None:
        """Take back what was found so far."""
        self._session.forget()

    def _holds(self, statement: "Prepared", parameters: Mapping[str, Any]) -> bool:
        """Tell whether a statement is given numbers of vCenters, all of them in scope."""
        given = [parameters[name] for name in statement.numbers]
        return bool(given) and all(
            each in self._vcenters if isinstance(each, int) else self._vcenters.keys() >= set(each)
            for each in given
        )


class _Narrowed(Executable, ClauseElement):
    """A SELECT and a scope; SQLAlchemy keeps what it compiles to, as of any statement."""

    __visit_name__ = "narrowed"
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's own spelling
        ("statement", InternalTraversal.dp_clauseelement),
        ("scope", InternalTraversal.dp_clauseelement),
        ("are_numbers_in_scope", InternalTraversal.dp_boolean),
    ]

    def __init__(
        self, statement: SelectBase, vcenter_ids: list[int], *, are_numbers_in_scope: bool
    ) -> None:
        self.statement = statement
        self.scope = bindparam(SCOPE, vcenter_ids, ARRAY(Integer))
        self.are_numbers_in_scope = are_numbers_in_scope

    @property
    def _all_selected_columns(self) -> Iterable[Any]:
        """What rows are addressed by when a kept compilation serves another statement."""
        return self.statement._all_selected_columns  # noqa: SLF001


@compiles(_Narrowed)
def _compile(element: _Narrowed, compiler: SQLCompiler, **named: Any) -> str:
    is_given = element.are_numbers_in_scope
    statement = held(element.statement, element.scope, are_numbers_in_scope=is_given)
    return compiler.process(statement, **named)
