"""What a statement reads without being held to a scope, told by its SQL."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Executable,
    Integer,
    MetaData,
    Table,
)
from sqlalchemy.dialects.postgresql import asyncpg

from loaders.entity import VCENTERS
from models.base import Base
from models.db.text import Text

WIDE = Table("wide", MetaData(), Column("vcenter_id", Integer), Column("x", Integer))
NAMES = "|".join([*Base.metadata.tables, WIDE.name])
READ = re.compile(rf"(?:FROM|JOIN|,) ({NAMES})\b(?!\.)(?: AS (\w+))?")
DIALECT = asyncpg.dialect(paramstyle="named")
HELD_HERE = r"(?: \+ 0)? = ANY \(:scope::INTEGER\[\]\)"


class Asked(Exception):  # noqa: N818 - an answer
    """What a loader asks."""

    def __init__(self, statement: Executable | Text) -> None:
        self.statement = statement


class Recorder:
    """Reads nothing: hands back what was to be read."""

    async def rows(self, statement: Executable) -> Sequence[Any]:
        raise Asked(statement)

    async def fetch(self, text: Text, parameters: Mapping[str, Any]) -> Sequence[Any]:
        assert set(text.names) <= {*text.constants, *parameters}
        raise Asked(text)


def sql_of(statement: Executable | Text) -> str:
    """Return the SQL of a statement in one line, its parameters by name."""
    if isinstance(statement, Text):
        named = re.sub(r"\$(\d+)", lambda at: f":{statement.names[int(at[1]) - 1]}", statement.sql)
        return " ".join(named.split())
    return " ".join(str(statement.compile(dialect=DIALECT)).split())  # type: ignore[attr-defined]


def unheld(statement: Executable | Text, numbers: Iterable[str] = ()) -> list[str]:
    """Return what the SQL of a statement reads out of scope, by the name it has there.

    Held is what has the condition, and what equals something that is held or of these numbers; what
    a SELECT in FROM shows is held as the tables are that it is made of.
    """
    sql = sql_of(statement)
    reads = Counter(READ.findall(sql))
    wanted = {
        (alias or table, column): times
        for (table, alias), times in reads.items()
        for column in vcenter_columns(table)
    }
    held = {(name, key) for name in re.findall(r"\) AS (\w+)", sql) for key in ("vcenter_id", "id")}
    while more := {
        p for p in wanted if p not in held and not _missing(sql, p, wanted[p], held, numbers)
    }:
        held |= more
    return [".".join(place) for place in wanted if place not in held]


def _missing(
    sql: str, place: tuple[str, str], times: int, held: set[tuple[str, str]], numbers: Iterable[str]
) -> int:
    """Return how many reads of a place nothing holds."""
    name = re.escape(".".join(place))
    values = [rf"(?:{re.escape(number)})" for number in numbers]
    values += [rf"{other}\.{column}\b" for other, column in held - {place}]
    values += [rf"\(SELECT vcenters\.id FROM vcenters WHERE [^()]*{HELD_HERE}[^()]*\)"]
    equal = [rf"{name} = {value}" for value in values] + [rf"{v} = {name}\b" for v in values]
    found = re.findall("|".join([rf"{name}{HELD_HERE}", *equal]), sql)
    return max(0, times - len(found))


def vcenter_columns(table: str) -> list[str]:
    """Return the columns of a table that name a vCenter."""
    if table == VCENTERS.name:
        return ["id"]
    known = WIDE if table == WIDE.name else Base.metadata.tables[table]
    return [column.key for column in known.columns if column.key.endswith("vcenter_id")]
