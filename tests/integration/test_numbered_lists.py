"""Lists of one vCenter whose number is known: one partition is opened, and the number checked."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from loaders.scope import Scope
from loaders.vcenter_numbers import number_of, remember
from resolvers.global_id import encode
from tests.support.estate import Written
from tests.support.fetched import Fetched
from tests.support.graph import Graph

NAMES = """query($vcenter: ID!, $part: String) { virtualMachines(
    first: 3, filter: {vcenterId: {eq: $vcenter}, name: {contains: $part}}) {
    nodes { name vcenter { name } } } }"""
ON_HOSTS = """query($vcenter: ID!) { virtualMachines(first: 3, filter: {
    vcenterId: {eq: $vcenter}, host: {name: {contains: "e"}}}) { nodes { vcenter { name } } } }"""


async def partitions(graph: Graph, sql: str, parameters: Sequence[Any]) -> int:
    """Return how many partitions of VMs PostgreSQL's plan opens."""
    async with graph.reads.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        plan = await raw.fetch(f"EXPLAIN {sql}", *parameters)
    return len(set(re.findall(r"virtual_machines_p\d+", " ".join(row[0] for row in plan))))


def of_machines(seen: Fetched) -> Fetched:
    """Return the statements that read VMs."""
    return [each for each in seen if "FROM virtual_machines" in each[0]]


async def names(graph: Graph, vcenter: Written, part: str = "web") -> list[str]:
    """Return the first VMs of a vCenter, as the list shows them."""
    answer = await graph.ask(NAMES, vcenter=encode("VCenter", vcenter.uuid), part=part)
    nodes = answer.data["virtualMachines"]["nodes"]
    assert {node["vcenter"]["name"] for node in nodes} <= {vcenter.name}
    return [node["name"] for node in nodes]


async def test_a_vcenter_whose_number_is_known_opens_its_partition_alone(
    graph: Graph, seen: Fetched
) -> None:
    beta = graph.vcenters[1]
    remember(beta.uuid, -1)
    looked_up = await names(graph, beta)
    assert number_of(beta.uuid) == beta.id
    by_number = await names(graph, beta)

    assert looked_up == by_number == [f"beta-web-000{number}" for number in (0, 1, 2)]
    opened = [await partitions(graph, *each) for each in of_machines(seen)]
    assert opened == [1, 4, 1]  # of no such number, by the UUID, by the number


@pytest.mark.parametrize("is_held", [False, True], ids=["all", "some"])
async def test_a_number_that_is_another_vcenters_by_now_shows_none_of_its_rows(
    graph: Graph, *, is_held: bool
) -> None:
    alpha, beta, _ = graph.vcenters
    own = Scope({vcenter.id: vcenter.uuid for vcenter in (alpha, beta)})
    remember(beta.uuid, alpha.id)

    found = await names(replace(graph, scope=own) if is_held else graph, beta)

    assert found == [f"beta-web-000{number}" for number in (0, 1, 2)]
    assert is_held or number_of(beta.uuid) == beta.id


async def test_a_key_has_the_numbers_of_what_it_names(graph: Graph, seen: Fetched) -> None:
    beta = graph.vcenters[1]
    remember(beta.uuid, -1)

    found = await names(replace(graph, scope=Scope({beta.id: beta.uuid})), beta)

    assert found == [f"beta-web-000{number}" for number in (0, 1, 2)]
    assert [await partitions(graph, *each) for each in of_machines(seen)] == [1]


async def test_an_empty_list_is_looked_for_again_only_where_the_number_may_be_wrong(
    graph: Graph, seen: Fetched
) -> None:
    beta = graph.vcenters[1]
    remember(beta.uuid, beta.id)

    assert await names(replace(graph, scope=Scope({beta.id: beta.uuid})), beta, "none has it") == []
    assert len(of_machines(seen)) == 1
    assert await names(graph, beta, "none has it") == []
    assert len(of_machines(seen)) == 3


async def test_a_vcenter_out_of_scope_shows_nothing_whether_its_number_is_known_or_not(
    graph: Graph,
) -> None:
    alpha, beta, _ = graph.vcenters
    held = replace(graph, scope=Scope({alpha.id: alpha.uuid}))

    for number in (beta.id, alpha.id, -1):
        remember(beta.uuid, number)
        assert await names(held, beta) == []


@pytest.mark.parametrize("is_right", [True, False], ids=["its number", "another's"])
async def test_a_list_whose_statement_is_made_anew_is_given_the_number_too(
    graph: Graph, *, is_right: bool
) -> None:
    alpha, beta, _ = graph.vcenters
    own = replace(graph, scope=Scope({each.id: each.uuid for each in (alpha, beta)}))

    for who in (graph, own):
        remember(beta.uuid, beta.id if is_right else alpha.id)
        answer = await who.ask(ON_HOSTS, vcenter=encode("VCenter", beta.uuid))
        found = [node["vcenter"]["name"] for node in answer.data["virtualMachines"]["nodes"]]
        assert found == ["beta"] * 3
