"""What is stored of one vCenter, as small as it can be kept: hashes, not rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from struct import Struct

from models.enums import HoldReason, InventoryType
from sync_agent.records import Permissions
from sync_agent.writer.host_hardware import StoredHostHardware

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


ReadAt = tuple[str | None, int | None, datetime | None]
"""changeVersion, count of snapshots, oldest snapshot: what moves when hardware must be read."""


@dataclass(slots=True)
class StoredInventory:
    """One vCenter as the database knows it when a run begins."""

    as_of: datetime
    """The database's clock, read before the scan begins."""
    types: Mapping[InventoryType, StoredType]
    hardware: dict[str, tuple[bytes, ReadAt]] = field(default_factory=dict)
    """Hash of each VM's hardware and what it was read at."""
    quarantined: frozenset[tuple[InventoryType, str]] = frozenset()
    hardware_as_of: datetime | None = None
    """When all hardware was last read."""
    host_hardware: StoredHostHardware = field(default_factory=StoredHostHardware)
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
        return cls(as_of, {type_: StoredType() for type_ in InventoryType})


def pack(numbers: Sequence[int | None]) -> bytes:
    """Return volatile numbers as bytes: a tuple of them takes four times the memory.

    >>> pack([1, None]) == pack([1, None]), pack([1, None]) == pack([1, 0])
    (True, False)
    """
    packer = PACKERS.get(len(numbers)) or PACKERS.setdefault(
        len(numbers), Struct(f"{len(numbers)}q")
    )
    return packer.pack(*[UNKNOWN_NUMBER if number is None else number for number in numbers])


PACKERS: dict[int, Struct] = {}
