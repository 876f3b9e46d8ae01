"""Pages of one vCenter, read together with what their rows lead to."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type
from sqlalchemy import delete, update

from graphql_api.caller import Caller
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings
from loaders import vcenter_numbers
from loaders.scope import Scope
from loaders.vcenter_numbers import remember
from models.db.sessions import BEGIN
from models.edge import VM_DATASTORES
from models.tables import Datastore, Host
from resolvers.declare import EDGE, Arity
from resolvers.global_id import WITHOUT_MOID, encode
from tests.support.asked import Asked
from tests.support.estate import Written
from tests.support.gateway import Gateway
from tests.support.graph import Graph
from tests.support.two_executors import Reader, TwoExecutors
from tests.support.walk import Walk

MACHINES = """query($vcenter: ID!) { virtualMachines(
    first: 60, filter: {vcenterId: {eq: $vcenter}}) { pageInfo { hasNextPage endCursor } nodes {
    name host { name cluster { name datacenter { name } } vcenter { name } }
    vcenter { name } datastores { name } networks { name } } } }"""
OF_A_HOST = """query($vcenter: ID!) { virtualMachines(first: 60, filter: {
    vcenterId: {eq: $vcenter}, host: {name: {contains: "e"}}}) {
    nodes { name host { name cluster { name } } datastores { name } } } }"""
RUNS = """query($vcenter: ID!) { syncRuns(first: 60, filter: {vcenterId: {eq: $vcenter}}) {
    nodes { id vcenter { name } } } }"""
MANY = """query($vcenter: ID!) { virtualMachines(
    first: 60, filter: {vcenterId: {eq: $vcenter}}) { nodes { name
    a: datastores { name } b: datastores { name } c: datastores { name } d: datastores { name }
    e: networks { name } f: networks { name } g: networks { name } host { name } } } }"""
FEW = """query($vcenter: ID!) { virtualMachines(
    first: 10, filter: {vcenterId: {eq: $vcenter}}) { totalCount nodes { name
    host { name oemStrings cluster { haFailoverHostMoids } } datastores { name } } } }"""
UNNAMED = "{ hosts(first: 60) { nodes { name vcenter { name } cluster { name } } } }"
WITH_ITS_COUNT = """query($vcenter: ID!) { virtualMachines(
    first: 60, filter: {vcenterId: {eq: $vcenter}}) {
    totalCount nodes { host { name } datastores { name } } } }"""
ROOTS = [root for type_, root in Walk(core_schema, {}).lists() if type_ not in WITHOUT_MOID]
GONE_AT = datetime(2026, 11, 20, tzinfo=UTC)


def edges_of(type_: GraphQLObjectType, depth: int) -> Iterator[str]:
    """Yield selections of all that rows of a type lead to, and that these do."""
    for name, field in type_.fields.items():
        declared = field.extensions.get("strawberry-definition")
        edge = declared.metadata.get(EDGE) if declared is not None else None
        end = get_named_type(field.type)
        is_followed = edge is not None and edge.arity in {Arity.ONE, Arity.LIST}
        if is_followed and isinstance(end, GraphQLObjectType) and "id" in end.fields:
            further = edges_of(end, depth - 1) if depth else ()
            yield f"{name} {{ {' '.join((columns_of(end), *further))} }}"


def columns_of(type_: GraphQLObjectType) -> str:
    """Return a selection of all that needs no selection or argument of its own."""
    leaves = (n for n, f in type_.fields.items() if is_leaf_type(get_named_type(f.type)))
    return " ".join(name for name in leaves if not type_.fields[name].args)


def all_edges(root: str, first: int, more: str) -> str:
    """Return a document of a list of one vCenter, with everything that its rows lead to."""
    type_ = core_schema.query_type.fields[root].type  # type: ignore[union-attr]
    rows = get_named_type(get_named_type(type_).fields["nodes"].type)  # type: ignore[union-attr]
    selected = " ".join(edges_of(rows, 1))  # type: ignore[arg-type]
    return f"""query($vcenter: ID!) {{
        {root}(first: {first}, filter: {{vcenterId: {{eq: $vcenter}}}}) {{
        edges {{ cursor node {{ id {selected} }} }} pageInfo {{ endCursor }} {more} }} }}"""


def id_of(vcenter: Written) -> str:
    """Return a vCenter's ID."""
    return encode("VCenter", vcenter.uuid)


