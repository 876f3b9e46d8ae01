"""What travels from the collector to the writer: plain frozen records, keyed by table columns.

The collector fills them and knows no table beyond its column names; the writer compares and stores
them and knows no vSphere. The runner carries them from one to the other, page by page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from models.enums import IdentifierKind, InventoryType, Tier

Columns = Mapping[str, object]
Ends = Mapping[str, Columns]
"""Moids at the other ends of edges, each with what its edge holds beside (mostly nothing)."""
Definitions = Sequence[Columns]
"""The custom attributes that a vCenter knows, in order of their keys."""
Permissions = Mapping[str, tuple[int, ...]]
"""The account's roles (`effectiveRole`) on the root folder and each datacenter, by moid."""


@dataclass(frozen=True, slots=True)
class About:
    """What a vCenter says of itself (ServiceContent.about)."""

    instance_uuid: UUID
    version: str
    build: str
    api_version: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Record:
    """One inventory object as one scan read it (LIGHT tier).

    `columns` holds every collected column of the object's table; a column the vCenter could not
    tell (missingSet, disconnected) is left out and named in `unknown`: it keeps its last value.
    """

    type: InventoryType
    moid: str
    columns: Columns
    hash: bytes
    unknown: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    """Left out too, for another reason: where the object lies was not seen. Keeps its value."""
    usage: Columns | None = None
    """Columns of the narrow table of volatile numbers; None: the type has none or it is unknown."""
    edges: Mapping[InventoryType, Ends] = field(default_factory=dict)
    """What it is tied to, by kind; a kind without edges or unknown is left out."""
    identifiers: Mapping[IdentifierKind, tuple[str, ...]] = field(default_factory=dict)
    """For each kind listed, all the values the object carries now; kinds not listed are kept."""
    partly: frozenset[IdentifierKind] = frozenset()
    """Kinds of which it may carry more than was read: values are added, and none is removed."""


@dataclass(frozen=True, slots=True)
class DetailRecord:
    """What a slower tier reads of one object: a VM's devices (HEAVY), its guest (GUEST)."""

    moid: str
    columns: Columns
    hash: bytes
    identifiers: Mapping[IdentifierKind, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    """Parts that could not be decoded and are left out, each with its reason."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An object that is there but could not be decoded; its stored row stays as it is.

    Or one of which a part could not be decoded: the rest of it is stored.
    """

    type: InventoryType
    moid: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What the vCenter itself listed of one type: a count before the scan, the moids after it."""

    before: int
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found out at the end of a scan about how far its silence can be believed."""

    permissions: Permissions | None = None
    """None: this vCenter does not tell."""
    listed: Mapping[InventoryType, Listing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """A property that could not be read of some objects of a kind, and vSphere's fault for it."""

    type: InventoryType
    tier: Tier
    path: str
    fault: str


@dataclass(frozen=True, slots=True)
class Page:
    """What one reply of the vCenter held."""

    type: InventoryType
    records: tuple[Record, ...]
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(frozen=True, slots=True)
class DetailPage:
    """What one reply about a slower tier held."""

    records: tuple[DetailRecord, ...]
    quarantined: tuple[Quarantined, ...] = ()
