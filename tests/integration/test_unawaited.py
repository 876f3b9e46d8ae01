"""Statements that nobody waits for any more, and requests that are cancelled at any moment."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.db.sessions import ReadSession, SessionOverError
from tests.support.graph import Graph

FAILS_BESIDE_A_STATEMENT = """{
    clusters(first: 60) { nodes { virtualMachines(first: 1001) { totalCount } }
        aggregates(first: 2) { count } totalCount }
    hosts { totalCount } }"""


async def test_an_error_beside_a_statement_under_way_spoils_no_connection(graph: Graph) -> None:
    for _ in range(8):
        assert await graph.fail(FAILS_BESIDE_A_STATEMENT) == ["PAGE_SIZE"]
        assert (await graph.ask("{ hosts { totalCount } }")).data["hosts"]["totalCount"] == 30


async def test_a_session_that_is_over_runs_no_statement_and_opens_no_connection(
    graph: Graph,
) -> None:
    reads = ReadSession(graph.reads)
    async with asyncio.TaskGroup() as group, reads:
        await reads.rows(text("SELECT 1"))
        both = [group.create_task(_failure(reads)) for _ in range(2)]
        await asyncio.sleep(0.1)  # one is under way, the other waits for its turn

    assert [type(task.result()) for task in both] == [SessionOverError] * 2
    assert reads.lost is None
    assert graph.reads.pool.checkedout() == 0  # type: ignore[attr-defined]


async def _failure(reads: ReadSession) -> BaseException | None:
    try:
        await reads.rows(text("SELECT pg_sleep(5)"))
    except Exception as error:  # noqa: BLE001 - whichever it is, it is looked at
        return error
    return None


async def test_a_request_that_is_cancelled_at_its_end_keeps_no_connection(graph: Graph) -> None:
    class Frozen:
        async def execute(self, _sql: str) -> None:
            await asyncio.sleep(60)

    async def ask() -> None:
        async with ReadSession(graph.reads) as reads:
            await reads.rows(text("SELECT 1"))
            assert reads._lent is not None
            reads._lent = replace(reads._lent, driver=Frozen())

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask(), 0.2)

    assert graph.reads.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_a_request_that_is_cancelled_while_it_is_given_a_connection_keeps_none(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def frozen(self: AsyncConnection, **_: Any) -> AsyncConnection:
        await asyncio.sleep(60)
        return self

    monkeypatch.setattr(AsyncConnection, "execution_options", frozen)

    async def ask() -> None:
        async with ReadSession(graph.reads) as reads:
            await reads.rows(text("SELECT 1"))

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask(), 0.2)

    assert graph.reads.pool.checkedout() == 0  # type: ignore[attr-defined]
