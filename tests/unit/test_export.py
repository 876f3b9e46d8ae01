"""Plans, columns and cells of exports, from documents alone."""

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from graphql import print_ast
from openpyxl import load_workbook

from graphql_api.documents import Documents
from graphql_api.export.cell import LONGEST, excel_cell, text_cell
from graphql_api.export.encoders import FORMATS
from graphql_api.export.plan import Plan, plan_of
from graphql_api.export.spool import Spool
from graphql_api.export.table import Table, table_of
from graphql_api.export.workbook import ExcelFile
from graphql_api.refusal import Refusal
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings
from resolvers import global_id

SETTINGS = GatewaySettings()


def planned(text: str, name: str | None = None, **variables: Any) -> Plan:
    document = Documents(core_schema, SETTINGS).prepare(text)
    return plan_of(core_schema, document, variables, name, page_rows=1000)


def tabled(text: str, rows: str = "", **variables: Any) -> Table:
    plan = planned(text, **variables)
    return table_of(plan.selection, plan.objects, rows)


def headers(text: str, rows: str = "", **variables: Any) -> list[str]:
    return [column.header for column in tabled(text, rows, **variables).columns]


def refused(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        call(*arguments, **named)
    code: str = refusal.value.errors[0]["extensions"]["code"]
    return code


def test_a_page_replaces_paging_and_leaves_out_what_is_not_a_row() -> None:
    plan = planned(
        """query A($n: Int!, $t: String!) {
            all: hosts(first: $n, after: "x", filter: {name: {eq: $t}}) {
                totalCount edges { cursor node { name } } pageInfo { endCursor } } }""",
        n=1,
        t="a",
    )

    printed = " ".join(print_ast(plan.page.ast).split())
    assert printed == (
        "query A($n: Int!, $t: String!, $pageSize: Int!, $pageAfter: String) "
        "{ all: hosts(filter: { name: { eq: $t } }, first: $pageSize, after: $pageAfter) "
        "{ nodes { name } page: pageInfo { hasNextPage endCursor } } }"
    )
    assert plan.variables_of("c") == {"n": 1, "t": "a", "pageSize": 1000, "pageAfter": "c"}
    assert plan.name == "all"


def test_variables_of_the_document_keep_their_names() -> None:
    plan = planned(
        "query($pageSize: String!) { hosts(filter: {name: {eq: $pageSize}}) { nodes { name } } }",
        pageSize="a",
    )

    assert plan.variables_of(None)["pageSize"] == "a"
    assert plan.variables_of(None)["pageSize_"] == 1000


def test_a_page_is_itself_a_valid_document_with_its_fragments() -> None:
    text = """query { ...R } fragment R on Query { hosts { ...C } }
        fragment C on HostConnection { nodes { ...H } } fragment H on Host { name }"""

    page = planned(text).page.text

    again = Documents(core_schema, SETTINGS).prepare(page)
    assert again.text.startswith("query ($pageSize: Int!, $pageAfter: String)")
    assert "fragment H" in page
    assert "fragment R" not in page
    assert headers(text) == ["name"]


def test_one_operation_of_several_is_exported() -> None:
    text = "query A { hosts { nodes { name } } } query B { clusters { nodes { moid } } }"

    assert planned(text, "B").name == "clusters"
    assert refused(planned, text) == "OPERATION_NAME"


@pytest.mark.parametrize(
    "text",
    [
        "{ hosts { nodes { name } } clusters { nodes { name } } }",
        "{ a: hosts { nodes { name } } b: hosts { nodes { name } } }",
        "{ hosts { totalCount } }",
        "{ hosts { nodes { name } edges { node { name } } } }",
        "{ hosts { edges { cursor } } }",
        '{ node(id: "x") { id } }',
        '{ duplicates(kind: MAC) { nodes { value } } }',
        "{ hosts @skip(if: true) { nodes { name } } }",
        'mutation { syncVcenter(id: "x") { id } }',
    ],
)  # fmt: skip
def test_only_one_list_of_objects_is_exported(text: str) -> None:
    assert refused(planned, text) == "EXPORT_NEEDS_ONE_LIST"


def test_pages_are_smaller_where_lists_stand_below() -> None:
    def size(below: str) -> int:
        return planned(f"{{ hosts {{ nodes {{ name {below} }} }} }}").size

    assert size("") == 1000
    assert size("virtualMachines(first: 0) { totalCount }") == 1000
    assert size("virtualMachines { nodes { name } }") == 20_000 // 51
    assert size("virtualMachines(last: 1000) { nodes { name host { name } } }") == 20_000 // 1001
    assert (
        size(
            "datastores(first: 1000) { nodes { virtualMachines(first: 1000) { nodes { name } } } }"
        )
        == 1
    )


def test_vcenters_that_a_filter_names_are_known() -> None:
    uuids = [UUID(int=1), UUID(int=2)]
    ids = [global_id.encode("VCenter", uuid) for uuid in uuids]
    text = "query($f: HostFilter) { hosts(filter: $f) { nodes { name } } }"

    assert planned(text, f={"vcenterId": {"in": ids}}).only == frozenset(uuids)
    assert planned(text, f={"vcenterId": {"eq": ids[0]}}).only == {uuids[0]}
    assert planned(text, f={"vcenterId": {"ne": ids[0]}}).only is None
    assert planned(text, f={"vcenterId": {"eq": "nonsense"}}).only is None
    assert planned(text).only is None
    assert not planned("{ vcenters { nodes { name } } }").is_walked


def test_columns_stand_in_order_of_selection_with_fragments_directives_and_aliases() -> None:
    text = """query($no: Boolean!) { virtualMachines { nodes { moid ...P called: name
            host { title: name cluster { name } } numCpus @skip(if: $no) disks { label }
            tags: customAttributes { name } host { moid } } } }
        fragment P on VirtualMachine { powerState ... on InventoryObject { firstSeen } }"""

    found = headers(text, no=True)

    assert found == [
        *("moid", "powerState", "firstSeen", "called", "host.title", "host.cluster.name"),
        *("host.moid", "disks", "tags"),
    ]
    assert "numCpus" in headers(text, no=False)
    assert [c.header for c in tabled(text, no=True).columns if c.is_moment] == ["firstSeen"]


def test_a_list_below_is_a_column_of_json_beside_its_count() -> None:
    text = "{ hosts { nodes { virtualMachines { totalCount nodes { name } } } } }"

    assert headers(text) == ["virtualMachines.totalCount", "virtualMachines.nodes"]
    assert headers(text, "virtualMachines.nodes") == [
        "virtualMachines.totalCount",
        "virtualMachines.nodes.name",
    ]


def test_each_element_has_a_row_and_an_object_without_any_has_none() -> None:
    table = tabled(
        "{ virtualMachines { nodes { name disks { label datastore { name } } ipAddresses } } }",
        "disks",
    )
    disks = [{"label": "a", "datastore": {"name": "ds"}}, {"label": "b", "datastore": None}]

    assert list(table.cells({"name": "vm", "disks": disks, "ipAddresses": ["::1"]})) == [
        ["vm", "a", "ds", ["::1"]],
        ["vm", "b", None, ["::1"]],
    ]
    assert list(table.cells({"name": "vm", "disks": [], "ipAddresses": None})) == []
    assert list(table.cells({"name": "vm", "disks": None, "ipAddresses": None})) == []


def test_elements_may_be_values() -> None:
    table = tabled("{ virtualMachines { nodes { name ipAddresses } } }", "ipAddresses")

    assert list(table.cells({"name": "vm", "ipAddresses": ["a", "b"]})) == [
        ["vm", "a"],
        ["vm", "b"],
    ]


@pytest.mark.parametrize("rows", ["name", "host", "none", "disks.label", "host.none", "disks."])
def test_rows_are_made_of_lists_only(rows: str) -> None:
    text = "{ virtualMachines { nodes { name host { name } disks { label } } } }"

    assert refused(tabled, text, rows) == "EXPORT_ROWS"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_would_compute_is_quoted_in_csv(first: str) -> None:
    assert text_cell(f"{first}cmd|' /C calc'!A0") == f"'{first}cmd|' /C calc'!A0"


def test_numbers_and_other_text_stand_in_csv_as_they_are() -> None:
    assert [text_cell(v) for v in (-5, 2**63 - 1, 0.5, False, None, "a=1", "")] == [
        *(-5, 2**63 - 1, 0.5, "false", "", "a=1", ""),
    ]


def test_csv_is_rfc_4180_in_utf_8() -> None:
    plan = planned("{ virtualMachines { nodes { name annotation disks { label } } } }")
    encoder = FORMATS["csv"].encoder(plan, "")
    node = {"name": 'ä "x", y', "annotation": "a\r\nb", "disks": [{"label": "=1"}]}

    encoded = encoder.begin() + encoder.encode([orjson.dumps(node)])

    assert encoded == (
        'name,annotation,disks\r\n"ä ""x"", y","a\r\nb","[{""label"":""=1""}]"\r\n'.encode()
    )
    assert list(csv.reader(io.StringIO(encoded.decode(), newline="")))[1][0] == node["name"]
    assert encoder.written == 1


def test_excel_shows_what_it_can_hold_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    values: list[Any] = ["=1+1", "https://a.test", "x" * 40_000, 2**53 + 1, 2**53, True, None, 0.5]
    moments = ["2026-01-31T12:00:00.5+00:00", "1601-01-01T00:00:00+00:00"]
    with ExcelFile(path) as file:
        table = file.table("all", ["a"])
        table.write([excel_cell(value, is_moment=False) for value in values])
        table.write([excel_cell(value, is_moment=True) for value in moments])

    sheet = load_workbook(path)["all"]
    (_, row, dates) = sheet.iter_rows()
    assert [cell.value for cell in row] == [
        *("=1+1", "https://a.test", "x" * LONGEST, str(2**53 + 1), 2**53, True, None, 0.5),
    ]
    assert row[0].data_type == "s"
    assert row[1].hyperlink is None
    assert dates[0].value == datetime(2026, 1, 31, 12, 0, 0, 500_000)  # noqa: DTZ001
    assert dates[1].value == moments[1]


def test_a_full_sheet_goes_on_on_the_next_one_and_sheets_may_be_written_in_turn(
    tmp_path: Path,
) -> None:
    path = tmp_path / "book.xlsx"
    with ExcelFile(path) as file:
        long, short = file.table("a" * 31, ["n"], most_rows=3), file.table("short", ["m"])
        for n in range(5):
            long.write([n])
            short.write([f"m{n}"])

    book = load_workbook(path)
    assert book.sheetnames == ["a" * 31, "short", "a" * 27 + " (2)", "a" * 27 + " (3)"]
    rows = {sheet.title: [row[0].value for row in sheet.iter_rows()] for sheet in book}
    assert list(rows.values()) == [
        *(["n", 0, 1], ["m", "m0", "m1", "m2", "m3", "m4"], ["n", 2, 3], ["n", 4]),
    ]


def test_a_workbook_that_is_not_wanted_leaves_no_file_open(tmp_path: Path) -> None:
    def give_up() -> None:
        with ExcelFile(tmp_path / "book.xlsx") as file:
            file.table("a", ["n"]).write([1])
            raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        give_up()

    assert not (tmp_path / "book.xlsx").exists()


@pytest.mark.parametrize("memory_bytes", [10, 10_000_000])
def test_a_spool_gives_back_what_was_written(memory_bytes: int) -> None:
    nodes = [{"name": "a\nb", "n": n} for n in range(20_000)]
    with Spool(memory_bytes) as spool:
        spool.write(nodes[:1])
        spool.write([])
        spool.write(nodes[1:])
        batches = list(spool.batches())

        assert len(batches) > 1
        assert [orjson.loads(line) for lines in batches for line in lines] == nodes
        assert spool.count == len(nodes)
