"""Filters, orders and pages of lists against plain Python over the same rows."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_api.schema import core_schema
from resolvers import global_id
from tests.support.estate import VMS
from tests.support.grammar import (
    AGE,
    FLAG,
    MOMENT,
    NUMBER,
    STATE,
    TEXT,
    Column,
    Filter,
    Row,
    filters,
    holds,
    of_list,
    ordered,
    orders,
)
from tests.support.graph import Graph

pytestmark = pytest.mark.timeout(600)  # hundreds of examples each

GIB = 2**30
DAYS = [datetime(2026, 10, day, tzinfo=UTC) for day in range(1, 8)]
AGES = [0, 0.5, 36500, *((datetime.now(UTC) - day).days for day in DAYS)]
SPREAD = """
    UPDATE virtual_machines SET
        num_cpus = (ARRAY[1, 2, 4, 8, NULL])[1 + n % 5],
        memory_bytes = (ARRAY[1, 4, 16, NULL])[1 + n % 4] * 1073741824::bigint,
        is_template = (ARRAY[true, false, false, NULL])[1 + n % 4],
        guest_full_name = (ARRAY['Debian 12', 'debian_12%', 'Windows', NULL, 'ubuntu'])[1 + n % 5],
        name = called || '-web-' || lpad((substr(m, 4)::int * 7 % 300)::text, 4, '0'),
        deleted_at = NULL,
        oldest_snapshot_at = CASE WHEN n % 3 = 0
            THEN timestamptz '2026-10-01 00:00Z' + interval '1 day' * (n % 7) END
    FROM (SELECT vcenter_id AS v, moid AS m, c.name AS called,
            substr(moid, 4)::int + vcenter_id AS n
        FROM virtual_machines JOIN vcenters c ON c.id = vcenter_id) AS numbered
    WHERE vcenter_id = v AND moid = m
"""
THIN_OUT = """DELETE FROM vm_usage WHERE substr(moid, 4)::int % 5 = 0;
    DELETE FROM vm_hardware WHERE substr(moid, 4)::int % 6 = 0"""
ROWS = """
    SELECT m.*, u.storage_committed_bytes, w.disk_capacity_bytes, w.disks, w.snapshots,
        v.name AS vcenter_name, v.instance_uuid AS vcenter_uuid,
        h.name AS host_name, h.power_state AS host_power,
        c.name AS cluster_name, hc.name AS host_cluster,
        (SELECT array_agg(n.name) FROM vm_networks e JOIN networks n
            ON n.vcenter_id = e.vcenter_id AND n.moid = e.network_moid
            WHERE e.vcenter_id = m.vcenter_id AND e.vm_moid = m.moid) AS network_names
    FROM virtual_machines m JOIN vcenters v ON v.id = m.vcenter_id
    LEFT JOIN vm_usage u ON (u.vcenter_id, u.moid) = (m.vcenter_id, m.moid)
    LEFT JOIN vm_hardware w ON (w.vcenter_id, w.moid) = (m.vcenter_id, m.moid)
    LEFT JOIN hosts h ON (h.vcenter_id, h.moid) = (m.vcenter_id, m.host_moid)
    LEFT JOIN clusters c ON (c.vcenter_id, c.moid) = (m.vcenter_id, m.cluster_moid)
    LEFT JOIN clusters hc ON (hc.vcenter_id, hc.moid) = (h.vcenter_id, h.cluster_moid)
    WHERE m.deleted_at IS NULL
