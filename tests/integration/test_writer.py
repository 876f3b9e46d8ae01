"""The writer against a real primary: what a sync writes, and what it must never write."""

from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest

from models.commands import lease as leases
from models.commands import sync_run
from models.commands.sync_run import Claim
from models.commands.transaction import Primary
from models.db.settings import DatabaseSettings
from models.edge import EDGE_TABLES
from models.enums import IdentifierKind, InventoryType, SyncRunState, Tier
from models.tables import Base
from runtime.errors import LeaseLostError
from sync_agent.records import DetailRecord, Page, Proof, Quarantined
from sync_agent.writer import merge
from sync_agent.writer.changes import ChangeSet
from sync_agent.writer.connection import Pool
from sync_agent.writer.layout import DETAILS, OBJECTS, USAGE
from sync_agent.writer.merge import MergeLimits, Scan, apply
from sync_agent.writer.outcome import Outcome
from sync_agent.writer.pool import open_pool
from sync_agent.writer.state import load_stored
from tests.support.outbox import Outbox
from tests.support.records import (
    ABOUT,
    datastore,
    detail_page,
    guest,
    hardware,
    host,
    host_hardware,
    mounted,
    network,
    pages,
    vm,
)
from tests.support.registry import new_vcenter

VM = InventoryType.VirtualMachine
INVENTORY_TABLES = [
    *(layout.table for layout in (*OBJECTS.values(), *USAGE.values())),
    *(detail.layout.table for detail in DETAILS),
    *(edge.name for edge in EDGE_TABLES),
    "identifiers",
    "quarantined_objects",
]
HARDWARE, GUEST = (VM, Tier.HEAVY), (VM, Tier.GUEST)
HOST_HARDWARE = (InventoryType.Host, Tier.HEAVY)
SMALL = (
    host(1),
    datastore(1, mounts=mounted(1)),
    datastore(2, mounts=mounted(1)),
    vm(1),
    vm(2),
    vm(3),
)


@pytest.fixture
async def pool(database: DatabaseSettings) -> AsyncIterator[Pool]:
    pool = await open_pool(database, connections=2)
    yield pool
    await pool.close()


@pytest.fixture
async def vcenter(engine: Primary) -> int:
    return await new_vcenter(engine)


async def begin(engine: Primary, vcenter_id: int, *, owner: str = "test") -> Claim:
    run = await sync_run.request_sync(
        engine,
        Outbox(),  # type: ignore[arg-type]
        vcenter_id,
        requested_by="test",
    )
    claim = await sync_run.claim(engine, run.id, owner=owner, lease_seconds=30)
    assert isinstance(claim, Claim)
    return claim


async def compared(
    pool: Pool,
    vcenter_id: int,
    scanned: list[Page],
    machines: tuple[DetailRecord, ...] = (),
    guests: tuple[DetailRecord, ...] = (),
    hosts: tuple[DetailRecord, ...] = (),
) -> ChangeSet:
    changes = ChangeSet(await load_stored(pool, vcenter_id))
    for page in scanned:
        changes.add(page)
    for key, records in ((HOST_HARDWARE, hosts), (HARDWARE, machines), (GUEST, guests)):
        due = changes.due(key, timedelta(days=1))
        changes.add_details(key, detail_page(*(each for each in records if each.moid in due)))
    return changes


async def sync(
    engine: Primary,
    pool: Pool,
    vcenter_id: int,
    scanned: list[Page],
    *machines: DetailRecord,
    guests: tuple[DetailRecord, ...] = (),
    hosts: tuple[DetailRecord, ...] = (),
    complete: Collection[InventoryType] = tuple(InventoryType),
    proof: Proof | None = None,
    second_look: timedelta = timedelta(minutes=10),
) -> Outcome:
    """Do what a runner does, with these pages for a scan."""
    claim = await begin(engine, vcenter_id)
    changes = await compared(pool, vcenter_id, scanned, machines, guests, hosts)
    scan = Scan(ABOUT, complete, proof or Proof(), second_look)
    outcome = await apply(pool, claim, changes, scan, MergeLimits())
    await sync_run.leave(engine, claim)
    return outcome


async def rows(pool: Pool, query: str, *arguments: object) -> list[Any]:
    return [tuple(row) for row in await pool.fetch(query, *arguments)]


