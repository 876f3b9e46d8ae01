"""Documents over a small estate: edges both ways, details, batches, one snapshot, mutations."""

from uuid import uuid4

import pytest
from sqlalchemy import update

from models.tables import Host, VirtualMachine, VmHardware
from resolvers import global_id
from tests.support.estate import VMS, vm_address, vm_mac, vm_name
from tests.support.graph import Graph

NAMES = "pageInfo { hasNextPage } nodes { name }"


async def test_a_hundred_machines_with_their_surroundings_take_six_statements(graph: Graph) -> None:
    """The list; hosts, clusters, vCenters; edges to datastores; datastores."""
    surroundings = "host { name } cluster { name } vcenter { name } datastores { name }"

    one, hundred = [
        await graph.ask(f"{{ virtualMachines(first: {n}) {{ nodes {{ name {surroundings} }} }} }}")
        for n in (1, 100)
    ]

    assert (one.statements, hundred.statements) == (6, 6)
    machine = hundred.data["virtualMachines"]["nodes"][1]
    assert machine["host"]["name"] == "alpha-esx-03"
    assert [datastore["name"] for datastore in machine["datastores"]] == [
        "alpha-ds-0",
        "alpha-ds-3",
    ]


async def test_machines_of_several_vcenters_take_as_many_statements_as_of_one(graph: Graph) -> None:
    surroundings = "host { cluster { name } } vcenter { name } datastores { name }"
    document = f"{{ virtualMachines(first: 500) {{ nodes {{ name {surroundings} }} }} }}"

    answer = await graph.ask(document)

    names = {node["vcenter"]["name"] for node in answer.data["virtualMachines"]["nodes"]}
    assert names == {"alpha", "beta"}
    assert answer.statements == 6


async def test_nested_connections_take_one_statement_per_level(graph: Graph) -> None:
    document = """{ clusters(first: 100) { nodes { name hosts(first: 2) { nodes { name
        virtualMachines(first: 3) { pageInfo { hasNextPage } nodes { name } } } } } } }"""

    answer = await graph.ask(document)

    assert answer.statements == 3
    clusters = answer.data["clusters"]["nodes"]
    assert len(clusters) == 9
    hosts = clusters[0]["hosts"]["nodes"]
    assert [host["name"] for host in hosts] == ["alpha-esx-00", "alpha-esx-03"]
    machines = [node["name"] for node in hosts[0]["virtualMachines"]["nodes"]]
    of_host = sorted(vm_name(graph.vcenters[0], n) for n in range(0, VMS, 10))
    assert machines == of_host[:3]
    assert hosts[0]["virtualMachines"]["pageInfo"]["hasNextPage"] is True


async def test_counts_of_nested_lists_take_one_statement_and_no_rows(graph: Graph) -> None:
    document = """{ hosts(first: 30) { nodes { name virtualMachines(
        filter: {powerState: {eq: poweredOn}}) { totalCount } } } }"""

    answer = await graph.ask(document)

    counts = [host["virtualMachines"]["totalCount"] for host in answer.data["hosts"]["nodes"]]
    assert answer.statements == 2
    assert sum(counts) == 3 * VMS * 7 // 10


