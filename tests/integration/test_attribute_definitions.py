"""What a vCenter knows of custom attributes is stored with the sync that read it."""

import json
from collections.abc import AsyncIterator

import pytest

from models.commands.transaction import Primary
from models.db.settings import DatabaseSettings
from sync_agent.records import Columns, Definitions
from sync_agent.writer.pool import open_pool
from tests.support.merging import Merger
from tests.support.records import pages, vm
from tests.support.registry import new_vcenter

OWNER: Columns = {"key": 23, "name": "Owner", "type": "string", "object_type": "VirtualMachine"}
ZONE: Columns = {"key": 104, "name": "Zone", "type": "string"}
STORED = "SELECT custom_attribute_definitions, xmin::text FROM vcenters WHERE id = $1"


@pytest.fixture
async def merger(engine: Primary, database: DatabaseSettings) -> AsyncIterator[Merger]:
    """A vCenter that was never scanned."""
    pool = await open_pool(database, connections=2)
    yield Merger(engine, pool, await new_vcenter(engine))
    await pool.close()


async def stored(merger: Merger) -> object:
    """Return the definitions as they are stored; None: never read."""
    ((held, _),) = await merger.rows(STORED)
    return None if held is None else json.loads(held)


async def test_definitions_follow_the_vcenter_and_stay_where_it_does_not_tell(
    merger: Merger,
) -> None:
    scanned = pages(vm(1))
    seen = []
    in_turn: list[Definitions | None] = [None, [OWNER, ZONE], None, [ZONE], []]
    for told in in_turn:
        await merger.sync(scanned, definitions=told)
        seen.append(await stored(merger))

    assert seen == [None, [OWNER, ZONE], [OWNER, ZONE], [ZONE], []]


async def test_the_same_definitions_again_write_nothing(merger: Merger) -> None:
    written = []
    for _ in range(2):
        async with merger.pool.acquire() as connection:
            begun = await connection.fetchval("SELECT txid_current()")
        await merger.sync(pages(vm(1)), definitions=[OWNER])
        ((_, by),) = await merger.rows(STORED)
        written.append(int(by) > begun % 2**32)

    assert written == [True, False]
