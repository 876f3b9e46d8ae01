"""The comparison: pages of a scan go in, only what differs from the stored inventory is kept.

Pure, and lean in memory: of an unchanged object nothing stays but its moid, and the records of many
changed ones are packed.
"""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from models.enums import InventoryType
from sync_agent.records import (
    Columns,
    DetailPage,
    DetailRecord,
    Page,
    Proof,
    Quarantined,
    Record,
)
from sync_agent.writer.doubt import doubt_of
from sync_agent.writer.layout import DETAILS, USAGE, Detail, DetailKey
from sync_agent.writer.missing import Look, Verdict, decide_missing
from sync_agent.writer.packed import Packed
from sync_agent.writer.stored import StoredInventory, mark, pack

Numbers = tuple[int | str | None, ...]


@dataclass(slots=True)
class TypeChanges:
    """What a scan found of one type."""

    seen: set[str] = field(default_factory=set)
    created: Packed[Record] = field(default_factory=Packed)
    updated: Packed[Record] = field(default_factory=Packed)
    """Rows that differ, or that are back after having been missing."""
    reappeared: set[str] = field(default_factory=set)
    usage: Packed[Numbers] = field(default_factory=Packed)
    reborn: set[str] = field(default_factory=set)
    """Rows that are another object by now than the one that is stored."""
    has_unknown: bool = False
    """Whether a record leaves columns as they are stored."""

    @property
    def is_written(self) -> bool:
        """Whether any record must be written."""
        return bool(self.created or self.updated)

    async def records(self) -> AsyncIterator[Record]:
        """Yield every record that must be written."""
        for kept in (self.created, self.updated):
            async for record in kept.values():
                yield record


@dataclass(slots=True)
class DetailChanges:
    """What a scan found of one slower tier of a type."""

    records: Packed[DetailRecord] = field(default_factory=Packed)
    """Rows that differ."""
    moved: set[str] = field(default_factory=set)
    """Objects to be read without waiting for the tier's interval."""
    is_complete: bool = False
    """Whether every object is read, not only those that moved."""
    unread: set[str] = field(default_factory=set)
    """Rows that were due and have not come: out of reach, withheld or odd for the first time."""
    again: set[str] = field(default_factory=set)
    """Rows that came as they are stored, after having been unread."""

    @property
    def rows_written(self) -> int:
        """Return how many rows the merge writes."""
        return len(self.records) + len(self.unread) + len(self.again)


class ChangeSet:
    """What one scan changes in the stored inventory of one vCenter."""

    def __init__(self, stored: StoredInventory) -> None:
        self.stored = stored
        self.types = {type_: TypeChanges() for type_ in InventoryType}
        self.details = {detail.key: DetailChanges() for detail in DETAILS}
        self.quarantined: dict[tuple[InventoryType, str], str] = {}

    @property
    def objects_read(self) -> int:
        """Return how many objects the pages held so far, slower tiers not counted again."""
        return sum(len(changes.seen) for changes in self.types.values())

    def add(self, page: Page) -> None:
        """Compare one page."""
        known = self.stored.types[page.type]
        changes = self.types[page.type]
        usage_columns = USAGE[page.type].columns if page.type in USAGE else ()
        absent = known.missing | known.deleted
        details = [detail for detail in DETAILS if detail.type is page.type]
        for record in page.records:
            moid = record.moid
            changes.seen.add(moid)
            is_changed = known.hashes.get(moid) != record.hash or moid in absent
            if is_changed:
                self._add_changed(changes, record)
            if record.usage is not None and usage_columns:
                get = record.usage.get
                numbers = cast("Numbers", tuple([get(column) for column in usage_columns]))
                if known.usage.get(moid) != pack(numbers):
                    changes.usage[moid] = numbers
            for detail in details:
                if self._has_moved(detail, record, is_changed=is_changed):
                    self.details[detail.key].moved.add(moid)
        for odd in page.quarantined:
            self._quarantine(odd)

    def add_details(self, key: DetailKey, page: DetailPage) -> None:
        """Compare one page of a slower tier."""
        stored, found = self.stored.details[key], self.details[key]
        for record in page.records:
            found.unread.discard(record.moid)
            if stored.hashes.get(record.moid) != record.hash:
                found.records[record.moid] = record
            elif record.moid in stored.unknown:
                found.again.add(record.moid)
        for odd in page.quarantined:
            self._quarantine(odd)

    def due(self, key: DetailKey, refresh_after: timedelta) -> list[str]:
        """Return the objects of which a slower tier is read now: those that moved, at times all.

        What is stored of them is out of date until `add_details` is given what was read.
        """
        (type_, _), stored, found = key, self.stored.details[key], self.details[key]
        last = stored.as_of
        found.is_complete = last is None or last + refresh_after <= self.stored.as_of
        seen = self.types[type_].seen
        wanted = seen if found.is_complete else seen & found.moved
        found.unread = (wanted & stored.hashes.keys()) - stored.unknown
        return sorted(moid for moid in wanted if (type_, moid) not in self.quarantined)

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
        return sorted((self.stored.types[type_].missing & changes.seen) - changes.updated.moids())

    def _add_changed(self, changes: TypeChanges, record: Record) -> None:
        known = self.stored.types[record.type]
        moid = record.moid
        changes.has_unknown |= bool(record.unknown or record.unseen)
        if moid not in known.hashes:
            changes.created[moid] = record
            return
        changes.updated[moid] = record
        if moid in known.missing or moid in known.deleted:
            changes.reappeared.add(moid)

    def _has_moved(self, detail: Detail, record: Record, *, is_changed: bool) -> bool:
        stored = self.stored.details[detail.key]
        known = stored.read_at.get(record.moid)
        if known is None or (record.type, record.moid) in self.stored.quarantined:
            return True
        if not record.unknown.isdisjoint(detail.read_at):
            return False
        if is_changed and not record.unknown and record.moid in stored.unknown:
            return True  # as when it is in reach again
        return read_at(detail, record.columns) != known

    def _quarantine(self, odd: Quarantined) -> None:
        self.types[odd.type].seen.add(odd.moid)  # undecodable, but there
        self.quarantined[odd.type, odd.moid] = odd.reason


def read_at(detail: Detail, columns: Columns) -> int:
    """Return what a slower tier of an object with these columns belongs to."""
    return mark([columns.get(column) for column in detail.read_at])