async def stored(pool: Pool, vcenter_id: int) -> dict[str, list[Any]]:
    """Return every inventory row of the vCenter with its physical place and writing transaction."""
    return {
        table: await rows(
            pool,
            f"SELECT tableoid, ctid, xmin, * FROM {table} WHERE vcenter_id = $1 ORDER BY 1, 2",
            vcenter_id,
        )
        for table in INVENTORY_TABLES
    }


async def marks(pool: Pool, vcenter_id: int, table: str = "virtual_machines") -> dict[str, str]:
    """Return of each row whether it is present, missing or deleted."""
    query = f"""
        SELECT moid, CASE WHEN deleted_at IS NOT NULL THEN 'deleted'
        WHEN missing_since IS NOT NULL THEN 'missing' ELSE 'present' END
        FROM {table} WHERE vcenter_id = $1"""
    return dict(await rows(pool, query, vcenter_id))


async def epochs(pool: Pool, vcenter_id: int) -> dict[tuple[str, str], int]:
    query = "SELECT type, tier, epoch FROM collection_state WHERE vcenter_id = $1"
    return {(type_, tier): epoch for type_, tier, epoch in await rows(pool, query, vcenter_id)}


async def test_a_first_sync_writes_every_row_edge_and_identifier(engine, pool, vcenter):
    mac = "00:50:56:00:00:01"
    outcome = await sync(engine, pool, vcenter, pages(*SMALL), hardware(1, macs=(mac,)))

    assert outcome.state is SyncRunState.SUCCEEDED
    assert outcome.types[VM].created == 3
    (machine,) = await rows(
        pool,
        "SELECT name, ip_addresses, first_seen = changed_at, generation FROM virtual_machines"
        " WHERE vcenter_id = $1 AND moid = 'vm-1'",
        vcenter,
    )
    assert machine == ("vm 1", [ip_address("10.0.0.1")], True, 1)
    found = await rows(
        pool,
        "SELECT kind, value, address FROM identifiers WHERE vcenter_id = $1 AND moid = 'vm-1'"
        " ORDER BY kind",
        vcenter,
    )
    assert found == [
        ("BIOS_UUID", "00000000-0000-0000-0000-000000000001", None),
        ("IP", "10.0.0.1", ip_address("10.0.0.1")),
        ("MAC", mac, None),
    ]
    (disk,) = await rows(
        pool,
        "SELECT disks->0->>'label', nics->0->>'mac' FROM vm_hardware WHERE vcenter_id = $1",
        vcenter,
    )
    assert disk == ("Hard disk 1", mac)
    edges = await rows(
        pool, "SELECT datastore_moid FROM host_datastores WHERE vcenter_id = $1 ORDER BY 1", vcenter
    )
    assert edges == [("datastore-1",), ("datastore-2",)]


async def test_an_unchanged_second_sync_writes_no_inventory_row(engine, pool, vcenter):
    machines = tuple(hardware(number) for number in (1, 2, 3))
    await sync(engine, pool, vcenter, pages(*SMALL), *machines)
    before = await stored(pool, vcenter)
    epochs_before = await epochs(pool, vcenter)

    outcome = await sync(engine, pool, vcenter, pages(*SMALL), *machines)

    assert outcome.state is SyncRunState.SUCCEEDED
    assert await stored(pool, vcenter) == before
    assert await epochs(pool, vcenter) == epochs_before
    assert before["virtual_machines"]
    assert before["vm_hardware"]


async def test_a_change_is_written_alone_and_bumps_the_epoch_of_its_type(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL))
    before = await stored(pool, vcenter)
    epochs_before = await epochs(pool, vcenter)
    changed = vm(1, power_state="poweredOff")

    outcome = await sync(engine, pool, vcenter, pages(*SMALL[:3], changed, vm(2), vm(3)))

    after = await stored(pool, vcenter)
    assert (outcome.types[VM].updated, outcome.types[VM].created) == (1, 0)
    rewritten = [row for row in after["virtual_machines"] if row not in before["virtual_machines"]]
    assert len(rewritten) == 1
    for table in INVENTORY_TABLES:
        if table != "virtual_machines":
            assert after[table] == before[table], table
    now = await epochs(pool, vcenter)
    moved = {key for key, epoch in now.items() if epoch != epochs_before[key]}
    assert moved == {("VirtualMachine", "LIGHT")}


