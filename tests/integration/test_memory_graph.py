"""Histories and duplicates in the graph, with the statements they take."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from models.tables import Identifier, InventoryChange
from tests.support.estate import Written, vm_bios_uuid, vm_mac
from tests.support.graph import Graph

RUN = UUID(int=1)


async def write_changes(graph: Graph, vcenter: Written, type_: str, *moids: str) -> None:
    """Record for each object that it was created, and then changed twice, in three transactions."""
    for step, (kind, fields) in enumerate(
        (
            ("CREATED", None),
            ("UPDATED", {"power_state": ["poweredOn", "poweredOff"], "host_moid": ["a", "b"]}),
            ("HARDWARE", {"disks": [[], [{"key": 2000}]]}),
        )
    ):
        rows = [
            {
                "vcenter_id": vcenter.id,
                "type": type_,
                "moid": moid,
                "name": f"{moid} then {step}",
                "kind": kind,
                "fields": fields,
                "run_id": RUN,
            }
            for moid in moids
        ]
        async with graph.primary.begin() as connection:
            await connection.execute(insert(InventoryChange), rows)


async def carry(graph: Graph, kind: str, *carriers: tuple[Written, str, str], type_: str) -> None:
    """Let objects carry identifiers: (vCenter, moid, value)."""
    rows = [
        {"vcenter_id": vcenter.id, "type": type_, "moid": moid, "kind": kind, "value": value}
        for vcenter, moid, value in carriers
    ]
    async with graph.primary.begin() as connection:
        await connection.execute(insert(Identifier), rows)


async def test_histories_of_many_objects_take_one_statement(graph: Graph) -> None:
    alpha, beta, _ = graph.vcenters
    moids = [f"vm-{number}" for number in range(100)]
    await write_changes(graph, alpha, "VirtualMachine", *moids)
    await write_changes(graph, beta, "VirtualMachine", "vm-1")
    await write_changes(graph, alpha, "Host", "vm-1")  # another kind by the same moid

    answer = await graph.ask(
        """{ virtualMachines(first: 900) { nodes { moid vcenter { name }
        history(first: 2) { pageInfo { hasNextPage } nodes { kind name } } } } }"""
    )

    assert answer.statements == 3
    nodes = answer.data["virtualMachines"]["nodes"]
    remembered = [node for node in nodes if node["history"]["nodes"]]
    assert len(remembered) == 101
    first = next(node for node in remembered if node["moid"] == "vm-1")
    assert first["history"] == {
        "pageInfo": {"hasNextPage": True},
        "nodes": [
            {"kind": "HARDWARE", "name": "vm-1 then 2"},
            {"kind": "UPDATED", "name": "vm-1 then 1"},
        ],
    }


@pytest.mark.parametrize(
    ("root", "type_", "moid"),
    [
        ("virtualMachines", "VirtualMachine", "vm-0"),
        ("hosts", "Host", "host-0"),
        ("clusters", "Cluster", "domain-c0"),
        ("datastores", "Datastore", "datastore-0"),
        ("storagePods", "StoragePod", "group-p1"),
        ("networks", "Network", "network-0"),
        ("distributedSwitches", "DistributedSwitch", "dvs-1"),
        ("resourcePools", "ResourcePool", "resgroup-0"),
        ("datacenters", "Datacenter", "datacenter-1"),
        ("folders", "Folder", "group-d1"),
    ],
)
async def test_a_history_is_paged_newest_first_without_gap(
    graph: Graph, root: str, type_: str, moid: str
) -> None:
    await write_changes(graph, graph.vcenters[0], type_, moid)
    document = f"""query ($after: String) {{ {root}(first: 1) {{ nodes {{
        history(first: 2, after: $after) {{ totalCount pageInfo {{ hasNextPage endCursor }}
        nodes {{ kind fields {{ field old new }} }} }} }} }} }}"""

    def history(answer: Any) -> Any:
        return answer.data[root]["nodes"][0]["history"]

    first = history(await graph.ask(document))
    second = history(await graph.ask(document, after=first["pageInfo"]["endCursor"]))

    kinds = [node["kind"] for node in [*first["nodes"], *second["nodes"]]]
    assert kinds == ["HARDWARE", "UPDATED", "CREATED"]
    assert first["totalCount"] == 3
    assert first["nodes"][1]["fields"] == [
        {"field": "hostMoid", "old": "a", "new": "b"},
        {"field": "powerState", "old": "poweredOn", "new": "poweredOff"},
    ]
    assert second["nodes"] == [{"kind": "CREATED", "fields": []}]
    assert second["pageInfo"]["hasNextPage"] is False


async def test_changes_of_one_moment_are_paged_without_gap(graph: Graph) -> None:
    alpha = graph.vcenters[0]
    rows = [
        {
            "vcenter_id": alpha.id,
            "type": "VirtualMachine",
            "moid": "vm-0",
            "name": str(number),
            "kind": "UPDATED",
            "run_id": RUN,
        }
        for number in range(5)
    ]
    async with graph.primary.begin() as connection:
        await connection.execute(insert(InventoryChange), rows)
    document = """query ($after: String) { virtualMachines(first: 1) { nodes {
        history(first: 2, after: $after) { edges { cursor node { name } } } } } }"""

    names: list[str] = []
    after = None
    for _ in range(3):
        answer = await graph.ask(document, after=after)
        edges = answer.data["virtualMachines"]["nodes"][0]["history"]["edges"]
        names += [edge["node"]["name"] for edge in edges]
        after = edges[-1]["cursor"]

    assert names == ["4", "3", "2", "1", "0"]


async def test_a_history_can_be_narrowed_to_a_kind(graph: Graph) -> None:
    await write_changes(graph, graph.vcenters[0], "VirtualMachine", "vm-0")

    answer = await graph.ask(
        """{ virtualMachines(first: 1) { nodes {
        history(filter: {kind: {in: [CREATED, HARDWARE]}}) { totalCount nodes { kind } } } } }"""
    )

    history = answer.data["virtualMachines"]["nodes"][0]["history"]
    assert history == {"totalCount": 2, "nodes": [{"kind": "HARDWARE"}, {"kind": "CREATED"}]}


async def test_a_cursor_of_another_history_is_refused(graph: Graph) -> None:
    await write_changes(graph, graph.vcenters[0], "VirtualMachine", "vm-0", "vm-1")
    document = """query ($filter: VirtualMachineFilter, $after: String) { virtualMachines(
        first: 1, filter: $filter) { nodes { history(first: 1, after: $after) {
        pageInfo { endCursor } } } } }"""
    answer = await graph.ask(document)
    history = answer.data["virtualMachines"]["nodes"][0]["history"]

    other = {"name": {"contains": "beta"}}

    assert await graph.fail(document, filter=other, after=history["pageInfo"]["endCursor"]) == [
        "INVALID_CURSOR"
    ]


async def test_the_feed_leads_to_objects_runs_and_vcenters_in_one_statement_each(
    graph: Graph,
) -> None:
    alpha, beta, _ = graph.vcenters
    moids = [f"vm-{number}" for number in range(50)]
    await write_changes(graph, alpha, "VirtualMachine", *moids)
    await write_changes(graph, beta, "Host", "host-1")
    await write_changes(graph, beta, "Host", "host-purged")

    answer = await graph.ask(
        """{ changesSince(first: 500) { hasMore nodes { moid type objectId vcenter { name }
        run { id } object { __typename id name } } } }"""
    )

    # the end of the feed, changes, vCenters, runs, machines, hosts
    assert answer.statements == 6
    nodes = answer.data["changesSince"]["nodes"]
    assert len(nodes) == 156
    assert nodes[0]["object"]["__typename"] == "VirtualMachine"
    assert nodes[0]["object"]["id"] == nodes[0]["objectId"]
    assert nodes[0]["vcenter"] == {"name": "alpha"}
    assert nodes[0]["run"] is None  # long forgotten
    assert [node["object"] for node in nodes if node["moid"] == "host-purged"] == [None] * 3


DUPLICATES = """query ($kind: IdentifierKind!, $first: Int! = 50, $after: String) {
  duplicates(kind: $kind, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { kind value objectCount objects { __typename moid vcenter { name } } } } }"""


async def duplicates(graph: Graph, kind: str, **variables: Any) -> list[tuple[str, int, list[str]]]:
    """Return (value, count, carriers as vCenter/moid)."""
    answer = await graph.ask(DUPLICATES, kind=kind, **variables)
    return [
        (
            node["value"],
            node["objectCount"],
            [f"{each['vcenter']['name']}/{each['moid']}" for each in node["objects"]],
        )
        for node in answer.data["duplicates"]["nodes"]
    ]


def swapped(uuid: UUID) -> str:
    """Return the UUID with the first three groups in the other byte order."""
    return str(UUID(bytes_le=uuid.bytes))


@pytest.mark.parametrize("kind", ["IP", "MAC", "BIOS_UUID", "INSTANCE_UUID", "SERIAL", "FQDN"])
async def test_an_estate_without_duplicates_has_none(graph: Graph, kind: str) -> None:
    assert await duplicates(graph, kind) == []


async def test_a_mac_address_that_two_vcenters_have_is_found_with_both(graph: Graph) -> None:
    alpha, beta, _ = graph.vcenters
    mac = vm_mac(alpha, 3)
    await carry(graph, "MAC", (beta, "vm-7", mac), type_="VirtualMachine")

    assert await duplicates(graph, "MAC") == [(mac, 2, ["alpha/vm-3", "beta/vm-7"])]


async def test_a_bios_uuid_is_the_same_in_either_byte_order(graph: Graph) -> None:
    alpha, beta, gamma = graph.vcenters
    uuid = vm_bios_uuid(alpha, 1)
    await carry(
        graph,
        "BIOS_UUID",
        (beta, "vm-300", swapped(uuid)),
        (gamma, "vm-300", str(uuid)),
        type_="VirtualMachine",
    )

    ((value, count, _),) = await duplicates(graph, "BIOS_UUID")

    assert value == min(str(uuid), swapped(uuid))
    assert count == 3


async def test_an_instance_uuid_and_a_host_may_be_found_too(graph: Graph) -> None:
    alpha, beta, _ = graph.vcenters
    uuid = str(UUID(int=77))
    await carry(
        graph, "INSTANCE_UUID", (alpha, "vm-1", uuid), (beta, "vm-2", uuid), type_="VirtualMachine"
    )
    await carry(graph, "SERIAL", (alpha, "host-1", "abc"), (beta, "host-2", "abc"), type_="Host")

    assert await duplicates(graph, "INSTANCE_UUID") == [(uuid, 2, ["alpha/vm-1", "beta/vm-2"])]
    assert await duplicates(graph, "SERIAL") == [("abc", 2, ["alpha/host-1", "beta/host-2"])]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("IP", "169.254.12.1"),
        ("IP", "fe80::250:56ff:fe00:1"),
        ("IP", "febf::1"),
        ("IP", "127.0.0.1"),
        ("IP", "::1"),
        ("IP", "0.0.0.0"),
        ("MAC", "00:00:00:00:00:00"),
        ("MAC", "ff:ff:ff:ff:ff:ff"),
        ("BIOS_UUID", str(UUID(int=0))),
        ("BIOS_UUID", str(UUID(int=2**128 - 1))),
        ("INSTANCE_UUID", str(UUID(int=0))),
    ],
)
async def test_what_identifies_nothing_is_no_duplicate(graph: Graph, kind: str, value: str) -> None:
    alpha, beta, _ = graph.vcenters
    await carry(graph, kind, (alpha, "vm-1", value), (beta, "vm-1", value), type_="VirtualMachine")

    assert await duplicates(graph, kind) == []


async def test_an_address_that_only_looks_link_local_counts(graph: Graph) -> None:
    alpha, beta, _ = graph.vcenters
    value = "fec0::1"
    await carry(graph, "IP", (alpha, "vm-1", value), (beta, "vm-1", value), type_="VirtualMachine")

    assert await duplicates(graph, "IP") == [(value, 2, ["alpha/vm-1", "beta/vm-1"])]


async def test_duplicates_are_paged_and_take_as_many_statements_for_many(graph: Graph) -> None:
    """Values, carriers, machines, vCenters."""
    alpha, beta, gamma = graph.vcenters
    same = [(vcenter, f"vm-{n}", vm_mac(alpha, n)) for vcenter in (beta, gamma) for n in range(120)]
    await carry(graph, "MAC", *same, type_="VirtualMachine")

    one, many = [await graph.ask(DUPLICATES, kind="MAC", first=first) for first in (1, 100)]
    end = many.data["duplicates"]["pageInfo"]["endCursor"]
    rest = await graph.ask(DUPLICATES, kind="MAC", first=100, after=end)

    assert (one.statements, many.statements) == (4, 4)
    found = [*many.data["duplicates"]["nodes"], *rest.data["duplicates"]["nodes"]]
    assert len({node["value"] for node in found}) == len(found) == 120
    assert {node["objectCount"] for node in found} == {3}
    assert many.data["duplicates"]["pageInfo"]["hasNextPage"] is True
    assert rest.data["duplicates"]["pageInfo"]["hasNextPage"] is False


async def test_of_a_value_that_very_many_carry_a_few_are_shown(graph: Graph) -> None:
    alpha, *_ = graph.vcenters
    await carry(
        graph, "IP", *((alpha, f"vm-{n}", "172.17.0.1") for n in range(200)), type_="VirtualMachine"
    )

    answer = await graph.ask(
        "{ duplicates(kind: IP) { nodes { objectCount objects(first: 3) { moid } } } }"
    )

    (node,) = answer.data["duplicates"]["nodes"]
    assert node["objectCount"] == 200
    assert len(node["objects"]) == 3


async def test_a_cursor_of_another_kind_is_refused(graph: Graph) -> None:
    alpha, beta, _ = graph.vcenters
    await carry(graph, "MAC", (beta, "vm-7", vm_mac(alpha, 3)), type_="VirtualMachine")
    answer = await graph.ask(DUPLICATES, kind="MAC")
    end = answer.data["duplicates"]["pageInfo"]["endCursor"]

    assert await graph.fail(DUPLICATES, kind="IP", after=end) == ["INVALID_CURSOR"]
    assert await graph.fail(DUPLICATES, kind="IP", first=0) == ["PAGE_SIZE"]
