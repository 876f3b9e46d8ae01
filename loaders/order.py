"""Columns of the total orders that lists come in."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Text,
    Uuid,
    collate,
)


class Long(int):
    """The type of an order column of 64 bits."""


@dataclass(frozen=True, slots=True)
class Order:
    """One column of a list's total order."""

    key: str
    column: str
    type: type
    is_bytewise: bool = False
    is_descending: bool = False
    nulls_first: bool | None = None
    """Where unknown values stand; None: there are none."""

    def of(self, source: FromClause) -> ColumnElement[Any]:
        """Return what the table, or a subquery of it, is ordered by."""
        column: ColumnElement[Any] = source.c[self.column]
        return collate(column, "C") if self.is_bytewise else column

    def directed(self, by: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return an expression in this direction, unknown values in their place."""
        ordered = by.desc() if self.is_descending else by.asc()
        if self.nulls_first is None:
            return ordered
        return ordered.nulls_first() if self.nulls_first else ordered.nulls_last()

    @property
    def reversed(self) -> "Order":
        """Return the opposite order."""
        first = None if self.nulls_first is None else not self.nulls_first
        return replace(self, is_descending=not self.is_descending, nulls_first=first)


def order_of_column(column: Column[Any], *, is_descending: bool, nulls_first: bool | None) -> Order:
    """Return the order by a column.

    Raises:
        LookupError: values of its type have no order that a cursor could hold.
    """
    key = str(column.key)
    for sql, python in _TYPES:
        if isinstance(column.type, sql):
            return Order(key, key, python, python is str, is_descending, nulls_first)
    raise LookupError(f"lists cannot be ordered by {column}")


_TYPES: tuple[tuple[type, type], ...] = (
    (BigInteger, Long),
    (Integer, int),
    (Text, str),
    (Boolean, bool),
    (DateTime, datetime),
    (Uuid, UUID),
)
"""What values of a column are in Python and in cursors."""