async def test_volatile_numbers_go_to_the_narrow_table_only(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL))
    before = await stored(pool, vcenter)
    busy = vm(1, usage={"cpu_usage_mhz": 2900, "uptime_seconds": None})

    outcome = await sync(engine, pool, vcenter, pages(*SMALL[:3], busy, vm(2), vm(3)))

    after = await stored(pool, vcenter)
    assert outcome.types[VM].usage == 1
    assert [table for table in INVENTORY_TABLES if after[table] != before[table]] == ["vm_usage"]
    (numbers,) = await rows(
        pool,
        "SELECT cpu_usage_mhz, uptime_seconds FROM vm_usage WHERE vcenter_id = $1"
        " AND moid = 'vm-1'",
        vcenter,
    )
    assert numbers == (2900, None)


async def test_an_exception_after_copy_leaves_nothing(engine, pool, vcenter, monkeypatch):
    claim = await begin(engine, vcenter)
    changes = await compared(pool, vcenter, pages(*SMALL))

    async def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(merge, "_record_contact", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        await apply(pool, claim, changes, Scan(ABOUT, tuple(InventoryType)), MergeLimits())

    assert not any((await stored(pool, vcenter)).values())
    assert await epochs(pool, vcenter) == {}
    async with pool.acquire() as first, pool.acquire() as second:
        for connection in (first, second):
            assert await connection.fetchval("SELECT count(*) FROM stage_virtual_machines") == 0


async def test_a_stale_token_writes_nothing(engine, pool, vcenter):
    stale = await begin(engine, vcenter, owner="frozen")
    changes = await compared(pool, vcenter, pages(*SMALL))
    await leases.release(engine, stale.lease)
    newer = await begin(engine, vcenter, owner="successor")

    with pytest.raises(LeaseLostError):
        await apply(pool, stale, changes, Scan(ABOUT, tuple(InventoryType)), MergeLimits())

    assert not any((await stored(pool, vcenter)).values())
    assert (await rows(pool, "SELECT state FROM sync_runs WHERE id = $1", newer.run_id)) == [
        ("RUNNING",)
    ]


async def test_a_lease_that_ran_out_writes_nothing_even_where_nobody_took_it(engine, pool, vcenter):
    claim = await begin(engine, vcenter)
    changes = await compared(pool, vcenter, pages(*SMALL))
    await leases.release(engine, claim.lease)

    with pytest.raises(LeaseLostError):
        await apply(pool, claim, changes, Scan(ABOUT, tuple(InventoryType)), MergeLimits())

    assert not any((await stored(pool, vcenter)).values())


async def test_gone_objects_are_missing_at_first_and_deleted_at_last(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL))
    without = pages(*SMALL[:5])

    first = await sync(engine, pool, vcenter, without)
    after_first = await marks(pool, vcenter)
    second = await sync(engine, pool, vcenter, without)

    assert after_first == {"vm-1": "present", "vm-2": "present", "vm-3": "missing"}
    assert (await marks(pool, vcenter))["vm-3"] == "deleted"
    assert (first.types[VM].missing, second.types[VM].deleted) == (1, 1)
    links = "SELECT (SELECT count(*) FROM identifiers WHERE vcenter_id = $1 AND moid = 'vm-3')"
    links += ", (SELECT count(*) FROM vm_datastores WHERE vcenter_id = $1 AND vm_moid = 'vm-3')"
    assert await rows(pool, links, vcenter) == [(0, 0)]
    third = await sync(engine, pool, vcenter, without)
    assert third.types[VM].deleted == 0


@pytest.mark.parametrize("scans_without", [1, 2], ids=["missing", "deleted"])
async def test_an_object_that_comes_back_is_present_with_all_it_had(
    engine, pool, vcenter, scans_without
):
    mac = hardware(3, macs=("00:50:56:00:00:03",))
    await sync(engine, pool, vcenter, pages(*SMALL), mac)
    before = await rows(
        pool, "SELECT type, moid, kind, value FROM identifiers WHERE vcenter_id = $1", vcenter
    )
    for _ in range(scans_without):
        await sync(engine, pool, vcenter, pages(*SMALL[:5]))

    outcome = await sync(engine, pool, vcenter, pages(*SMALL), mac)

    assert outcome.types[VM].reappeared == 1
    assert (await marks(pool, vcenter))["vm-3"] == "present"
    after = await rows(
        pool, "SELECT type, moid, kind, value FROM identifiers WHERE vcenter_id = $1", vcenter
    )
    assert sorted(after) == sorted(before)


