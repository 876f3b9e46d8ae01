"""Exports while servers end, rows change, or memory is short: the whole list, or visibly a part."""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import orjson
import pytest
import uvicorn
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from graphql_api.execution import Answer, Asked, Executor
from graphql_api.export import endpoint
from graphql_api.settings import GatewaySettings
from loaders.scope import Scope
from models.db.sessions import ReadSession
from models.db.settings import DatabaseSettings
from tests.conftest import replicas_caught_up
from tests.support.estate import VMS, Written, write_estate
from tests.support.exporting import opened_exports
from tests.support.graph import Graph
from vminer.stack.ports import free_port
from vminer.stack.stack import Stack

SMALL_PAGES = GatewaySettings(export_page_rows=40, export_spool_bytes=4096)
MACHINES = "{ virtualMachines { nodes { name vcenter { name } } } }"
END_READS = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name = 'vminer-read'"""


def disturbed(*pages: int, by: Callable[[ReadSession], Awaitable[None]]) -> type[Executor]:
    """Return an executor that something happens to before it reads some of its pages."""
    read = 0

    class Disturbed(Executor):
        async def answer(self, reads: ReadSession, asked: Asked) -> Answer:
            nonlocal read
            read += 1
            if read in pages:
                await by(reads)
            return await super().answer(reads, asked)

    return Disturbed


@pytest.fixture
async def written(database: DatabaseSettings, engine: AsyncEngine, stack: Stack) -> Any:
    """Two vCenters of the test's own, on all replicas."""
    found = await write_estate(engine, "export-a", "export-b")
    await replicas_caught_up(stack)
    yield found
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM vcenters WHERE name LIKE 'export-_'"))


def scope_of(vcenters: list[Written]) -> Scope:
    return Scope({each.id: each.uuid for each in vcenters})


def names(lines: bytes) -> list[tuple[str, str]]:
    found = [orjson.loads(line) for line in lines.splitlines()]
    return [(each["vcenter"]["name"], each["name"]) for each in found]


async def test_a_replica_that_ends_in_the_middle_of_a_vcenter_loses_and_doubles_no_row(
    written: list[Written], database: DatabaseSettings, stack: Stack
) -> None:
    ended: list[str] = []

    async def end(reads: ReadSession) -> None:
        ended.append(reads.server)
        port = int(reads.server.rpartition(":")[2])
        stack.postgres.execute(port, END_READS)

    executor = disturbed(3, 15, by=end)
    async with opened_exports(
        database, scope_of(written), executor=executor, settings=SMALL_PAGES
    ) as exports:
        found = names(await exports.get("ndjson", MACHINES))

    assert len(ended) == 2
    assert found == sorted(found)
    assert len(found) == len(set(found)) == 2 * VMS


