"""docs/rvtools.md names only fields that the schema has, and says why a column has none."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type

from graphql_api.schema import core_schema

PAGE = (Path(__file__).parents[2] / "docs" / "rvtools.md").read_text()
PATH = re.compile(r"`([A-Z]\w*(?:\.\w+)+)`")
SHEETS = ("vInfo", "vCPU", "vMemory", "vDisk", "vPartition", "vNetwork", "vSnapshot", "vTools")
HOST_SHEETS = ("vHost", "vHBA", "vNIC", "vSC_VMK", "vMultiPath", "vSwitch", "vPort")
STORAGE_SHEETS = ("vCluster", "vDatastore")
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


@pytest.mark.parametrize("sheet", [*SHEETS, "vCD", "vUSB", *HOST_SHEETS, *STORAGE_SHEETS])
def test_every_sheet_has_its_table(sheet):
    assert [cells for heading, cells in ROWS if heading == sheet]


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