async def test_the_shrink_guard_keeps_every_row_and_says_so(engine, pool, vcenter):
    many = [vm(number) for number in range(1, 101)]
    await sync(engine, pool, vcenter, pages(host(1), host(2), datastore(1), *many))

    outcome = await sync(engine, pool, vcenter, pages(host(1), datastore(1), *many[:79]))

    assert outcome.state is SyncRunState.QUARANTINED
    assert set((await marks(pool, vcenter)).values()) == {"present"}
    assert set((await marks(pool, vcenter, "hosts")).values()) == {"present"}
    suspect = await rows(
        pool,
        "SELECT suspect_missing, row_count FROM collection_state"
        " WHERE vcenter_id = $1 AND type = 'VirtualMachine' AND tier = 'LIGHT'",
        vcenter,
    )
    assert suspect == [(21, 100)]
    again = await sync(engine, pool, vcenter, pages(host(1), host(2), datastore(1), *many))
    assert again.state is SyncRunState.SUCCEEDED


async def test_an_empty_answer_deletes_nothing(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL))

    for _ in range(3):
        outcome = await sync(engine, pool, vcenter, [])

    assert outcome.state is SyncRunState.QUARANTINED
    assert set((await marks(pool, vcenter)).values()) == {"present"}


async def test_a_type_that_was_not_read_completely_misses_nothing(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL))
    others = set(InventoryType) - {VM}

    outcome = await sync(engine, pool, vcenter, pages(*SMALL[:5]), complete=others)

    assert outcome.state is SyncRunState.SUCCEEDED
    assert set((await marks(pool, vcenter)).values()) == {"present"}


async def test_unknown_columns_keep_their_value(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(vm(1, guest_hostname="db.example.org")))
    vague = vm(1, power_state="poweredOff", unknown=("guest_hostname", "ip_addresses"))

    await sync(engine, pool, vcenter, pages(vague, vm(2, unknown=("name",))))

    query = "SELECT power_state, guest_hostname, ip_addresses, name FROM virtual_machines"
    query += " WHERE vcenter_id = $1 ORDER BY moid"
    first, second = await rows(pool, query, vcenter)
    assert first == ("poweredOff", "db.example.org", [ip_address("10.0.0.1")], "vm 1")
    assert second[3] == "vm-2"


async def test_rows_of_which_only_their_place_was_not_seen_are_not_written(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL), hardware(1), hardware(2), hardware(3))
    before = await stored(pool, vcenter)
    vague = [vm(n, unseen=("cluster_moid", "datacenter_moid")) for n in (1, 2, 3)]

    outcome = await sync(engine, pool, vcenter, pages(*SMALL[:3], *vague))

    assert outcome.types[VM].updated == 0
    assert not outcome.types[VM].has_changed
    assert await stored(pool, vcenter) == before


@pytest.mark.parametrize(
    "moved",
    [
        {"datastores": ("datastore-2",)},
        {"datastores": ()},
        {"identifiers": {IdentifierKind.IP: ("10.9.9.9",)}},
        {"identifiers": {IdentifierKind.IP: ()}},
    ],
    ids=["another edge", "no edge", "another identifier", "no identifier"],
)
async def test_a_vague_row_whose_links_moved_is_written(engine, pool, vcenter, moved):
    await sync(engine, pool, vcenter, pages(*SMALL))

    vague = vm(1, unknown=("cluster_moid",), **moved)
    outcome = await sync(engine, pool, vcenter, pages(*SMALL[:3], vague, *SMALL[4:]))

    query = "SELECT datastore_moid FROM vm_datastores WHERE vcenter_id = $1 AND vm_moid = 'vm-1'"
    expected = [(moid,) for moid in moved.get("datastores", ("datastore-1",))]
    assert outcome.types[VM].updated == 1
    assert await rows(pool, query, vcenter) == expected