async def test_a_vcenter_that_fails_for_good_cuts_the_body_off(
    written: list[Written],
    database: DatabaseSettings,
    stack: Stack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def end(reads: ReadSession) -> None:
        stack.postgres.execute(int(reads.server.rpartition(":")[2]), END_READS)

    sent: list[dict[str, Any]] = []
    outcomes: list[str] = []
    monkeypatch.setattr(endpoint.exports, "add", lambda _, kind: outcomes.append(kind["outcome"]))
    executor = disturbed(10, 11, by=end)  # of the second vCenter, and of the second try
    async with opened_exports(
        database, scope_of(written), executor=executor, settings=SMALL_PAGES
    ) as exports:
        await exports.endpoint(*asgi("/export/csv", MACHINES, sent))

    chunks = [message for message in sent if message["type"] == "http.response.body"]
    assert sent[0]["status"] == 200
    assert all(message["more_body"] for message in chunks), "nothing says that it is whole"
    assert b"".join(message["body"] for message in chunks).count(b"export-a-web") == VMS
    assert outcomes == ["cut"]


async def test_over_http_a_body_that_was_cut_off_does_not_end(
    written: list[Written], database: DatabaseSettings, stack: Stack
) -> None:
    async def end(reads: ReadSession) -> None:
        stack.postgres.execute(int(reads.server.rpartition(":")[2]), END_READS)

    executor = disturbed(10, 11, by=end)
    async with (
        opened_exports(
            database, scope_of(written), executor=executor, settings=SMALL_PAGES
        ) as exports,
        served(exports.endpoint) as url,
        httpx.AsyncClient() as client,
    ):
        sent = client.build_request("POST", url, json={"query": MACHINES})
        answer = await client.send(sent, stream=True)
        received = bytearray()
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            await receive_all(answer, received)
        await answer.aclose()

    assert answer.status_code == 200
    assert received.count(b"export-a-web") == VMS


async def receive_all(answer: httpx.Response, received: bytearray) -> None:
    async for chunk in answer.aiter_bytes():
        received += chunk


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """Serve an application as the gateway is served; yield where its NDJSON is."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, http="httptools", lifespan="off", log_config=None)
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - it tells no event
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{port}/export/ndjson"
        server.should_exit = True


async def test_a_first_vcenter_that_fails_for_good_is_answered_with_a_status(
    written: list[Written], database: DatabaseSettings, stack: Stack
) -> None:
    async def end(reads: ReadSession) -> None:
        stack.postgres.execute(int(reads.server.rpartition(":")[2]), END_READS)

    executor = disturbed(2, 4, by=end)
    async with opened_exports(
        database, scope_of(written), executor=executor, settings=SMALL_PAGES
    ) as exports:
        answer = await exports.post("csv", MACHINES)

    assert answer.status_code == 503
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "REPLICA_LOST"
    assert "127.0.0.1" not in error["message"]


def altered(**changes: Any) -> type[Executor]:
    """Return an executor whose answers are not what they were."""

    class Altered(Executor):
        async def answer(self, reads: ReadSession, asked: Asked) -> Answer:
            return replace(await super().answer(reads, asked), **changes)

    return Altered


WRONG = {"message": "A field could not be read.", "extensions": {"code": "INTERNAL"}}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"errors": [WRONG]}, 500, "INTERNAL"),
        ({"is_stale": True}, 503, "NO_HEALTHY_REPLICA"),
    ],
    ids=["an error beside data", "a server that is behind"],
)
async def test_a_part_of_the_truth_is_no_export(
    graph: Graph,
    graph_database: DatabaseSettings,
    changes: dict[str, Any],
    status: int,
    code: str,
) -> None:
    async with opened_exports(graph_database, executor=altered(**changes)) as exports:
        answer = await exports.post("csv", MACHINES)

    assert graph.vcenters
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == code


async def test_pages_get_smaller_where_lists_below_are_longer_than_thought(
    graph: Graph, graph_database: DatabaseSettings
) -> None:
    """Mounts have no page size that could be counted beforehand."""
    around = "mounts { datastore { mounts { host { mounts { datastore { name } } } } } }"
    document = f"{{ hosts {{ nodes {{ name {around} }} }} }}"
    small = GatewaySettings(max_answer_objects=1000)

    async with opened_exports(graph_database) as exports:
        wanted = await exports.get("ndjson", document)
    async with opened_exports(graph_database, settings=small) as exports:
        found = await exports.get("ndjson", document)

    assert len(graph.vcenters) * 10 == found.count(b"\n")
    assert found == wanted


async def test_rows_that_change_meanwhile_change_nothing_within_a_vcenter(
    graph: Graph, graph_database: DatabaseSettings
) -> None:
    alpha = graph.vcenters[0]

    async def sync(reads: ReadSession) -> None:
        del reads
        async with graph.primary.begin() as connection:
            for statement in (
                "UPDATE virtual_machines SET name = 'a-' || name WHERE vcenter_id = :id",
                "DELETE FROM virtual_machines WHERE vcenter_id = :id AND moid LIKE 'vm-2%'",
            ):
                await connection.execute(text(statement), {"id": alpha.id})

    executor = disturbed(3, by=sync)
    async with opened_exports(graph_database, executor=executor, settings=SMALL_PAGES) as exports:
        found = names(await exports.get("ndjson", MACHINES))

    of_alpha = [name for vcenter, name in found if vcenter == alpha.name]
    assert of_alpha == [f"alpha-web-{n:04}" for n in range(VMS)]


async def test_errors_of_a_page_fail_the_export_and_drop_no_row(
    graph: Graph, graph_database: DatabaseSettings
) -> None:
    nested = "{ hosts { nodes { name virtualMachines(first: 1001) { nodes { name } } } } }"
    async with opened_exports(graph_database) as exports:
        answer = await exports.post("csv", nested)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "PAGE_SIZE"


async def test_more_exports_than_may_be_at_once_are_told_to_come_again(
    graph: Graph, graph_database: DatabaseSettings
) -> None:
    refused: list[httpx.Response] = []

    async def ask_too(reads: ReadSession) -> None:
        del reads
        refused.append(await exports.post("csv", MACHINES))

    settings = GatewaySettings(max_exports=1)
    executor = disturbed(2, by=ask_too)
    async with opened_exports(graph_database, executor=executor, settings=settings) as exports:
        first = await exports.post("csv", MACHINES)
        afterwards = await exports.post("csv", MACHINES)

    (busy,) = refused
    assert (first.status_code, busy.status_code, afterwards.status_code) == (200, 503, 200)
    assert busy.json()["errors"][0]["extensions"]["code"] == "EXPORT_BUSY"
    assert int(busy.headers["retry-after"]) > 0


async def test_a_page_that_takes_too_long_ends_the_export_and_not_the_next_one(
    graph: Graph, graph_database: DatabaseSettings
) -> None:
    async def sleep(reads: ReadSession) -> None:
        await reads.rows(text("SELECT pg_sleep(5)"))

    settings = GatewaySettings(export_page_seconds=0.8, export_page_rows=200)
    narrow = graph_database.model_copy(update={"pool_size": 1})
    executor = disturbed(2, by=sleep)
    async with opened_exports(narrow, executor=executor, settings=settings) as exports:
        late = await exports.post("csv", MACHINES)
        again = await exports.post("csv", "{ vcenters { nodes { name } } }")

    assert late.status_code == 503
    assert late.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"
    assert again.content == b"name\r\nalpha\r\nbeta\r\ngamma\r\n"


async def test_an_export_ends_when_its_client_goes_away(
    graph: Graph, graph_database: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[str] = []
    monkeypatch.setattr(endpoint.exports, "add", lambda _, kind: outcomes.append(kind["outcome"]))
    gone, sent = asyncio.Event(), list[dict[str, Any]]()

    async def leave(reads: ReadSession) -> None:
        del reads
        gone.set()
        await asyncio.sleep(60)

    async with opened_exports(graph_database, executor=disturbed(3, by=leave)) as exports:
        call, receive, send = asgi("/export/xlsx", MACHINES, sent, gone)
        async with asyncio.timeout(20):
            await exports.endpoint(call, receive, send)

    assert outcomes == ["left"]
    assert sent == []


def asgi(
    path: str, document: str, sent: list[dict[str, Any]], gone: asyncio.Event | None = None
) -> tuple[Any, Any, Any]:
    """Return what an ASGI server calls an application with; what it sends is kept."""
    body = orjson.dumps({"query": document})
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Any:
        if (message := next(messages, None)) is not None:
            return message
        await (gone or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b""}
    return scope | {"headers": headers}, receive, send


MANY = """INSERT INTO virtual_machines (vcenter_id, moid, name, row_hash, first_seen, changed_at)
    SELECT :id, 'many-' || n, 'many-' || lpad(n::text, 6, '0'), 'x', now(), now()
    FROM generate_series(1, :count) AS n"""


@pytest.fixture
def many(graph: Graph) -> Callable[[int], Awaitable[Scope]]:
    """Fill the first vCenter up."""

    async def fill(count: int) -> Scope:
        alpha = graph.vcenters[0]
        async with graph.primary.begin() as connection:
            await connection.execute(
                text("DELETE FROM virtual_machines WHERE vcenter_id = :id"), {"id": alpha.id}
            )
            await connection.execute(text(MANY), {"id": alpha.id, "count": count})
        return Scope({alpha.id: alpha.uuid})

    return fill


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
async def test_ten_times_the_rows_take_no_more_memory(
    many: Callable[[int], Awaitable[Scope]], graph_database: DatabaseSettings, format_: str
) -> None:
    settings = GatewaySettings(export_page_rows=1000, export_spool_bytes=64 * 1024)
    document = "{ virtualMachines { nodes { name firstSeen } } }"

    async def collect(reads: ReadSession) -> None:
        """Leave out what only waits to be collected: loaders of earlier pages."""
        del reads
        gc.collect()

    async def peak(rows: int) -> int:
        """Return the most memory that an export of so many rows holds at once."""
        scope, sent = await many(rows), Counting()
        executor = disturbed(*range(100), by=collect)
        async with opened_exports(
            graph_database, scope, executor=executor, settings=settings
        ) as exports:
            call, receive, _ = asgi(f"/export/{format_}", document, [])
            tracemalloc.start()
            try:
                await exports.endpoint(call, receive, sent)
                _, most = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
        assert sent.bytes > rows * 4
        return most

    await peak(500)  # what is loaded once
    small, large = await peak(2_000), await peak(20_000)

    assert large < small * 1.15, f"{small} bytes for 2,000 rows, {large} for 20,000"


class Counting:
    """A client that keeps nothing."""

    def __init__(self) -> None:
        self.bytes = 0

    async def __call__(self, message: dict[str, Any]) -> None:
        self.bytes += len(message.get("body", b""))
