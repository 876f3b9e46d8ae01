"""Whole lists as files: the rows that paging gives, those of each vCenter in one state."""

import csv
import io
from typing import Any

import orjson
import pytest
from openpyxl import load_workbook

from graphql_api.settings import GatewaySettings
from loaders.scope import Scope
from models.db.settings import DatabaseSettings
from resolvers import global_id
from tests.support.estate import HOSTS, VMS, Written
from tests.support.exporting import opened_exports
from tests.support.graph import Graph

SMALL_PAGES = GatewaySettings(export_page_rows=70)
SELECTION = """name powerState numCpus memoryBytes ipAddress isTemplate firstSeen
    host { name cluster { name } } disks { label capacityBytes } vcenter { name }"""
MACHINES = f"""query($state: PowerState!) {{
    all: virtualMachines(first: 3, filter: {{powerState: {{eq: $state}}}}) {{
        totalCount nodes {{ {SELECTION} }} pageInfo {{ endCursor }} }} }}"""


async def paged(graph: Graph, vcenter: Written, state: str) -> list[dict[str, Any]]:
    """Return what paging over a vCenter's VMs gives."""
    document = f"""query($id: ID!, $state: PowerState!, $after: String) {{ virtualMachines(
        first: 40, after: $after, filter: {{vcenterId: {{eq: $id}}, powerState: {{eq: $state}}}})
        {{ nodes {{ {SELECTION} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
    nodes: list[dict[str, Any]] = []
    after = None
    id_ = global_id.encode("VCenter", vcenter.uuid)
    while True:
        answer = await graph.ask(document, id=id_, state=state, after=after)
        page = answer.data["virtualMachines"]
        nodes += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes


def flat(node: dict[str, Any]) -> list[Any]:
    """Return the cells of a VM."""
    cluster = (node["host"] or {}).get("cluster") or {}
    return [
        *(node[key] for key in ("name", "powerState", "numCpus", "memoryBytes", "ipAddress")),
        *(node["isTemplate"], node["firstSeen"], node["host"]["name"], cluster.get("name")),
        *(node["disks"], node["vcenter"]["name"]),
    ]


HEADER = [
    *("name", "powerState", "numCpus", "memoryBytes", "ipAddress", "isTemplate", "firstSeen"),
    *("host.name", "host.cluster.name", "disks", "vcenter.name"),
]


async def test_the_three_formats_hold_what_paging_gives(
    graph: Graph, graph_database: DatabaseSettings
) -> None:
    expected = [node for each in graph.vcenters for node in await paged(graph, each, "poweredOn")]

    async with opened_exports(graph_database, settings=SMALL_PAGES) as exports:
        lines = await exports.get("ndjson", MACHINES, state="poweredOn")
        text = await exports.get("csv", MACHINES, state="poweredOn")
        excel = await exports.get("xlsx", MACHINES, state="poweredOn")

    assert [orjson.loads(line) for line in lines.splitlines()] == expected
    assert len(expected) == 3 * VMS * 7 // 10
    header, *rows = csv.reader(io.StringIO(text.decode(), newline=""))
    assert header == HEADER
    assert rows == [[as_text(cell) for cell in flat(node)] for node in expected]
    sheet = load_workbook(io.BytesIO(excel))["all"]
    header, *cells = sheet.iter_rows(values_only=True)
    assert list(header) == HEADER
    assert len(cells) == len(expected)
    assert cells[0][:4] == tuple(flat(expected[0])[:4])
    assert cells[0][6].isoformat() + "+00:00" == expected[0]["firstSeen"]


def as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return cell if isinstance(cell, str) else orjson.dumps(cell).decode()


async def test_rows_are_made_of_the_elements_of_a_list(
    graph: Graph, graph_database: DatabaseSettings
) -> None:
    document = "{ virtualMachines { edges { node { name snapshots { name createdAt } moid } } } }"
    async with opened_exports(graph_database) as exports:
        text = await exports.get("csv", document, rows="snapshots")

    header, *rows = csv.reader(io.StringIO(text.decode()))
    assert header == ["name", "snapshots.name", "snapshots.createdAt", "moid"]
    assert len(rows) == 3 * VMS // 10, "VMs without snapshots have no row"
    assert {row[1] for row in rows} == {"before upgrade"}


async def test_a_scope_shows_its_vcenters_and_no_other(
    graph: Graph, graph_database: DatabaseSettings
) -> None:
    _, beta, _ = graph.vcenters
    document = "{ hosts { nodes { name vcenter { name } } } }"

    async with opened_exports(graph_database, Scope({beta.id: beta.uuid})) as exports:
        lines = (await exports.get("ndjson", document)).splitlines()

    assert [orjson.loads(line)["vcenter"]["name"] for line in lines] == [beta.name] * HOSTS


@pytest.mark.parametrize(("format_", "expected"), [("csv", b"name\r\n"), ("ndjson", b"")])
async def test_a_caller_without_scope_gets_a_header_and_no_row(
    graph: Graph, graph_database: DatabaseSettings, format_: str, expected: bytes
) -> None:
    async with opened_exports(graph_database, Scope({})) as exports:
        assert await exports.get(format_, "{ hosts { nodes { name } } }") == expected
        excel = await exports.get("xlsx", "{ vcenters { nodes { name } } }")

    sheet = load_workbook(io.BytesIO(excel))["vcenters"]
    assert list(sheet.iter_rows(values_only=True)) == [("name",)]


async def test_vcenters_the_filter_does_not_name_are_not_walked(
    graph: Graph, graph_database: DatabaseSettings
) -> None:
    _, beta, gamma = graph.vcenters
    ids = [global_id.encode("VCenter", each.uuid) for each in (gamma, beta)]
    document = """query($ids: [ID!]!) { datastores(filter: {vcenterId: {in: $ids}}) {
        nodes { name } } }"""

    async with opened_exports(graph_database) as exports:
        lines = (await exports.get("ndjson", document, ids=ids)).splitlines()

    names = [orjson.loads(line)["name"] for line in lines]
    assert names == [f"{each}-ds-{n}" for each in ("beta", "gamma") for n in range(4)]


async def test_an_order_that_the_estate_has_no_index_for_is_given_within_each_vcenter(
    graph: Graph, graph_database: DatabaseSettings
) -> None:
    document = """{ virtualMachines(orderBy: {field: storageCommittedBytes, direction: DESC}) {
        nodes { storageCommittedBytes vcenter { name } } } }"""
    async with opened_exports(graph_database, settings=SMALL_PAGES) as exports:
        lines = (await exports.get("ndjson", document)).splitlines()

    found = [orjson.loads(line) for line in lines]
    assert len(found) == 3 * VMS
    for vcenter in graph.vcenters:
        sizes = [
            node["storageCommittedBytes"]
            for node in found
            if node["vcenter"]["name"] == vcenter.name
        ]
        assert sizes == sorted(sizes, reverse=True)


async def test_lists_below_the_rows_make_pages_smaller_and_lose_nothing(
    graph: Graph, graph_database: DatabaseSettings
) -> None:
    document = """{ clusters { nodes { name hosts(first: 1000) { totalCount
        nodes { name virtualMachines(first: 1000) { nodes { name } } } } } } }"""

    async with opened_exports(graph_database) as exports:
        lines = (await exports.get("ndjson", document)).splitlines()

    clusters = [orjson.loads(line) for line in lines]
    machines = [
        machine["name"]
        for cluster in clusters
        for host in cluster["hosts"]["nodes"]
        for machine in host["virtualMachines"]["nodes"]
    ]
    assert len(clusters) == 9
    assert len(set(machines)) == 3 * VMS * (HOSTS - 1) // HOSTS
