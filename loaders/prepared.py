"""Statements that are compiled once: text for PostgreSQL's driver, with names for what differs.

Building a statement anew costs more than executing it, where it reads a few rows by their keys.
The texts of those that are alike but for their values are kept; what they are made of is not: it
takes ten times the room.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any, ParamSpec, TypeAlias

from sqlalchemy import ARRAY, BindParameter, CompoundSelect, Select
from sqlalchemy.dialects.postgresql import asyncpg

from loaders.condition import Slot
from loaders.keyed import VCENTER_PARAMETERS
from loaders.parts import parts_of
from loaders.reach import Traits, traits_of
from loaders.scope import SCOPE, narrowed
from models.db.text import LookUp, Text

DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]
MOST = 1000
"""Statements of each family that are kept."""
Statement: TypeAlias = Select[Any] | CompoundSelect[Any]
P = ParamSpec("P")


@dataclass(frozen=True)
class Prepared:
    """One statement, for who may see everything and for who may not."""

    make: Callable[[], Statement]

    @property
    def statement(self) -> Statement:
        """The statement, made anew."""
        return self.make()

    @cached_property
    def traits(self) -> Traits:
        """What it says of its answers."""
        return traits_of(self.statement)

    @cached_property
    def open(self) -> Text:
        """As it is."""
        return _text(self.statement)

    @cached_property
    def narrowed(self) -> Text:
        """Held to a scope, its parameter `scope`."""
        return _text(narrowed(self.statement, []))

    @cached_property
    def keyed(self) -> Text:
        """Held to a scope that has the vCenters whose `numbers` it is given."""
        return _text(narrowed(self.statement, [], are_numbers_in_scope=True))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Which of its parameters are numbers of vCenters."""
        binds = (part for part in parts_of(self.statement) if isinstance(part, BindParameter))
        return tuple({str(bind.key) for bind in binds} & VCENTER_PARAMETERS)


def prepared(
    most: int = MOST,
) -> Callable[[Callable[P, Statement]], Callable[P, Prepared]]:
    """Have a function that makes statements return each of them prepared, and keep so many."""

    def decorate(make: Callable[P, Statement]) -> Callable[P, Prepared]:
        @lru_cache(most)
        def made(*args: P.args, **kwargs: P.kwargs) -> Prepared:
            return Prepared(partial(make, *args, **kwargs))

        made.__doc__ = make.__doc__
        return made  # type: ignore[return-value]

    return decorate


@dataclass(frozen=True)
class PreparedLookUp:
    """A statement of rows by their key, for one and for many, as `LookUp` says."""

    one: Prepared
    many: Prepared

    @cached_property
    def open(self) -> LookUp:
        """As it is."""
        return LookUp(self.one.open, self.many.open)

    @cached_property
    def narrowed(self) -> LookUp:
        """Held to a scope."""
        return LookUp(self.one.narrowed, self.many.narrowed)

    @cached_property
    def keyed(self) -> LookUp:
        """Held to a scope that has the vCenters whose numbers are among the keys."""
        return LookUp(self.one.keyed, self.many.keyed)


def _text(statement: Any) -> Text:
    """Compile a statement.

    Raises:
        TypeError: its rows would have to be converted; the driver gives all other values as needed.
    """
    for column in statement._all_selected_columns:  # noqa: SLF001
        held = column.type.item_type if isinstance(column.type, ARRAY) else column.type
        if held.dialect_impl(DIALECT).result_processor(DIALECT, None) is not None:
            raise TypeError(f"{column} is a {column.type}, which SQLAlchemy converts")
    made = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    names = tuple(made.positiontup or ())
    held = {name: made.binds[name].value for name in names}
    constants = {name: value for name, value in held.items() if not isinstance(value, Slot)}
    constants.pop(SCOPE, None)
    return Text(str(made), names, constants)
