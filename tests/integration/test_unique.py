"""`by`: the one object that is meant, none, or a list of those that may be."""

from typing import Any

import pytest

from resolvers import global_id
from tests.support.estate import vm_address, vm_bios_uuid, vm_mac, vm_name
from tests.support.graph import Graph

MACHINE = "query ($by: MachineBy!) { virtualMachine(by: $by) { moid name vcenter { name } } }"


async def machine(graph: Graph, **by: Any) -> Any:
    return (await graph.ask(MACHINE, by=by)).data["virtualMachine"]


async def test_a_machine_is_found_by_its_name_its_identifiers_and_its_moid(graph: Graph) -> None:
    beta = graph.vcenters[1]
    vcenter_id = global_id.encode("VCenter", beta.uuid)
    wanted = {"moid": "vm-7", "name": vm_name(beta, 7), "vcenter": {"name": "beta"}}

    assert await machine(graph, name=vm_name(beta, 7)) == wanted
    assert await machine(graph, identifier=vm_address(beta, 7)) == wanted
    assert await machine(graph, identifier=vm_mac(beta, 7).upper().replace(":", "-")) == wanted
    assert await machine(graph, moid="vm-7", vcenterId=vcenter_id) == wanted
    assert await machine(graph, name=vm_name(beta, 7), identifier=vm_address(beta, 7)) == wanted


async def test_what_is_not_there_is_null(graph: Graph) -> None:
    alpha, beta, _ = graph.vcenters
    vcenter_id = global_id.encode("VCenter", alpha.uuid)

    assert await machine(graph, name="no such machine") is None
    assert await machine(graph, name=vm_name(beta, 7), vcenterId=vcenter_id) is None
    assert await machine(graph.within(alpha), name=vm_name(beta, 7)) is None


async def test_several_are_refused_with_a_list_of_them(graph: Graph) -> None:
    """Clones repeat BIOS UUIDs, and vCenters names."""
    async with graph.primary.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await raw.execute("UPDATE virtual_machines SET name = 'twin' WHERE moid = 'vm-5'")
        await raw.execute("UPDATE hosts SET name = 'everywhere'")

    errors = await graph.errors(MACHINE, by={"name": "twin"})

    (error,) = errors
    assert error["extensions"]["code"] == "AMBIGUOUS"
    assert error["message"].startswith("3 virtual machines")
    candidates = error["extensions"]["candidates"]
    assert [(each["vcenter"], each["moid"], each["name"]) for each in candidates] == [
        (vcenter.name, "vm-5", "twin") for vcenter in sorted(graph.vcenters, key=lambda v: v.id)
    ]
    found = (
        await graph.ask(
            "query ($id: ID!) { virtualMachine(id: $id) { vcenter { name } } }",
            id=candidates[1]["id"],
        )
    ).data
    assert found["virtualMachine"]["vcenter"]["name"] == candidates[1]["vcenter"]
    (many,) = await graph.errors('{ host(by: {name: "everywhere"}) { name } }')
    assert many["message"].startswith("More than 20 hosts")
    assert len(many["extensions"]["candidates"]) == 20


async def test_every_kind_of_object_is_found_by_its_name(graph: Graph) -> None:
    roots = {
        "datacenter": "datacenters",
        "folder": "folders",
        "cluster": "clusters",
        "host": "hosts",
        "datastore": "datastores",
        "virtualMachine": "virtualMachines",
        "resourcePool": "resourcePools",
        "network": "networks",
        "distributedSwitch": "distributedSwitches",
        "storagePod": "storagePods",
    }
    for root, plural in roots.items():
        listed = f"{{ {plural}(first: 1) {{ nodes {{ id moid name vcenter {{ id }} }} }} }}"
        (first,) = (await graph.ask(listed)).data[plural]["nodes"]
        name, moid, vcenter_id = first["name"], first["moid"], first["vcenter"]["id"]
        by = f'{{moid: "{moid}", name: "{name}", vcenterId: "{vcenter_id}"}}'

        found = (await graph.ask(f"{{ {root}(by: {by}) {{ id }} }}")).data[root]

        assert found == {"id": first["id"]}, root


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("", "INVALID_ARGUMENT"),
        ('(id: "x", by: {name: "a"})', "INVALID_ARGUMENT"),
        ("(by: {})", "INVALID_ARGUMENT"),
        ("(by: {name: null})", "INVALID_ARGUMENT"),
        (r'(by: {name: "a\u0000"})', "INVALID_ARGUMENT"),
        ('(by: {moid: "vm-1"})', "INVALID_ARGUMENT"),
        ('(by: {identifier: ""})', "INVALID_ARGUMENT"),
        ('(by: {name: "a", vcenterId: "nonsense"})', "INVALID_ID"),
    ],
)
async def test_what_tells_no_object_is_refused(graph: Graph, arguments: str, code: str) -> None:
    assert await graph.fail(f"{{ virtualMachine{arguments} {{ name }} }}") == [code]


async def test_a_bios_uuid_is_found_in_either_byte_order(graph: Graph) -> None:
    uuid = vm_bios_uuid(graph.vcenters[0], 9)
    swapped = type(uuid)(bytes=uuid.bytes_le)

    for each in (uuid, swapped):
        assert (await machine(graph, identifier=str(each)))["moid"] == "vm-9"
