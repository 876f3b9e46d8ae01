"""The sheets of `vminer export rvtools` have the columns that docs/rvtools.md gives a path for."""

import re

import pytest
from graphql import FieldNode, OperationDefinitionNode, SelectionSetNode, parse

from graphql_api.documents import Documents
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings
from tests.support.rvtools import EVERY_MACHINE, OF_MACHINES, OTHERS
from tests.unit.test_rvtools import COMMON, PATH, ROWS, spelled
from vminer.rvtools.tab import Tab, document_of
from vminer.rvtools.tabs import TABS

EVERY_OTHER = "Every other sheet"
REST = re.compile(r" \((?:of|distributed|NFS|private).*\)$")
COUNTED = re.compile(r"(.*?)(?:#)?(\d) (?:to|–) (?:#)?(\d)(.*)")
ATTRIBUTES = "(custom attributes)"
TWICE = {"Folder", "Annotation", "VM UUID"}
BY_SHEET = {tab.name: tab for tab in TABS}
SHEETS = pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.name)


def expanded(cell: str) -> list[str]:
    """Return the columns that a cell of the page stands for."""
    found = COUNTED.fullmatch(cell)
    if found is None:
        return [REST.sub("", each) for each in cell.split(", ")]
    before, first, last, after = found.groups()
    sign = "#" if "#" in cell else ""
    return [f"{before}{sign}{n}{after}" for n in range(int(first), int(last) + 1)]


def promised(tab: Tab) -> dict[str, set[str]]:
    """Return the columns that the page gives a path for, each with its paths."""
    headings = {COMMON if tab.root == "virtualMachines" else EVERY_OTHER, tab.name}
    if tab.name == "vSource":
        headings = {tab.name}
    found: dict[str, set[str]] = {}
    for heading, (cell, field, _) in ROWS:
        paths = PATH.findall(field)
        if heading not in headings or not paths or cell == ATTRIBUTES:
            continue
        for column in expanded(cell):
            known = found.setdefault(column, set())
            if heading == tab.name and tab.name == "vInfo" and column == "VM UUID":
                known.clear()  # elsewhere the column is the other one of both UUIDs
            known.update(path.partition(".")[2] for path in paths)
    return found


def fields(selections: SelectionSetNode, before: str = "") -> dict[str, str]:
    """Return the path of fields for each path of keys."""
    found: dict[str, str] = {}
    for node in selections.selections:
        assert isinstance(node, FieldNode)
        name = node.name.value
        key = node.alias.value if node.alias else name
        found[key] = name
        if node.selection_set:
            found |= {f"{key}.{k}": f"{name}.{v}" for k, v in fields(node.selection_set).items()}
    return found


def shown(tab: Tab) -> dict[str, set[str]]:
    """Return the columns of a sheet, each with its paths over fields."""
    (operation,) = parse(document_of([tab])).definitions
    assert isinstance(operation, OperationDefinitionNode)
    (root,) = operation.selection_set.selections
    assert isinstance(root, FieldNode)
    assert root.selection_set is not None
    (nodes,) = root.selection_set.selections
    assert isinstance(nodes, FieldNode)
    assert nodes.selection_set is not None
    known = fields(nodes.selection_set)
    return {column.header: {known[path] for path in column.paths} for column in tab.columns}


def test_every_sheet_of_the_page_is_in_the_workbook() -> None:
    headings = {heading for heading, _ in ROWS if re.fullmatch(r"d?v[A-Z]\w*", heading)}

    assert set(BY_SHEET) == headings
    assert len(BY_SHEET) == len(TABS)


@SHEETS
def test_a_sheet_has_the_columns_that_the_page_has_a_path_for_and_no_other(tab: Tab) -> None:
    assert set(tab.headers) == set(promised(tab))
    assert len(set(tab.headers)) == len(tab.headers)


@SHEETS
def test_a_column_is_made_of_the_fields_that_the_page_names(tab: Tab) -> None:
    of_sheet = shown(tab)

    lacking = {
        header: sorted(paths - of_sheet[header])
        for header, paths in promised(tab).items()
        if not paths <= of_sheet[header]
    }
    assert lacking == {}


@SHEETS
def test_the_columns_of_a_sheet_stand_in_rvtools_order(tab: Tab) -> None:
    own = (OF_MACHINES | OTHERS)[tab.name].split()
    if tab.name in OF_MACHINES and tab.name != "vInfo":
        every = EVERY_MACHINE.split()
        own = [*every[:4], *own, *every[4:]]
    places = {spelled(column): place for place, column in enumerate(own)}

    order = [places[spelled(header)] for header in tab.headers if spelled(header) in places]
    assert order == sorted(order)
    assert len(order) > 3


@SHEETS
def test_the_document_of_a_sheet_is_one_the_gateway_takes(tab: Tab) -> None:
    documents = Documents(core_schema, GatewaySettings())
    together = [other for other in TABS if other.read_with == tab.read_with]

    assert documents.prepare(document_of([tab])).operations
    assert documents.prepare(document_of(together)).operations


def test_custom_attributes_have_a_column_each_behind_the_annotation() -> None:
    tab = BY_SHEET["vInfo"].with_attributes(["Owner", "Cost centre"])
    node = {"customAttributes": [{"name": "Cost centre", "value": "=7"}], "name": "vm"}
    at = tab.headers.index("Annotation")

    (cells,) = (dict(zip(tab.headers, cells, strict=True)) for cells in tab.cells(Nothing(node)))

    assert tab.headers[at + 1 : at + 3] == ["Owner", "Cost centre"]
    assert (cells["Owner"], cells["Cost centre"], cells["VM"]) == (None, "=7", "vm")
    assert BY_SHEET["vHost"].with_attributes(["Owner"]) is BY_SHEET["vHost"]


class Nothing(dict[str, object]):
    """An object of which all that is not said is null."""

    def __missing__(self, key: str) -> None:
        return None
