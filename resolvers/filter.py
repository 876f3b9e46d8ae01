"""What filters are made of: operators on each kind of value, and how a given filter is read.

`{name: {contains: "web"}, or: [{powerState: {eq: poweredOn}}, {host: {name: {eq: "esx1"}}}]}`: all
that is given must hold. An operator that is given must have a value: null is refused, because a
forgotten variable must not match everything. Which columns there are, each type says
(`filter_inputs`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from ipaddress import ip_network
from typing import Any, Generic, TypeVar
from uuid import UUID

import strawberry
from strawberry import UNSET

from loaders.condition import All, Condition, Either, Not, Operator, Where, leaves
from resolvers import global_id
from resolvers.scalar import BigInt, IPAddress
from runtime.errors import InvalidArgumentError

E = TypeVar("E", bound=StrEnum)

MAKES = "vminer.condition"
"""Metadata of a field: from what is given for it to a condition."""
LONGEST_TEXT = 1000
MOST_VALUES = 500
MOST_CONDITIONS = 100
DEEPEST = 12
MOST_DAYS = 36500
RELATIVE: tuple[Operator, ...] = ("older_than_days", "newer_than_days")

OPERATORS: dict[str, Operator] = {
    "eq": "eq",
    "ne": "ne",
    "in_": "in",
    "not_in": "not_in",
    "lt": "lt",
    "lte": "lte",
    "gt": "gt",
    "gte": "gte",
    "contains": "contains",
    "starts_with": "starts_with",
    "within": "within",
    "older_than_days": "older_than_days",
    "newer_than_days": "newer_than_days",
    "is_null": "is_null",
}


def _is(description: str, name: str | None = None) -> Any:
    return strawberry.field(default=UNSET, description=description, name=name)


EQ, NE = "Exactly this.", "Anything but this; also unknown."
IN, NOT_IN = "One of these.", "None of these; also unknown."
LT, LTE, GT, GTE = "Less.", "Less, or this.", "More.", "This, or more."
IS_NULL = "True: unknown or unset; false: known."


@strawberry.input(description="Conditions on a text; all that are given must hold.")
class TextFilter:
    """Operators on text."""

    eq: str | None = _is("Exactly this, case and all.")
    ne: str | None = _is("Anything but this; also unknown.")
    in_: list[str] | None = _is("One of these, exactly.", "in")
    not_in: list[str] | None = _is(NOT_IN)
    contains: str | None = _is("Contains this, in upper or lower case.")
    starts_with: str | None = _is("Begins with this, in upper or lower case.")
    is_null: bool | None = _is(IS_NULL)


@strawberry.input(name="Filter", description="Conditions on a state; all given must hold.")
class StateFilter(Generic[E]):
    """Operators on an enumeration."""

    eq: E | None = _is(EQ)
    ne: E | None = _is(NE)
    in_: list[E] | None = _is(IN, "in")
    not_in: list[E] | None = _is(NOT_IN)
    is_null: bool | None = _is(IS_NULL)


@strawberry.input(description="Conditions on a yes or no; all that are given must hold.")
class FlagFilter:
    """Operators on a truth value."""

    eq: bool | None = _is(EQ)
    ne: bool | None = _is(NE)
    is_null: bool | None = _is(IS_NULL)


@strawberry.input(description="Conditions on a number; all that are given must hold.")
class NumberFilter:
    """Operators on a number of 32 bits."""

    eq: int | None = _is(EQ)
    ne: int | None = _is(NE)
    in_: list[int] | None = _is(IN, "in")
    not_in: list[int] | None = _is(NOT_IN)
    lt: int | None = _is(LT)
    lte: int | None = _is(LTE)
    gt: int | None = _is(GT)
    gte: int | None = _is(GTE)
    is_null: bool | None = _is(IS_NULL)


@strawberry.input(description="Conditions on a large number; all that are given must hold.")
class BigIntFilter:
    """Operators on a number of 64 bits."""

    eq: BigInt | None = _is(EQ)
    ne: BigInt | None = _is(NE)
    in_: list[BigInt] | None = _is(IN, "in")
    not_in: list[BigInt] | None = _is(NOT_IN)
    lt: BigInt | None = _is(LT)
    lte: BigInt | None = _is(LTE)
    gt: BigInt | None = _is(GT)
    gte: BigInt | None = _is(GTE)
    is_null: bool | None = _is(IS_NULL)


@strawberry.input(description="Conditions on a moment; all that are given must hold.")
class DateTimeFilter:
    """Operators on a moment."""

    eq: datetime | None = _is(EQ)
    ne: datetime | None = _is(NE)
    lt: datetime | None = _is("Before this.")
    lte: datetime | None = _is("Before this, or then.")
    gt: datetime | None = _is("After this.")
    gte: datetime | None = _is("Then, or after this.")
    older_than_days: float | None = _is("More than this many days ago, as the database's clock is.")
    newer_than_days: float | None = _is("Less than this many days ago, or still to come.")
    is_null: bool | None = _is(IS_NULL)


@strawberry.input(description="Conditions on a UUID; all that are given must hold.")
class UUIDFilter:
    """Operators on a UUID."""

    eq: UUID | None = _is(EQ)
    ne: UUID | None = _is(NE)
    in_: list[UUID] | None = _is(IN, "in")
    not_in: list[UUID] | None = _is(NOT_IN)
    is_null: bool | None = _is(IS_NULL)


@strawberry.input(description="Conditions on an IP address; all that are given must hold.")
class IPAddressFilter:
    """Operators on an address."""

    eq: IPAddress | None = _is(EQ)
    ne: IPAddress | None = _is(NE)
    in_: list[IPAddress] | None = _is(IN, "in")
    not_in: list[IPAddress] | None = _is(NOT_IN)
    within: str | None = _is("Inside this network, as 10.1.0.0/16 or 2001:db8::/32.")
    is_null: bool | None = _is(IS_NULL)


@strawberry.input(description="Conditions on a managed object id; all that are given must hold.")
class MoidFilter:
    """Operators on a moid."""

    eq: strawberry.ID | None = _is(EQ)
    ne: strawberry.ID | None = _is(NE)
    in_: list[strawberry.ID] | None = _is(IN, "in")
    not_in: list[strawberry.ID] | None = _is(NOT_IN)


@strawberry.input(description="Conditions on a vCenter; all that are given must hold.")
class VCenterIdFilter:
    """Operators on the vCenter a row belongs to."""

    eq: strawberry.ID | None = _is("ID of the vCenter.")
    ne: strawberry.ID | None = _is("ID of any other vCenter than its own.")
    in_: list[strawberry.ID] | None = _is("IDs of several vCenters.", "in")
    not_in: list[strawberry.ID] | None = _is("IDs of other vCenters than its own.")


@dataclass(frozen=True, slots=True)
class OfColumn:
    """How a filter's field that is about a column is read."""

    column: str
    table: str = ""
    states: type[StrEnum] | None = None
    """The enumeration that its values are of: Strawberry hands over their bare texts."""

    def __call__(self, operators: Any, _depth: int) -> Where:
        """Return the conditions that operators make."""
        return _all(
            [
                self._condition(name, value)
                for name, value in vars(operators).items()
                if value is not UNSET
            ]
        )

    def _condition(self, name: str, value: Any) -> Where:
        operator = OPERATORS[name]
        values = value if isinstance(value, list) else [value]
        if len(values) > MOST_VALUES:
            raise InvalidArgumentError(f"A filter takes at most {MOST_VALUES} values.")
        usable = tuple(self._usable(operator, each) for each in values)
        several = isinstance(value, list)
        return Condition(self.column, operator, usable if several else usable[0], self.table)

    def _usable(self, operator: Operator, value: Any) -> Any:
        if value is None:
            raise InvalidArgumentError(f"The filter on {self.column} was given null for a value.")
        if self.column == "vcenter_uuid":
            return global_id.decode(value, "VCenter").uuid
        if operator in RELATIVE:
            check_days(value)
        if not isinstance(value, str):
            return value
        if "\0" in value or len(value) > LONGEST_TEXT:
            raise InvalidArgumentError(
                f"The filter on {self.column} was given a text that cannot match."
            )
        if operator == "within":
            return _network(value)
        return value if self.states is None else self.states(value)


