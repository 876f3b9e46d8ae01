"""What to do after a failure: one pure decision.

Transient failures come again after a growing pause with full jitter. What only an operator can mend
stops that vCenter with a clear state, lest its account lock or another vCenter be read as this one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from models.commands.sync_run import Failure
from models.enums import SyncRunState, VCenterState
from runtime.errors import (
    AddressNotAllowedError,
    CertificateError,
    InvalidCredentialsError,
    LeaseLostError,
    NotAVCenterError,
    PermissionDeniedError,
    SettingsError,
    VCenterChangedError,
    VCenterError,
    VCenterTimeoutError,
    VCenterUnreachableError,
    VMinerError,
)

STOPS: dict[type[Exception], VCenterState] = {
    InvalidCredentialsError: VCenterState.CREDENTIALS,
    SettingsError: VCenterState.CREDENTIALS,  # the sealed password does not open
    PermissionDeniedError: VCenterState.PERMISSION,
    CertificateError: VCenterState.CERTIFICATE,
    AddressNotAllowedError: VCenterState.ADDRESS,
    NotAVCenterError: VCenterState.CHANGED,
    VCenterChangedError: VCenterState.CHANGED,
}
AWAY = (VCenterUnreachableError, VCenterTimeoutError)


@dataclass(frozen=True, slots=True)
class Policy:
    """How often and how patiently a run is tried again."""

    max_attempts: int
    base_seconds: float
    max_seconds: float


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after a pause."""

    seconds: float
    failure: Failure


@dataclass(frozen=True, slots=True)
class GiveUp:
    """End the run."""

    state: SyncRunState
    failure: Failure


@dataclass(frozen=True, slots=True)
class Abandon:
    """Write nothing: the run is somebody else's now."""


Decision = Retry | GiveUp | Abandon


def decide(
    error: Exception, *, attempt: int, policy: Policy, random: Callable[[], float]
) -> Decision:
    """Decide what becomes of a run whose `attempt`th start failed; `random` is in [0, 1)."""
    if isinstance(error, LeaseLostError):
        return Abandon()
    stop = STOPS.get(type(error))
    if stop is not None:
        return GiveUp(SyncRunState.FAILED, _failure(error, stop))
    if attempt >= policy.max_attempts:
        return GiveUp(SyncRunState.DEAD, _failure(error, VCenterState.UNREACHABLE))
    longest = min(policy.max_seconds, policy.base_seconds * 2 ** (attempt - 1))
    state = VCenterState.UNREACHABLE if isinstance(error, AWAY) else None
    return Retry(random() * longest, _failure(error, state))


def _failure(error: Exception, state: VCenterState | None) -> Failure:
    if isinstance(error, VMinerError):
        is_counted = isinstance(error, VCenterError) and error.retryable
        return Failure(error.code, error.message, state, is_counted)
    message = f"An unexpected {type(error).__name__} ended the sync; the agent's log has its trace."
    return Failure(VMinerError.code, message, state, is_counted=True)
