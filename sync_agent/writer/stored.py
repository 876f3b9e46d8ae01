"""What is stored of one vCenter, as small as it can be kept: hashes, not rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from struct import Struct

from models.enums import HoldReason, InventoryType
from sync_agent.records import Permissions
from sync_agent.writer.layout import DETAILS, DetailKey

UNKNOWN_NUMBER = -(2**63)  # stands for null; no counter of vSphere gets there


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Evidence against one object: an earlier scan did not find it either."""

    reason: HoldReason
    since: datetime
    is_approved: bool = False
    """Whether an operator agreed that it is gone."""


@dataclass(slots=True)
class StoredType:
    """The rows of one type."""

    hashes: dict[str, bytes] = field(default_factory=dict)
    """Of every row, missing and deleted ones too."""
    missing: set[str] = field(default_factory=set)
    """Not found by the last complete scan, not yet deleted."""
    deleted: set[str] = field(default_factory=set)
    usage: dict[str, bytes] = field(default_factory=dict)
    """Volatile numbers, packed."""
    suspected: dict[str, Suspicion] = field(default_factory=dict)
    """What the last scan did not find and did not mark."""

    def present(self) -> set[str]:
        """Return the moids of rows that are neither missing nor deleted."""
        return self.hashes.keys() - self.missing - self.deleted


@dataclass(slots=True)
class StoredDetail:
    """The rows of one slower tier of a type."""

    hashes: dict[str, bytes] = field(default_factory=dict)
    read_at: dict[str, int] = field(default_factory=dict)
    """What each row was read at (`mark`)."""
    unknown: set[str] = field(default_factory=set)
    """Those that could not be read again."""
    as_of: datetime | None = None
    """When the tier was last read of every object."""


@dataclass(slots=True)
class StoredInventory:
    """One vCenter as the database knows it when a run begins."""

    as_of: datetime
    """The database's clock, read before the scan begins."""
    types: Mapping[InventoryType, StoredType]
    details: Mapping[DetailKey, StoredDetail]
    quarantined: frozenset[tuple[InventoryType, str]] = frozenset()
    permissions: Permissions | None = None
    """Of the last scan that was believed."""

    def trusted_permissions(self) -> Permissions | None:
        """Return what the account must still be allowed; None: an operator agreed to less."""
        is_agreed = any(
            suspicion.is_approved and suspicion.reason is HoldReason.PERMISSION
            for known in self.types.values()
            for suspicion in known.suspected.values()
        )
        return None if is_agreed else self.permissions

    @classmethod
    def empty(cls, as_of: datetime) -> "StoredInventory":
        """Return what is stored of a vCenter that was never scanned."""
        return cls(
            as_of,
            {type_: StoredType() for type_ in InventoryType},
            {detail.key: StoredDetail() for detail in DETAILS},
        )


def mark(values: Sequence[object]) -> int:
    """Return what tells a moved object from one that did not move, in this process.

    >>> mark(["1", 0, None]) == mark(["1", 0, None]), mark(["1", 0]) == mark(["2", 0])
    (True, False)
    """
    return hash(tuple(values))


def pack(numbers: Sequence[int | str | None]) -> bytes:
    """Return volatile values as bytes: a tuple of them takes four times the memory.

    A text counts by its first seven letters: it is a status, as "green".

    >>> pack([1, None]) == pack([1, None]), pack([1, None]) == pack([1, 0])
    (True, False)
    >>> pack([1, "green"]) == pack([1, "green"]), pack([1, "green"]) == pack([1, "gray"])
    (True, False)
    """
    packer = PACKERS.get(len(numbers)) or PACKERS.setdefault(
        len(numbers), Struct(f"{len(numbers)}q")
    )
    return packer.pack(
        *[
            UNKNOWN_NUMBER
            if number is None
            else number
            if number.__class__ is int
            else int.from_bytes(str(number).encode()[:7])
            for number in numbers
        ]
    )


PACKERS: dict[int, Struct] = {}