async def test_a_missing_row_that_comes_back_vague_is_present_again(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL))
    await sync(engine, pool, vcenter, pages(*SMALL[:5]))

    await sync(engine, pool, vcenter, pages(*SMALL[:5], vm(3, unknown=("cluster_moid",))))

    assert (await marks(pool, vcenter))["vm-3"] == "present"


async def test_identifiers_are_replaced_by_kind(engine, pool, vcenter):
    both = {
        IdentifierKind.IP: ("10.1.1.1", "fe80::1"),
        IdentifierKind.FQDN: ("a.example.org",),
    }
    await sync(engine, pool, vcenter, pages(vm(1, identifiers=both)))

    await sync(engine, pool, vcenter, pages(vm(1, identifiers={IdentifierKind.IP: ("10.1.1.1",)})))

    query = "SELECT kind, value FROM identifiers WHERE vcenter_id = $1 ORDER BY kind"
    assert await rows(pool, query, vcenter) == [("FQDN", "a.example.org"), ("IP", "10.1.1.1")]


async def test_json_that_an_object_does_not_have_is_null_and_not_the_word(engine, pool, vcenter):
    ranges = [{"start": 1, "end": 9}]
    await sync(engine, pool, vcenter, pages(network(1), network(2, vlan_ranges=ranges)))

    query = "SELECT moid FROM networks WHERE vcenter_id = $1 AND vlan_ranges IS NULL"
    assert await rows(pool, query, vcenter) == [("network-1",)]


async def test_a_quarantined_object_keeps_its_row_and_its_reason_until_it_is_read(
    engine, pool, vcenter
):
    odd = (Quarantined(VM, "vm-3", "month 13"),)
    query = "SELECT moid, reason, since FROM quarantined_objects WHERE vcenter_id = $1"
    await sync(engine, pool, vcenter, pages(*SMALL))

    outcome = await sync(engine, pool, vcenter, pages(*SMALL[:5], quarantined=odd))
    first = await rows(pool, query, vcenter)
    await sync(engine, pool, vcenter, pages(*SMALL[:5], quarantined=odd))
    second = await rows(pool, query, vcenter)
    marked = await marks(pool, vcenter)
    await sync(engine, pool, vcenter, pages(*SMALL))

    assert (outcome.quarantined, marked["vm-3"]) == (1, "present")
    assert [row[:2] for row in first] == [("vm-3", "month 13")]
    assert second == first
    assert await rows(pool, query, vcenter) == []


async def test_a_missing_object_that_cannot_be_decoded_is_there_again(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL))
    await sync(engine, pool, vcenter, pages(*SMALL[:5]))

    odd = (Quarantined(VM, "vm-3", "month 13"),)
    await sync(engine, pool, vcenter, pages(*SMALL[:5], quarantined=odd))

    assert (await marks(pool, vcenter))["vm-3"] == "present"


async def test_hardware_is_read_where_it_moved_and_daily(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL), *(hardware(n) for n in (1, 2, 3)))
    scanned = pages(vm(1), vm(2, change_version="2"), vm(3, snapshot_count=1), vm(4))

    changes = ChangeSet(await load_stored(pool, vcenter))
    for page in scanned:
        changes.add(page)

    assert changes.due(HARDWARE, timedelta(days=1)) == ["vm-2", "vm-3", "vm-4"]
    assert changes.due(HARDWARE, timedelta(0)) == ["vm-1", "vm-2", "vm-3", "vm-4"]


async def test_a_guest_that_moved_is_written_alone_and_bumps_the_epoch_of_its_tier(
    engine, pool, vcenter
):
    guests = (guest(1), guest(2))
    await sync(engine, pool, vcenter, pages(*SMALL), hardware(1), guests=guests)
    before = await stored(pool, vcenter)
    epochs_before = await epochs(pool, vcenter)
    moved = pages(*SMALL[:3], vm(1, tools_running_status="guestToolsRunning"), vm(2), vm(3))

    fuller = (guest(1, free=1), guest(2, free=1))
    outcome = await sync(engine, pool, vcenter, moved, guests=fuller)

    after, epochs_after = await stored(pool, vcenter), await epochs(pool, vcenter)
    assert {key for key, written in outcome.details.items() if written} == {GUEST}
    assert after["vm_hardware"] == before["vm_hardware"]
    raised = {key for key, epoch in epochs_after.items() if epoch != epochs_before[key]}
    assert raised == {("VirtualMachine", "LIGHT"), ("VirtualMachine", "GUEST")}
    query = "SELECT moid, partitions->0->>'free_bytes' FROM vm_guest WHERE vcenter_id = $1"
    assert dict(await rows(pool, query, vcenter)) == {"vm-1": "1", "vm-2": str(2**30)}


