"""What could not be read, by the tier that met it: a scan speaks for the tiers it read whole."""

from datetime import timedelta

import pytest

from models.commands.transaction import Primary
from models.enums import InventoryType, Tier
from sync_agent.records import Problem
from sync_agent.writer.connection import Pool
from tests.integration.test_writer import pool
from tests.support.merging import NO_PROBLEMS, Merger
from tests.support.records import hardware, pages, vm
from tests.support.registry import new_vcenter

__all__ = ["pool"]

VM = InventoryType.VirtualMachine
KEYS = Problem(VM, Tier.HEAVY, "config.keyId", "NoPermission")
NOTES = Problem(VM, Tier.LIGHT, "config.annotation", "NoPermission")
AT_ONCE = timedelta(0)
STORED = "SELECT tier, path, objects FROM collection_problems WHERE vcenter_id = $1 ORDER BY path"


@pytest.fixture
async def merger(engine: Primary, pool: Pool) -> Merger:
    made = Merger(engine, pool, await new_vcenter(engine))
    await made.sync(pages(vm(1), vm(2)), hardware(1), hardware(2), problems={KEYS: 2, NOTES: 2})
    return made


async def test_a_problem_of_a_slower_tier_outlives_scans_that_do_not_read_it(merger):
    await merger.sync(pages(vm(1), vm(2)))

    assert await merger.rows(STORED) == [("HEAVY", "config.keyId", 2)]


async def test_a_scan_that_reads_the_tier_of_one_object_does_not_speak_for_the_others(merger):
    moved = pages(vm(1, change_version="2"), vm(2))
    await merger.sync(moved, hardware(1), problems={KEYS: 1, NOTES: 1})
    await merger.sync(moved, problems={NOTES: 1})

    assert await merger.rows(STORED) == [
        ("LIGHT", "config.annotation", 1),
        ("HEAVY", "config.keyId", 2),
    ]


async def test_a_scan_that_reads_the_tier_of_every_object_replaces_what_was_known(merger):
    everything = (pages(vm(1), vm(2)), hardware(1), hardware(2))
    await merger.sync(*everything, refresh=AT_ONCE, problems={KEYS: 1})
    fewer = await merger.rows(STORED)
    await merger.sync(*everything, refresh=AT_ONCE, problems=NO_PROBLEMS)

    assert fewer == [("HEAVY", "config.keyId", 1)]
    assert await merger.rows(STORED) == []


async def test_a_type_that_was_not_read_to_the_end_keeps_its_problems(merger):
    await merger.sync(pages(vm(1)), hardware(1), complete=(), refresh=AT_ONCE)

    assert await merger.rows(STORED) == [
        ("LIGHT", "config.annotation", 2),
        ("HEAVY", "config.keyId", 2),
    ]