def check_days(days: float) -> None:
    """Raise InvalidArgumentError for a number of days that no moment can be old."""
    if not 0 <= days <= MOST_DAYS:
        raise InvalidArgumentError(f"Days must lie between 0 and {MOST_DAYS}, not {days:g}.")


def of_column(column: str, table: str = "", states: type[StrEnum] | None = None) -> dict[str, Any]:
    """Return the metadata of a filter's field that is about a column."""
    return {MAKES: OfColumn(column, table, states)}


def of_ends(wrap: Callable[[Where], Where]) -> dict[str, Any]:
    """Return the metadata of a filter's field that is about the one object an edge leads to."""
    return {MAKES: lambda filter_, depth: wrap(_where(filter_, depth + 1))}


def of_list(wrap: Callable[[Where], Where]) -> dict[str, Any]:
    """Return the metadata of a filter's field that is about the objects of a list."""

    def make(given: Any, depth: int) -> Where:
        found: list[Where] = []
        if given.some not in (UNSET, None):
            found.append(wrap(_where(given.some, depth + 1)))
        if given.none not in (UNSET, None):
            found.append(Not(wrap(_where(given.none, depth + 1))))
        return _all(found)

    return {MAKES: make}


def of_logic() -> dict[str, Any]:
    """Return the fields `and`, `or` and `not` by their metadata."""
    return {
        "and_": {MAKES: lambda several, depth: _all([_where(f, depth + 1) for f in several])},
        "or_": {MAKES: lambda several, depth: Either(tuple(_where(f, depth + 1) for f in several))},
        "not_": {MAKES: lambda filter_, depth: Not(_where(filter_, depth + 1))},
    }


