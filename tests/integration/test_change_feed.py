"""changesSince: no gap, no repetition, whatever commits when, on the primary and on a replica."""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from loaders import feed
from loaders.feed import Position
from models.commands.change_partitions import PURGED_BEFORE
from models.db.engines import read_engine
from models.db.settings import DatabaseSettings
from resolvers import feed_cursor
from tests.conftest import replicas_caught_up
from tests.support.execution import execute
from tests.support.registry import new_vcenter
from vminer.stack.stack import Stack

FEED = """query ($cursor: String, $first: Int! = 3, $filter: ChangeFilter) {
  changesSince(cursor: $cursor, first: $first, filter: $filter) {
    nodes { moid kind type name } cursor hasMore latestCursor } }"""
CHANGE = """
    INSERT INTO inventory_changes (vcenter_id, type, moid, name, kind, run_id)
    VALUES ($1, 'VirtualMachine', $2, $2, 'UPDATED', gen_random_uuid())"""


class Writers:
    """Transactions of a vCenter's own that a test begins, fills and commits in any order."""

    def __init__(self, settings: DatabaseSettings, vcenter_id: int) -> None:
        self.vcenter_id = vcenter_id
        self._url = make_url(settings.primary_url).set(drivername="postgresql")
        self._open: list[asyncpg.Connection] = []

    async def begin(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(self._url.render_as_string(hide_password=False))
        self._open.append(connection)
        await connection.execute("BEGIN")
        return connection

    async def change(self, connection: asyncpg.Connection, *moids: str) -> None:
        for moid in moids:
            await connection.execute(CHANGE, self.vcenter_id, moid)

    async def close(self) -> None:
        for connection in self._open:
            await connection.close()


class Reader:
    """Follows the feed of one vCenter with its own cursor."""

    def __init__(self, engine: AsyncEngine, vcenter_uuid: str) -> None:
        self.engine = engine
        self.filter = {"vcenterId": {"eq": vcenter_uuid}}
        self.cursor: str | None = None
        self.seen: list[str] = []

    async def poll(self) -> list[str]:
        """Read to the end; return what is new."""
        new: list[str] = []
        while True:
            page = await self.page()
            new += [node["moid"] for node in page["nodes"]]
            if not page["hasMore"]:
                self.seen += new
                return new

    async def page(self, first: int = 3) -> dict[str, Any]:
        data, errors = await execute(
            self.engine, FEED, cursor=self.cursor, first=first, filter=self.filter
        )
        assert errors == []
        page: dict[str, Any] = data["changesSince"]
        self.cursor = page["cursor"]
        return page


@pytest.fixture(params=["primary", "replica"])
async def reads(
    request: pytest.FixtureRequest, database: DatabaseSettings
) -> AsyncIterator[AsyncEngine]:
    """A read engine on one of the servers."""
    url = database.primary_url if request.param == "primary" else database.replica_urls[0]
    engine = read_engine(url, database)
    yield engine
    await engine.dispose()


@pytest.fixture
async def vcenter(engine: AsyncEngine) -> tuple[int, str]:
    """A vCenter of the test's own: number and global ID."""
    from resolvers import global_id

    uuid = uuid4()
    return await new_vcenter(engine, instance_uuid=uuid), global_id.encode("VCenter", uuid)


@pytest.fixture
async def writers(database: DatabaseSettings, vcenter: tuple[int, str]) -> AsyncIterator[Writers]:
    made = Writers(database, vcenter[0])
    yield made
    await made.close()


@pytest.fixture
async def reader(stack: Stack, reads: AsyncEngine, vcenter: tuple[int, str]) -> Reader:
    await replicas_caught_up(stack)
    return Reader(reads, vcenter[1])


async def test_what_commits_first_waits_for_what_began_before(
    stack: Stack, writers: Writers, reader: Reader
) -> None:
    early, late = await writers.begin(), await writers.begin()
    await writers.change(early, "vm-1")
    await writers.change(late, "vm-2", "vm-3")
    await late.execute("COMMIT")
    await replicas_caught_up(stack)

    before = await reader.poll()
    await early.execute("COMMIT")
    await replicas_caught_up(stack)

    assert before == []
    assert await reader.poll() == ["vm-1", "vm-2", "vm-3"]
    assert await reader.poll() == []


async def test_what_is_rolled_back_holds_nothing_up_and_never_shows(
    stack: Stack, writers: Writers, reader: Reader
) -> None:
    early, late = await writers.begin(), await writers.begin()
    await writers.change(early, "vm-1")
    await writers.change(late, "vm-2")
    await late.execute("COMMIT")
    await early.execute("ROLLBACK")
    await replicas_caught_up(stack)

    assert await reader.poll() == ["vm-2"]


@pytest.mark.parametrize("seed", range(6))
async def test_a_reader_misses_and_repeats_nothing_in_any_order_of_commits(
    stack: Stack, writers: Writers, reader: Reader, seed: int
) -> None:
    """Transactions overlap at random, and the reader reads after each of their steps."""
    dice = Random(seed)
    waiting = [[f"vm-{seed}-{t}-{c}" for c in range(dice.randint(1, 4))] for t in range(8)]
    expected = {moid for moids in waiting for moid in moids}
    under_way: list[tuple[asyncpg.Connection, list[str]]] = []

    while waiting or under_way:
        if waiting and (len(under_way) < 2 or dice.random() < 0.4):
            under_way.append((await writers.begin(), waiting.pop()))
        connection, moids = dice.choice(under_way)
        if moids:
            await writers.change(connection, moids.pop(0))
        else:
            await connection.execute("COMMIT")
            under_way.remove((connection, moids))
        await reader.poll()
    await replicas_caught_up(stack)
    await reader.poll()

    assert sorted(reader.seen) == sorted(expected)


async def test_merges_at_once_are_all_in_the_feed_in_order(
    stack: Stack, writers: Writers, reader: Reader
) -> None:
    """Eight writers commit whenever PostgreSQL lets them, while the reader polls."""
    done = asyncio.Event()

    async def write(number: int) -> None:
        for round_ in range(10):
            connection = await writers.begin()
            await writers.change(connection, f"vm-{number}-{round_}-a", f"vm-{number}-{round_}-b")
            await connection.execute("COMMIT")

    async def follow() -> None:
        while not done.is_set():
            await reader.poll()

    async with asyncio.TaskGroup() as group:
        group.create_task(follow())
        async with asyncio.TaskGroup() as several:
            for number in range(8):
                several.create_task(write(number))
        done.set()
    await replicas_caught_up(stack)
    await reader.poll()

    assert len(reader.seen) == len(set(reader.seen)) == 160
    for number in range(8):
        own = [moid for moid in reader.seen if moid.startswith(f"vm-{number}-")]
        assert own == sorted(own)


async def test_whoever_takes_the_latest_cursor_reads_only_what_comes_after(
    stack: Stack, writers: Writers, reader: Reader
) -> None:
    first, second = await writers.begin(), await writers.begin()
    await writers.change(first, "vm-1")
    await first.execute("COMMIT")
    await replicas_caught_up(stack)

    reader.cursor = (await reader.page())["latestCursor"]
    await writers.change(second, "vm-2")
    await second.execute("COMMIT")
    await replicas_caught_up(stack)

    assert await reader.poll() == ["vm-2"]


async def test_a_page_with_more_behind_it_ends_at_its_last_change(
    stack: Stack, writers: Writers, reader: Reader
) -> None:
    writer = await writers.begin()
    await writers.change(writer, *(f"vm-{n}" for n in range(5)))
    await writer.execute("COMMIT")
    await replicas_caught_up(stack)

    pages = [await reader.page(first=2) for _ in range(4)]

    moids = [[node["moid"] for node in page["nodes"]] for page in pages]
    assert moids == [["vm-0", "vm-1"], ["vm-2", "vm-3"], ["vm-4"], []]
    assert [page["hasMore"] for page in pages] == [True, True, False, False]


async def test_the_feed_can_be_narrowed_to_kinds_types_and_objects(
    stack: Stack, writers: Writers, reader: Reader
) -> None:
    writer = await writers.begin()
    await writers.change(writer, "vm-1", "vm-2")
    await writer.execute(
        "INSERT INTO inventory_changes (vcenter_id, type, moid, name, kind, run_id)"
        " VALUES ($1, 'Host', 'host-1', 'esx', 'CREATED', gen_random_uuid())",
        writers.vcenter_id,
    )
    await writer.execute("COMMIT")
    await replicas_caught_up(stack)
    narrow = [
        {"type": {"eq": "Host"}},
        {"kind": {"in": ["UPDATED", "DELETED"]}},
        {"moid": {"eq": "vm-2"}},
        {"moid": {"in": ["vm-1", "host-1"]}, "kind": {"ne": "UPDATED"}},
    ]

    found = []
    for more in narrow:
        data, errors = await execute(reader.engine, FEED, first=10, filter=reader.filter | more)
        assert errors == []
        found.append([node["moid"] for node in data["changesSince"]["nodes"]])

    assert found == [["host-1"], ["vm-1", "vm-2"], ["vm-2"], ["host-1"]]


async def test_a_narrowed_feed_finds_what_is_rare_stretch_by_stretch(
    stack: Stack, writers: Writers, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "STRETCH", 3)
    first = (await reader.page())["latestCursor"]
    writer = await writers.begin()
    await writers.change(writer, *(f"vm-{n}" for n in range(11)))
    await writer.execute("COMMIT")
    await replicas_caught_up(stack)
    reader.cursor = first
    reader.filter = {**reader.filter, "moid": {"in": ["vm-4", "vm-10"]}}

    pages = [await reader.page() for _ in range(4)]

    moids = [[node["moid"] for node in page["nodes"]] for page in pages]
    assert moids == [[], ["vm-4"], [], ["vm-10"]]
    assert [page["hasMore"] for page in pages] == [True, True, True, False]
    assert await reader.poll() == []


async def test_a_cursor_of_another_database_is_refused(reader: Reader) -> None:
    foreign = feed_cursor.encode("1.1", Position(1, 1, None))

    _, errors = await execute(reader.engine, FEED, cursor=foreign)

    assert errors == ["CURSOR_OF_ANOTHER_DATABASE"]


@pytest.mark.parametrize("cursor", ["", "x", "W10", "bnVsbA"])
async def test_what_is_no_cursor_is_refused(reader: Reader, cursor: str) -> None:
    _, errors = await execute(reader.engine, FEED, cursor=cursor)

    assert errors == ["INVALID_CURSOR"]


async def test_a_cursor_behind_which_changes_are_purged_is_refused(
    stack: Stack, engine: AsyncEngine, reader: Reader
) -> None:
    await reader.page()
    port = stack.postgres.primary_port
    note = f"INSERT INTO installation VALUES ('{PURGED_BEFORE}', '2099-01-01T00:00:00+00:00')"
    stack.postgres.execute(port, note)
    try:
        await replicas_caught_up(stack)
        _, errors = await execute(reader.engine, FEED, cursor=reader.cursor)
    finally:
        stack.postgres.execute(port, f"DELETE FROM installation WHERE key = '{PURGED_BEFORE}'")

    assert errors == ["CURSOR_EXPIRED"]
