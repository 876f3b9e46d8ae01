"""When hosts' hardware is read: at first, where a host changed, daily; never of one away."""

from datetime import UTC, datetime, timedelta

from sync_agent.writer.host_hardware import HostHardwareChanges, StoredHostHardware
from tests.support.records import hardware, host

NOW = datetime(2030, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def due(stored: StoredHostHardware, *seen: tuple[int, bool], away: int | None = None) -> list[str]:
    changes = HostHardwareChanges(stored)
    for number, has_changed in seen:
        state = "notResponding" if number == away else "connected"
        changes.see(host(number, connection_state=state), has_changed=has_changed)
    return changes.due(NOW, DAY)


def known(*numbers: int, hours_ago: int = 1) -> StoredHostHardware:
    hashes = {f"host-{number}": b"hash" for number in numbers}
    return StoredHostHardware(hashes, NOW - timedelta(hours=hours_ago))


def test_all_are_read_at_first():
    assert due(StoredHostHardware(), (1, True), (2, True)) == ["host-1", "host-2"]


def test_within_the_day_only_new_and_changed_hosts_are_read():
    assert due(known(1, 2), (1, False), (2, True), (3, False)) == ["host-2", "host-3"]


def test_after_a_day_all_are_read():
    assert due(known(1, 2, hours_ago=24), (1, False), (2, False)) == ["host-1", "host-2"]


def test_a_host_that_is_away_is_not_asked():
    assert due(StoredHostHardware(), (1, True), (2, True), away=2) == ["host-1"]


def test_a_row_that_is_the_same_is_not_kept():
    record = hardware(1)
    changes = HostHardwareChanges(StoredHostHardware({record.moid: record.hash}))

    changes.compare(record)
    changes.compare(hardware(2))

    assert set(changes.records) == {"vm-2"}