EDGES = {
    "virtualMachines": "host cluster datacenter folder vcenter datastores networks resourcePool"
    " vapp",
    "hosts": "cluster datacenter folder vcenter virtualMachines datastores networks"
    " distributedSwitches",
    "clusters": "datacenter folder vcenter hosts virtualMachines datastores networks resourcePools",
    "datastores": "datacenter folder vcenter storagePod hosts virtualMachines",
    "storagePods": "datacenter folder vcenter datastores",
    "datacenters": "folder vcenter clusters hosts virtualMachines datastores folders storagePods"
    " networks distributedSwitches resourcePools",
    "folders": "parent datacenter vcenter folders datacenters clusters hosts virtualMachines"
    " datastores storagePods networks distributedSwitches resourcePools",
    "vcenters": "clusters hosts virtualMachines datastores datacenters folders syncRuns"
    " storagePods networks distributedSwitches resourcePools",
    "networks": "datacenter folder vcenter distributedSwitch hosts virtualMachines",
    "distributedSwitches": "datacenter folder vcenter networks hosts virtualMachines",
    "resourcePools": "cluster datacenter folder vcenter parent resourcePools virtualMachines",
    "syncRuns": "vcenter",
}
SINGULAR = {
    *("host", "cluster", "datacenter", "folder", "vcenter", "parent", "storagePod"),
    *("distributedSwitch", "resourcePool", "vapp"),
}
FEW = {("virtualMachines", "datastores"), ("virtualMachines", "networks")}


@pytest.mark.parametrize(("root", "edge"), [(r, e) for r, es in EDGES.items() for e in es.split()])
async def test_every_edge_can_be_followed(graph: Graph, root: str, edge: str) -> None:
    is_list = edge in SINGULAR or (root, edge) in FEW
    selection = "{ id }" if is_list else "(first: 2) { totalCount nodes { id } }"

    answer = await graph.ask(f"{{ {root}(first: 20) {{ nodes {{ {edge} {selection} }} }} }}")

    assert len(answer.data[root]["nodes"]) > 0


async def test_networks_of_machines_and_of_their_adapters_are_read_once_each(graph: Graph) -> None:
    """The list; edges to networks; hardware; networks."""
    document = """{ virtualMachines(first: 100) { nodes { moid networks { name vlanId }
        networkAdapters { network { moid } } } } }"""

    answer = await graph.ask(document)

    assert answer.statements == 4
    machine = answer.data["virtualMachines"]["nodes"][0]
    assert machine["moid"] == "vm-0"
    assert machine["networks"] == [
        {"name": "alpha-net-0", "vlanId": None},
        {"name": "alpha-net-1", "vlanId": 120},
    ]
    assert machine["networkAdapters"] == [{"network": {"moid": "network-1"}}]


async def test_port_groups_lead_to_their_switch_and_back(graph: Graph) -> None:
    document = """{ distributedSwitches(first: 1) { nodes { name mtu
        lacpGroups { name mode numUplinks loadBalancing } hosts { totalCount }
        virtualMachines { totalCount }
        networks { nodes { vlanRanges { start end } activeUplinks distributedSwitch { name }
          ingressShaping { enabled averageBitsPerSecond } egressShaping { enabled } } } } } }"""

    answer = await graph.ask(document)

    switch = answer.data["distributedSwitches"]["nodes"][0]
    assert switch["lacpGroups"] == [
        {"name": "lag1", "mode": "active", "numUplinks": 2, "loadBalancing": None}
    ]
    assert (switch["hosts"]["totalCount"], switch["virtualMachines"]["totalCount"]) == (8, VMS)
    one, trunk = switch["networks"]["nodes"]
    assert one["vlanRanges"] is None
    assert trunk["vlanRanges"] == [{"start": 1, "end": 9}, {"start": 20, "end": 20}]
    assert trunk["ingressShaping"] == {"enabled": True, "averageBitsPerSecond": 10**10}
    assert trunk["egressShaping"] is None
    assert trunk["distributedSwitch"] == {"name": "alpha-dvs"}


async def test_pools_nest_and_hold_their_own_machines(graph: Graph) -> None:
    document = """{ clusters(first: 1) { nodes { resourcePools(first: 9) { nodes {
        moid isVapp cpuUsageMhz cpuSharesLevel parent { moid } resourcePools { nodes { moid } }
        virtualMachines { totalCount } } } } } }"""

    answer = await graph.ask(document)

    root, pool, vapp = answer.data["clusters"]["nodes"][0]["resourcePools"]["nodes"]
    assert (root["parent"], pool["parent"]) == (None, {"moid": "resgroup-0"})
    assert (root["isVapp"], vapp["isVapp"]) == (False, True)
    assert root["resourcePools"]["nodes"] == [{"moid": "resgroup-3"}]
    assert vapp["virtualMachines"]["totalCount"] == VMS // 5
    assert (vapp["cpuUsageMhz"], vapp["cpuSharesLevel"]) == (400, "normal")


