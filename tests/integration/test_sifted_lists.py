"""Whichever way a list is read for a scope, its pages are the same, forwards and backwards."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from graphql_api.caller import ANYBODY
from graphql_api.context import NoSync, build_context
from graphql_api.plan.execute import Plans
from graphql_api.schema import core_schema
from loaders.budget import MOST_OBJECTS
from loaders.condition import Condition
from loaders.listing import by_vcenters
from loaders.page import MOST_SIFTED, Page, Sifting
from loaders.relation import RELATIONS
from loaders.scope import Scope
from models.db.sessions import ReadSession
from tests.support.graph import Graph
from tests.support.two_executors import document_of

FORWARDS = """query($size: Int!, $place: String, $filter: VirtualMachineFilter) { virtualMachines(
    first: $size, after: $place, filter: $filter) {
    nodes { name moid } pageInfo { hasNextPage endCursor } } }"""
BACKWARDS = """query($size: Int!, $place: String, $filter: VirtualMachineFilter) { virtualMachines(
    last: $size, before: $place, filter: $filter) {
    nodes { name moid } pageInfo { hasPreviousPage startCursor } } }"""
LIST = """query($part: String!) {
    virtualMachines(first: 20, filter: {name: {contains: $part}}) { nodes { name } } }"""
HOSTS = "query($size: Int!) { hosts(first: $size) { nodes { name moid } } }"
MANY, SOME = "web", "-web-01"
"""Parts of more and of fewer names than are tried."""
AMONG: Mapping[Sifting | None, int] = {None: 100, Sifting.IF_FEW: 21, Sifting.ALL: 5}
"""Of how many vCenters five are a small part, a good one, and all."""


def held(graph: Graph, among: int) -> Graph:
    """Hold the graph to two vCenters, and to three that are gone."""
    gone: dict[int, UUID] = {number: uuid4() for number in (901, 902, 903)}
    own = {vcenter.id: vcenter.uuid for vcenter in graph.vcenters[1:]}
    return replace(graph, scope=Scope(own | gone, among))


async def walked(graph: Graph, document: str, part: str | None, size: int) -> list[tuple[str, str]]:
    """Return all rows of a list in its order, page by page."""
    nodes: list[tuple[str, str]] = []
    named = None if part is None else {"name": {"contains": part}}
    place, is_more = None, True
    while is_more:
        answer = await graph.ask(document, size=size, place=place, filter=named)
        page = answer.data["virtualMachines"]
        found = [(node["name"], node["moid"]) for node in page["nodes"]]
        info = page["pageInfo"]
        if document == FORWARDS:
            nodes, place, is_more = [*nodes, *found], info["endCursor"], info["hasNextPage"]
        else:
            nodes, place, is_more = [*found, *nodes], info["startCursor"], info["hasPreviousPage"]
    return nodes


@pytest.mark.parametrize("document", [FORWARDS, BACKWARDS], ids=["forwards", "backwards"])
@pytest.mark.parametrize("sifting", AMONG, ids=str)
@pytest.mark.parametrize("part", [MANY, SOME, None], ids=str)
async def test_pages_are_the_same_whichever_way_they_are_read(
    graph: Graph, part: str | None, sifting: Sifting | None, document: str
) -> None:
    whole = await walked(graph, FORWARDS, part, 1000)
    names = {vcenter.name for vcenter in graph.vcenters[1:]}
    theirs = [(name, moid) for name, moid in whole if name.split("-web-")[0] in names]
    assert 0 < len(theirs) < len(whole)
    assert (len(theirs) <= MOST_SIFTED) is (part == SOME)

    for size in (70, 1000):
        found = await walked(held(graph, AMONG[sifting]), document, part, size)

        assert found == theirs


@pytest.mark.parametrize("sifting", AMONG, ids=str)
async def test_hosts_are_those_of_the_scope(graph: Graph, sifting: Sifting | None) -> None:
    found = (await held(graph, AMONG[sifting]).ask(HOSTS, size=1000)).data["hosts"]["nodes"]

    assert {node["name"].split("-")[0] for node in found} <= {v.name for v in graph.vcenters[1:]}
    assert len(found) == len((await held(graph, 0).ask(HOSTS, size=1000)).data["hosts"]["nodes"])


@pytest.mark.parametrize("sifting", AMONG, ids=str)
def test_these_are_all_the_ways_there_are(sifting: Sifting | None) -> None:
    scope = Scope({number: uuid4() for number in range(5)}, AMONG[sifting])
    named = Page(5, conditions=(Condition("name", "contains", MANY),))

    assert by_vcenters(RELATIONS["virtual_machines"], named, scope).sifting is sifting


@pytest.mark.parametrize(("part", "statements"), [(SOME, 1), (MANY, 2)], ids=["few", "many"])
async def test_the_scope_is_looked_through_only_where_too_many_are_found(
    graph: Graph, part: str, statements: int
) -> None:
    own, document = held(graph, AMONG[Sifting.IF_FEW]), document_of(LIST)
    assert document is not None
    caller = replace(ANYBODY, scope=own.scope)
    async with ReadSession(own.reads) as session:
        context = build_context(session, NoSync(), document, caller, most_objects=MOST_OBJECTS)
        data = await Plans(core_schema).data(document, {"part": part}, None, context, session)

    assert len(data["virtualMachines"]["nodes"]) == 20
    assert session.statements == statements
