"""The comparison and the decision about what is gone: pure."""

from datetime import UTC, datetime, timedelta

from models.enums import InventoryType, Tier
from sync_agent.records import DetailPage, Page, Proof, Quarantined
from sync_agent.writer.changes import ChangeSet, read_at
from sync_agent.writer.layout import DETAILS, USAGE
from sync_agent.writer.stored import StoredInventory, pack
from tests.support.records import detail_page, hardware, host, host_hardware, pages, vm

VM = InventoryType.VirtualMachine
NOW = datetime(2030, 1, 2, tzinfo=UTC)
HARDWARE, GUEST = (VM, Tier.HEAVY), (VM, Tier.GUEST)
HOST_HARDWARE = (InventoryType.Host, Tier.HEAVY)
DAY = timedelta(days=1)


def stored_of(*records, machines=(), hosts=()) -> StoredInventory:
    stored = StoredInventory.empty(NOW)
    for of_tier in stored.details.values():
        of_tier.as_of = NOW
    for record in records:
        known = stored.types[record.type]
        known.hashes[record.moid] = record.hash
        known.usage[record.moid] = pack(
            [record.usage.get(column) for column in USAGE[record.type].columns]
        )
    columns = {record.moid: record.columns for record in records}
    for detail in DETAILS:
        for detailed in hosts if detail.type is InventoryType.Host else machines:
            known = stored.details[detail.key]
            known.hashes[detailed.moid] = detailed.hash
            known.read_at[detailed.moid] = read_at(detail, columns[detailed.moid])
    return stored


def compared(stored, scanned) -> ChangeSet:
    changes = ChangeSet(stored)
    for page in scanned:
        changes.add(page)
    return changes


def test_of_an_unchanged_object_only_the_moid_stays():
    changes = compared(stored_of(vm(1), host(1)), pages(vm(1), host(1)))

    found = changes.types[VM]
    assert (found.seen, found.is_written, len(found.usage)) == ({"vm-1"}, False, 0)


def test_new_changed_and_busier_objects_are_told_apart():
    busy = vm(3, usage={"cpu_usage_mhz": 1})
    scanned = pages(vm(1), vm(2, num_cpus=8), busy, vm(4))

    found = compared(stored_of(vm(1), vm(2), vm(3)), scanned).types[VM]

    assert (found.created.moids(), found.updated.moids()) == ({"vm-4"}, {"vm-2"})
    assert found.usage.moids() == {"vm-3", "vm-4"}


def test_an_object_listed_twice_counts_once():
    changes = compared(stored_of(), pages(vm(1), vm(1)))

    assert changes.objects_read == 1
    assert len(changes.types[VM].created) == 1


def test_an_unchanged_object_that_was_missing_reappears():
    stored = stored_of(vm(1), vm(2))
    stored.types[VM].missing.add("vm-1")
    stored.types[VM].deleted.add("vm-2")

    found = compared(stored, pages(vm(1), vm(2))).types[VM]

    assert found.reappeared == found.updated.moids() == {"vm-1", "vm-2"}


def test_a_quarantined_object_is_there():
    odd = (Quarantined(VM, "vm-1", "month 13"),)
    changes = compared(stored_of(vm(1)), pages(quarantined=odd))

    verdict = changes.verdict([VM], Proof(), DAY)
    assert (verdict.types[VM].newly, verdict.types[VM].held) == (frozenset(), frozenset())
    assert changes.quarantined == {(VM, "vm-1"): "month 13"}


def test_hardware_is_due_where_version_or_snapshots_moved_or_it_was_never_read():
    known = [vm(number) for number in (1, 2, 3, 4)]
    stored = stored_of(*known, machines=[hardware(n) for n in (1, 2, 3)])
    scanned = pages(vm(1), vm(2, change_version="2"), vm(3, oldest_snapshot_at=NOW), vm(4), vm(5))

    changes = compared(stored, scanned)

    assert changes.due(HARDWARE, DAY) == ["vm-2", "vm-3", "vm-4", "vm-5"]
    assert changes.details[HARDWARE].is_complete is False


def test_all_hardware_is_due_when_the_last_complete_reading_is_old():
    stored = stored_of(vm(1), machines=[hardware(1)])
    stored.details[HARDWARE].as_of = NOW - DAY

    changes = compared(stored, pages(vm(1)))

    assert changes.due(HARDWARE, DAY) == ["vm-1"]
    assert changes.details[HARDWARE].is_complete is True


def test_hardware_is_not_due_where_the_version_could_not_be_read():
    stored = stored_of(vm(1), machines=[hardware(1)])

    changes = compared(stored, pages(vm(1, unknown=("change_version",))))

    assert changes.due(HARDWARE, DAY) == []


def test_hardware_that_could_not_be_decoded_is_read_again_and_that_of_odd_objects_is_not():
    stored = stored_of(vm(1), machines=[hardware(1)])
    stored.quarantined = frozenset({(VM, "vm-1")})
    odd = (Quarantined(VM, "vm-2", "odd"),)

    changes = compared(stored, [*pages(vm(1)), Page(VM, (), odd)])

    assert changes.due(HARDWARE, DAY) == ["vm-1"]


