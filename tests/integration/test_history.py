"""What a sync remembers of what it changed, and what it must never claim to have changed."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from models.commands.transaction import Primary
from models.db.settings import DatabaseSettings
from models.enums import InventoryType
from models.tracked import TRACKED
from sync_agent.records import Quarantined
from sync_agent.writer import merge
from sync_agent.writer.pool import open_pool
from tests.support.merging import Merger
from tests.support.records import datastore, hardware, host, pages, vm
from tests.support.registry import new_vcenter

VM = InventoryType.VirtualMachine
SMALL = (host(1), datastore(1), vm(1), vm(2), vm(3))
RECORDED = """
    SELECT kind, type, moid, name, fields FROM inventory_changes
    WHERE vcenter_id = $1 ORDER BY xid, seq"""


@pytest.fixture
async def merger(engine: Primary, database: DatabaseSettings) -> AsyncIterator[Merger]:
    """A vCenter whose first complete scan is stored."""
    pool = await open_pool(database, connections=2)
    made = Merger(engine, pool, await new_vcenter(engine))
    await made.sync(pages(*SMALL), *(hardware(number) for number in (1, 2, 3)))
    yield made
    await pool.close()


async def recorded(merger: Merger) -> list[tuple[Any, ...]]:
    """Return (kind, type, moid, name, fields) of every change of the vCenter."""
    found = await merger.rows(RECORDED)
    return [(*row[:4], None if row[4] is None else json.loads(row[4])) for row in found]


async def test_a_first_complete_scan_records_nothing(merger: Merger) -> None:
    assert await recorded(merger) == []


async def test_an_unchanged_scan_records_nothing(merger: Merger) -> None:
    machines = [hardware(number) for number in (1, 2, 3)]

    await merger.sync(pages(*SMALL), *machines, refresh=timedelta(0))

    assert await recorded(merger) == []


async def test_what_is_new_later_is_recorded_with_its_name_and_its_run(merger: Merger) -> None:
    await merger.sync(pages(*SMALL, vm(4), host(2)))

    assert await recorded(merger) == [
        ("CREATED", "Host", "host-2", "esx2", None),
        ("CREATED", "VirtualMachine", "vm-4", "vm 4", None),
    ]
    runs = await merger.rows(
        "SELECT DISTINCT c.run_id = r.id, c.at > r.started_at FROM inventory_changes c"
        " JOIN sync_runs r ON r.vcenter_id = c.vcenter_id AND c.run_id = r.id"
        " WHERE c.vcenter_id = $1"
    )
    assert runs == [(True, True)]


async def test_tracked_columns_are_recorded_as_they_were_and_as_they_are(merger: Merger) -> None:
    changed = vm(
        1, power_state="poweredOff", host_moid="host-2", num_cpus=8, memory_bytes=2**35, name="new"
    )

    await merger.sync(pages(*SMALL[:2], changed, *SMALL[3:]))

    fields = {
        "host_moid": ["host-1", "host-2"],
        "memory_bytes": [2**34, 2**35],
        "name": ["vm 1", "new"],
        "num_cpus": [4, 8],
        "power_state": ["poweredOn", "poweredOff"],
    }
    assert await recorded(merger) == [("UPDATED", "VirtualMachine", "vm-1", "new", fields)]


async def test_hosts_and_datastores_are_remembered_too(merger: Merger) -> None:
    changed = (
        host(1, connection_state="disconnected", in_maintenance_mode=True),
        datastore(1, capacity_bytes=2**43),
    )

    await merger.sync(pages(*changed, *SMALL[2:]))

    down = {"connection_state": ["connected", "disconnected"], "in_maintenance_mode": [None, True]}
    assert await recorded(merger) == [
        ("UPDATED", "Host", "host-1", "esx1", down),
        ("UPDATED", "Datastore", "datastore-1", "store 1", {"capacity_bytes": [2**42, 2**43]}),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"change_version": "2"},
        {"guest_hostname": "elsewhere.example.org"},
        {"usage": {"cpu_usage_mhz": 7}},
        {"datastores": ("datastore-2",)},
    ],
    ids=["book-keeping", "the guest's word", "volatile number", "edge"],
)
async def test_what_is_not_tracked_is_no_change(merger: Merger, changed: dict[str, Any]) -> None:
    await merger.sync(pages(*SMALL[:2], vm(1, **changed), *SMALL[3:]))

    assert await recorded(merger) == []


async def test_what_could_not_be_read_is_no_change(merger: Merger) -> None:
    vague = vm(1, num_cpus=8, unknown=("power_state", "host_moid"))

    await merger.sync(pages(*SMALL[:2], vague, *SMALL[3:]))

    ((_, _, _, _, fields),) = await recorded(merger)
    assert fields == {"num_cpus": [4, 8]}


async def test_an_object_that_goes_and_comes_back_is_remembered_step_by_step(
    merger: Merger,
) -> None:
    without = pages(*SMALL[:4])
    for _ in range(3):
        await merger.sync(without)
    await merger.sync(pages(*SMALL[:4], vm(3, num_cpus=8)))

    gone = ("VirtualMachine", "vm-3", "vm 3")
    assert await recorded(merger) == [
        ("MISSING", *gone, None),
        ("DELETED", *gone, None),
        ("REAPPEARED", *gone, {"num_cpus": [4, 8]}),
    ]


async def test_a_missing_object_that_cannot_be_decoded_has_reappeared(merger: Merger) -> None:
    odd = (Quarantined(VM, "vm-3", "month 13"),)
    await merger.sync(pages(*SMALL[:4]))

    await merger.sync(pages(*SMALL[:4], quarantined=odd))

    assert [row[0] for row in await recorded(merger)] == ["MISSING", "REAPPEARED"]


async def test_nothing_is_missing_where_the_shrink_guard_kept_it(merger: Merger) -> None:
    await merger.sync(pages(*SMALL[:2]))

    assert await recorded(merger) == []


async def test_hardware_is_recorded_by_the_parts_that_differ(merger: Merger) -> None:
    disk = {"key": 2000, "label": "Hard disk 1", "capacity_bytes": 2**36, "file_name": "x-01.vmdk"}
    card = {"key": 4000, "label": "Network adapter 1", "mac_address": "00:50:56:00:00:01"}
    changed = hardware(1, change_version="2", disks=[disk], nics=[card])

    await merger.sync(pages(*SMALL[:2], vm(1, change_version="2"), *SMALL[3:]), changed)

    ((kind, _, moid, name, fields),) = await recorded(merger)
    assert (kind, moid, name) == ("HARDWARE", "vm-1", "vm 1")
    assert set(fields) == {"disks", "nics"}
    ((before,), (after,)) = fields["disks"]
    assert (before["capacity_bytes"], after["capacity_bytes"]) == (2**35, 2**36)
    assert "file_name" not in after
    assert fields["nics"][0] == []
    assert fields["nics"][1][0]["mac_address"] == "00:50:56:00:00:01"


async def test_keys_that_are_not_tracked_change_no_hardware(merger: Merger) -> None:
    disk = {"key": 2000, "label": "Hard disk 1", "capacity_bytes": 2**35, "file_name": "x-01.vmdk"}
    changed = hardware(1, change_version="2", disks=[disk])

    await merger.sync(pages(*SMALL[:2], vm(1, change_version="2"), *SMALL[3:]), changed)

    assert await recorded(merger) == []
    assert await merger.rows(
        "SELECT disks->0->>'file_name' FROM vm_hardware WHERE vcenter_id = $1 AND moid = 'vm-1'"
    ) == [("x-01.vmdk",)]


async def test_columns_an_upgrade_begins_to_collect_change_nothing_in_their_first_scan(
    merger: Merger,
) -> None:
    """As an older vMiner left it: without the column, and not knowing it as tracked."""
    await merger.pool.execute(
        "UPDATE collection_state SET tracked = array_remove(tracked, 'num_cpus')"
        " WHERE vcenter_id = $1 AND type = 'VirtualMachine'",
        merger.vcenter_id,
    )
    await merger.pool.execute(
        "UPDATE virtual_machines SET num_cpus = NULL, row_hash = '' WHERE vcenter_id = $1",
        merger.vcenter_id,
    )

    first = await merger.sync(pages(*SMALL))
    after_first = await recorded(merger)
    await merger.sync(pages(*SMALL[:2], vm(1, num_cpus=16), *SMALL[3:]))

    assert first.types[VM].updated == 3
    assert after_first == []
    assert [row[4] for row in await recorded(merger)] == [{"num_cpus": [4, 16]}]


async def test_nothing_is_created_before_a_first_complete_scan(engine, database) -> None:
    pool = await open_pool(database, connections=1)
    merger = Merger(engine, pool, await new_vcenter(engine))
    others = set(InventoryType) - {VM}

    await merger.sync(pages(*SMALL[:3]), complete=others)
    await merger.sync(pages(*SMALL))

    assert [row[:3] for row in await recorded(merger)] == []
    await merger.sync(pages(*SMALL, vm(4)))
    assert [row[:3] for row in await recorded(merger)] == [("CREATED", "VirtualMachine", "vm-4")]
    await pool.close()


async def test_a_merge_that_fails_leaves_no_memory(merger: Merger, monkeypatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(merge, "_record_contact", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        await merger.sync(pages(*SMALL, vm(4)))

    assert await recorded(merger) == []


async def test_an_unchanged_sync_leaves_what_is_tracked_alone(merger: Merger) -> None:
    query = "SELECT xmin::text::bigint, tracked FROM collection_state WHERE vcenter_id = $1"
    query += " AND type = 'VirtualMachine' ORDER BY tier"

    before = await merger.rows(query)
    await merger.sync(pages(*SMALL))

    assert [tracked for _, tracked in await merger.rows(query)] == [row[1] for row in before]
    assert set(before[-1][1]) == set(TRACKED[VM])