"""
MEMORY = [1 * GIB, 4 * GIB, 16 * GIB, 5]
COLUMNS = {
    "name": Column(["alpha-web-0007", "WEB-00", "b", "%", "_"], TEXT[:-1]),
    "powerState": Column(["poweredOn", "poweredOff", "suspended"], STATE),
    "numCpus": Column([1, 2, 3, 8], NUMBER),
    "memoryBytes": Column(MEMORY, NUMBER),
    "isTemplate": Column([True, False], FLAG),
    "guestFullName": Column(["Debian 12", "debian", "%", "12%", "win"], TEXT),
    "oldestSnapshotAt": Column([day.isoformat() for day in DAYS], MOMENT),
    "ipAddress": Column(["10.1.0.0/16", "10.2.0.0/25", "10.0.0.0/8"], ("within",)),
    "storageCommittedBytes": Column([0, 7 * GIB, 150 * GIB], NUMBER),
    "diskCapacityBytes": Column([40 * GIB, 1], NUMBER),
}
NAMED = {"name": Column(["prod", "alpha-esx-03", "alpha-cluster-0", "-0", "alpha"], TEXT[:-1])}
HOST = NAMED | {"powerState": Column(["poweredOn", "poweredOff"], STATE)}
DISK = {"capacityBytes": Column([40 * GIB, 1], NUMBER), "thinProvisioned": Column([True], FLAG)}
SNAPSHOT = {"createdAt": Column([day.isoformat() for day in DAYS], MOMENT)}
AGED = Column(AGES, AGE)
ATTRIBUTE = {
    "value": Column(["team-3", "team"], TEXT),
    "name": Column(["Owner", "owner", "Cost Center"], ("eq", "in", "ne")),
}
FILTERS = filters(
    COLUMNS,
    {
        "host": filters(HOST, {"cluster": filters(NAMED, {})}),
        "cluster": st.one_of(st.just({}), filters(NAMED, {})),
        "vcenter": filters({"name": Column(["alpha", "beta", "none"], TEXT[:-1])}, {}),
        "disks": of_list(filters(DISK, {})),
        "snapshots": of_list(filters(SNAPSHOT, {"createdAt": AGED.operands()})),
        "oldestSnapshotAt": AGED.operands(),
        "customAttributes": of_list(filters(ATTRIBUTE, {})),
        "networks": of_list(filters(NAMED, {})),
    },
)
INDEXED = ["name", "memoryBytes", "oldestSnapshotAt"]
ORDERS = orders([*INDEXED, "numCpus", "powerState", "guestFullName", "storageCommittedBytes"])

PAGE = """query ($filter: VirtualMachineFilter, $order: [VirtualMachineOrder!], $first: Int,
    $after: String, $last: Int, $before: String) {
  virtualMachines(filter: $filter, orderBy: $order, first: $first, after: $after, last: $last,
      before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    nodes { moid vcenter { name } } } }"""
OFTEN = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LISTS = {
    name: field for name, field in core_schema.query_type.fields.items() if "orderBy" in field.args
}

Key = tuple[str, str]


async def spread(graph: Graph) -> list[Row]:
    """Make the rows of the estate unlike each other; return them as the graph would show them."""
    async with graph.primary.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await raw.execute(SPREAD)
        await raw.execute(THIN_OUT)
        return [_row(record) for record in await raw.fetch(ROWS)]


def _row(record: Mapping[str, Any]) -> Row:
    def parts(name: str) -> list[Mapping[str, Any]]:
        return record[name] or []

    host = {
        "name": record["host_name"],
        "powerState": record["host_power"],
        "cluster": None if record["host_cluster"] is None else {"name": record["host_cluster"]},
    }
    return {
        "vcenter_id": record["vcenter_id"],
        "moid": record["moid"],
        "name": record["name"],
        "powerState": record["power_state"],
        "numCpus": record["num_cpus"],
        "memoryBytes": record["memory_bytes"],
        "isTemplate": record["is_template"],
        "guestFullName": record["guest_full_name"],
        "oldestSnapshotAt": _moment(record["oldest_snapshot_at"]),
        "ipAddress": str(record["ip_address"]),
        "storageCommittedBytes": record["storage_committed_bytes"],
        "diskCapacityBytes": record["disk_capacity_bytes"],
        "host": None if record["host_name"] is None else host,
        "cluster": None if record["cluster_name"] is None else {"name": record["cluster_name"]},
        "vcenter": {"name": record["vcenter_name"]},
        "disks": [
            {"capacityBytes": d["capacity_bytes"], "thinProvisioned": d["thin_provisioned"]}
            for d in parts("disks")
        ],
        "snapshots": [{"createdAt": s["created_at"]} for s in parts("snapshots")],
        "customAttributes": [
            {"value": a["value"], "name": a["name"]} for a in parts("custom_attributes")
        ],
        "networks": [{"name": name} for name in record["network_names"] or ()],
    }


def _moment(value: datetime | None) -> str | None:
    """Return a moment as text that sorts as it does."""
    return None if value is None else value.astimezone(UTC).isoformat()


async def pages(
    graph: Graph,
    size: int,
    *,
    backward: bool = False,
    meanwhile: Callable[[], Awaitable[None]] | None = None,
    **variables: Any,
) -> list[list[Key]]:
    """Read a list page by page to its end; each page's rows in list order."""
    amount, edge, more, bound = (
        ("last", "startCursor", "hasPreviousPage", "before")
        if backward
        else ("first", "endCursor", "hasNextPage", "after")
    )
    found: list[list[Key]] = []
    cursor = None
    while True:
        given = variables | {amount: size, bound: cursor}
        page = (await graph.ask(PAGE, **given)).data["virtualMachines"]
        found.append([(node["vcenter"]["name"], node["moid"]) for node in page["nodes"]])
        if not page["pageInfo"][more]:
            return found
        cursor = page["pageInfo"][edge]
        if meanwhile is not None:
            await meanwhile()


