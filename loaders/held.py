"""What columns hold, said without SQL: for those who show their values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Integer, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.types import ARRAY, TypeEngine

from loaders.entity import EVERYTHING, Entity
from models.base import Base


class Kind(Enum):
    """What PostgreSQL's driver gives."""

    TEXT = Text
    INTEGER = Integer
    SMALL = SmallInteger
    LONG = BigInteger
    FLAG = Boolean
    MOMENT = DateTime
    """Aware, in UTC."""
    UUID = Uuid
    ADDRESS = INET
    OTHER = TypeEngine


KINDS: dict[Any, Kind] = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Held:
    """What a column holds."""

    kind: Kind
    is_list: bool = False
    is_known: bool = False
    """Whether it is never null."""


@cache
def of_entity(entity: Entity) -> Mapping[str, Held]:
    """Return what the columns of an entity's rows hold, those that are computed too."""
    table = entity.table.c
    columns = entity.extend(entity.table, EVERYTHING)[1]
    return {
        key: _held(column.type, is_known=key in table and not table[key].nullable)
        for key, column in columns.items()
    }


def of_table(table: str, key: str) -> Held:
    """Return what a column of a table beside holds; where there is no row, it is null."""
    return _held(Base.metadata.tables[table].c[key].type, is_known=False)


def _held(type_: TypeEngine[Any], *, is_known: bool) -> Held:
    is_list = isinstance(type_, ARRAY)
    item = type_.item_type if isinstance(type_, ARRAY) else type_
    return Held(KINDS.get(type(item), Kind.OTHER), is_list, is_known)
