"""Changing how a vCenter is reached, and who it is: what the registry keeps and refuses."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from models.commands import sync_run
from models.commands.access import NewAccess, accept_identity, change_access
from models.commands.sync_run import Claim, Failure, request_sync
from models.commands.transaction import Primary, clock_plus, transaction
from models.enums import SyncRunState, VCenterState
from models.sync_run import SyncRun
from models.vcenter import VCenter
from runtime.errors import (
    AlreadyRegisteredError,
    InvalidArgumentError,
    NotFoundError,
    VCenterBusyError,
    VCenterChangedError,
)
from tests.support.outbox import Outbox
from tests.support.registry import new_vcenter

NEW = NewAccess("there.invalid", 8443, "another", b"sealed anew", "its CA", "its pin")
COLUMNS = (
    VCenter.host,
    VCenter.port,
    VCenter.username,
    VCenter.sealed_credentials,
    VCenter.ca_certificates,
    VCenter.pinned_certificate,
)
CONTACT = (
    VCenter.state,
    VCenter.state_reason,
    VCenter.failures_in_a_row,
    VCenter.circuit_open_until,
)


async def row(engine: Primary, vcenter_id: int, *columns) -> tuple:
    async with transaction(engine) as connection:
        found = await connection.execute(select(*columns).where(VCenter.id == vcenter_id))
        return tuple(found.one())


async def stop(engine: Primary, vcenter_id: int) -> None:
    """Leave a vCenter as failures left it."""
    values = {
        "state": VCenterState.CREDENTIALS,
        "state_reason": "It refused the password.",
        "failures_in_a_row": 7,
        "circuit_open_until": clock_plus(600),
    }
    async with transaction(engine) as connection:
        await connection.execute(update(VCenter).where(VCenter.id == vcenter_id).values(values))


async def change(engine: Primary, vcenter_id: int, identity: UUID) -> None:
    before = NewAccess(*await row(engine, vcenter_id, *COLUMNS))
    await change_access(engine, vcenter_id, NEW, before=before, instance_uuid=identity)


async def begun(engine: Primary, vcenter_id: int) -> Claim:
    """Return a run that an agent carries out."""
    run = await request_sync(engine, Outbox(), vcenter_id, requested_by="test")  # type: ignore[arg-type]
    claim = await sync_run.claim(engine, run.id, owner="agent", lease_seconds=30)
    assert isinstance(claim, Claim)
    return claim


@pytest.fixture
def identity() -> UUID:
    return uuid4()


async def test_a_vcenter_with_new_access_is_due_at_once_and_its_circuit_closed(engine, identity):
    vcenter_id = await new_vcenter(engine, instance_uuid=identity)
    await stop(engine, vcenter_id)

    await change(engine, vcenter_id, identity)

    assert await row(engine, vcenter_id, *COLUMNS) == (
        "there.invalid",
        8443,
        "another",
        b"sealed anew",
        "its CA",
        "its pin",
    )
    assert await row(engine, vcenter_id, *CONTACT) == ("NEW", None, 0, None)
    (due,) = await row(engine, vcenter_id, VCenter.next_sync_at)
    assert due <= datetime.now(UTC)


async def test_access_to_another_vcenter_than_the_registered_one_is_not_stored(engine):
    vcenter_id = await new_vcenter(engine)

    with pytest.raises(VCenterChangedError):
        await change(engine, vcenter_id, uuid4())

    assert (await row(engine, vcenter_id, VCenter.host)) == ("vc.invalid",)


async def test_a_vcenter_that_was_removed_meanwhile_is_not_found(engine, identity):
    with pytest.raises(NotFoundError):
        await change_access(engine, 0, NEW, before=NEW, instance_uuid=identity)
    with pytest.raises(NotFoundError):
        await accept_identity(engine, 0, before=identity, now=uuid4())


async def test_an_identity_is_not_accepted_while_a_sync_runs(engine, identity):
    vcenter_id = await new_vcenter(engine, instance_uuid=identity)
    await begun(engine, vcenter_id)

    with pytest.raises(VCenterBusyError):
        await accept_identity(engine, vcenter_id, before=identity, now=uuid4())

    assert await row(engine, vcenter_id, VCenter.instance_uuid) == (identity,)


async def test_an_identity_is_accepted_once(engine, identity):
    vcenter_id, now = await new_vcenter(engine, instance_uuid=identity), uuid4()
    await stop(engine, vcenter_id)

    await accept_identity(engine, vcenter_id, before=identity, now=now)

    assert await row(engine, vcenter_id, VCenter.instance_uuid) == (now,)
    assert await row(engine, vcenter_id, *CONTACT) == ("NEW", None, 0, None)
    with pytest.raises(VCenterChangedError):
        await accept_identity(engine, vcenter_id, before=identity, now=uuid4())


async def test_the_identity_of_another_registration_is_refused(engine, identity):
    vcenter_id, taken = await new_vcenter(engine, instance_uuid=identity), uuid4()
    await new_vcenter(engine, instance_uuid=taken)

    with pytest.raises(AlreadyRegisteredError):
        await accept_identity(engine, vcenter_id, before=identity, now=taken)

    assert await row(engine, vcenter_id, VCenter.instance_uuid) == (identity,)


REFUSED = Failure("INVALID_CREDENTIALS", "It refused the password.", VCenterState.CREDENTIALS)


async def test_a_run_that_began_before_the_change_does_not_undo_it_by_failing(engine, identity):
    vcenter_id = await new_vcenter(engine, instance_uuid=identity)
    claim = await begun(engine, vcenter_id)
    await change(engine, vcenter_id, identity)

    await sync_run.give_up(engine, claim, REFUSED, state=SyncRunState.FAILED)

    assert await row(engine, vcenter_id, *CONTACT) == ("NEW", None, 0, None)


async def test_a_run_that_began_as_things_are_says_why_it_failed(engine, identity):
    vcenter_id = await new_vcenter(engine, instance_uuid=identity)
    claim = await begun(engine, vcenter_id)

    await sync_run.give_up(engine, claim, REFUSED, state=SyncRunState.FAILED)

    assert (await row(engine, vcenter_id, VCenter.state))[0] == "CREDENTIALS"


async def test_a_run_that_waits_for_another_attempt_waits_no_longer(engine, identity):
    vcenter_id = await new_vcenter(engine, instance_uuid=identity)
    claim = await begun(engine, vcenter_id)
    away = Failure("VCENTER_UNREACHABLE", "It is away.", VCenterState.UNREACHABLE)
    await sync_run.retry_later(engine, claim, away, seconds=900)

    await change(engine, vcenter_id, identity)

    run = SyncRun.id == claim.run_id
    async with transaction(engine) as connection:
        columns = (SyncRun.not_before <= func.clock_timestamp(), SyncRun.published_at)
        found = await connection.execute(select(*columns, SyncRun.attempt).where(run))
        assert tuple(found.one()) == (True, None, 0)


async def test_what_somebody_else_has_changed_meanwhile_is_not_written_over(engine, identity):
    vcenter_id = await new_vcenter(engine, instance_uuid=identity)
    before = NewAccess(*await row(engine, vcenter_id, *COLUMNS))
    await change(engine, vcenter_id, identity)

    with pytest.raises(InvalidArgumentError, match="somebody else"):
        await change_access(engine, vcenter_id, before, before=before, instance_uuid=identity)

    assert (await row(engine, vcenter_id, VCenter.host)) == ("there.invalid",)
