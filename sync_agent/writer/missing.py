"""What a scan did not find: missing at first, deleted when a later scan confirms it.

Only types that were read completely come here. A scan that lost more than can be believed, or that
is in doubt for another reason, marks nothing that rests on it alone: what it did not find becomes
evidence, of every type, since what makes hosts vanish (a role taken away, a restored vCenter) makes
other things vanish too.

    not found ─┬─ believable ─────────────────────────────────► missing ──► deleted
               └─ not ──► evidence ─┬─ not found again, a second look later ─► missing ──► …
                                    ├─ an operator agrees, not found again ──► missing ──► …
                                    └─ found ────────────────────────────────► forgotten
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.enums import HoldReason, InventoryType
from sync_agent.writer.doubt import Doubt
from sync_agent.writer.stored import StoredType, Suspicion

ALWAYS_ALLOWED = 20
ALLOWED_SHARE = 0.05
FEW = (InventoryType.Datacenter, InventoryType.Host)
ALLOWED_SHARE_OF_FEW = 0.3
"""Kinds of which no vCenter has so many that 20 would be few."""


@dataclass(frozen=True, slots=True)
class Look:
    """One complete scan as a witness."""

    at: datetime
    """When it began."""
    patience: timedelta
    """How much later a second look must be to confirm a first."""
    doubt: Doubt | None = None
    """Why nothing that it did not find may rest on it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What is to be marked of one type."""

    newly: frozenset[str] = frozenset()
    """Get `missing_since`."""
    confirmed: frozenset[str] = frozenset()
    """Were missing already: get `deleted_at`."""
    held: frozenset[str] = frozenset()
    """Were not found and stay as they are: the evidence for a later look."""

    @property
    def suspect(self) -> int | None:
        """How many objects were held back; None: none."""
        return len(self.held) or None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one scan may conclude."""

    types: Mapping[InventoryType, Missing]
    doubt: Doubt | None = None
    """Why something was held back; None: nothing was."""


def is_suspect(type_: InventoryType, *, present: int, gone: int, seen: int) -> bool:
    """Tell whether a type shrank more than can be believed.

    >>> vm, host = InventoryType.VirtualMachine, InventoryType.Host
    >>> [is_suspect(vm, present=1000, gone=gone, seen=1000 - gone) for gone in (50, 51)]
    [False, True]
    >>> is_suspect(vm, present=100, gone=20, seen=80), is_suspect(vm, present=1, gone=1, seen=0)
    (False, True)
    >>> [is_suspect(host, present=10, gone=gone, seen=10 - gone) for gone in (3, 4)]
    [False, True]
    """
    if type_ in FEW and gone > present * ALLOWED_SHARE_OF_FEW:
        return True
    return gone > max(ALWAYS_ALLOWED, present * ALLOWED_SHARE) or (present > 0 and seen == 0)


def decide_missing(
    stored: Mapping[InventoryType, StoredType],
    seen: Mapping[InventoryType, Set[str]],
    look: Look,
) -> Verdict:
    """Decide for each type in `seen` (all read completely) what is missing and what is deleted."""
    absent = {type_: _absent(stored[type_], moids) for type_, moids in seen.items()}
    shrunk = {
        type_: len(gone)
        for type_ in seen
        if (gone := absent[type_] - stored[type_].missing)
        and is_suspect(
            type_,
            present=len(stored[type_].present()),
            gone=len(gone),
            seen=len(seen[type_]),
        )
    }
    doubt = look.doubt or (_shrink(shrunk, stored) if shrunk else None)
    decided = {
        type_: _released(stored[type_], moids, look, doubt) for type_, moids in absent.items()
    }
    is_held = any(missing.held for missing in decided.values())
    return Verdict(decided, doubt if is_held else None)


def is_proven(suspicion: Suspicion | None, look: Look) -> bool:
    """Tell whether evidence and this look together prove that an object is gone."""
    if suspicion is None:
        return False
    if suspicion.is_approved:
        return True
    both_are_sound = suspicion.reason is HoldReason.SHRUNK and look.doubt is None
    return both_are_sound and look.at - suspicion.since >= look.patience


def _absent(stored: StoredType, seen: Set[str]) -> frozenset[str]:
    return frozenset(stored.hashes.keys() - stored.deleted - seen)


def _released(
    stored: StoredType, absent: frozenset[str], look: Look, doubt: Doubt | None
) -> Missing:
    proven = absent
    if doubt is not None:
        proven = frozenset(m for m in absent if is_proven(stored.suspected.get(m), look))
    return Missing(
        newly=proven - stored.missing,
        confirmed=proven & stored.missing,
        held=absent - proven,
    )


def _shrink(
    shrunk: Mapping[InventoryType, int], stored: Mapping[InventoryType, StoredType]
) -> Doubt:
    lost = ", ".join(
        f"{gone} of {len(stored[type_].present())} objects of type {type_.value}"
        for type_, gone in shrunk.items()
    )
    return Doubt(
        HoldReason.SHRUNK,
        f"The scan did not find {lost}. They are kept until a second look agrees, or until"
        " `vminer vcenter approve` does.",
    )
