"""What a scan did not find: missing at first, deleted when a later scan confirms it.

Only types that were read completely come here. The shrink guard stops a scan that lost too much:
then nothing of the whole scan is marked, since what makes hosts vanish (a role taken away, a
restored vCenter) makes other things vanish too.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from models.enums import InventoryType
from sync_agent.writer.stored import StoredType

ALWAYS_ALLOWED = 20
ALLOWED_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Missing:
    """What is to be marked of one type."""

    newly: frozenset[str] = frozenset()
    """Get `missing_since`."""
    confirmed: frozenset[str] = frozenset()
    """Were missing already: get `deleted_at`."""
    suspect: int | None = None
    """How many the scan lost where that is more than can be believed; they stay as they are."""


def is_suspect(*, present: int, gone: int, seen: int) -> bool:
    """Tell whether a type shrank more than can be believed.

    >>> is_suspect(present=1000, gone=50, seen=950), is_suspect(present=1000, gone=51, seen=949)
    (False, True)
    >>> is_suspect(present=100, gone=20, seen=80), is_suspect(present=1, gone=1, seen=0)
    (False, True)
    """
    return gone > max(ALWAYS_ALLOWED, present * ALLOWED_SHARE) or (present > 0 and seen == 0)


def decide_missing(
    stored: Mapping[InventoryType, StoredType], seen: Mapping[InventoryType, Set[str]]
) -> dict[InventoryType, Missing]:
    """Decide for each type in `seen` (all read completely) what is missing and what is deleted."""
    decided = {type_: _decide(stored[type_], moids) for type_, moids in seen.items()}
    if any(missing.suspect is not None for missing in decided.values()):
        return {type_: Missing(suspect=missing.suspect) for type_, missing in decided.items()}
    return decided


def _decide(stored: StoredType, seen: Set[str]) -> Missing:
    present = stored.present()
    newly = present - seen
    if is_suspect(present=len(present), gone=len(newly), seen=len(seen)):
        return Missing(suspect=len(newly))
    return Missing(newly=frozenset(newly), confirmed=frozenset(stored.missing - seen))