@pytest.mark.parametrize(
    ("root", "condition", "count"),
    [
        ("networks", "{vlanId: {eq: 120}}", 3),
        ("networks", "{vlanId: {in: [120, 121]}}", 3),
        ("networks", "{vlanId: {ne: 120}}", 6),
        ("networks", "{type: {eq: Network}}", 3),
        ("networks", "{isUplink: {eq: false}, type: {ne: Network}}", 6),
        ("networks", "{isUplink: {eq: true}}", 0),
        ("resourcePools", "{isVapp: {eq: true}}", 3),
        ("distributedSwitches", '{name: {startsWith: "ALPHA"}}', 1),
    ],
)
async def test_networks_and_pools_are_filtered_by_what_they_are(
    graph: Graph, root: str, condition: str, count: int
) -> None:
    answer = await graph.ask(f"{{ {root}(first: 50, filter: {condition}) {{ totalCount }} }}")

    assert answer.data[root]["totalCount"] == count


async def test_a_filter_on_a_number_that_is_given_null_matches_nothing_by_accident(
    graph: Graph,
) -> None:
    document = "query ($vlan: Int) { networks(filter: {vlanId: {eq: $vlan}}) { totalCount } }"

    assert await graph.fail(document, vlan=None) == ["INVALID_ARGUMENT"]


async def test_a_cluster_has_each_datastore_once(graph: Graph) -> None:
    answer = await graph.ask(
        "{ clusters(first: 1) { nodes { datastores { totalCount nodes { name } } } } }"
    )

    datastores = answer.data["clusters"]["nodes"][0]["datastores"]
    names = [node["name"] for node in datastores["nodes"]]
    assert names == sorted(set(names))
    assert datastores["totalCount"] == len(names) == 3


async def test_devices_are_read_only_when_selected(graph: Graph) -> None:
    document = """{ virtualMachines(first: 20) { nodes { moid disks { label capacityBytes
        datastore { name } } networkAdapters { macAddress connected }
        snapshots { number name createdAt powerState isCurrent } diskCount } } }"""

    answer = await graph.ask(document)

    assert answer.statements == 3
    machine = answer.data["virtualMachines"]["nodes"][0]
    assert machine["moid"] == "vm-0"
    assert machine["disks"] == [
        {"label": "Hard disk 1", "capacityBytes": 40 * 2**30, "datastore": {"name": "alpha-ds-0"}}
    ]
    mac = vm_mac(graph.vcenters[0], 0)
    assert machine["networkAdapters"] == [{"macAddress": mac, "connected": True}]
    assert machine["snapshots"][0]["createdAt"] == "2026-10-01T08:00:00+00:00"
    assert machine["snapshots"][0]["powerState"] == "poweredOff"