def test_hardware_of_hosts_is_due_where_a_host_was_restarted_or_refitted_or_is_new():
    known = [host(number) for number in (1, 2, 3)]
    stored = stored_of(*known, hosts=[host_hardware(n) for n in (1, 2, 3)])
    scanned = pages(host(1, name="renamed"), host(2, boot_time=NOW), host(3, num_hbas=4), host(4))

    changes = compared(stored, scanned)

    assert changes.due(HOST_HARDWARE, DAY) == ["host-2", "host-3", "host-4"]


def test_hardware_of_hosts_is_not_due_where_the_host_is_out_of_reach():
    stored = stored_of(host(1), hosts=[host_hardware(1)])
    away = host(1, unknown=("boot_time", "num_nics"), connection_state="notResponding")

    changes = compared(stored, pages(away))

    assert changes.due(HOST_HARDWARE, DAY) == []


def test_a_row_that_was_due_and_did_not_come_is_unread_until_it_comes():
    known = [vm(number) for number in (1, 2, 3, 4)]
    stored = stored_of(*known, machines=[hardware(n) for n in (1, 2, 3)])
    stored.details[HARDWARE].as_of = NOW - DAY
    stored.details[HARDWARE].unknown = {"vm-2", "vm-3"}
    changes = compared(stored, pages(*known))
    found = changes.details[HARDWARE]
    due = changes.due(HARDWARE, DAY)
    unread_before = set(found.unread)

    changes.add_details(HARDWARE, detail_page(hardware(2)))

    assert due == ["vm-1", "vm-2", "vm-3", "vm-4"]
    assert unread_before == found.unread == {"vm-1"}
    assert (found.again, len(found.records), found.rows_written) == ({"vm-2"}, 0, 2)


def test_a_row_that_came_otherwise_than_it_is_stored_is_written_once():
    stored = stored_of(vm(1), machines=[hardware(1)])
    stored.details[HARDWARE].unknown = {"vm-1"}
    changes = compared(stored, pages(vm(1, change_version="2")))
    changes.due(HARDWARE, DAY)

    changes.add_details(HARDWARE, detail_page(hardware(1, change_version="2")))

    found = changes.details[HARDWARE]
    assert (found.unread, found.again, found.rows_written) == (set(), set(), 1)


def test_what_is_odd_when_all_are_due_is_unread():
    stored = stored_of(vm(1), machines=[hardware(1)])
    stored.details[HARDWARE].as_of = NOW - DAY
    odd = (Quarantined(VM, "vm-1", "month 13"),)
    changes = compared(stored, pages(quarantined=odd))

    assert changes.due(HARDWARE, DAY) == []
    assert changes.details[HARDWARE].unread == {"vm-1"}


def test_what_is_not_due_is_not_unread():
    stored = stored_of(vm(1), machines=[hardware(1)])
    changes = compared(stored, pages(vm(1, unknown=("change_version",))))

    assert changes.due(HARDWARE, DAY) == []
    assert changes.details[HARDWARE].unread == set()


def test_unread_hardware_is_due_when_its_vm_tells_everything_again():
    away = vm(1, unknown=("num_cpus",))
    stored = stored_of(away, vm(2), machines=[hardware(1), hardware(2)])
    stored.details[HARDWARE].unknown = {"vm-1", "vm-2"}

    changes = compared(stored, pages(vm(1), vm(2)))

    assert changes.due(HARDWARE, DAY) == ["vm-1"]


def test_unchanged_hardware_is_dropped():
    stored = stored_of(vm(1), vm(2), machines=[hardware(1), hardware(2)])
    changes = ChangeSet(stored)

    changes.add_details(
        HARDWARE, detail_page(hardware(1), hardware(2, change_version="2"), hardware(3))
    )

    assert changes.details[HARDWARE].records.moids() == {"vm-2", "vm-3"}


def test_guests_are_due_where_tools_or_the_address_moved_and_each_tier_waits_for_its_own_interval():
    known = [vm(number) for number in (1, 2, 3, 4)]
    stored = stored_of(*known, machines=[hardware(n) for n in (1, 2, 3)])
    stored.details[GUEST].as_of = NOW - timedelta(hours=1)
    scanned = pages(vm(1), vm(2, tools_running_status="guestToolsRunning"), vm(3, ip_address=None))

    changes = compared(stored, scanned)

    assert changes.due(GUEST, DAY) == ["vm-2", "vm-3"]
    assert changes.due(GUEST, timedelta(minutes=30)) == ["vm-1", "vm-2", "vm-3"]
    assert changes.due(HARDWARE, DAY) == []


def test_a_vm_with_an_odd_device_keeps_its_other_devices_and_is_read_again():
    stored = stored_of(vm(1), machines=[hardware(1)])
    changes = compared(stored, pages(vm(1)))
    odd = Quarantined(VM, "vm-1", "device 2000 (VirtualDisk): no number")

    changes.add_details(HARDWARE, DetailPage((hardware(1, change_version="2"),), (odd,)))

    assert changes.details[HARDWARE].records.moids() == {"vm-1"}
    assert changes.quarantined == {(VM, "vm-1"): "device 2000 (VirtualDisk): no number"}