async def test_a_page_and_all_that_it_leads_to_take_one_statement(gateway: Gateway) -> None:
    beta = gateway.graph.vcenters[1]
    remember(beta.uuid, beta.id)
    at_once = await gateway.ask(MACHINES, vcenter=id_of(beta))
    assert gateway.statements == 1
    assert "COMMIT" not in gateway.sent

    by_field = Gateway(gateway.graph, GatewaySettings(compiled_execution=False))
    assert (await by_field.ask(MACHINES, vcenter=id_of(beta))).data == at_once.data
    assert by_field.statements > 4
    nodes = at_once.data["virtualMachines"]["nodes"]
    assert len(nodes) == 60
    assert any(node["host"]["cluster"] and node["datastores"] for node in nodes)


async def test_a_number_that_no_vcenter_has_any_more_costs_statements_once(
    gateway: Gateway,
) -> None:
    beta = gateway.graph.vcenters[1]
    remember(beta.uuid, -1)
    for statements in (3, 1):  # of no such number, by the UUID, all by the number
        answer = await gateway.ask(MACHINES, vcenter=id_of(beta))
        assert len(answer.data["virtualMachines"]["nodes"]) == 60
        assert gateway.statements == statements
        assert ("COMMIT" in gateway.sent) is (statements > 1)


