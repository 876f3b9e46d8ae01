"""`vsphereUrl` in answers: on every kind of object, from what every row has."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from models.tables import Host
from tests.support.graph import Graph

ROOTS = (
    *("datacenters", "folders", "clusters", "hosts", "datastores", "virtualMachines"),
    *("storagePods", "resourcePools", "networks", "distributedSwitches"),
)


@pytest.mark.parametrize("root", ROOTS)
async def test_every_object_has_its_link_without_a_statement(graph: Graph, root: str) -> None:
    answer = await graph.ask(f"{{ {root}(first: 500) {{ nodes {{ moid vsphereUrl }} }} }}")

    nodes = answer.data[root]["nodes"]
    assert answer.statements == 1
    assert nodes
    for node in nodes:
        assert f":{node['moid']}:" in node["vsphereUrl"]
        assert any(
            f"https://{vcenter.name}.test/ui/" in node["vsphereUrl"]
            and str(vcenter.uuid) in node["vsphereUrl"]
            for vcenter in graph.vcenters
        )


async def test_a_vcenter_has_its_link(graph: Graph) -> None:
    answer = await graph.ask("{ vcenters(first: 1) { nodes { vsphereUrl } } }")

    (vcenter,) = answer.data["vcenters"]["nodes"]
    uuid = graph.vcenters[0].uuid
    urn = f"urn:vmomi:Folder:group-d1:{uuid}"
    assert vcenter["vsphereUrl"] == f"https://alpha.test/ui/app/folder;nav=h/{urn}/summary"


async def test_what_is_deleted_has_none(graph: Graph) -> None:
    first = graph.vcenters[0].id
    async with graph.primary.begin() as connection:
        of_host = update(Host).where(Host.vcenter_id == first, Host.moid == "host-1")
        await connection.execute(of_host.values(deleted_at=datetime.now(UTC)))

    answer = await graph.ask(
        "{ hosts(first: 100, includeDeleted: true) { nodes { moid deletedAt vsphereUrl } } }"
    )

    unlinked = [node for node in answer.data["hosts"]["nodes"] if node["vsphereUrl"] is None]
    assert [node["moid"] for node in unlinked] == ["host-1"]
