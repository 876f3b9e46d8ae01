"""What an answer rests on: no more than the vCenters it names, and no more than they change.

Every field of the schema is asked once. An answer that claims to rest on some vCenters must be the
same for one who may see no others: then nothing else had a say in it.
"""

from dataclasses import dataclass

import orjson
import pytest

from graphql_api.answers.grounds import refused
from graphql_api.caller import ANYBODY, Caller
from graphql_api.context import NoSync, build_context
from graphql_api.plan.execute import Plans
from graphql_api.schema import core_schema
from loaders.budget import MOST_OBJECTS
from loaders.reach import Reach
from loaders.scope import EVERYTHING, Scope
from models.db.sessions import ReadSession
from tests.support.asked import Asked
from tests.support.estate import vm_address, vm_mac, vm_name
from tests.support.found import Found
from tests.support.graph import Graph
from tests.support.sweep import sweep
from tests.support.tied import SHARED, ids_of, merged
from tests.support.two_executors import document_of
from tests.support.walk import Walk

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PLANS = Plans(core_schema)


@dataclass
class Counted:
    """What the documents came to."""

    bounded: int = 0
    estate: int = 0
    refused: int = 0


async def found_in(graph: Graph) -> Found:
    alpha, beta, _ = graph.vcenters
    names = [SHARED, vm_address(alpha, 1), vm_mac(beta, 2), vm_name(alpha, 3), "10.0.0.0/30"]
    return Found(merged(await ids_of(graph)), names, {})


async def answered(graph: Graph, asked: Asked, scope: Scope) -> tuple[Reach, bytes] | None:
    """Return what a plan has read and its answer; None where it gave up."""
    document = document_of(asked.text)
    if document is None:
        return None
    reach = Reach()
    caller = ANYBODY if scope is EVERYTHING else Caller("test", scope, may_sync=False)
    async with ReadSession(graph.reads) as session:
        context = build_context(session, NoSync(), document, caller, most_objects=MOST_OBJECTS)
        context.loaders.reads.reach = reach
        try:
            run = PLANS.run(document, asked.variables, asked.operation_name, context)
            data = await run.data()
        except Exception:  # noqa: BLE001 - answers with errors are never kept
            return None
    reach.by_plan = True
    return reach, orjson.dumps(data)


async def check(graph: Graph, asked: Asked, counted: Counted) -> None:
    """Ask as one who may see everything, then as one who may see what the answer rests on."""
    found = await answered(graph, asked, EVERYTHING)
    if found is None:
        return
    reach, body = found
    if refused(reach):
        counted.refused += 1
        return
    if not reach.is_bounded:
        counted.estate += 1
        return
    counted.bounded += 1
    own = {
        vcenter.id: vcenter.uuid
        for vcenter in graph.vcenters
        if vcenter.id in reach.vcenters or vcenter.uuid in reach.uuids
    }
    again = await answered(graph, asked, Scope(own))
    assert again is not None, asked.text
    assert again[1] == body, asked.text


async def test_a_bounded_answer_rests_on_no_other_vcenter(tied: Graph) -> None:
    counted, found = Counted(), await found_in(tied)
    for text, variables in sweep(Walk(core_schema, found.ids, found.identifiers)):
        await check(tied, Asked(text, variables), counted)

    assert counted.bounded > 100
    assert counted.refused > 10
    assert counted.estate > 10


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("{ syncRuns(first: 1) { nodes { id } } }", "uncovered"),
        ("{ changesSince { latestCursor } }", "uncovered"),
        ("{ vcenters(first: 1) { nodes { problems { reason } } } }", "uncovered"),
        ("{ vcenters(first: 1) { nodes { syncRuns(first: 1) { nodes { id } } } } }", "uncovered"),
        ("{ virtualMachines(first: 1) { nodes { history { totalCount } } } }", "uncovered"),
        ("{ virtualMachines(first: 1) { nodes { movedTo { wentAt } } } }", "uncovered"),
        ("{ virtualMachines(first: 1) { nodes { name host { name } } } }", None),
        ("{ vcenters { totalCount } }", None),
        ('{ search(text: "web") { match } }', None),
    ],
)
async def test_tables_that_are_written_between_syncs_are_told(
    graph: Graph, document: str, why: str | None
) -> None:
    found = await answered(graph, Asked(document), EVERYTHING)

    assert found is not None
    assert refused(found[0]) == why


@pytest.mark.parametrize(
    ("document", "is_timely"),
    [
        ("{ vcenters { nodes { isStale } } }", True),
        ("{ vcenters { nodes { name } } }", False),
        ("{ vcenters(filter: {isStale: {eq: true}}) { totalCount } }", True),
        ("{ virtualMachines(filter: {createdAt: {olderThanDays: 3}}) { totalCount } }", True),
        ("{ virtualMachines(filter: {createdAt: {newerThanDays: 3}}) { nodes { id } } }", True),
        (
            "{ virtualMachines(filter: {snapshots: {some: {createdAt: {olderThanDays: 3}}}})"
            " { nodes { id } } }",
            True,
        ),
        ("{ hygiene { virtualMachinesWithOldSnapshots(olderThanDays: 3) { totalCount } } }", True),
        (
            '{ virtualMachines(filter: {createdAt: {lt: "2026-01-01T00:00:00Z"}}) { totalCount } }',
            False,
        ),
    ],
)
async def test_answers_that_change_as_time_goes_by_are_told(
    graph: Graph, document: str, is_timely: bool
) -> None:
    found = await answered(graph, Asked(document), EVERYTHING)

    assert found is not None
    assert found[0].is_timely is is_timely
