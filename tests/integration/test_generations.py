"""A moid that another object carries now, and columns that nobody could tell."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from models.enums import IdentifierKind
from tests.integration.test_writer import pool, rows, stored, sync, vcenter
from tests.support.records import hardware, host, pages, switch, vm

__all__ = ["pool", "vcenter"]

OLD, NEW = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
FIRST = vm(1, created_at=OLD, guest_hostname="old.example.org")
OTHER = {
    "instance_uuid": UUID(int=99),
    "created_at": NEW,
    "identifiers": {IdentifierKind.BIOS_UUID: ("new",)},
    "datastores": ("datastore-9",),
}
ROW = """
    SELECT generation, first_seen = changed_at, guest_hostname FROM virtual_machines
    WHERE vcenter_id = $1 AND moid = 'vm-1'"""
UNKNOWN = """
    SELECT unknown_columns, unknown_since, guest_hostname FROM virtual_machines
    WHERE vcenter_id = $1 AND moid = 'vm-1'"""
LINKS = """
    SELECT 'IDENTIFIER', kind || ' ' || value FROM identifiers
    WHERE vcenter_id = $1 AND moid = 'vm-1'
    UNION SELECT 'DATASTORE', datastore_moid FROM vm_datastores
    WHERE vcenter_id = $1 AND vm_moid = 'vm-1'
    UNION SELECT 'HARDWARE', row_hash::text FROM vm_hardware WHERE vcenter_id = $1 AND moid = 'vm-1'
    UNION SELECT 'USAGE', cpu_usage_mhz::text FROM vm_usage WHERE vcenter_id = $1 AND moid = 'vm-1'
    ORDER BY 1, 2"""


async def test_a_moid_with_another_uuid_and_birthday_begins_a_new_generation(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(FIRST), hardware(1, macs=("00:50:56:00:00:01",)))
    reborn = vm(1, unknown=("guest_hostname",), usage={"cpu_usage_mhz": 7}, **OTHER)

    outcome = await sync(engine, pool, vcenter, pages(reborn))

    assert outcome.types[reborn.type].reborn == 1
    assert await rows(pool, ROW, vcenter) == [(2, True, None)]
    assert await rows(pool, LINKS, vcenter) == [
        ("DATASTORE", "datastore-9"),
        ("IDENTIFIER", "BIOS_UUID new"),
        ("USAGE", "7"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"instance_uuid": UUID(int=99)},
        {"created_at": NEW},
        {"instance_uuid": UUID(int=99), "created_at": None},
        {"instance_uuid": None, "created_at": NEW},
        {"unknown": ("instance_uuid", "created_at")},
    ],
    ids=["a copy", "another date", "no date", "no uuid", "unreadable"],
)
async def test_one_sign_alone_is_the_same_object_changed(engine, pool, vcenter, change):
    await sync(engine, pool, vcenter, pages(FIRST))

    changed = vm(1, **{"created_at": OLD, "num_cpus": 16, **change})
    outcome = await sync(engine, pool, vcenter, pages(changed))

    assert (outcome.types[FIRST.type].updated, outcome.types[FIRST.type].reborn) == (1, 0)
    ((generation, is_new, _),) = await rows(pool, ROW, vcenter)
    assert (generation, is_new) == (1, False)


async def test_a_host_begins_a_new_generation_by_board_and_serial_number(engine, pool, vcenter):
    query = "SELECT moid, generation FROM hosts WHERE vcenter_id = $1 ORDER BY moid"
    old = {"bios_uuid": UUID(int=1), "serial_number": "A"}
    await sync(engine, pool, vcenter, pages(host(1, **old), host(2, **old)))

    new = {"bios_uuid": UUID(int=2), "serial_number": "B"}
    repaired = {**old, "bios_uuid": UUID(int=2)}
    await sync(engine, pool, vcenter, pages(host(1, **new), host(2, **repaired)))

    assert await rows(pool, query, vcenter) == [("host-1", 2), ("host-2", 1)]


async def test_a_switch_begins_a_new_generation_by_uuid_and_birthday(engine, pool, vcenter):
    generation = "SELECT generation FROM distributed_switches WHERE vcenter_id = $1"
    members = "SELECT host_moid FROM switch_hosts WHERE vcenter_id = $1"
    old, new = {"uuid": UUID(int=1), "created_at": OLD}, {"uuid": UUID(int=2), "created_at": NEW}
    await sync(engine, pool, vcenter, pages(switch(1, "host-1", **old)))

    await sync(engine, pool, vcenter, pages(switch(1, "host-2", **new)))

    assert await rows(pool, generation, vcenter) == [(2,)]
    assert await rows(pool, members, vcenter) == [("host-2",)]


async def test_a_deleted_moid_that_comes_back_as_another_object_is_present(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(FIRST, vm(2)))
    for _ in range(2):
        await sync(engine, pool, vcenter, pages(vm(2)))

    await sync(engine, pool, vcenter, pages(vm(1, **OTHER), vm(2)))

    query = "SELECT generation, missing_since, deleted_at FROM virtual_machines"
    query += " WHERE vcenter_id = $1 AND moid = 'vm-1'"
    assert await rows(pool, query, vcenter) == [(2, None, None)]


async def test_a_row_says_which_columns_could_not_be_told_and_since_when(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(FIRST))
    vague = vm(1, created_at=OLD, unknown=("guest_hostname", "ip_address"))
    vaguer = vm(1, created_at=OLD, unknown=("guest_hostname", "ip_address", "num_cpus"))

    await sync(engine, pool, vcenter, pages(vague))
    ((columns, since, kept),) = await rows(pool, UNKNOWN, vcenter)
    await sync(engine, pool, vcenter, pages(vaguer))
    ((more, still_since, _),) = await rows(pool, UNKNOWN, vcenter)
    await sync(engine, pool, vcenter, pages(FIRST))

    assert (columns, kept) == (["guest_hostname", "ip_address"], "old.example.org")
    assert (more, still_since) == (["guest_hostname", "ip_address", "num_cpus"], since)
    assert await rows(pool, UNKNOWN, vcenter) == [(None, None, "old.example.org")]


@pytest.mark.parametrize(
    "vague", [{"unknown": ("guest_hostname",)}, {"unseen": ("cluster_moid",)}], ids=str
)
async def test_an_unchanged_vague_scan_writes_nothing(engine, pool, vcenter, vague):
    await sync(engine, pool, vcenter, pages(FIRST))
    unclear = vm(1, created_at=OLD, guest_hostname="old.example.org", **vague)
    await sync(engine, pool, vcenter, pages(unclear))
    before = await stored(pool, vcenter)

    outcome = await sync(engine, pool, vcenter, pages(unclear))

    assert not outcome.types[FIRST.type].has_changed
    assert await stored(pool, vcenter) == before


async def test_what_was_not_seen_is_not_called_unknown(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(FIRST))

    unseen = vm(1, created_at=OLD, num_cpus=16, unseen=("cluster_moid", "guest_hostname"))
    await sync(engine, pool, vcenter, pages(unseen))

    assert await rows(pool, UNKNOWN, vcenter) == [(None, None, "old.example.org")]


async def test_an_object_that_was_never_told_whole_is_vague_from_the_start(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(vm(1, unknown=("guest_hostname",))))

    query = "SELECT unknown_columns, unknown_since = first_seen FROM virtual_machines"
    assert await rows(pool, f"{query} WHERE vcenter_id = $1", vcenter) == [
        (["guest_hostname"], True)
    ]
