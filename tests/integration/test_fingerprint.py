"""A vCenter's fingerprint moves with everything that an answer about it could show."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from loaders.fingerprint import Fingerprint, database_of, fingerprints
from models.commands import lifecycle, registry
from models.commands.purge import purge
from models.commands.transaction import transaction
from models.db.engines import read_engine
from models.db.sessions import ReadSession
from models.db.settings import DatabaseSettings
from models.enums import InventoryType, VCenterState
from sync_agent.writer.pool import open_pool
from tests.conftest import replicas_caught_up
from tests.support.merging import Merger
from tests.support.records import host, pages, vm
from tests.support.registry import new_vcenter
from vminer.stack.stack import Stack

SCANNED = pages(host(1), vm(1), vm(2))


@pytest.fixture
async def merger(database: DatabaseSettings, engine: AsyncEngine) -> AsyncIterator[Merger]:
    """A vCenter of the test's own, never read."""
    pool = await open_pool(database, connections=2)
    yield Merger(engine, pool, await new_vcenter(engine))
    await pool.close()


async def of(database: DatabaseSettings, merger: Merger, url: str = "") -> Fingerprint | None:
    """Return its fingerprint on the primary, or on another server."""
    engine = read_engine(url or database.primary_url, database)
    try:
        async with ReadSession(engine) as reads:
            seen = await fingerprints(reads)
        found = seen.vcenters.get(merger.vcenter_id)
        assert (merger.vcenter_id in seen.numbers.values()) is (found is not None)
        return found
    finally:
        await engine.dispose()


async def test_a_vcenter_that_was_never_read_has_none(
    database: DatabaseSettings, merger: Merger
) -> None:
    assert await of(database, merger) is None


async def test_every_sync_moves_it(database: DatabaseSettings, merger: Merger) -> None:
    found: list[Fingerprint] = []
    scans = [
        (SCANNED, tuple(InventoryType)),
        (SCANNED, tuple(InventoryType)),
        (pages(host(1), vm(1), vm(2, name="renamed")), tuple(InventoryType)),
        (pages(vm(2, name="again")), ()),
    ]

    for scanned, complete in scans:
        await merger.sync(scanned, complete=complete)
        one = await of(database, merger)
        assert one is not None
        found.append(one)

    assert found == sorted(set(found)), "the unchanged one too: answers show when it was"


async def test_what_changes_in_the_registry_moves_it(
    database: DatabaseSettings, merger: Merger, engine: AsyncEngine
) -> None:
    await merger.sync(SCANNED)
    found = [await of(database, merger)]

    for change in (
        lifecycle.pause(engine, merger.vcenter_id, reason="test"),
        lifecycle.resume(engine, merger.vcenter_id),
        registry.set_state(engine, merger.vcenter_id, VCenterState.UNREACHABLE, "no route"),
    ):
        await change
        found.append(await of(database, merger))

    assert None not in found
    assert len(set(found)) == 4


async def test_a_purge_moves_it(
    database: DatabaseSettings, merger: Merger, engine: AsyncEngine
) -> None:
    await merger.sync(SCANNED)
    async with transaction(engine) as connection:
        gone = "UPDATE virtual_machines SET deleted_at = now() - interval '40 days'"
        where = {"id": merger.vcenter_id}
        await connection.execute(text(f"{gone} WHERE vcenter_id = :id AND moid = 'vm-2'"), where)
    before = await of(database, merger)

    await purge(engine, keep=timedelta(days=30), batch=500, most=500)

    after = await of(database, merger)
    assert before is not None
    assert after is not None
    assert after > before


async def test_one_that_is_being_removed_has_none(
    database: DatabaseSettings, merger: Merger, engine: AsyncEngine
) -> None:
    await merger.sync(SCANNED)

    removal = lifecycle.remove(engine, merger.vcenter_id)
    await anext(removal)

    assert await of(database, merger) is None
    async for _ in removal:
        pass


async def test_replicas_have_the_same_ones_of_the_same_database(
    database: DatabaseSettings, merger: Merger, stack: Stack
) -> None:
    await merger.sync(SCANNED)
    await replicas_caught_up(stack)

    here = await of(database, merger)
    there = [await of(database, merger, url) for url in database.replica_urls]

    assert there == [here] * len(there)
    names = [await name_of(database, url) for url in (database.primary_url, *database.replica_urls)]
    assert len(set(names)) == 1


async def name_of(database: DatabaseSettings, url: str) -> str:
    engine = read_engine(url, database)
    try:
        async with ReadSession(engine) as reads:
            return await database_of(reads)
    finally:
        await engine.dispose()


async def test_another_database_has_another_name(
    database: DatabaseSettings, empty_database: DatabaseSettings
) -> None:
    urls = (database.primary_url, empty_database.primary_url)

    assert len({await name_of(database, url) for url in urls}) == 2