async def test_addresses_of_adapters_come_from_the_guest_in_one_statement_more(
    graph: Graph,
) -> None:
    document = """{ virtualMachines(first: 20) { nodes { moid networkAdapters { key ipAddresses }
        partitions { path freeBytes diskKeys } guestOperationsReady
        guestAdapters { deviceKey addresses { address prefixLength } }
        guestIpStacks { hostName gateways } } } }"""

    answer = await graph.ask(document)

    assert answer.statements == 3
    machines = {node["moid"]: node for node in answer.data["virtualMachines"]["nodes"]}
    address = vm_address(graph.vcenters[0], 0)
    assert machines["vm-0"]["networkAdapters"] == [{"key": 4000, "ipAddresses": [address]}]
    assert machines["vm-0"]["partitions"] == [{"path": "/", "freeBytes": 2**30, "diskKeys": [2000]}]
    assert machines["vm-0"]["guestAdapters"] == [
        {"deviceKey": -1, "addresses": []},
        {"deviceKey": 4000, "addresses": [{"address": address, "prefixLength": 24}]},
    ]
    assert machines["vm-0"]["guestIpStacks"] == [{"hostName": "vm-0", "gateways": ["10.0.0.254"]}]
    assert machines["vm-0"]["guestOperationsReady"] is True
    unread = [node for moid, node in machines.items() if int(moid[3:]) % 2]
    assert unread
    assert all(node["networkAdapters"][0]["ipAddresses"] is None for node in unread)
    assert all(node["partitions"] is None for node in unread)


async def test_custom_attributes_come_with_the_row(graph: Graph) -> None:
    attributes = "customAttributes { name value }"
    document = f"""{{ virtualMachines(first: 1) {{ nodes {{ moid {attributes} }} }}
        hosts(first: 1) {{ nodes {{ {attributes} }} }} }}"""

    answer = await graph.ask(document)

    assert answer.statements == 2
    [machine] = answer.data["virtualMachines"]["nodes"]
    owner = f"team-{int(machine['moid'][3:]) % 7}"
    assert machine["customAttributes"] == [{"name": "Owner", "value": owner}]
    assert answer.data["hosts"]["nodes"] == [{"customAttributes": None}]


async def test_devices_that_were_never_read_are_null(graph: Graph) -> None:
    async with graph.primary.begin() as connection:
        await connection.execute(VmHardware.__table__.delete())  # type: ignore[attr-defined]

    answer = await graph.ask(
        "{ virtualMachines(first: 1) { nodes { disks { label } diskCount } } }"
    )

    assert answer.data["virtualMachines"]["nodes"] == [{"disks": None, "diskCount": None}]


async def test_text_that_no_enumeration_knows_shows_as_null(graph: Graph) -> None:
    async with graph.primary.begin() as connection:
        await connection.execute(update(VirtualMachine).values(power_state="hibernated"))

    answer = await graph.ask("{ virtualMachines(first: 1) { nodes { name powerState } } }")

    assert answer.data["virtualMachines"]["nodes"][0]["powerState"] is None


async def test_a_sync_between_two_statements_of_a_request_does_not_show(graph: Graph) -> None:
    """The machine is moved and its host removed after the list was read."""
    from models.db.sessions import ReadSession

    real, moved = ReadSession.rows, False

    async def rows(self: ReadSession, *arguments: object) -> object:
        nonlocal moved
        found = await real(self, *arguments)  # type: ignore[arg-type]
        if not moved:
            moved = True
            async with graph.primary.begin() as connection:
                await connection.execute(update(VirtualMachine).values(host_moid="host-new"))
                await connection.execute(Host.__table__.delete())  # type: ignore[attr-defined]
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReadSession, "rows", rows)
        answer = await graph.ask("{ virtualMachines(first: 1) { nodes { host { name } } } }")

    assert answer.data["virtualMachines"]["nodes"] == [{"host": {"name": "alpha-esx-00"}}]


async def test_freshness_comes_from_the_collection_and_ends_when_an_object_goes_missing(
    graph: Graph,
) -> None:
    gone = "2026-11-24T11:00:00+00:00"
    from datetime import datetime

    async with graph.primary.begin() as connection:
        await connection.execute(
            update(VirtualMachine)
            .where(VirtualMachine.moid == "vm-0")
            .values(missing_since=datetime.fromisoformat(gone))
        )

    answer = await graph.ask(
        "{ virtualMachines(first: 2) { nodes { moid asOf lastSeen missingSince } } }"
    )

    missing, present = answer.data["virtualMachines"]["nodes"]
    assert missing == {
        "moid": "vm-0",
        "asOf": "2026-11-24T12:00:00+00:00",
        "lastSeen": gone,
        "missingSince": gone,
    }
    assert present["lastSeen"] == present["asOf"]