def keys(rows: Sequence[Row]) -> list[Key]:
    """Return which rows these are."""
    return [(row["vcenter"]["name"], row["moid"]) for row in rows]


class Rows(list[Row]):
    """Rows that hypothesis does not print with every failure."""

    def __repr__(self) -> str:
        """Count them."""
        return f"<{len(self)} rows>"


@pytest.fixture
async def rows(graph: Graph) -> Rows:
    """The estate's rows, unlike each other, as the graph should show them."""
    return Rows(await spread(graph))


@OFTEN
@given(
    filter_=FILTERS, order=ORDERS, size=st.sampled_from([1000, 400, 97]), is_scoped=st.booleans()
)
async def test_filters_orders_and_pages_are_what_plain_python_makes_of_the_rows(
    graph: Graph,
    rows: Rows,
    filter_: Filter,
    order: list[dict[str, str]],
    size: int,
    is_scoped: bool,
) -> None:
    wanted = keys(ordered([row for row in rows if holds(filter_, row)], order))
    variables = {"filter": _scoped(graph, filter_, order, is_scoped), "order": order}

    forward = await pages(graph, size, **variables)
    backward = await pages(graph, size, backward=True, **variables)
    counted = (await graph.ask(PAGE, **variables, first=0)).data["virtualMachines"]

    assert [key for page in forward for key in page] == wanted
    assert [key for page in reversed(backward) for key in page] == wanted
    assert counted["totalCount"] == len(wanted)


def _scoped(graph: Graph, filter_: Filter, order: list[dict[str, str]], is_scoped: bool) -> Filter:
    """Name all vCenters, where the order needs it or the example wants it."""
    if is_scoped or (order and order[0]["field"] not in INDEXED):
        ids = [global_id.encode("VCenter", vcenter.uuid) for vcenter in graph.vcenters]
        return {"and": [filter_], "vcenterId": {"in": ids}}
    return filter_


CHANGES = (
    "UPDATE virtual_machines SET num_cpus = num_cpus % 7 + 1, memory_bytes = 5 WHERE {}",
    "UPDATE virtual_machines SET memory_bytes = NULL, name = 'alpha-moved-' || moid WHERE {}",
    "UPDATE virtual_machines SET deleted_at = now() WHERE {}",
    "UPDATE virtual_machines SET oldest_snapshot_at = now() WHERE {}",
)


