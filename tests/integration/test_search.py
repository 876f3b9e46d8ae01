"""`search`: one text finds objects of any kind, and says how."""

from typing import Any
from uuid import UUID

import pytest

from tests.support.estate import VMS, vm_address, vm_bios_uuid, vm_mac, vm_name
from tests.support.graph import Graph

SEARCH = """query ($text: String!, $types: [SearchType!], $first: Int! = 20) {
  search(text: $text, types: $types, first: $first) { match matched identifierKind
    node { id __typename ... on InventoryObject { name moid } ... on VCenter { name } } } }"""


async def found(graph: Graph, text: str, **variables: Any) -> list[tuple[str, str, str]]:
    """Return what a text finds: how, type and name."""
    hits = (await graph.ask(SEARCH, text=text, **variables)).data["search"]
    return [(hit["match"], hit["node"]["__typename"], hit["node"]["name"]) for hit in hits]


def reversed_groups(uuid: UUID) -> str:
    """Return a UUID as dmidecode prints it: the bytes of the first three groups reversed."""
    return str(UUID(bytes=uuid.bytes_le))


async def test_an_identifier_finds_what_carries_it_in_any_spelling(graph: Graph) -> None:
    beta = graph.vcenters[1]
    machine = ("IDENTIFIER", "VirtualMachine", vm_name(beta, 7))
    bios = vm_bios_uuid(beta, 7)

    for text in (
        vm_address(beta, 7),
        f"  {vm_address(beta, 7)} ",
        vm_mac(beta, 7).replace(":", "-").upper(),
        str(bios).upper(),
        reversed_groups(bios),
        "VM-7.beta.test",
    ):
        assert await found(graph, text) == [machine], text
    (hit,) = (await graph.ask(SEARCH, text=vm_address(beta, 7))).data["search"]
    assert (hit["identifierKind"], hit["matched"]) == ("IP", vm_address(beta, 7))


async def test_a_network_finds_the_machines_with_an_address_in_it(graph: Graph) -> None:
    alpha = graph.vcenters[0]
    network = vm_address(alpha, 0).rpartition(".")[0] + ".0/29"

    hits = await found(graph, network)

    assert {match for match, _, _ in hits} == {"SUBNET"}
    inside = {vm_name(alpha, n) for n in range(8)}
    assert {name for _, _, name in hits} == inside


async def test_a_moid_finds_the_object_of_every_vcenter_that_has_it(graph: Graph) -> None:
    assert await found(graph, "vm-12") == [
        ("MOID", "VirtualMachine", vm_name(vcenter, 12)) for vcenter in graph.vcenters
    ]
    hosts = await found(graph, "HOST-3", types=["Host"])
    assert [match for match, _, _ in hosts] == ["MOID"] * 3
    assert await found(graph, "host-3", types=["VirtualMachine"]) == []


async def test_names_are_found_exactly_then_by_beginning_then_anywhere(graph: Graph) -> None:
    async with graph.primary.begin() as connection:
        for moid, name in (("vm-1", "db"), ("vm-2", "DB-1"), ("vm-3", "my-DB-2"), ("vm-4", "dbx")):
            await connection.exec_driver_sql(
                f"UPDATE virtual_machines SET name = '{name}' WHERE vcenter_id ="
                f" {graph.vcenters[0].id} AND moid = '{moid}'"
            )

    assert await found(graph, "db") == [
        ("NAME", "VirtualMachine", "db"),
        ("PREFIX", "VirtualMachine", "DB-1"),
        ("PREFIX", "VirtualMachine", "dbx"),
    ]
    assert await found(graph, "db-") == [
        ("PREFIX", "VirtualMachine", "DB-1"),
        ("SUBSTRING", "VirtualMachine", "my-DB-2"),
    ]


async def test_objects_of_all_kinds_are_found_by_name_or_those_asked_for(graph: Graph) -> None:
    kinds = {kind for _, kind, _ in await found(graph, "alpha", first=100)}
    assert {"VCenter", "Cluster", "Host", "Datastore", "VirtualMachine", "Network"} <= kinds

    assert await found(graph, "alpha", types=["VCenter"]) == [("NAME", "VCenter", "alpha")]
    assert await found(graph, "alpha", types=[]) == []
    some = await found(graph, "alpha-", types=["Cluster", "Host"], first=5)
    assert len(some) == 5
    assert {kind for _, kind, _ in some} <= {"Cluster", "Host"}


async def test_what_is_spelled_wrong_is_found_only_where_nothing_else_is(graph: Graph) -> None:
    wrong = vm_name(graph.vcenters[2], 5).replace("gamma", "gama")

    hits = await found(graph, wrong, types=["VirtualMachine"], first=3)

    assert [match for match, _, _ in hits] == ["SIMILAR"] * 3
    assert vm_name(graph.vcenters[2], 5) in [name for _, _, name in hits]
    assert await found(graph, "zzzqqqxxx") == []


async def test_wildcards_and_deleted_objects_find_nothing(graph: Graph) -> None:
    async with graph.primary.begin() as connection:
        await connection.exec_driver_sql(
            "UPDATE virtual_machines SET deleted_at = now() WHERE moid = 'vm-9'"
        )
        await connection.exec_driver_sql("DELETE FROM identifiers WHERE moid = 'vm-9'")

    assert await found(graph, "%%%", types=["VirtualMachine"]) == []
    assert await found(graph, "___") == []
    assert await found(graph, "vm-9", types=["VirtualMachine"]) == []
    assert vm_name(graph.vcenters[0], 9) not in [
        name for _, _, name in await found(graph, vm_name(graph.vcenters[0], 9))
    ]


async def test_a_search_takes_a_statement_for_each_way_and_each_kind_it_found(
    graph: Graph,
) -> None:
    """By identifier, name, beginning, anywhere; machines."""
    everywhere = await graph.ask(SEARCH, text="beta-web-00", first=100)
    exact = await graph.ask(SEARCH, text=vm_address(graph.vcenters[0], 1), first=1)

    assert len(everywhere.data["search"]) == min(100, VMS)
    assert everywhere.statements <= 5
    assert exact.statements == 2


@pytest.mark.parametrize(
    ("text", "first", "code"),
    [
        ("", 1, "INVALID_ARGUMENT"),
        ("   ", 1, "INVALID_ARGUMENT"),
        ("a\0b", 1, "INVALID_ARGUMENT"),
        ("a" * 1_000_000, 1, "INVALID_ARGUMENT"),
        ("web", 0, "PAGE_SIZE"),
        ("web", 101, "PAGE_SIZE"),
    ],
)
async def test_what_cannot_be_searched_for_is_refused(
    graph: Graph, text: str, first: int, code: str
) -> None:
    assert await graph.fail(SEARCH, text=text, first=first) == [code]
