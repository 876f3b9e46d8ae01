"""Plans as the gateway executes them: statements, transactions, what they leave to Strawberry."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from graphql_api.execution import compared
from graphql_api.plan.execute import Plans, executions
from graphql_api.plan.shape import GivesUpError
from graphql_api.settings import GatewaySettings
from models.db.sessions import BEGIN
from runtime.telemetry import Tally
from tests.support.gateway import Gateway

ONE = "query($id: ID!) { virtualMachine(id: $id) { name host { name cluster { name } } } }"
FIRST = "{ virtualMachines(first: 1) { nodes { id } } }"


def added(tally: Tally) -> Callable[[], dict[str, int]]:
    """Return what tells how often which outcome was counted from now on."""

    def now() -> dict[str, int]:
        return {" ".join(dict(kind).values()).strip(): n for kind, n in tally._counts.items()}

    before = now()

    def since() -> dict[str, int]:
        differences = {kind: n - before.get(kind, 0) for kind, n in now().items()}
        return {kind: n for kind, n in differences.items() if n}

    return since


async def test_a_row_and_what_it_leads_to_take_one_statement_and_no_transaction(
    gateway: Gateway,
) -> None:
    found = await gateway.ask(FIRST)
    answer = await gateway.ask(ONE, id=found.data["virtualMachines"]["nodes"][0]["id"])

    assert answer.data["virtualMachine"]["host"]["cluster"]["name"]
    assert len(gateway.sent) == gateway.statements == 1


async def test_several_statements_see_one_snapshot(gateway: Gateway) -> None:
    answer = await gateway.ask(
        "{ virtualMachines(first: 3) { totalCount nodes { datastores { name } } } }"
    )

    assert answer.errors == []
    assert gateway.sent[0] == BEGIN
    assert gateway.sent[-1] == "COMMIT"
    assert gateway.statements == 4


async def test_few_rows_and_what_they_lead_to_take_one_statement_and_no_transaction(
    gateway: Gateway,
) -> None:
    document = """query($n: Int) { virtualMachines(first: $n) { nodes {
        host { name cluster { name } } vcenter { name } } pageInfo { endCursor } } }"""
    few = await gateway.ask(document, n=50)
    assert len(gateway.sent) == gateway.statements == 1

    many = await gateway.ask(document, n=51)

    assert gateway.statements == 4
    nodes = many.data["virtualMachines"]["nodes"]
    assert few.data["virtualMachines"]["nodes"] == nodes[:50]


async def test_only_what_is_selected_is_read(gateway: Gateway) -> None:
    await gateway.ask("{ virtualMachines(first: 3) { nodes { name numCpus } } }")

    (statement,) = gateway.sent
    assert "num_cpus" in statement
    assert not {"memory_bytes", "vm_usage", "collection_state"} & set(statement.split())


async def test_pages_that_differ_in_values_alone_share_a_statement(gateway: Gateway) -> None:
    document = """query($v: String!, $n: Int!) { virtualMachines(first: 5, filter: {
        name: {contains: $v}, numCpus: {gte: $n}, powerState: {eq: poweredOn}
    }) { nodes { name } } }"""
    await gateway.ask(document, v="web", n=1)
    first = list(gateway.sent)
    await gateway.ask(document, v="d_b%", n=4)

    assert gateway.sent == first
    await gateway.ask(document, v="d", n=4)  # fewer letters than an index of trigrams takes
    assert gateway.sent != first


async def test_what_ends_in_an_error_is_answered_by_strawberrys_executor(gateway: Gateway) -> None:
    counted = added(executions)
    answer = await gateway.ask(
        '{ virtualMachine(id: "x") { name } hosts(first: 1) { nodes { name } } }'
    )

    assert answer.data["virtualMachine"] is None
    assert answer.data["hosts"]["nodes"]
    assert [error["path"] for error in answer.errors] == [["virtualMachine"]]
    assert counted() == {"strawberry INVALID_ID": 1}


async def test_what_a_plan_spent_is_not_counted_twice(gateway: Gateway) -> None:
    gateway.settings = GatewaySettings(max_answer_objects=1000)
    fits = "{ virtualMachines(first: 600) { nodes { name } } %s }"
    answer = await gateway.ask(fits % 'folder(id: "x") { name }')

    assert [error["extensions"]["code"] for error in answer.errors] == ["INVALID_ID"]
    assert len(answer.data["virtualMachines"]["nodes"]) == 600


async def test_lists_that_only_multiply_in_the_text_of_an_answer_are_refused(
    gateway: Gateway,
) -> None:
    """A host is read once and shown a hundred times, each time with its VMs."""
    inner = "name"
    for _ in range(4):
        inner = f"host {{ virtualMachines(first: 1000) {{ nodes {{ {inner} }} }} }}"
    answer = await gateway.ask(f"{{ virtualMachines(first: 100) {{ nodes {{ {inner} }} }} }}")

    assert {error["extensions"]["code"] for error in answer.errors} == {"ANSWER_TOO_LARGE"}


async def test_introspection_is_left_to_strawberry(gateway: Gateway) -> None:
    counted = added(executions)
    answer = await gateway.ask("{ __schema { queryType { name } } }")

    assert answer.data == {"__schema": {"queryType": {"name": "Query"}}}
    assert counted() == {"strawberry introspection": 1}


async def test_a_share_of_queries_is_executed_both_ways_in_one_snapshot(gateway: Gateway) -> None:
    gateway.settings = GatewaySettings(compared_executions=1.0)
    counted = added(compared)
    await gateway.ask("{ hosts(first: 3) { nodes { name } } }")

    assert counted() == {"same": 1}
    assert gateway.sent[0] == BEGIN
    assert gateway.statements == 2


async def test_a_difference_is_counted_and_told(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def wrong(*_: Any) -> dict[str, Any]:
        return {"hosts": None}

    monkeypatch.setattr(Plans, "data", wrong)
    gateway.settings = GatewaySettings(compared_executions=1.0)
    counted = added(compared)
    with caplog.at_level(logging.WARNING):
        await gateway.ask("{ hosts(first: 3) { nodes { name } } }")

    assert counted() == {"different": 1}
    assert "do not agree" in caplog.text


async def test_a_plan_that_gives_up_for_nothing_is_told(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any) -> dict[str, Any]:
        raise GivesUpError("of a fault of ours", "error")

    monkeypatch.setattr(Plans, "data", broken)
    with caplog.at_level(logging.WARNING):
        answer = await gateway.ask("{ hosts(first: 3) { nodes { name } } }")

    assert len(answer.data["hosts"]["nodes"]) == 3
    assert "of a fault of ours" in caplog.text


async def test_without_plans_every_field_is_resolved(gateway: Gateway) -> None:
    gateway.settings = GatewaySettings(compiled_execution=False)
    counted = added(executions)
    found = await gateway.ask(FIRST)
    answer = await gateway.ask(ONE, id=found.data["virtualMachines"]["nodes"][0]["id"])

    assert answer.errors == []
    assert gateway.statements == 3
    assert counted() == {}
