"""The faults a simulated vCenter plays, and how a sync under each must end: the fault matrix."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import combinations

from tests.support.fault_bench import READ_SECONDS, Ended
from vminer.simulator.trouble import TroubleKind

MACHINES = "VirtualMachine"


class Where(IntEnum):
    """Where a fault strikes: of two, the earlier one decides how the sync ends."""

    CONNECTION = 0
    IDENTITY = 1
    LOGIN = 2
    REGISTRATION = 3
    SCAN = 4
    """While pages are read, or in what they say together: either of two may be noticed first."""
    OBJECT = 5
    """It costs an object or a value, never the sync."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault."""

    name: str
    kind: TroubleKind
    says: str
    """What happens, for the reader of the table."""
    where: Where
    ends: Ended
    options: Mapping[str, object] = field(default_factory=dict)


def _retried(code: str, vcenter: str = "CONNECTED") -> Ended:
    return Ended("QUEUED", code, vcenter)


def _stopped(code: str, vcenter: str) -> Ended:
    return Ended("FAILED", code, vcenter)


def _quarantined(code: str) -> Ended:
    return Ended("QUARANTINED", code, "CONNECTED")


SUCCEEDED = Ended("SUCCEEDED", None, "CONNECTED")
AWAY = _retried("VCENTER_UNREACHABLE", "UNREACHABLE")
SLOW = _retried("VCENTER_TIMEOUT", "UNREACHABLE")

FAULTS = (
    Fault(
        "unavailable",
        TroubleKind.UNAVAILABLE,
        "answers everything with HTTP 503",
        Where.CONNECTION,
        AWAY,
    ),
    Fault(
        "hang",
        TroubleKind.HANG,
        "answers nothing in time, not even a login",
        Where.CONNECTION,
        SLOW,
        {"seconds": 4 * READ_SECONDS},
    ),
    Fault("hang_up", TroubleKind.HANG_UP, "closes every connection", Where.CONNECTION, AWAY),
    Fault(
        "esxi",
        TroubleKind.ESXI,
        "is an ESXi host",
        Where.IDENTITY,
        _stopped("NOT_A_VCENTER", "CHANGED"),
    ),
    Fault(
        "wrong_password",
        TroubleKind.WRONG_PASSWORD,
        "refuses the password",
        Where.LOGIN,
        _stopped("INVALID_CREDENTIALS", "CREDENTIALS"),
    ),
    Fault(
        "other_instance_uuid",
        TroubleKind.OTHER_INSTANCE_UUID,
        "is another vCenter",
        Where.REGISTRATION,
        _stopped("VCENTER_CHANGED", "CHANGED"),
    ),
    Fault(
        "stuck",
        TroubleKind.SLOW,
        "does not go on with a page of machines",
        Where.SCAN,
        SLOW,
        {"seconds": 4 * READ_SECONDS, "entity": MACHINES},
    ),
    Fault(
        "drop_connection",
        TroubleKind.DROP_CONNECTION,
        "cuts the connection in mid page",
        Where.SCAN,
        AWAY,
        {"entity": MACHINES},
    ),
    Fault(
        "truncated",
        TroubleKind.TRUNCATED,
        "ends a page's XML too early",
        Where.SCAN,
        _retried("SCAN_INCOMPLETE"),
        {"entity": MACHINES},
    ),
    Fault(
        "session_expired",
        TroubleKind.SESSION_EXPIRED,
        "ends every session in mid scan",
        Where.SCAN,
        _retried("SESSION_EXPIRED"),
        {"entity": MACHINES},
    ),
    Fault(
        "session_expired_missing",
        TroubleKind.SESSION_EXPIRED_MISSING,
        "ends every session and says so only of the properties",
        Where.SCAN,
        _retried("SESSION_EXPIRED"),
        {"entity": "HostSystem"},
    ),
    Fault(
        "session_replaced",
        TroubleKind.SESSION_REPLACED,
        "has another session in mid scan, unasked",
        Where.SCAN,
        _retried("SESSION_EXPIRED"),
        {"entity": MACHINES},
    ),
    Fault(
        "instance_replaced",
        TroubleKind.INSTANCE_REPLACED,
        "is another vCenter from mid scan on",
        Where.SCAN,
        _stopped("VCENTER_CHANGED", "CHANGED"),
        {"entity": MACHINES},
    ),
    Fault(
        "empty",
        TroubleKind.EMPTY,
        "shows an empty inventory",
        Where.SCAN,
        _quarantined("SUSPECT_PERMISSION"),
    ),
    Fault(
        "empty_of_machines",
        TroubleKind.EMPTY,
        "shows no machine",
        Where.SCAN,
        _quarantined("SUSPECT_SHRUNK"),
        {"entity": MACHINES},
    ),
    Fault(
        "less_permission",
        TroubleKind.LESS_PERMISSION,
        "hides one machine, the account has another role",
        Where.SCAN,
        _quarantined("SUSPECT_PERMISSION"),
    ),
    Fault(
        "warming_up",
        TroubleKind.WARMING_UP,
        "finds its hosts and machines again one by one after a restart",
        Where.SCAN,
        _quarantined("SUSPECT_UNSETTLED"),
        {"times": 24},
    ),
    Fault(
        "session_expired_once",
        TroubleKind.SESSION_EXPIRED,
        "ends one session in mid scan",
        Where.OBJECT,
        SUCCEEDED,
        {"times": 1, "entity": "HostSystem"},
    ),
    Fault(
        "slow",
        TroubleKind.SLOW,
        "takes its time for a page, within the time-out",
        Where.OBJECT,
        SUCCEEDED,
        {"seconds": READ_SECONDS / 30, "entity": "HostSystem"},
    ),
    Fault(
        "unknown_type",
        TroubleKind.UNKNOWN_TYPE,
        "has a device of a type nobody knows",
        Where.OBJECT,
        SUCCEEDED,
    ),
    Fault(
        "control_character",
        TroubleKind.CONTROL_CHARACTER,
        "has a character in a note that XML forbids",
        Where.OBJECT,
        SUCCEEDED,
    ),
    Fault(
        "missing_property",
        TroubleKind.MISSING_PROPERTY,
        "may not tell a property of all machines",
        Where.OBJECT,
        SUCCEEDED,
        {"path": "guest", "entity": MACHINES},
    ),
    Fault(
        "unreadable",
        TroubleKind.MISSING_PROPERTY,
        "may not tell anything of any host",
        Where.OBJECT,
        SUCCEEDED,
        {"entity": "HostSystem"},
    ),
)
PAIRS = tuple(combinations(FAULTS, 2))


def allowed(*faults: Fault) -> set[Ended]:
    """Return how a sync under these faults may end."""
    first = min(fault.where for fault in faults)
    return {fault.ends for fault in faults if fault.where is first}
