"""Aggregates of lists against sums in plain Python, at the root and below objects."""

from collections import defaultdict
from collections.abc import Callable
from statistics import mean
from typing import Any

import pytest
from graphql import get_named_type

from graphql_api.schema import core_schema
from tests.integration.test_list_grammar import LISTS, Rows, rows, spread  # noqa: F401
from tests.support.graph import Graph

GROUPED = """query ($filter: VirtualMachineFilter, $by: [VirtualMachineGroupField!]) {
  virtualMachines(filter: $filter, first: 1) { aggregates(groupBy: $by) { count
    group { powerState numCpus guestFullName vcenter { name } cluster { name } }
    sum { memoryBytes storageCommittedBytes diskCapacityBytes } avg { memoryBytes }
    min { memoryBytes numCpus } max { memoryBytes } } } }"""
KEYS: dict[str, Callable[[Any], Any]] = {
    "powerState": lambda row: row["powerState"],
    "numCpus": lambda row: row["numCpus"],
    "guestFullName": lambda row: row["guestFullName"],
    "vcenter": lambda row: row["vcenter"],
    "cluster": lambda row: (row["vcenter"]["name"], row["cluster"]),
}


def known(found: list[Any], name: str) -> list[Any]:
    """Return what is known of a column."""
    return [row[name] for row in found if row[name] is not None]


def summed(group: list[Any]) -> tuple[int, ...]:
    """Return what a group adds up to; 0 where nothing is known."""
    memory, cpus = known(group, "memoryBytes"), known(group, "numCpus")
    return (
        len(group),
        sum(memory),
        sum(known(group, "storageCommittedBytes")),
        sum(known(group, "diskCapacityBytes")),
        min(cpus, default=0),
        max(memory, default=0),
        int(mean(memory)) if memory else 0,
    )


@pytest.mark.parametrize(
    "by",
    [[], ["powerState"], ["numCpus"], ["vcenter"], ["cluster"], ["vcenter", "guestFullName"]],
)
async def test_groups_hold_what_plain_python_sums_up(
    graph: Graph,
    rows: Rows,  # noqa: F811
    by: list[str],
) -> None:
    chosen = [row for row in rows if (row["numCpus"] or 9) > 1]
    filter_ = {"not": {"numCpus": {"lte": 1}}}

    answer = await graph.ask(GROUPED, filter=filter_, by=by)

    groups: dict[str, list[Any]] = defaultdict(list)
    for row in chosen:
        groups[repr([KEYS[name](row) for name in by])].append(row)
    found = answer.data["virtualMachines"]["aggregates"]
    assert sorted(group["count"] for group in found) == sorted(map(len, groups.values()))
    sums = sorted(map(summed, groups.values()))
    assert sums == sorted(
        (
            group["count"],
            group["sum"]["memoryBytes"] or 0,
            group["sum"]["storageCommittedBytes"] or 0,
            group["sum"]["diskCapacityBytes"] or 0,
            group["min"]["numCpus"] or 0,
            group["max"]["memoryBytes"] or 0,
            int(group["avg"]["memoryBytes"] or 0),
        )
        for group in found
    )
    counts = [group["count"] for group in found]
    assert counts == sorted(counts, reverse=True)


async def test_groups_say_what_their_rows_have_in_common(graph: Graph) -> None:
    document = """{ hosts { aggregates(groupBy: [cluster, powerState]) { count
      group { powerState cluster { name vcenter { name } } vendor } } } }"""

    answer = await graph.ask(document)

    found = answer.data["hosts"]["aggregates"]
    assert answer.statements == 3  # groups; clusters; vCenters
    names = {g["group"]["cluster"]["name"] for g in found if g["group"]["cluster"]}
    assert names == {f"{v}-cluster-{n}" for v in ("alpha", "beta", "gamma") for n in range(3)}
    assert {group["group"]["vendor"] for group in found} == {None}
    assert sum(group["count"] for group in found) == 30


async def test_aggregates_below_objects_take_one_statement_for_all_of_them(graph: Graph) -> None:
    document = """{ clusters(first: 100) { nodes { name hosts(first: 2) { nodes { name } }
      virtualMachines(filter: {powerState: {eq: poweredOn}}) {
        totalCount aggregates(groupBy: [powerState]) { count ...Numbers } } } } }
      fragment Numbers on VirtualMachineAggregate {
        group { powerState } ... { sum { numCpus } } }"""

    answer = await graph.ask(document)

    assert answer.statements == 4
    for cluster in answer.data["clusters"]["nodes"]:
        (group,) = cluster["virtualMachines"]["aggregates"]
        assert group["count"] == cluster["virtualMachines"]["totalCount"] > 0
        assert group["group"]["powerState"] == "poweredOn"
        assert group["sum"]["numCpus"] == 4 * group["count"]


@pytest.mark.parametrize("root", sorted(set(LISTS) - {"syncRuns"}))
async def test_every_kind_is_grouped_by_every_field_and_gives_every_number(
    graph: Graph, root: str
) -> None:
    connection = get_named_type(core_schema.query_type.fields[root].type)
    of_type = get_named_type(connection.fields["aggregates"].type)
    by = get_named_type(connection.fields["aggregates"].args["groupBy"].type).values
    numbers = [
        f"{name} {{ {' '.join(get_named_type(field.type).fields)} }}"
        for name, field in of_type.fields.items()
        if name in ("sum", "avg", "min", "max")
    ]

    for field in by:
        document = f"""{{ {root} {{ totalCount aggregates(groupBy: [{field}], first: 1000) {{
            count {" ".join(numbers)} }} }} }}"""
        found = (await graph.ask(document)).data[root]
        assert sum(group["count"] for group in found["aggregates"]) == found["totalCount"] > 0


async def test_too_many_groups_or_fields_are_refused(graph: Graph) -> None:
    for arguments, code in (
        ("first: 0", "PAGE_SIZE"),
        ("first: 1001", "PAGE_SIZE"),
        ("groupBy: [model, vendor, version, build, cluster]", "INVALID_ARGUMENT"),
    ):
        assert await graph.fail(f"{{ hosts {{ aggregates({arguments}) {{ count }} }} }}") == [code]
