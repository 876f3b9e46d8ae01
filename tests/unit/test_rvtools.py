"""docs/rvtools.md has every column of the sheets: a field that the schema has, or a reason."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type

from graphql_api.schema import core_schema
from tests.support.rvtools import EVERY_MACHINE, OF_MACHINES, OTHERS

PAGE = (Path(__file__).parents[2] / "docs" / "rvtools.md").read_text()
PATH = re.compile(r"`([A-Z]\w*(?:\.\w+)+)`")
COMMON = "Every sheet of virtual machines"
NOT_PLAIN = re.compile("[^a-z0-9]")
RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+\s*")


def rows() -> Iterator[tuple[str, list[str]]]:
    """Yield the cells of every row of every table, below the heading they stand under."""
    heading = ""
    lines = PAGE.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("#"):
            heading = line.lstrip("#").strip()
        is_head = RULE.fullmatch(following) is not None
        if line.startswith("|") and not is_head and not RULE.fullmatch(line):
            yield heading, [cell.strip() for cell in line.strip().strip("|").split("|")]


ROWS = list(rows())


def graph() -> GraphQLSchema:
    return core_schema


def missing_part(path: str) -> str | None:
    """Return the first part of a path that the schema does not have."""
    name, *fields = path.split(".")
    held = graph().type_map.get(name)
    walked = name
    for field in fields:
        if not isinstance(held, GraphQLObjectType | GraphQLInterfaceType):
            return walked
        walked = f"{walked}.{field}"
        if field not in held.fields:
            return walked
        held = get_named_type(held.fields[field].type)
    return None


@pytest.mark.parametrize("path", sorted(set(PATH.findall(PAGE))))
def test_the_schema_has_every_path_of_the_page(path):
    assert missing_part(path) is None


def spelled(column: str) -> str:
    """Return a column's name as import tables and the page agree on it."""
    for sign, word in (("#", "num"), ("%", "percent"), ("p/s", "persocket")):
        column = column.lower().replace(sign, word)
    return NOT_PLAIN.sub("", column)


def listed(heading: str) -> set[str]:
    """Return the columns of a table of the page; a row may stand for several."""
    own = [cells[0] for found, cells in ROWS if found == heading]
    return {spelled(column) for cell in own for column in cell.split(", ")}


def absent(sheet: str, columns: str) -> list[str]:
    """Return the columns that the page's table of a sheet does not list."""
    return [column for column in columns.split() if spelled(column) not in listed(sheet)]


@pytest.mark.parametrize(
    ("sheet", "columns"),
    [(COMMON, EVERY_MACHINE), *OF_MACHINES.items(), *OTHERS.items()],
    ids=lambda value: value.split()[0],
)
def test_no_column_of_a_sheet_is_missing_on_the_page(sheet, columns):
    assert absent(sheet, columns) == []


def test_a_column_that_is_missing_is_found():
    assert absent("vCD", "Device_Node Colour Connected") == ["Colour"]
    assert absent("vHealth", "Message") == ["Message"]


@pytest.mark.parametrize(
    ("heading", "cells"), ROWS, ids=[f"{heading}-{cells[0]}" for heading, cells in ROWS]
)
def test_a_column_has_a_field_or_a_reason(heading, cells):
    assert len(cells) == 3, heading
    column, field, note = cells
    assert column
    assert PATH.search(field) or (field == "–" and note)


def test_a_path_that_is_wrong_is_found():
    assert missing_part("VirtualMachine.disks.colour") == "VirtualMachine.disks.colour"
    assert missing_part("VirtualMachine.name.first") == "VirtualMachine.name"
    assert missing_part("Spaceship.name") == "Spaceship"
