"""The comparison of hosts' hardware (HEAVY): which hosts are due, and whose rows differ."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sync_agent.records import HardwareRecord, Record

READ_AT = "connection_state"
CONNECTED = "connected"


@dataclass(slots=True)
class StoredHostHardware:
    """What is stored of one vCenter."""

    hashes: dict[str, bytes] = field(default_factory=dict)
    as_of: datetime | None = None
    """When the hardware of every host was last read."""


class HostHardwareChanges:
    """What one scan finds of hosts' hardware."""

    def __init__(self, stored: StoredHostHardware) -> None:
        self.records: dict[str, HardwareRecord] = {}
        """Rows that differ."""
        self.is_complete = False
        """Whether the hardware of every host is read, not only of those that moved."""
        self._stored = stored
        self._reachable: set[str] = set()
        self._moved: set[str] = set()

    def see(self, record: Record, *, has_changed: bool) -> None:
        """Take note of a host: one that vCenter does not reach can tell nothing."""
        if record.columns.get(READ_AT) == CONNECTED:
            self._reachable.add(record.moid)
            if has_changed or record.moid not in self._stored.hashes:
                self._moved.add(record.moid)

    def due(self, now: datetime, refresh_after: timedelta) -> list[str]:
        """Return the hosts to be read now: new ones, those that changed, at times all."""
        last = self._stored.as_of
        self.is_complete = last is None or last + refresh_after <= now
        return sorted(self._reachable if self.is_complete else self._moved)

    def compare(self, record: HardwareRecord) -> None:
        """Keep the record if the stored row differs."""
        if self._stored.hashes.get(record.moid) != record.hash:
            self.records[record.moid] = record
