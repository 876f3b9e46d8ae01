"""What a sync came to, in numbers: for the run's row, the metrics and the log."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import orjson

from models.enums import InventoryType, SyncRunState
from sync_agent.writer.changes import ChangeSet
from sync_agent.writer.doubt import Doubt
from sync_agent.writer.layout import DetailKey
from sync_agent.writer.missing import Missing, Verdict


@dataclass(frozen=True, slots=True)
class TypeOutcome:
    """Rows of one type that a sync wrote, and how many objects are present after it."""

    created: int
    updated: int
    reappeared: int
    usage: int
    missing: int
    deleted: int
    reborn: int
    present: int
    suspect: int | None

    @property
    def has_changed(self) -> bool:
        """Tell whether any row was written, volatile numbers included: readers see those too."""
        return any((self.created, self.updated, self.usage, self.missing, self.deleted))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The numbers of one sync."""

    types: Mapping[InventoryType, TypeOutcome]
    details: Mapping[DetailKey, int]
    """Rows of each slower tier that were written."""
    quarantined: int
    doubt: Doubt | None = None

    @property
    def state(self) -> SyncRunState:
        """Return how the run ends: quarantined where something not found was kept."""
        return SyncRunState.SUCCEEDED if self.doubt is None else SyncRunState.QUARANTINED

    def json(self) -> str:
        """Return the numbers for the run's row; zeros are left out."""
        types = {
            type_.value: {name: number for name, number in asdict(outcome).items() if number}
            for type_, outcome in self.types.items()
        }
        details = {f"{type_} {tier}": rows for (type_, tier), rows in self.details.items() if rows}
        content = {"types": types, "details": details, "quarantined": self.quarantined}
        return orjson.dumps(content).decode()


def outcome_of(changes: ChangeSet, verdict: Verdict) -> Outcome:
    """Return the numbers of a scan that was compared and judged."""
    types = {
        type_: _of_type(changes, type_, verdict.types.get(type_, Missing()))
        for type_ in InventoryType
    }
    details = {key: found.rows_written for key, found in changes.details.items()}
    return Outcome(types, details, len(changes.quarantined), verdict.doubt)


def _of_type(changes: ChangeSet, type_: InventoryType, missing: Missing) -> TypeOutcome:
    found = changes.types[type_]
    again = len(changes.found_again(type_))
    present = (
        len(changes.stored.types[type_].present())
        + len(found.created)
        + len(found.reappeared)
        + again
        - len(missing.newly)
    )
    return TypeOutcome(
        created=len(found.created),
        updated=len(found.updated),
        reappeared=len(found.reappeared) + again,
        usage=len(found.usage),
        missing=len(missing.newly),
        deleted=len(missing.confirmed),
        reborn=len(found.reborn),
        present=present,
        suspect=missing.suspect,
    )