async def test_a_vcenter_whose_number_is_not_known_is_read_level_by_level_in_a_snapshot(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    beta = gateway.graph.vcenters[1]
    monkeypatch.setattr(vcenter_numbers, "_numbers", {})

    found = await gateway.ask(MACHINES, vcenter=id_of(beta))

    assert gateway.sent[0] == BEGIN
    assert gateway.statements > 4
    at_once = await gateway.ask(MACHINES, vcenter=id_of(beta))
    assert gateway.statements == 1
    assert at_once.data == found.data


async def test_a_key_of_one_vcenter_need_not_name_it(gateway: Gateway) -> None:
    beta = gateway.graph.vcenters[1]
    caller = Caller("API:some", Scope({beta.id: beta.uuid}), may_sync=False)
    remember(beta.uuid, beta.id)

    found = await gateway.ask(UNNAMED, caller=caller)

    assert gateway.statements == 1
    assert {node["vcenter"]["name"] for node in found.data["hosts"]["nodes"]} == {"beta"}


@pytest.mark.parametrize("document", [OF_A_HOST, RUNS, MANY], ids=["made anew", "runs", "too much"])
async def test_what_is_not_read_at_once_is_read_once(gateway: Gateway, document: str) -> None:
    beta = gateway.graph.vcenters[1]
    remember(beta.uuid, beta.id)

    found = await gateway.ask(document, vcenter=id_of(beta))

    assert found.errors == []
    assert gateway.sent[0] == BEGIN  # no statement before it that was for nothing
    assert gateway.statements > 1


async def test_what_else_is_read_sees_the_same_snapshot(gateway: Gateway) -> None:
    beta = gateway.graph.vcenters[1]
    remember(beta.uuid, beta.id)

    answer = await gateway.ask(WITH_ITS_COUNT, vcenter=id_of(beta))

    assert gateway.sent[0] == BEGIN
    assert gateway.sent[-1] == "COMMIT"
    assert gateway.statements == 2
    assert answer.data["virtualMachines"]["totalCount"] == 300


@pytest.mark.parametrize("more", ["", "totalCount"], ids=["alone", "counted"])
@pytest.mark.parametrize("first", [10, 60])
@pytest.mark.parametrize("root", ROOTS)
async def test_all_that_lists_lead_to_is_as_strawberrys_executor_finds_it(
    graph: Graph, root: str, first: int, more: str
) -> None:
    alpha, beta, _ = graph.vcenters
    asked = Asked(all_edges(root, first, more), {"vcenter": id_of(beta)})
    own, others = (Reader(Scope({each.id: each.uuid})) for each in (beta, alpha))
    for number in (-1, alpha.id, beta.id):
        for reader in (Reader(), own, others):
            remember(beta.uuid, number)
            outcome = await TwoExecutors(graph).compare(asked, reader)
            assert outcome is not None
            assert outcome.errors == []
            assert bool(outcome.data[root]["edges"]) is (reader is not others)


@pytest.mark.parametrize("more", ["", "totalCount"], ids=["alone", "counted"])
async def test_lists_of_what_stands_beside_few_rows_are_brought(graph: Graph, more: str) -> None:
    beta = graph.vcenters[1]
    remember(beta.uuid, beta.id)
    document = FEW.replace("totalCount", more)

    outcome = await TwoExecutors(graph).compare(Asked(document, {"vcenter": id_of(beta)}))

    assert outcome is not None
    assert outcome.errors == []


async def test_what_is_gone_is_null_or_left_out(graph: Graph) -> None:
    beta = graph.vcenters[1]
    edges = VM_DATASTORES.table.c
    async with graph.primary.begin() as connection:
        mine = Host.vcenter_id == beta.id, Host.moid.in_(("host-1", "host-2"))
        await connection.execute(delete(Host).where(*mine))
        some = Datastore.vcenter_id == beta.id, Datastore.moid == "datastore-1"
        await connection.execute(delete(Datastore).where(*some))
        late = Datastore.vcenter_id == beta.id, Datastore.moid == "datastore-2"
        await connection.execute(update(Datastore).where(*late).values(deleted_at=GONE_AT))
        few = edges.vcenter_id == beta.id, edges.vm_moid == "vm-7"
        await connection.execute(delete(VM_DATASTORES.table).where(*few))
    remember(beta.uuid, beta.id)

    outcome = await TwoExecutors(graph).compare(Asked(MACHINES, {"vcenter": id_of(beta)}))

    assert outcome is not None
    nodes = outcome.data["virtualMachines"]["nodes"]
    assert {node["host"] is None for node in nodes} == {True, False}
    assert [] in [node["datastores"] for node in nodes]


@pytest.mark.parametrize("is_held", [False, True], ids=["all", "some"])
async def test_a_number_that_is_another_vcenters_by_now_is_no_fault_of_the_plan(
    gateway: Gateway, caplog: pytest.LogCaptureFixture, *, is_held: bool
) -> None:
    alpha, beta, _ = gateway.graph.vcenters
    scope = Scope({each.id: each.uuid for each in (alpha, beta)} if is_held else None)
    caller = Caller("API:some", scope, may_sync=False)
    remember(beta.uuid, beta.id)
    right = await gateway.ask(MACHINES, caller=caller, vcenter=id_of(beta))
    remember(beta.uuid, alpha.id)

    with caplog.at_level(logging.WARNING):
        found = await gateway.ask(MACHINES, caller=caller, vcenter=id_of(beta))

    assert found.data == right.data
    assert found.errors == []
    assert caplog.records == []


async def test_a_vcenter_out_of_scope_shows_nothing(gateway: Gateway) -> None:
    alpha, beta, _ = gateway.graph.vcenters
    caller = Caller("API:some", Scope({alpha.id: alpha.uuid}), may_sync=False)
    remember(beta.uuid, beta.id)

    found = await gateway.ask(MACHINES, caller=caller, vcenter=id_of(beta))

    assert found.data["virtualMachines"]["nodes"] == []
