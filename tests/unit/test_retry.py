"""What becomes of a run that failed."""

import pytest

from models.enums import SyncRunState, VCenterState
from runtime.errors import (
    CertificateError,
    DatabaseUnavailableError,
    InvalidCredentialsError,
    LeaseLostError,
    NotAVCenterError,
    PermissionDeniedError,
    ScanIncompleteError,
    SessionExpiredError,
    SettingsError,
    VCenterChangedError,
    VCenterError,
    VCenterFaultError,
    VCenterTimeoutError,
    VCenterUnreachableError,
)
from sync_agent.retry import Abandon, GiveUp, Policy, Retry, decide

POLICY = Policy(max_attempts=5, base_seconds=5, max_seconds=60)
TRANSIENT = [
    DatabaseUnavailableError,
    ScanIncompleteError,
    SessionExpiredError,
    VCenterFaultError,
    VCenterTimeoutError,
    VCenterUnreachableError,
    RuntimeError,
]


def after(error: Exception, *, attempt: int = 1, random: float = 0.5):
    return decide(error, attempt=attempt, policy=POLICY, random=lambda: random)


@pytest.mark.parametrize("error", TRANSIENT)
def test_what_may_pass_is_tried_again(error):
    assert isinstance(after(error("why")), Retry)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (InvalidCredentialsError, VCenterState.CREDENTIALS),
        (SettingsError, VCenterState.CREDENTIALS),
        (PermissionDeniedError, VCenterState.PERMISSION),
        (CertificateError, VCenterState.CERTIFICATE),
        (NotAVCenterError, VCenterState.CHANGED),
        (VCenterChangedError, VCenterState.CHANGED),
    ],
)
def test_what_only_an_operator_can_mend_stops_the_vcenter_at_once(error, state):
    decision = after(error("because"))

    assert isinstance(decision, GiveUp)
    assert decision.state is SyncRunState.FAILED
    assert (decision.failure.vcenter_state, decision.failure.message) == (state, "because")


def test_every_error_that_is_not_retryable_stops_the_vcenter():
    leaves = [error for error in VCenterError.__subclasses__() if not error.retryable]

    assert leaves
    assert all(isinstance(after(error()), GiveUp) for error in leaves)


def test_pauses_grow_to_the_limit_and_are_jittered_over_their_whole_length():
    longest = [after(VCenterFaultError(), attempt=n, random=1).seconds for n in (1, 2, 3, 4)]

    assert longest == [5, 10, 20, 40]
    assert after(VCenterFaultError(), attempt=3, random=0).seconds == 0
    patient = Policy(max_attempts=99, base_seconds=5, max_seconds=60)
    last = decide(VCenterFaultError(), attempt=90, policy=patient, random=lambda: 1)
    assert isinstance(last, Retry)
    assert last.seconds == 60


@pytest.mark.parametrize("error", TRANSIENT)
def test_after_the_last_attempt_the_run_is_dead(error):
    decision = after(error("why"), attempt=5)

    assert isinstance(decision, GiveUp)
    assert decision.state is SyncRunState.DEAD


def test_a_lost_lease_writes_nothing():
    assert after(LeaseLostError()) == Abandon()


@pytest.mark.parametrize("error", [VCenterUnreachableError, VCenterTimeoutError])
def test_a_vcenter_that_is_away_is_shown_as_unreachable_at_once(error):
    decision = after(error())

    assert isinstance(decision, Retry)
    assert decision.failure.vcenter_state is VCenterState.UNREACHABLE


def test_trouble_of_our_own_says_nothing_about_the_vcenter():
    decision = after(DatabaseUnavailableError())

    assert isinstance(decision, Retry)
    assert decision.failure.vcenter_state is None


def test_the_circuit_counts_what_the_vcenter_did_and_what_we_do_not_understand():
    counted = {error for error in TRANSIENT if after(error("why")).failure.is_counted}

    assert counted == {*TRANSIENT} - {DatabaseUnavailableError}
    assert not after(InvalidCredentialsError()).failure.is_counted


def test_an_unforeseen_error_shows_its_kind_but_not_its_text():
    decision = after(RuntimeError("password=hunter2"))

    assert isinstance(decision, Retry)
    assert decision.failure.code == "INTERNAL"
    assert "RuntimeError" in decision.failure.message
    assert "hunter2" not in decision.failure.message
