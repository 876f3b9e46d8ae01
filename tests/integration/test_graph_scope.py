"""What callers see whose key is held to some vCenters: theirs, whole, and nothing else."""

import pytest

from resolvers import global_id
from tests.support.estate import HOSTS, VMS, Written
from tests.support.graph import Graph
from tests.support.tied import SHARED

SYNC = "mutation($id: ID!) { syncVcenter(id: $id) { vcenter { name } } }"
APPROVE = "mutation($id: ID!) { approveMissing(vcenterId: $id) { count } }"


@pytest.mark.parametrize("first", [7, 1000])
async def test_pages_and_counts_are_those_of_the_scope(tied: Graph, first: int) -> None:
    _, beta, gamma = tied.vcenters
    document = """query($after: String, $first: Int!) { virtualMachines(
        first: $first, after: $after, filter: {powerState: {eq: suspended}}) {
        totalCount nodes { name vcenter { name } } pageInfo { hasNextPage endCursor } } }"""
    both, after, nodes = tied.within(beta, gamma), None, []

    while True:
        page = (await both.ask(document, after=after, first=first)).data["virtualMachines"]
        nodes += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert page["totalCount"] == len(nodes) == 2 * VMS // 10
    assert {node["vcenter"]["name"] for node in nodes} == {beta.name, gamma.name}
    assert [node["name"] for node in nodes] == sorted(node["name"] for node in nodes)
    whole = (await both.ask("{ hosts { totalCount } virtualMachines { totalCount } }")).data
    assert whole == {"hosts": {"totalCount": 2 * HOSTS}, "virtualMachines": {"totalCount": 2 * VMS}}


async def test_a_cursor_of_another_scope_shows_nothing_of_it(tied: Graph) -> None:
    alpha, beta, _ = tied.vcenters
    document = """query($after: String) { hosts(first: 5, after: $after) {
        nodes { name } pageInfo { endCursor } } }"""
    theirs = (await tied.within(beta).ask(document)).data["hosts"]["pageInfo"]["endCursor"]

    mine = (await tied.within(alpha).ask(document, after=theirs)).data["hosts"]["nodes"]

    assert mine == []  # the names of beta's hosts come behind all of alpha's


async def test_duplicates_are_counted_among_what_may_be_seen(tied: Graph) -> None:
    alpha, beta, gamma = tied.vcenters
    document = """{ duplicates(kind: MAC) { nodes { value objectCount objects { moid } } } }"""

    async def counted(*scope: Written) -> dict[str, tuple[int, int]]:
        found = (await tied.within(*scope).ask(document)).data["duplicates"]["nodes"]
        return {each["value"]: (each["objectCount"], len(each["objects"])) for each in found}

    assert await counted(alpha) == {SHARED: (2, 2)}
    assert await counted(alpha, beta) == {SHARED: (4, 4)}
    assert await counted(gamma) == {}


async def test_a_move_shows_to_who_may_see_both_ends(tied: Graph) -> None:
    alpha, beta, _ = tied.vcenters
    moved = [global_id.encode("VirtualMachine", beta.uuid, "vm-1")]
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on VirtualMachine { %s } } }"
    came = document % "movedFrom { formerName }"

    assert (await tied.within(beta).ask(came, ids=moved)).data["nodes"] == [{"movedFrom": None}]
    (seen,) = (await tied.within(alpha, beta).ask(came, ids=moved)).data["nodes"]
    assert seen == {"movedFrom": {"formerName": "alpha vm-1"}}


async def test_the_feed_shows_changes_of_the_scope_and_goes_on_behind_the_others(
    tied: Graph,
) -> None:
    alpha = tied.vcenters[0]
    document = """query($cursor: String) { changesSince(first: 1, cursor: $cursor) {
        nodes { name vcenter { name } run { id } object { name } } cursor hasMore } }"""
    cursor, names, more = None, [], True

    while more:
        page = (await tied.within(alpha).ask(document, cursor=cursor)).data["changesSince"]
        names += [node["name"] for node in page["nodes"]]
        cursor, more = page["cursor"], page["hasMore"]

    assert names == ["alpha vm-1", "alpha host-1"]


async def test_whoever_sees_a_part_costs_as_many_statements_as_whoever_sees_all(
    tied: Graph,
) -> None:
    surroundings = "host { name } cluster { name } vcenter { name } datastores { name }"
    document = f"{{ virtualMachines(first: 100) {{ nodes {{ name {surroundings} }} }} }}"

    whole = await tied.ask(document)
    part = await tied.within(tied.vcenters[0]).ask(document)

    assert (whole.statements, part.statements) == (6, 6)
    assert part.data == whole.data  # alpha's come first


async def test_what_is_in_scope_can_be_asked_for(tied: Graph) -> None:
    alpha = tied.vcenters[0]
    vcenter = global_id.encode("VCenter", alpha.uuid)
    own = tied.within(alpha)

    run = await own.ask(SYNC, id=vcenter)
    approved = await own.ask(APPROVE, id=vcenter)

    assert run.data == {"syncVcenter": {"vcenter": {"name": "alpha"}}}
    assert approved.data == {"approveMissing": []}
    assert own.requested == [(alpha.id, "API")]