async def test_custom_attributes_are_kept_where_they_could_not_be_read(engine, pool, vcenter):
    owned = [{"name": "Owner", "value": "team-1"}]
    await sync(engine, pool, vcenter, pages(*SMALL[:5], vm(3, custom_attributes=owned)))

    unread = vm(3, unknown=("custom_attributes",), num_cpus=8)
    await sync(engine, pool, vcenter, pages(*SMALL[:5], unread))

    query = (
        "SELECT num_cpus, custom_attributes->0->>'value' FROM virtual_machines"
        " WHERE vcenter_id = $1 AND moid = 'vm-3'"
    )
    assert await rows(pool, query, vcenter) == [(8, "team-1")]


async def test_a_heartbeat_goes_to_the_narrow_table(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL))
    beating = vm(3, usage={"heartbeat_status": "green", "uptime_seconds": 60})

    outcome = await sync(engine, pool, vcenter, pages(*SMALL[:5], beating))
    again = await sync(engine, pool, vcenter, pages(*SMALL[:5], beating))

    assert (outcome.types[VM].updated, outcome.types[VM].usage) == (0, 1)
    assert (again.types[VM].updated, again.types[VM].usage) == (0, 0)


async def test_the_run_and_the_vcenter_tell_the_outcome(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL))

    (run,) = await rows(
        pool,
        "SELECT state, objects_read, outcome->'types'->'VirtualMachine'->>'created',"
        " finished_at IS NOT NULL FROM sync_runs WHERE vcenter_id = $1",
        vcenter,
    )
    (contact,) = await rows(
        pool, "SELECT state, version, full_name FROM vcenters WHERE id = $1", vcenter
    )
    assert run == ("SUCCEEDED", 6, "3", True)
    assert contact == ("CONNECTED", ABOUT.version, ABOUT.full_name)


async def test_staging_leaves_no_trace_in_the_catalog(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(*SMALL))
    query = "SELECT count(*) FROM pg_class WHERE relname LIKE 'stage\\_%'"
    before = await rows(pool, query)

    await sync(engine, pool, vcenter, pages(*SMALL[:4]))

    assert await rows(pool, query) == before


def test_every_table_of_inventory_is_known_to_the_writer():
    keyed = {
        table.name
        for table in Base.metadata.tables.values()
        if "HASH" in (table.dialect_options["postgresql"]["partition_by"] or "")
    }

    assert keyed == set(INVENTORY_TABLES) - {"identifiers", "quarantined_objects"}


async def test_hardware_of_hosts_is_written_where_it_differs_with_its_freshness(
    engine, pool, vcenter
):
    scanned = pages(host(1), host(2))
    first = await sync(engine, pool, vcenter, scanned, hosts=(host_hardware(1), host_hardware(2)))
    moved = pages(host(1), host(2, num_nics=4))
    second = await sync(
        engine, pool, vcenter, moved, hosts=(host_hardware(1), host_hardware(2, luns=[{}]))
    )

    found = await rows(
        pool,
        "SELECT moid, jsonb_array_length(luns), ntp_servers FROM host_hardware"
        " WHERE vcenter_id = $1 ORDER BY 1",
        vcenter,
    )
    macs = "SELECT moid, value FROM identifiers WHERE vcenter_id = $1 AND kind = 'MAC' ORDER BY 1"
    assert (first.details[HOST_HARDWARE], second.details[HOST_HARDWARE]) == (2, 1)
    assert found == [("host-1", 0, ["ntp.test"]), ("host-2", 1, ["ntp.test"])]
    assert await rows(pool, macs, vcenter) == [("host-1", "b0:1"), ("host-2", "b0:2")]
    assert (await epochs(pool, vcenter))["Host", "HEAVY"] == 2