def conditions_of(filter_: Any) -> tuple[Where, ...]:
    """Return what a filter asks for, as conditions that must all hold.

    Raises:
        InvalidArgumentError: an operator has no usable value, or there are too many conditions.
        InvalidIdError: a vCenter's ID is none.
    """
    if filter_ is None or filter_ is UNSET:
        return ()
    found = _where(filter_, 1)
    if leaves(found) > MOST_CONDITIONS:
        raise InvalidArgumentError(f"A filter takes at most {MOST_CONDITIONS} conditions.")
    return found.parts if isinstance(found, All) else (found,)


def _where(filter_: Any, depth: int) -> Where:
    if depth > DEEPEST:
        raise InvalidArgumentError(f"A filter goes at most {DEEPEST} levels deep.")
    return _all([_of_field(field, given, depth) for field, given in _given(filter_)])


def _given(filter_: Any) -> Iterator[tuple[Field[Any], Any]]:
    known = _fields(filter_.__class__)
    for name, given in vars(filter_).items():
        if given is not UNSET and given is not None:
            yield known[name], given


@cache
def _fields(cls: type) -> Mapping[str, Field[Any]]:
    return {field.name: field for field in fields(cls)}


def _of_field(field: Field[Any], given: Any, depth: int) -> Where:
    where: Where = field.metadata[MAKES](given, depth)
    return where


def _all(found: list[Where]) -> Where:
    """Return one condition for several; those that are several themselves are taken apart."""
    flat: list[Where] = []
    for where in found:
        flat += where.parts if isinstance(where, All) else (where,)
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def _network(text: str) -> str:
    try:
        return str(ip_network(text.strip()))
    except ValueError as error:
        raise InvalidArgumentError(f"{text[:50]!r} is no network: {error}") from error
