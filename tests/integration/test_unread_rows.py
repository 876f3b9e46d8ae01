"""Rows of slower tiers that could not be read again say since when; nothing else moves."""

from datetime import timedelta

import pytest

from models.commands.transaction import Primary
from models.enums import InventoryType, Tier
from sync_agent.records import Quarantined
from sync_agent.writer.connection import Pool
from tests.integration.test_writer import epochs, pool, stored
from tests.support.merging import GUEST, HARDWARE, HOST_HARDWARE, Merger
from tests.support.records import guest, hardware, host, host_hardware, pages, vm
from tests.support.registry import new_vcenter

__all__ = ["pool"]

AT_ONCE = timedelta(0)
TABLES = {HARDWARE: "vm_hardware", GUEST: "vm_guest", HOST_HARDWARE: "host_hardware"}
INVENTORY = (host(1), host(2), vm(1), vm(2))
READ = {
    HARDWARE: {n: hardware(n) for n in (1, 2)},
    GUEST: {n: guest(n) for n in (1, 2)},
    HOST_HARDWARE: {n: host_hardware(n) for n in (1, 2)},
}
AS_OF = """
    SELECT as_of FROM collection_state WHERE vcenter_id = $1 AND type = $2 AND tier = $3"""


class Reader:
    """Syncs one vCenter, some numbers of its objects left out of the slower tiers."""

    def __init__(self, merger: Merger) -> None:
        self.merger = merger

    async def sync(self, *away: int, refresh: timedelta = AT_ONCE, scanned=INVENTORY) -> None:
        read = {key: [r for n, r in of.items() if n not in away] for key, of in READ.items()}
        await self.merger.sync(
            pages(*scanned),
            *read[HARDWARE],
            hosts=tuple(read[HOST_HARDWARE]),
            guests=tuple(read[GUEST]),
            refresh=refresh,
        )

    async def unknown(self, key: tuple[InventoryType, Tier]) -> dict[str, object]:
        query = f"SELECT moid, unknown_since FROM {TABLES[key]} WHERE vcenter_id = $1"
        return dict(await self.merger.rows(query))

    async def as_of(self, key: tuple[InventoryType, Tier]) -> object:
        return (await self.merger.rows(AS_OF, *key))[0][0]


@pytest.fixture
async def reader(engine: Primary, pool: Pool) -> Reader:
    made = Reader(Merger(engine, pool, await new_vcenter(engine)))
    await made.sync()
    return made


@pytest.mark.parametrize("key", TABLES, ids=list(TABLES.values()))
async def test_what_could_not_be_read_again_says_since_which_scan(reader, key):
    name = "host" if key[0] is InventoryType.Host else "vm"
    before = await reader.unknown(key)
    await reader.sync(1)
    since = await reader.as_of(key)
    await reader.sync(1)

    assert before == {f"{name}-1": None, f"{name}-2": None}
    assert await reader.unknown(key) == {f"{name}-1": since, f"{name}-2": None}
    assert await reader.as_of(key) > since
    await reader.sync()
    assert await reader.unknown(key) == before


async def test_a_row_that_stays_unread_is_not_written_again(reader, pool):
    vcenter_id = reader.merger.vcenter_id
    await reader.sync(1)
    before, epochs_before = await stored(pool, vcenter_id), await epochs(pool, vcenter_id)

    await reader.sync(1)

    assert await stored(pool, vcenter_id) == before
    assert await epochs(pool, vcenter_id) == epochs_before


async def test_readers_are_told_when_a_row_becomes_unread_and_when_it_is_read_again(reader, pool):
    read = [(await epochs(pool, reader.merger.vcenter_id))[HARDWARE]]
    for away in ((1,), ()):
        await reader.sync(*away)
        read.append((await epochs(pool, reader.merger.vcenter_id))[HARDWARE])

    assert read == [read[0], read[0] + 1, read[0] + 2]


async def test_what_is_unread_keeps_its_content_and_loses_its_mark_with_new_content(reader):
    query = "SELECT disk_count, unknown_since IS NULL FROM vm_hardware WHERE vcenter_id = $1"
    await reader.sync(1, 2)
    kept = await reader.merger.rows(query)
    fuller = (hardware(1, disk_count=2), hardware(2, disk_count=2))
    await reader.merger.sync(pages(*INVENTORY), *fuller, refresh=AT_ONCE)

    assert kept == [(1, False)] * 2
    assert await reader.merger.rows(query) == [(2, True)] * 2


async def test_a_tier_that_is_not_due_marks_nothing(reader):
    await reader.sync(1, 2, refresh=timedelta(days=1))

    assert set((await reader.unknown(HARDWARE)).values()) == {None}


async def test_what_moved_and_is_withheld_is_unread_before_the_tier_is_due(reader):
    moved = (*INVENTORY[:3], vm(2, change_version="2"))
    await reader.sync(2, refresh=timedelta(days=1), scanned=moved)

    found = await reader.unknown(HARDWARE)
    assert found["vm-1"] is None
    assert found["vm-2"] is not None


async def test_hardware_of_a_vm_that_cannot_be_decoded_is_unread(reader):
    odd = (Quarantined(InventoryType.VirtualMachine, "vm-2", "month 13"),)
    scanned = pages(*INVENTORY[:3], quarantined=odd)
    await reader.merger.sync(scanned, hardware(1), hosts=(), refresh=AT_ONCE)

    found = await reader.unknown(HARDWARE)
    assert [moid for moid, since in found.items() if since is not None] == ["vm-2"]