async def test_a_vcenter_knows_its_counts_and_freshness_in_two_statements(graph: Graph) -> None:
    document = """{ vcenters { nodes { name virtualMachineCount hostCount clusterCount
        datastoreCount lastSyncedAt collections { type tier asOf rowCount suspectMissing } } } }"""

    answer = await graph.ask(document)

    assert answer.statements == 2
    alpha = answer.data["vcenters"]["nodes"][0]
    counts = ("virtualMachineCount", "hostCount", "clusterCount", "datastoreCount")
    assert [alpha[count] for count in counts] == [300, 10, 3, 4]
    assert alpha["lastSyncedAt"] == "2026-11-24T12:00:00+00:00"
    assert {collection["tier"] for collection in alpha["collections"]} == {"LIGHT"}


async def test_any_object_is_read_again_by_its_id(graph: Graph) -> None:
    roots = [*EDGES]
    lists = await graph.ask(
        "{" + " ".join(f"{root}(first: 1) {{ nodes {{ id __typename }} }}" for root in roots) + "}"
    )
    nodes = [lists.data[root]["nodes"][0] for root in roots]

    answer = await graph.ask(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }",
        ids=[node["id"] for node in nodes],
    )

    assert answer.data["nodes"] == nodes
    assert answer.statements == len(roots)


async def test_what_is_not_there_is_null_and_what_is_no_id_is_an_error(graph: Graph) -> None:
    unknown = global_id.encode("VirtualMachine", uuid4(), "vm-1")
    of_host = global_id.encode("Host", graph.vcenters[0].uuid, "host-1")
    by_id = "query ($id: ID!) { virtualMachine(id: $id) { name } }"

    answer = await graph.ask("query ($id: ID!) { node(id: $id) { id } }", id=unknown)

    assert answer.data == {"node": None}
    assert await graph.fail(by_id, id=of_host) == ["INVALID_ID"]
    assert await graph.fail(by_id, id="vm-1") == ["INVALID_ID"]


async def test_asking_for_a_sync_returns_the_run_that_serves_it(graph: Graph) -> None:
    vcenter = graph.vcenters[1]
    document = "mutation ($id: ID!) { syncVcenter(id: $id) { id state vcenter { name } } }"

    answer = await graph.ask(document, id=global_id.encode("VCenter", vcenter.uuid))

    assert graph.requested == [(vcenter.id, "API")]
    run = answer.data["syncVcenter"]
    assert (run["state"], run["vcenter"]) == ("SUCCEEDED", {"name": "beta"})
    unknown = global_id.encode("VCenter", uuid4())
    assert await graph.fail(document, id=unknown) == ["NOT_FOUND"]


async def test_standalone_machines_have_no_cluster(graph: Graph) -> None:
    async with graph.primary.begin() as connection:
        await connection.execute(update(VirtualMachine).values(cluster_moid=None, host_moid=None))

    answer = await graph.ask(
        "{ virtualMachines(first: 5) { nodes { host { id } cluster { id } } } }"
    )

    assert answer.statements == 1
    assert answer.data["virtualMachines"]["nodes"][0] == {"host": None, "cluster": None}


async def test_a_page_of_no_rows_counts_the_list_in_one_statement(graph: Graph) -> None:
    counted = await graph.ask("{ virtualMachines(first: 0) { totalCount } }")
    empty = await graph.ask(
        "{ virtualMachines(first: 0) { nodes { name } pageInfo { hasNextPage endCursor } } }"
    )

    assert (counted.data["virtualMachines"]["totalCount"], counted.statements) == (900, 1)
    assert empty.data["virtualMachines"] == {
        "nodes": [],
        "pageInfo": {"hasNextPage": True, "endCursor": None},
    }
