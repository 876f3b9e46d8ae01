"""Conditions of lists as data: leaves about one column, joined by and, or, not, and led over edges.

All of it is hashable and made of texts and values alone, so that equal lists share a statement and
a cursor can be bound to its list. `loaders.where` makes SQL of it.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal
from uuid import UUID

Operator = Literal[
    "eq",
    "ne",
    "in",
    "not_in",
    "lt",
    "lte",
    "gt",
    "gte",
    "contains",
    "starts_with",
    "within",
    "older_than_days",
    "newer_than_days",
    "is_null",
    "numbered",
]
TRIGRAM = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """Stands for a value that differs from request to request, in what is the same for all."""

    name: str
    """Of the parameter in the statement."""
    length: int = 0
    """Of a text: at most that of a trigram, as more does not change the statement."""

    def __len__(self) -> int:
        return self.length


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one column.

    `ne` and `not_in` are also true of what is unknown (null); every other operator but `is_null`
    is not. So `Not` of a condition is true of exactly the rows that it is not true of.

    `numbered` is `eq` for a vCenter whose number is given beside, in `loaders.keyed.VCENTER_ID`, so
    that the other partitions are not even opened. Of a number that is another vCenter's by now, it
    is true of no row.
    """

    column: str
    """A column of the row, or one of `vcenter_uuid` and `identifier`; inside a part, a key."""
    operator: Operator
    value: Any
    """A tuple for `in`, `not_in` and for `identifier`, where it holds (kind, value) pairs."""
    table: str = ""
    """The table of the column where it is not the entity's own: of volatile numbers, of parts."""

    @property
    def suits_trigrams(self) -> bool:
        """Whether the index of names by trigrams narrows it down: three letters make one."""
        is_pattern = self.column == "name" and self.operator in ("contains", "starts_with")
        return is_pattern and len(self.value) >= TRIGRAM

    @property
    def is_of_known(self) -> bool:
        """Whether no row meets it whose column is unknown."""
        if self.operator == "is_null":
            return not self.value
        return self.operator not in ("ne", "not_in")

    @property
    def scopes_vcenters(self) -> bool:
        """Whether rows are of some vCenters."""
        return self.column == "vcenter_uuid" and self.operator == "in"

    @property
    def fixes_vcenter(self) -> bool:
        """Whether all rows are of one vCenter, so that one partition is read."""
        return self.column == "vcenter_uuid" and self.operator in ("eq", "numbered")


@dataclass(frozen=True, slots=True)
class All:
    """All of the parts hold; of none: true."""

    parts: tuple["Where", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts holds; of none: false."""

    parts: tuple["Where", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Where"


@dataclass(frozen=True, slots=True)
class Through:
    """The one object at the end of an edge is there and meets the part."""

    column: str
    """The column that holds its moid; empty where it is the row's vCenter."""
    target: str
    """The entity's name."""
    part: "Where"

    @property
    def scopes_vcenters(self) -> bool:
        """Whether rows are of the vCenters that meet the part."""
        return not self.column


@dataclass(frozen=True, slots=True)
class Some:
    """At least one object of a list of the row meets the part."""

    relation: str
    part: "Where"


@dataclass(frozen=True, slots=True)
class SomePart:
    """At least one element of a JSON array of the row, or of a table of its parts, meets a part."""

    table: str
    column: str
    part: "Where"


Where = Condition | All | Either | Not | Through | Some | SomePart


def is_narrow(where: Where) -> bool:
    """Tell whether few rows meet a condition, and an index leads to them.

    Names by trigrams, addresses by their network, custom attributes by what they hold; what is tied
    to one object that is told exactly: `networks: {some: {name: {eq: …}}}`.
    """
    match where:
        case SomePart(_, "custom_attributes", part):
            return bool(exact_texts(part))
        case Some(_, All(parts)):
            return any(_is_exact(part) for part in parts)
        case Some(_, part):
            return _is_exact(part)
        case Condition():
            return where.suits_trigrams or where.operator == "within"
        case _:
            return False


def _is_exact(where: Where) -> bool:
    """Tell whether a condition names texts or UUIDs; of a state there are many."""
    if not isinstance(where, Condition) or where.operator not in ("eq", "in"):
        return False
    values = where.value if isinstance(where.value, tuple) else (where.value,)
    return all(isinstance(value, str | UUID) and not isinstance(value, Enum) for value in values)


def exact_texts(part: Where) -> dict[str, str]:
    """Return the keys of a part of which a condition says exactly what text they hold."""
    parts = part.parts if isinstance(part, All) else (part,)
    return {
        each.column: each.value
        for each in parts
        if isinstance(each, Condition) and each.operator == "eq" and type(each.value) is str
    }


def leaves(where: Where) -> int:
    """Count the conditions, edges among them; an empty one is one."""
    match where:
        case All(parts) | Either(parts):
            return max(1, sum(leaves(part) for part in parts))
        case Not(part):
            return leaves(part)
        case Through(_, _, part) | Some(_, part) | SomePart(_, _, part):
            return 1 + leaves(part)
        case _:
            return 1
