"""The circuit of a vCenter: opened by failures in a row, felt by the schedule alone."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, select, update

from models.commands import schedule, sync_run
from models.commands.circuit import CircuitPolicy
from models.commands.sync_run import Claim, Failure
from models.commands.transaction import Primary, clock, clock_plus, transaction
from models.enums import RequestClass, SyncRunState, VCenterState
from models.sync_run import SyncRun
from models.vcenter import VCenter
from tests.support.outbox import Outbox
from tests.support.registry import new_vcenter

POLICY = CircuitPolicy(failures=2, base_seconds=60, max_seconds=200)
AWAY = Failure("VCENTER_TIMEOUT", "It did not answer.", VCenterState.UNREACHABLE, True)
OURS = Failure("DATABASE_UNAVAILABLE", "The primary went away.")


@pytest.fixture
async def vcenter(engine: Primary) -> AsyncIterator[int]:
    """A vCenter that is due whenever somebody looks; gone after the test."""
    vcenter_id = await new_vcenter(engine, is_scheduled=True)
    yield vcenter_id
    async with transaction(engine) as connection:
        await connection.execute(delete(VCenter).where(VCenter.id == vcenter_id))


async def start(engine: Primary, vcenter_id: int) -> Claim:
    run = await sync_run.request_sync(
        engine,
        Outbox(),  # type: ignore[arg-type]
        vcenter_id,
        requested_by="test",
    )
    claim = await sync_run.claim(engine, run.id, owner="a", lease_seconds=30)
    assert isinstance(claim, Claim)
    return claim


async def fail(engine: Primary, vcenter_id: int, failure: Failure = AWAY) -> None:
    claim = await start(engine, vcenter_id)
    await sync_run.give_up(engine, claim, failure, state=SyncRunState.DEAD, circuit=POLICY)


async def open_for(engine: Primary, vcenter_id: int) -> float | None:
    """Return for how many seconds the circuit is still open; None: it is closed."""
    left = VCenter.circuit_open_until - clock()
    async with transaction(engine) as connection:
        found = await connection.scalar(select(left).where(VCenter.id == vcenter_id))
    return None if found is None else found.total_seconds()


async def is_asked_for(engine: Primary, vcenter_id: int) -> bool:
    """Tell whether the schedule asks for the vCenter now."""
    await schedule.queue_due(engine, limit=10_000, jitter=0)
    statement = select(SyncRun.requested_by).where(
        SyncRun.vcenter_id == vcenter_id, SyncRun.state == SyncRunState.QUEUED
    )
    async with transaction(engine) as connection:
        return await connection.scalar(statement) == schedule.REQUESTED_BY


async def test_failures_in_a_row_open_it_for_longer_and_longer(engine, vcenter):
    lengths = []
    for _ in range(5):
        await fail(engine, vcenter)
        lengths.append(await open_for(engine, vcenter))

    assert lengths[0] is None
    assert [round(seconds, -1) for seconds in lengths[1:]] == [60, 120, 200, 200]


async def test_while_it_is_open_the_schedule_leaves_the_vcenter_alone(engine, vcenter):
    await fail(engine, vcenter)
    assert await is_asked_for(engine, vcenter)
    await fail(engine, vcenter)

    assert not await is_asked_for(engine, vcenter)


async def test_when_its_time_is_over_one_run_is_let_through(engine, vcenter):
    await fail(engine, vcenter)
    await fail(engine, vcenter)
    async with transaction(engine) as connection:
        own = update(VCenter).where(VCenter.id == vcenter)
        await connection.execute(own.values(circuit_open_until=clock_plus(-1)))

    asked = [await is_asked_for(engine, vcenter) for _ in range(2)]

    assert asked == [True, True]
    async with transaction(engine) as connection:
        queued = select(SyncRun.id).where(SyncRun.vcenter_id == vcenter, SyncRun.state == "QUEUED")
        assert len((await connection.scalars(queued)).all()) == 1


async def test_a_run_that_opens_it_is_itself_not_tried_again_before(engine, vcenter):
    await fail(engine, vcenter)
    claim = await start(engine, vcenter)

    await sync_run.retry_later(engine, claim, AWAY, seconds=1, circuit=POLICY)

    async with transaction(engine) as connection:
        pause = select(SyncRun.not_before - clock()).where(SyncRun.id == claim.run_id)
        waits = await connection.scalar(pause)
    assert 50 < waits.total_seconds() <= 60


async def test_a_person_may_ask_while_it_is_open(engine, vcenter):
    await fail(engine, vcenter)
    await fail(engine, vcenter)

    claim = await start(engine, vcenter)

    assert claim.vcenter_id == vcenter


async def test_trouble_of_our_own_opens_no_circuit(engine, vcenter):
    for _ in range(4):
        await fail(engine, vcenter, OURS)

    assert await open_for(engine, vcenter) is None


async def test_a_vcenter_whose_scans_kill_their_agents_opens_it_too(engine, vcenter):
    for _ in range(2):
        run = await sync_run.request_sync(
            engine,
            Outbox(),  # type: ignore[arg-type]
            vcenter,
            requested_by="test",
            request_class=RequestClass.SCHEDULED,
        )
        await sync_run.claim(engine, run.id, owner="dead", lease_seconds=0)
        await schedule.requeue_abandoned(engine, max_attempts=9, circuit=POLICY)

    assert await open_for(engine, vcenter) is not None