@settings(OFTEN, max_examples=25)
@given(
    order=orders(INDEXED),
    is_backward=st.booleans(),
    size=st.integers(40, 200),
    changes=st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, VMS - 1)), max_size=20),
)
async def test_while_rows_change_those_that_do_not_are_neither_skipped_nor_repeated(
    graph: Graph,
    rows: Rows,
    order: list[dict[str, str]],
    is_backward: bool,
    size: int,
    changes: list[tuple[str, int]],
) -> None:
    touched = {f"vm-{number}" for _, number in changes}
    todo = [
        change.format(f"moid = 'vm-{number}' AND vcenter_id = {vcenter.id}")
        for change, number in changes
        for vcenter in graph.vcenters
    ]

    async def meanwhile() -> None:
        some, todo[:] = todo[:9], todo[9:]
        async with graph.primary.begin() as connection:
            for statement in some:
                await connection.exec_driver_sql(statement)

    read = await pages(graph, size, backward=is_backward, meanwhile=meanwhile, order=order)

    await spread(graph)  # as it was, for the next example
    seen = Counter(key for page in read for key in page)
    assert max(seen[key] for key in keys(rows) if key[1] not in touched) == 1
    assert min(seen[key] for key in keys(rows) if key[1] not in touched) == 1
    still = [row for row in ordered(rows, order) if row["moid"] not in touched]
    flat = [key for page in (reversed(read) if is_backward else read) for key in page]
    assert [key for key in flat if key[1] not in touched] == keys(still)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("first: 1, last: 1", "INVALID_ARGUMENT"),
        ("last: -1", "PAGE_SIZE"),
        ("first: 1001", "PAGE_SIZE"),
        ('after: "?"', "INVALID_CURSOR"),
        ("orderBy: {field: bootTime}", "ORDER_NEEDS_VCENTER"),
        ("orderBy: [{field: name}, {field: name, direction: DESC}]", "INVALID_ARGUMENT"),
        ('filter: {ipAddress: {within: "10.0.0.0/33"}}', "INVALID_ARGUMENT"),
        ('filter: {ipAddress: {within: "10.0.0.1/8"}}', "INVALID_ARGUMENT"),
        ("filter: {numCpus: {gt: null}}", "INVALID_ARGUMENT"),
        ('filter: {name: {eq: "a\\u0000"}}', "INVALID_ARGUMENT"),
        ('filter: {vcenterId: {eq: "x"}}', "INVALID_ID"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_a_code(
    graph: Graph, arguments: str, code: str
) -> None:
    document = f"{{ virtualMachines({arguments}) {{ nodes {{ id }} }} }}"

    assert await graph.fail(document) == [code]


async def test_a_filter_of_too_many_values_conditions_or_levels_is_refused(graph: Graph) -> None:
    deep: Filter = {"name": {"eq": "a"}}
    for _ in range(20):
        deep = {"not": deep}
    for filter_ in (
        {"name": {"in": ["a"] * 10_000}},
        {"or": [{"name": {"eq": "a"}}] * 200},
        deep,
        {"name": {"contains": "a" * 1_000_000}},
    ):
        assert await graph.fail(PAGE, filter=filter_) == ["INVALID_ARGUMENT"]


async def test_a_cursor_is_good_for_its_filter_and_order_alone(graph: Graph) -> None:
    page = (await graph.ask(PAGE, first=2, order=[{"field": "memoryBytes"}])).data
    cursor = page["virtualMachines"]["pageInfo"]["endCursor"]

    for other in (
        {"order": [{"field": "memoryBytes", "direction": "DESC"}]},
        {"order": [{"field": "memoryBytes", "nulls": "FIRST"}]},
        {"order": [{"field": "memoryBytes"}], "filter": {"numCpus": {"gt": 1}}},
        {},
    ):
        assert await graph.fail(PAGE, first=2, after=cursor, **other) == ["INVALID_CURSOR"]
    again = await graph.ask(PAGE, first=2, after=cursor, order=[{"field": "memoryBytes"}])
    assert again.data["virtualMachines"]["nodes"] != page["virtualMachines"]["nodes"]


async def test_a_page_lies_between_two_cursors(graph: Graph) -> None:
    everything = (await pages(graph, 1000))[0]
    edges = (await graph.ask("{ virtualMachines(first: 20) { edges { cursor } } }")).data[
        "virtualMachines"
    ]["edges"]
    bounds = {"after": edges[4]["cursor"], "before": edges[9]["cursor"]}

    first = (await graph.ask(PAGE, first=3, **bounds)).data["virtualMachines"]
    last = (await graph.ask(PAGE, last=100, **bounds)).data["virtualMachines"]

    assert [node["moid"] for node in first["nodes"]] == [moid for _, moid in everything[5:8]]
    assert [node["moid"] for node in last["nodes"]] == [moid for _, moid in everything[5:9]]
    assert (first["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (True, False)


async def test_nested_lists_have_the_same_grammar_and_take_one_statement_a_level(
    graph: Graph,
) -> None:
    document = """{ clusters(first: 100, orderBy: {field: name, direction: DESC}) { nodes { name
      hosts(last: 10, filter: {powerState: {ne: poweredOff}}) { nodes { name
        virtualMachines(first: 5, orderBy: [{field: storageCommittedBytes, direction: DESC}]
            filter: {snapshots: {none: {}}}) { nodes { name storageCommittedBytes } } } } } } }"""

    answer = await graph.ask(document)

    assert answer.statements == 3
    clusters = answer.data["clusters"]["nodes"]
    assert clusters[0]["name"].startswith("gamma")
    for cluster in clusters:
        for host in cluster["hosts"]["nodes"]:
            sizes = [vm["storageCommittedBytes"] for vm in host["virtualMachines"]["nodes"]]
            assert len(sizes) in (0, 5)
            assert sizes == sorted(sizes, reverse=True)


def _asked(of_type: GraphQLInputObjectType, name: str) -> dict[str, Any]:
    """Return a condition for a field of a filter: an operator, or that there is anything."""
    inner = get_named_type(of_type.fields[name].type)
    assert isinstance(inner, GraphQLInputObjectType)
    if "isNull" in inner.fields:
        return {name: {"isNull": True}}
    if "some" in inner.fields:
        return {"not": {name: {"some": {}, "none": {}}}}
    return {name: {"notIn": []} if "notIn" in inner.fields else {}}


@pytest.mark.parametrize("root", sorted(LISTS))
async def test_every_field_of_every_filter_can_be_asked_for(graph: Graph, root: str) -> None:
    filter_ = get_named_type(LISTS[root].args["filter"].type)
    assert isinstance(filter_, GraphQLInputObjectType)
    names = [name for name in filter_.fields if name not in ("and", "or", "not")]

    for name in names:
        document = f"query ($f: {filter_.name}) {{ {root}(filter: $f, first: 9) {{ totalCount }} }}"
        answer = await graph.ask(document, f=_asked(filter_, name))
        assert answer.data[root]["totalCount"] >= 0


@pytest.mark.parametrize("root", sorted(LISTS))
async def test_every_list_comes_in_every_order_both_ways(graph: Graph, root: str) -> None:
    order = get_named_type(LISTS[root].args["orderBy"].type)
    fields = get_named_type(order.fields["field"].type).values
    of_vcenter = global_id.encode("VCenter", graph.vcenters[0].uuid)
    scope = f'filter: {{vcenterId: {{eq: "{of_vcenter}"}}}}' if root != "vcenters" else ""
    document = f"""query ($order: [{order.name}!], $first: Int, $last: Int) {{
        {root}({scope} orderBy: $order, first: $first, last: $last) {{ nodes {{ id }} }} }}"""

    for field in fields:
        for direction in ("ASC", "DESC"):
            by = [{"field": field, "direction": direction, "nulls": "FIRST"}]
            first = (await graph.ask(document, order=by, first=1000)).data[root]["nodes"]
            last = (await graph.ask(document, order=by, last=1000)).data[root]["nodes"]
            assert first == last
            assert len(first) > 0
