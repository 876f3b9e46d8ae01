"""Every error vMiner raises on purpose, each with a stable code that clients may rely on.

VMinerError
├── InputError            the caller can mend it
│   ├── InvalidArgumentError, InvalidCursorError, InvalidIdError, PageSizeError
│   ├── AmbiguousError, AnswerTooLargeError
│   ├── InvalidRepresentationError
│   ├── ForeignCursorError, ExpiredCursorError
│   ├── NotFoundError, AlreadyRegisteredError, VCenterPausedError
│   ├── FileNotWrittenError
│   └── SettingsError
├── UnavailableError      worth trying again later
│   ├── DatabaseUnavailableError, NoHealthyReplicaError, ReplicaLostError, ReplicaBusyError,
│   ├── StatementTimeoutError, NotThereYetError
│   ├── QueueUnavailableError, VCenterBusyError
│   └── StackError        the embedded stack could not start
└── VCenterError          what one vCenter did to us; `retryable` says whether waiting may help
    ├── VCenterUnreachableError, VCenterTimeoutError, VCenterFaultError, SessionExpiredError
    ├── ScanIncompleteError, LeaseLostError
    └── InvalidCredentialsError, PermissionDeniedError, CertificateError, NotAVCenterError,
        VCenterChangedError, AddressNotAllowedError
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class VMinerError(Exception):
    """Something went wrong in a way vMiner knows."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())

    @property
    def details(self) -> Mapping[str, Any]:
        """What a program can make use of beside the code."""
        return {}

    @property
    def message(self) -> str:
        """One sentence for a person: what is wrong and, where known, what to do."""
        return str(self)


class InputError(VMinerError):
    """The request cannot be carried out as it is."""

    code = "BAD_INPUT"


class InvalidArgumentError(InputError):
    """An argument has a value that cannot be used."""

    code = "INVALID_ARGUMENT"


class InvalidCursorError(InputError):
    """The cursor was not issued for this list."""

    code = "INVALID_CURSOR"


class ForeignCursorError(InputError):
    """The cursor was issued by another database; read the inventory anew, then follow its feed."""

    code = "CURSOR_OF_ANOTHER_DATABASE"


class ExpiredCursorError(InputError):
    """Changes behind the cursor are purged; read the inventory anew, then follow latestCursor."""

    code = "CURSOR_EXPIRED"


class InvalidIdError(InputError):
    """The value is not an ID issued by this server."""

    code = "INVALID_ID"


class InvalidRepresentationError(InputError):
    """A representation is an object with the __typename of an entity and its id."""

    code = "INVALID_REPRESENTATION"


class AmbiguousError(InputError):
    """Several objects are meant; the error lists them."""

    code = "AMBIGUOUS"

    def __init__(
        self, message: str | None = None, *, candidates: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        super().__init__(message)
        self.candidates = candidates

    @property
    def details(self) -> Mapping[str, Any]:
        """The objects that may be meant."""
        return {"candidates": self.candidates}


class AnswerTooLargeError(InputError):
    """The answer would have more objects than one request may ask for."""

    code = "ANSWER_TOO_LARGE"


class PageSizeError(InputError):
    """The page size is outside the allowed range."""

    code = "PAGE_SIZE"


class OrderNeedsVCenterError(InputError):
    """No index gives this order over the whole estate; ask for it inside of given vCenters."""

    code = "ORDER_NEEDS_VCENTER"


class NotFoundError(InputError):
    """No such object is registered here."""

    code = "NOT_FOUND"


class AlreadyRegisteredError(InputError):
    """This vCenter is registered already."""

    code = "ALREADY_REGISTERED"


class VCenterPausedError(InputError):
    """This vCenter is paused; resume it first."""

    code = "VCENTER_PAUSED"


class SettingsError(InputError):
    """A setting is missing or cannot be used."""

    code = "SETTINGS"


class FileNotWrittenError(InputError):
    """A file could not be written; nothing is left of it."""

    code = "FILE_NOT_WRITTEN"


class UnavailableError(VMinerError):
    """A service that vMiner needs is away; try again later."""

    code = "UNAVAILABLE"


class DatabaseUnavailableError(UnavailableError):
    """The PostgreSQL primary cannot be reached."""

    code = "DATABASE_UNAVAILABLE"


class NoHealthyReplicaError(UnavailableError):
    """No read replica is accepting connections, and the primary may take no more reads."""

    code = "NO_HEALTHY_REPLICA"


class ReplicaLostError(UnavailableError):
    """The replica went away in the middle of the request."""

    code = "REPLICA_LOST"


class ReplicaBusyError(ReplicaLostError):
    """Every connection for reading was in use for too long; try again later."""

    code = "REPLICA_BUSY"


class StatementTimeoutError(UnavailableError):
    """The database took longer over a read than it may."""

    code = "STATEMENT_TIMEOUT"


class NotThereYetError(UnavailableError):
    """No server that may be read has what the request waits for; try again once the sync ended."""

    code = "EPOCH_NOT_REACHED"


class QueueUnavailableError(UnavailableError):
    """RabbitMQ cannot be reached; the request is recorded and will be published later."""

    code = "QUEUE_UNAVAILABLE"


class VCenterBusyError(UnavailableError):
    """An agent is syncing this vCenter; pause it, wait until its run has ended, and try again."""

    code = "VCENTER_BUSY"


class StackError(UnavailableError):
    """The embedded stack could not start."""

    code = "STACK"


class VCenterError(VMinerError):
    """A vCenter could not be read."""

    code = "VCENTER"
    retryable: ClassVar[bool] = True


class VCenterUnreachableError(VCenterError):
    """The vCenter cannot be reached over the network."""

    code = "VCENTER_UNREACHABLE"


class VCenterTimeoutError(VCenterError):
    """The vCenter did not answer in time."""

    code = "VCENTER_TIMEOUT"


class VCenterFaultError(VCenterError):
    """The vCenter answered with a fault."""

    code = "VCENTER_FAULT"


class SessionExpiredError(VCenterError):
    """The vCenter session expired in the middle of the scan; the scan is thrown away."""

    code = "SESSION_EXPIRED"


class ScanIncompleteError(VCenterError):
    """The scan did not read everything, so it may not decide what is gone."""

    code = "SCAN_INCOMPLETE"


class LeaseLostError(VCenterError):
    """Another agent holds this vCenter now; this one wrote nothing."""

    code = "LEASE_LOST"


class InvalidCredentialsError(VCenterError):
    """The vCenter refused the user name or password; not tried again, lest the account lock."""

    code = "INVALID_CREDENTIALS"
    retryable = False


class PermissionDeniedError(VCenterError):
    """The vCenter account lacks a privilege that reading needs (System.View, System.Read)."""

    code = "PERMISSION_DENIED"
    retryable = False


class CertificateError(VCenterError):
    """The vCenter's certificate is not trusted."""

    code = "CERTIFICATE_UNTRUSTED"
    retryable = False


class NotAVCenterError(VCenterError):
    """The server at this address is not a vCenter Server."""

    code = "NOT_A_VCENTER"
    retryable = False


class VCenterChangedError(VCenterError):
    """Another vCenter answers here; `vminer vcenter accept-identity` accepts it as this one."""

    code = "VCENTER_CHANGED"
    retryable = False


class AddressNotAllowedError(VCenterError):
    """The address is not one that agents may connect to."""

    code = "ADDRESS_NOT_ALLOWED"
    retryable = False
