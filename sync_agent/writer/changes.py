"""The comparison: pages of a scan go in, only what differs from the stored inventory is kept.

Pure, and lean in memory: of an unchanged object nothing stays but its moid.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from models.enums import InventoryType
from sync_agent.records import (
    Columns,
    HardwarePage,
    HardwareRecord,
    Page,
    Proof,
    Quarantined,
    Record,
)
from sync_agent.writer.doubt import doubt_of
from sync_agent.writer.host_hardware import HostHardwareChanges
from sync_agent.writer.layout import USAGE
from sync_agent.writer.missing import Look, Verdict, decide_missing
from sync_agent.writer.stored import ReadAt, StoredInventory, pack

READ_AT = ("change_version", "snapshot_count", "oldest_snapshot_at")
Numbers = tuple[int | None, ...]


@dataclass(slots=True)
class TypeChanges:
    """What a scan found of one type."""

    seen: set[str] = field(default_factory=set)
    created: dict[str, Record] = field(default_factory=dict)
    updated: dict[str, Record] = field(default_factory=dict)
    """Rows that differ, or that are back after having been missing."""
    reappeared: set[str] = field(default_factory=set)
    usage: dict[str, Numbers] = field(default_factory=dict)

    reborn: set[str] = field(default_factory=set)
    """Rows that are another object by now than the one that is stored."""

    def records(self) -> list[Record]:
        """Return every record that must be written."""
        return [*self.created.values(), *self.updated.values()]


class ChangeSet:
    """What one scan changes in the stored inventory of one vCenter."""

    def __init__(self, stored: StoredInventory) -> None:
        self.stored = stored
        self.types = {type_: TypeChanges() for type_ in InventoryType}
        self.hardware: dict[str, HardwareRecord] = {}
        self.quarantined: dict[tuple[InventoryType, str], str] = {}
        self.host_hardware = HostHardwareChanges(stored.host_hardware)
        self.is_hardware_complete = False
        """Whether the hardware of every VM is read, not only of those that moved."""
        self._hardware_moved: set[str] = set()

    @property
    def objects_read(self) -> int:
        """Return how many objects the pages held so far, hardware not counted again."""
        return sum(len(changes.seen) for changes in self.types.values())

    def add(self, page: Page) -> None:
        """Compare one page."""
        known = self.stored.types[page.type]
        changes = self.types[page.type]
        usage_columns = USAGE[page.type].columns if page.type in USAGE else ()
        absent = known.missing | known.deleted
        is_vm = page.type is InventoryType.VirtualMachine
        for record in page.records:
            moid = record.moid
            changes.seen.add(moid)
            has_changed = known.hashes.get(moid) != record.hash or moid in absent
            if has_changed:
                self._add_changed(changes, record)
            if page.type is InventoryType.Host:
                self.host_hardware.see(record, has_changed=has_changed)
            if record.usage is not None and usage_columns:
                get = record.usage.get
                numbers = cast("Numbers", tuple([get(column) for column in usage_columns]))
                if known.usage.get(moid) != pack(numbers):
                    changes.usage[moid] = numbers
            if is_vm and self._has_hardware_moved(record):
                self._hardware_moved.add(moid)
        for odd in page.quarantined:
            self._quarantine(odd)

    def add_hardware(self, page: HardwarePage) -> None:
        """Compare one page of hardware."""
        for record in page.records:
            known = self.stored.hardware.get(record.moid)
            now = (record.hash, record.columns.get("change_version"))
            if known is None or (known[0], known[1][0]) != now:
                self.hardware[record.moid] = record
        for odd in page.quarantined:
            self._quarantine(odd)

    def add_host_hardware(self, page: HardwarePage) -> None:
        """Compare one page of hosts' hardware."""
        for record in page.records:
            self.host_hardware.compare(record)
        for odd in page.quarantined:
            self._quarantine(odd)

    def hardware_due(self, refresh_after: timedelta) -> list[str]:
        """Return the VMs whose hardware is to be read now: those that moved, at times all."""
        last = self.stored.hardware_as_of
        self.is_hardware_complete = last is None or last + refresh_after <= self.stored.as_of
        machines = self.types[InventoryType.VirtualMachine].seen
        if not self.is_hardware_complete:
            machines = machines & self._hardware_moved
        type_ = InventoryType.VirtualMachine
        return sorted(moid for moid in machines if (type_, moid) not in self.quarantined)

    def verdict(
        self, complete: Collection[InventoryType], proof: Proof, second_look: timedelta
    ) -> Verdict:
        """Decide what is gone, by the types that were read completely.

        What the vCenter still lists is there, though no page held it.
        """
        seen = {
            type_: self.types[type_].seen | proof.listed[type_].after
            if type_ in proof.listed
            else self.types[type_].seen
            for type_ in complete
        }
        doubt = doubt_of(self.stored.trusted_permissions(), proof)
        look = Look(self.stored.as_of, second_look, doubt)
        return decide_missing(self.stored.types, seen, look)

    def found_again(self, type_: InventoryType) -> list[str]:
        """Return what was missing and is there again, though it could not be decoded."""
        changes = self.types[type_]
        return sorted((self.stored.types[type_].missing & changes.seen) - changes.updated.keys())

    def _add_changed(self, changes: TypeChanges, record: Record) -> None:
        known = self.stored.types[record.type]
        moid = record.moid
        if moid not in known.hashes:
            changes.created[moid] = record
            return
        changes.updated[moid] = record
        if moid in known.missing or moid in known.deleted:
            changes.reappeared.add(moid)

    def _has_hardware_moved(self, record: Record) -> bool:
        known = self.stored.hardware.get(record.moid)
        if known is None or (record.type, record.moid) in self.stored.quarantined:
            return True
        if record.unknown.intersection(READ_AT):
            return False
        return read_at(record.columns) != known[1]

    def _quarantine(self, odd: Quarantined) -> None:
        self.types[odd.type].seen.add(odd.moid)  # undecodable, but there
        self.quarantined[odd.type, odd.moid] = odd.reason


def read_at(columns: Columns) -> ReadAt:
    """Return what the hardware of a VM with these columns belongs to."""
    version, count, oldest = (columns.get(column) for column in READ_AT)
    return cast("str | None", version), cast("int | None", count), cast("datetime | None", oldest)
