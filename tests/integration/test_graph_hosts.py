"""Hosts' hardware, mounts, rules and storage pods in the graph, and what they cost."""

from sqlalchemy import Table, update

from models.host_hardware import HostHardware
from models.resource_pool import ResourcePool
from tests.support.estate import DATASTORES, GIB, HOSTS
from tests.support.graph import Graph


async def test_hardware_of_hosts_takes_one_statement_more_and_only_when_selected(
    graph: Graph,
) -> None:
    plain = await graph.ask("{ hosts(first: 10) { nodes { name } } }")
    whole = await graph.ask("""{ hosts(first: 10) { nodes { moid
        physicalNics { device macAddress switchName } ntpServers defaultGateway lunCount
        certificateNotAfter
        luns { canonicalName capacityBytes paths { name state isWorking } } } } }""")

    assert (plain.statements, whole.statements) == (1, 2)
    host = whole.data["hosts"]["nodes"][0]
    assert host["physicalNics"] == [
        {"device": "vmnic0", "macAddress": "b0:26:28:00:00:00", "switchName": None}
    ]
    assert host["ntpServers"] == ["ntp1.test", "ntp2.test"]
    assert host["defaultGateway"] == "192.168.0.254"
    assert host["certificateNotAfter"] == "2027-03-04T12:00:00+00:00"
    assert host["luns"] == [
        {
            "canonicalName": "naa.1",
            "capacityBytes": 4096 * GIB,
            "paths": [{"name": "vmhba1:C0:T0:L1", "state": "active", "isWorking": True}],
        }
    ]


async def test_hardware_that_was_never_read_is_null(graph: Graph) -> None:
    async with graph.primary.begin() as connection:
        await connection.execute(HostHardware.__table__.delete())  # type: ignore[attr-defined]

    answer = await graph.ask("{ hosts(first: 1) { nodes { luns { type } ntpdRunning } } }")

    assert answer.data["hosts"]["nodes"] == [{"luns": None, "ntpdRunning": None}]


async def test_mounts_lead_both_ways_in_one_statement_each(graph: Graph) -> None:
    answer = await graph.ask("""{ hosts(first: 30) { nodes { moid
        mounts { accessMode mounted accessible datastore { name } } } } }""")
    back = await graph.ask("""{ datastores(first: 1) { nodes { moid
        mounts { accessMode host { moid } } } } }""")

    assert (answer.statements, back.statements) == (3, 3)
    first = answer.data["hosts"]["nodes"][0]
    assert first["mounts"] == [
        {
            "accessMode": "readOnly",
            "mounted": True,
            "accessible": True,
            "datastore": {"name": "alpha-ds-0"},
        }
    ]
    mounts = back.data["datastores"]["nodes"][0]["mounts"]
    assert {mount["host"]["moid"] for mount in mounts} == {f"host-{n}" for n in range(HOSTS)}
    assert [mount["accessMode"] for mount in mounts].count("readOnly") == 1


async def test_the_machines_of_all_rules_take_one_statement(graph: Graph) -> None:
    answer = await graph.ask("""{ clusters(first: 9) { nodes { name
        rules { name type enabled virtualMachineMoids virtualMachines { moid } }
        groups { name } } } }""")

    assert answer.statements == 2
    (rule,) = answer.data["clusters"]["nodes"][0]["rules"]
    assert rule["virtualMachineMoids"] == ["vm-0", f"vm-{HOSTS}", "vm-gone"]
    assert [machine["moid"] for machine in rule["virtualMachines"]] == ["vm-0", f"vm-{HOSTS}"]


async def test_a_storage_pod_has_its_datastores_and_they_know_it(graph: Graph) -> None:
    answer = await graph.ask("""{ storagePods(first: 1) { totalCount nodes { id name capacityBytes
        freeSpaceBytes datastores { totalCount nodes { storagePod { name } } } } }
        datastores(first: 4) { nodes { extents { diskName partition } storagePod { name } } } }""")

    pod = answer.data["storagePods"]["nodes"][0]
    again = await graph.ask(
        "query($id: ID!) { node(id: $id) { id } storagePod(id: $id) { name } }", id=pod["id"]
    )
    assert answer.data["storagePods"]["totalCount"] == len(graph.vcenters)
    assert (pod["capacityBytes"], pod["freeSpaceBytes"]) == (8192 * GIB, GIB)
    assert pod["datastores"]["totalCount"] == 2
    names = [node["storagePod"] for node in answer.data["datastores"]["nodes"]]
    assert names == [{"name": pod["name"]}] * 2 + [None] * (DATASTORES - 2)
    assert answer.data["datastores"]["nodes"][1]["extents"] == [
        {"diskName": "naa.1", "partition": 1}
    ]
    assert again.data == {"node": {"id": pod["id"]}, "storagePod": {"name": pod["name"]}}


async def test_a_standalone_host_and_its_pool_lead_to_each_other(graph: Graph) -> None:
    alone, alpha = f"host-{HOSTS - 1}", graph.vcenters[0]
    pools = ResourcePool.__table__
    assert isinstance(pools, Table)
    own = {"cluster_moid": None, "host_moid": alone}
    async with graph.primary.begin() as connection:
        of_alpha = (pools.c.vcenter_id == alpha.id) & (pools.c.moid == "resgroup-4")
        await connection.execute(update(pools).where(of_alpha).values(own))

    answer = await graph.ask("""{ hosts(first: 30) { nodes { moid vcenter { name }
        resourcePools(first: 5) { totalCount
            nodes { moid host { moid } cluster { moid } } } } } }""")

    leading = [node for node in answer.data["hosts"]["nodes"] if node["resourcePools"]["nodes"]]
    assert [(node["moid"], node["vcenter"]["name"]) for node in leading] == [(alone, "alpha")]
    assert leading[0]["resourcePools"] == {
        "totalCount": 1,
        "nodes": [{"moid": "resgroup-4", "host": {"moid": alone}, "cluster": None}],
    }
