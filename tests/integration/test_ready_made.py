"""Answers made ready: what wants tidying up, and how much of what there is was promised."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from loaders.budget import Budget
from runtime.errors import AnswerTooLargeError
from tests.support.estate import vm_name
from tests.support.graph import Graph

TIDY = """UPDATE virtual_machines SET tools_version_status = 'guestToolsCurrent',
    tools_running_status = 'guestToolsRunning', power_state = 'poweredOn', is_template = false,
    connection_state = 'connected', consolidation_needed = false, oldest_snapshot_at = NULL,
    is_srm_placeholder = NULL, missing_since = NULL, deleted_at = NULL;
    UPDATE hosts SET connection_state = 'connected'"""
NO_TOOLS = "tools_version_status = 'guestToolsNotInstalled'"
STOPPED = "tools_running_status = 'guestToolsNotRunning'"
SEEN = "missing_since = now() - interval '1 hour'"
UNTIDY: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "virtualMachinesWithoutTools": (
        (NO_TOOLS,),
        (f"{NO_TOOLS}, is_template = true", f"{NO_TOOLS}, is_srm_placeholder = true", STOPPED),
    ),
    "virtualMachinesWithToolsStopped": (
        (STOPPED, f"{STOPPED}, tools_version_status = NULL"),
        (f"{STOPPED}, power_state = 'poweredOff'", f"{STOPPED}, {NO_TOOLS}"),
    ),
    "virtualMachinesWithOldSnapshots": (
        ("oldest_snapshot_at = now() - interval '31 days'",),
        ("oldest_snapshot_at = now() - interval '29 days'",),
    ),
    "virtualMachinesToConsolidate": (
        ("consolidation_needed = true",),
        ("consolidation_needed = NULL",),
    ),
    "unreachableVirtualMachines": (
        ("connection_state = 'orphaned'", "connection_state = NULL"),
        ("power_state = 'poweredOff'",),
    ),
    "missingVirtualMachines": ((SEEN,), (f"{SEEN}, deleted_at = now()",)),
}
"""What puts a VM on each list, and what does not."""


async def write(graph: Graph, *statements: str) -> None:
    async with graph.primary.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        for statement in statements:
            await raw.execute(statement)


def of_one(number: int, columns: str) -> str:
    return f"UPDATE virtual_machines SET {columns} WHERE moid = 'vm-{number}' AND vcenter_id = 1"


@pytest.mark.parametrize("name", UNTIDY)
async def test_each_list_shows_what_it_is_of_and_nothing_else(graph: Graph, name: str) -> None:
    on, off = UNTIDY[name]
    alpha = graph.vcenters[0]
    changes = [of_one(n, columns) for n, columns in enumerate([*on, *off], 1)]
    statements = [c.replace("vcenter_id = 1", f"vcenter_id = {alpha.id}") for c in changes]
    await write(graph, TIDY, *statements)

    answer = await graph.ask(f"{{ hygiene {{ {name} {{ totalCount nodes {{ name }} }} }} }}")

    found = answer.data["hygiene"][name]
    wanted = sorted(vm_name(alpha, n) for n in range(1, len(on) + 1))
    assert [node["name"] for node in found["nodes"]] == wanted
    assert found["totalCount"] == len(on)
    assert answer.statements == 2


async def test_a_ready_made_list_is_filtered_ordered_paged_and_summed_up_as_any_list(
    graph: Graph,
) -> None:
    snapshots = """UPDATE virtual_machines SET oldest_snapshot_at =
        now() - interval '1 day' * substr(moid, 4)::int"""
    await write(graph, TIDY, snapshots)
    document = """query ($after: String) { hygiene { virtualMachinesWithOldSnapshots(
        olderThanDays: 100.5, first: 90, after: $after, orderBy: {field: oldestSnapshotAt},
        filter: {vcenter: {name: {eq: "beta"}}}) {
      pageInfo { hasNextPage endCursor } nodes { moid }
      aggregates(groupBy: [vcenter]) { count group { vcenter { name } } } } } }"""
    moids: list[str] = []
    after = None
    while True:
        answer = await graph.ask(document, after=after)
        page = answer.data["hygiene"]["virtualMachinesWithOldSnapshots"]
        moids += [node["moid"] for node in page["nodes"]]
        assert page["aggregates"] == [{"count": 199, "group": {"vcenter": {"name": "beta"}}}]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert moids == [f"vm-{n}" for n in range(299, 100, -1)]


async def test_days_that_no_moment_can_be_old_are_refused(graph: Graph) -> None:
    for days in ("-1", "36501", "1e300"):
        old = f"virtualMachinesWithOldSnapshots(olderThanDays: {days})"
        given = f"hosts(filter: {{firstSeen: {{newerThanDays: {days}}}}}) {{ totalCount }}"

        assert await graph.fail(f"{{ hygiene {{ {old} {{ totalCount }} }} }}") == [
            "INVALID_ARGUMENT"
        ]
        assert await graph.fail(f"{{ {given} }}") == ["INVALID_ARGUMENT"]


async def test_unreachable_and_missing_hosts_and_stale_vcenters_are_listed(graph: Graph) -> None:
    alpha, beta, gamma = graph.vcenters
    await write(
        graph,
        TIDY,
        "UPDATE hosts SET connection_state = 'notResponding' WHERE moid = 'host-1'"
        f" AND vcenter_id = {alpha.id}",
        f"UPDATE hosts SET {SEEN} WHERE moid = 'host-2' AND vcenter_id = {beta.id}",
        "UPDATE collection_state SET as_of = now()",
        "UPDATE collection_state SET as_of = now() - interval '9 days'"
        f" WHERE vcenter_id = {gamma.id}",
    )
    document = """{ hygiene { unreachableHosts { nodes { moid vcenter { name } } }
        missingHosts { nodes { moid vcenter { name } } }
        staleVcenters { totalCount nodes { name isStale } } }
      vcenters(filter: {isStale: {eq: false}}) { nodes { name isStale } }
      old: vcenters(filter: {lastSyncedAt: {olderThanDays: 8}}) { nodes { name } } }"""

    data = (await graph.ask(document)).data

    hygiene = data["hygiene"]
    assert hygiene["unreachableHosts"]["nodes"] == [
        {"moid": "host-1", "vcenter": {"name": "alpha"}}
    ]
    assert hygiene["missingHosts"]["nodes"] == [{"moid": "host-2", "vcenter": {"name": "beta"}}]
    assert hygiene["staleVcenters"] == {
        "totalCount": 1,
        "nodes": [{"name": "gamma", "isStale": True}],
    }
    fresh = [{"name": "alpha", "isStale": False}, {"name": "beta", "isStale": False}]
    assert data["vcenters"]["nodes"] == fresh
    assert data["old"]["nodes"] == [{"name": "gamma"}]


PROMISED = """SELECT c.vcenter_id, c.moid, c.num_cpu_cores AS cores, c.total_memory_bytes AS memory,
    m.num_cpus, m.memory_bytes FROM clusters c LEFT JOIN virtual_machines m
    ON m.vcenter_id = c.vcenter_id AND m.cluster_moid = c.moid
    AND m.power_state = 'poweredOn' AND m.deleted_at IS NULL"""
SIZES = """UPDATE clusters SET num_cpu_cores = 10 + vcenter_id * 7 + right(moid, 1)::int,
    total_memory_bytes = 1e12::bigint + vcenter_id * 12345678901"""
OVERCOMMIT = """query ($by: Resource!) { capacity { overcommit(by: $by, first: 1000) {
    poweredOnCount numCpus numCpuCores cpuRatio machineMemoryBytes totalMemoryBytes memoryRatio
    cluster { moid vcenter { name } overcommit { numCpus memoryRatio } } } } }"""


async def promised(graph: Graph) -> dict[tuple[str, str], list[Any]]:
    """Return cores, memory, VMs, virtual CPUs and configured memory of each cluster."""
    names = {vcenter.id: vcenter.name for vcenter in graph.vcenters}
    async with graph.primary.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        rows = await raw.fetch(PROMISED)
    found: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        key = (names[row["vcenter_id"]], row["moid"])
        sums = found.setdefault(key, [row["cores"], row["memory"], 0, 0, 0])
        if row["num_cpus"] is not None or row["memory_bytes"] is not None:
            sums[2] += 1
            sums[3] += row["num_cpus"] or 0
            sums[4] += row["memory_bytes"] or 0
    return found


@pytest.mark.parametrize("by", ["CPU", "MEMORY"])
async def test_clusters_are_ranked_by_what_they_promised(graph: Graph, by: str) -> None:
    alpha = graph.vcenters[0]
    await write(
        graph,
        SIZES,
        f"UPDATE clusters SET num_cpu_cores = 0, total_memory_bytes = NULL WHERE moid = 'domain-c1'"
        f" AND vcenter_id = {alpha.id}",
    )

    answer = await graph.ask(OVERCOMMIT, by=by)

    rows = answer.data["capacity"]["overcommit"]
    wanted = await promised(graph)
    del wanted["alpha", "domain-c1"]
    ratio = "cpuRatio" if by == "CPU" else "memoryRatio"
    assert [row[ratio] for row in rows] == sorted((row[ratio] for row in rows), reverse=True)
    assert {(r["cluster"]["vcenter"]["name"], r["cluster"]["moid"]) for r in rows} == set(wanted)
    for row in rows:
        cores, memory, machines, cpus, configured = wanted[
            row["cluster"]["vcenter"]["name"], row["cluster"]["moid"]
        ]
        assert (row["poweredOnCount"], row["numCpus"]) == (machines, cpus)
        assert (row["machineMemoryBytes"], row["totalMemoryBytes"]) == (configured, memory)
        assert row["cpuRatio"] == pytest.approx(cpus / cores)
        assert row["memoryRatio"] == pytest.approx(configured / memory)
        again = row["cluster"]["overcommit"]
        assert again == {"numCpus": cpus, "memoryRatio": row["memoryRatio"]}
    assert answer.statements == 4  # ranking, clusters, their vCenters, of each cluster


async def test_the_ranking_takes_a_filter_and_a_page_size(graph: Graph) -> None:
    await write(graph, SIZES)
    document = """query ($first: Int!) { capacity { overcommit(first: $first,
        filter: {vcenter: {name: {eq: "beta"}}}) { cluster { vcenter { name } } } } }"""

    found = (await graph.ask(document, first=2)).data["capacity"]["overcommit"]

    assert found == [{"cluster": {"vcenter": {"name": "beta"}}}] * 2
    assert await graph.fail(document, first=0) == ["PAGE_SIZE"]
    assert await graph.fail(document, first=1001) == ["PAGE_SIZE"]


async def test_space_by_type_and_hosts_by_build_are_the_aggregates_of_their_lists(
    graph: Graph,
) -> None:
    document = """{ capacity {
        datastoresByType(filter: {vcenter: {name: {ne: "beta"}}}) {
          count group { type } sum { freeSpaceBytes } }
        hostsByBuild(first: 3) { count group { version build } avg { memoryBytes } } }
      datastores(filter: {vcenter: {name: {ne: "beta"}}}) {
        aggregates(groupBy: [type]) { count group { type } sum { freeSpaceBytes } } }
      hosts { aggregates(groupBy: [version, build], first: 3) {
        count group { version build } avg { memoryBytes } } } }"""

    data = (await graph.ask(document)).data

    assert data["capacity"]["datastoresByType"] == data["datastores"]["aggregates"] != []
    assert data["capacity"]["hostsByBuild"] == data["hosts"]["aggregates"] != []


async def test_what_others_hold_counts_in_no_ready_made_answer(graph: Graph) -> None:
    alpha, beta, _ = graph.vcenters
    await write(graph, TIDY, SIZES, f"UPDATE virtual_machines SET {NO_TOOLS}")
    document = """{ capacity { overcommit { cluster { vcenter { name } } } hostsByBuild { count } }
      hygiene { virtualMachinesWithoutTools(first: 0) { totalCount } } }"""

    data = (await graph.within(alpha, beta).ask(document)).data

    whose = {row["cluster"]["vcenter"]["name"] for row in data["capacity"]["overcommit"]}
    assert whose == {"alpha", "beta"}
    assert sum(group["count"] for group in data["capacity"]["hostsByBuild"]) == 20
    assert data["hygiene"]["virtualMachinesWithoutTools"]["totalCount"] == 600


async def test_hosts_are_found_by_the_network_of_their_vmkernel_adapters(graph: Graph) -> None:
    adapters = """[{"device": "vmk0", "ip_address": "10.77.1.9"}, {"device": "vmk1",
        "ip_address": ""}, {"device": "vmk2"}, {"device": "vmk3", "ip_address": "fe80::1"}]"""
    await write(
        graph,
        f"UPDATE host_hardware SET vmkernel_adapters = '{adapters}' WHERE moid = 'host-3'",
    )
    document = """query ($network: String!) {
      hosts(filter: {vmkernelAdapters: {some: {ipAddress: {within: $network}}}}) {
        nodes { moid } } }"""

    async def found(network: str) -> list[str]:
        nodes = (await graph.ask(document, network=network)).data["hosts"]["nodes"]
        return [node["moid"] for node in nodes]

    assert await found("10.77.0.0/16") == ["host-3"] * 3
    assert await found("fe80::/10") == ["host-3"] * 3
    assert await found("10.78.0.0/16") == []


async def test_lists_inside_of_lists_may_not_multiply_without_end(graph: Graph) -> None:
    """Hosts lead over mounts to datastores and back: no new row is read, all are shown again."""
    inner = "name"
    for _ in range(3):
        inner = f"mounts {{ datastore {{ mounts {{ host {{ {inner} }} }} }} }}"

    small = replace(graph, most_objects=500)

    assert set(await small.fail(f"{{ hosts {{ nodes {{ {inner} }} }} }}")) == {"ANSWER_TOO_LARGE"}
    assert await small.ask("{ hosts { nodes { mounts { accessible } } } }")


def test_a_budget_is_spent_to_the_last_object_and_no_further() -> None:
    budget = Budget(3)
    budget.spend(3)

    with pytest.raises(AnswerTooLargeError, match="at most 3 objects"):
        budget.spend(1)
