"""docs/rvtools.md names only fields that the schema has, and says why a column has none."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, get_named_type

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rvtools.md").read_text(encoding="utf-8")
PATH = re.compile(r"`([A-Z]\w*(?:\.\w+)+)`")
ROW = re.compile(r"^\| (?P<column>[^|]+) \| (?P<field>[^|]+) \| (?P<note>[^|]*)\|$", re.MULTILINE)
TABS = "vHost vHBA vNIC vSC_VMK vMultiPath vCluster vDatastore vSwitch vPort"


def rows() -> Iterator[tuple[str, re.Match[str]]]:
    """Yield every row below the tab it stands under."""
    parts = re.split(r"^## (.+)$", PAGE, flags=re.MULTILINE)[1:]
    for tab, body in zip(parts[::2], parts[1::2], strict=True):
        for row in ROW.finditer(body):
            if row["column"] != "RVTools":
                yield tab.strip(), row


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema((ROOT / "graphql_api" / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(set(PATH.findall(PAGE))))
def test_a_path_leads_through_the_graph_to_a_value(schema: GraphQLSchema, path: str) -> None:
    name, *fields = path.split(".")
    at = schema.type_map[name]
    for field in fields:
        assert field in at.fields, f"{at.name} has no {field}"
        at = get_named_type(at.fields[field].type)

    assert not hasattr(at, "fields"), f"{path} ends at a {at.name}, not at a value"


@pytest.mark.parametrize("tab", TABS.split())
def test_every_tab_of_hosts_and_storage_has_its_table(tab: str) -> None:
    found = [row for name, row in rows() if name == tab]

    assert found
    assert [row for row in found if not PATH.search(row["field"]) and not row["note"].strip()] == []
