"""The misbehaviours that can be switched on, per vCenter and at run time."""

from dataclasses import dataclass, field
from enum import StrEnum


class TroubleKind(StrEnum):
    """What can go wrong."""

    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - Login answers InvalidLogin
    UNAVAILABLE = "unavailable"
    """Every request is answered with 503."""
    HANG_UP = "hang_up"
    """Every request ends in a closed connection."""
    HANG = "hang"
    """Every SOAP answer, that to a login too, comes `seconds` late."""
    SLOW = "slow"
    """Each page comes `seconds` late."""
    DROP_CONNECTION = "drop_connection"
    """The connection ends in the middle of a page."""
    SESSION_EXPIRED = "session_expired"
    """The session ends before the page: NotAuthenticated."""
    SESSION_EXPIRED_MISSING = "session_expired_missing"
    """The page comes, but every property of it is in the missingSet with NotAuthenticated."""
    EMPTY = "empty"
    """Container views show nothing (`entity`: nothing of that type)."""
    UNKNOWN_TYPE = "unknown_type"
    """One object's property has an xsi:type nobody knows."""
    CONTROL_CHARACTER = "control_character"
    """One object's property holds a character XML forbids (`value` "reference": as &#x1;)."""
    TRUNCATED = "truncated"
    """A page whose XML ends too early."""
    MISSING_PROPERTY = "missing_property"
    """`path` of one or all objects cannot be read (`value`: the fault, else NoPermission)."""
    ESXI = "esxi"
    """It is an ESXi host, not a vCenter."""
    OTHER_INSTANCE_UUID = "other_instance_uuid"
    """about.instanceUuid is `value`, or one that nobody has."""
    SESSION_REPLACED = "session_replaced"
    """With the page the session is another one: same cookie, other key."""
    INSTANCE_REPLACED = "instance_replaced"
    """With the page another vCenter answers: `other_instance_uuid` from then on."""
    REFUSED_PROPERTY = "refused_property"
    """The release has no `path` of `entity`: a request for it is refused with InvalidProperty."""
    LESS_PERMISSION = "less_permission"
    """The account's role is another one, and container views leave one in 50 objects of `entity`
    (machines, unless it says otherwise) out."""
    WARMING_UP = "warming_up"
    """As after a restart: views leave out a share (`value`, else half) of hosts and machines, less
    with each of the `times` that one is looked at."""


@dataclass(slots=True)
class Trouble:
    """One misbehaviour and where it strikes; what is None restricts nothing."""

    kind: TroubleKind
    times: int | None = None
    """How often it strikes; None: until cleared."""
    page: int | None = None
    """Only on this page of a retrieval, counted from 1."""
    entity: str | None = None
    """Only in retrievals of this type."""
    moid: str | None = None
    """Only this object; None: the first one for what strikes a single object."""
    path: str | None = None
    seconds: float = 0.0
    value: str | None = None
    struck: int = 0
    """How often it struck."""

    def strikes(self, page: int | None, kinds: frozenset[str] | None) -> bool:
        """Whether this is the place."""
        if self.page is not None and page is not None and self.page != page:
            return False
        return self.entity is None or kinds is None or self.entity in kinds


@dataclass(slots=True)
class Troubles:
    """All that is switched on for one vCenter."""

    active: list[Trouble] = field(default_factory=list)

    def switch_on(self, trouble: Trouble) -> None:
        """In addition to what is on already."""
        self.active.append(trouble)

    def clear(self, kind: TroubleKind | None = None) -> None:
        """One kind, or all."""
        self.active = [each for each in self.active if kind is not None and each.kind != kind]

    def peek(
        self, kind: TroubleKind, page: int | None = None, kinds: frozenset[str] | None = None
    ) -> Trouble | None:
        """The trouble that would strike here, not counted."""
        if not self.active:
            return None
        found = (each for each in self.active if each.kind == kind and each.strikes(page, kinds))
        return next(found, None)

    def take(
        self, kind: TroubleKind, page: int | None = None, kinds: frozenset[str] | None = None
    ) -> Trouble | None:
        """The trouble that strikes here, counted; it is gone after its last time."""
        found = self.peek(kind, page, kinds)
        if found is not None:
            self.count(found)
        return found

    def count(self, trouble: Trouble) -> None:
        """It struck once."""
        trouble.struck += 1
        if trouble.times is None:
            return
        trouble.times -= 1
        if trouble.times <= 0:
            self.active = [each for each in self.active if each is not trouble]
