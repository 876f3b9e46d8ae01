"""The life of a sync run, its lease, and what the scheduler does about both, in PostgreSQL."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from models.commands import lease as leases
from models.commands import schedule, sync_run
from models.commands.partitions import check_partitions
from models.commands.registry import NewVCenter, add_vcenter, find_vcenter, set_state
from models.commands.sync_run import Claim, Failure, Refusal
from models.commands.transaction import Primary, clock_plus, transaction
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from models.enums import SyncRunState, VCenterState
from models.lease import Lease
from models.messages import Wake
from models.sync_run import SyncRun
from models.vcenter import VCenter
from runtime.errors import (
    AlreadyRegisteredError,
    DatabaseUnavailableError,
    NotFoundError,
    SettingsError,
)
from tests.support.outbox import Outbox
from tests.support.registry import STOPPED, new_vcenter

BROKEN = Failure("VCENTER_TIMEOUT", "It did not answer.", VCenterState.UNREACHABLE)


async def row(engine: Primary, run_id: object) -> SyncRun:
    async with transaction(engine) as connection:
        found = await connection.execute(select(SyncRun.__table__).where(SyncRun.id == run_id))
        return found.one()  # type: ignore[return-value]


async def ask(engine: Primary, vcenter_id: int, outbox: Outbox | None = None):
    return await sync_run.request_sync(
        engine,
        outbox or Outbox(),  # type: ignore[arg-type]
        vcenter_id,
        requested_by="test",
    )


async def start(engine: Primary, run_id: object, *, owner: str = "a", seconds: float = 30) -> Claim:
    claim = await sync_run.claim(engine, run_id, owner=owner, lease_seconds=seconds)  # type: ignore[arg-type]
    assert isinstance(claim, Claim)
    return claim


async def expire(engine: Primary, vcenter_id: int) -> None:
    """Let the lease run out, as if its holder had been silent for its whole length."""
    async with transaction(engine) as connection:
        await connection.execute(
            update(Lease)
            .where(Lease.resource == leases.vcenter_resource(vcenter_id))
            .values(expires_at=clock_plus(-1))
        )


async def make_due(engine: Primary, run_id: object) -> None:
    async with transaction(engine) as connection:
        await connection.execute(
            update(SyncRun).where(SyncRun.id == run_id).values(not_before=clock_plus(-1))
        )


async def test_a_request_is_recorded_and_published(engine):
    outbox = Outbox()
    vcenter_id = await new_vcenter(engine)

    run = await ask(engine, vcenter_id, outbox)

    assert (run.state, run.coalesced, run.published) == (SyncRunState.QUEUED, False, True)
    assert [message.run_id for message in outbox.messages] == [run.id]
    assert (await row(engine, run.id)).published_at is not None


async def test_requests_for_the_same_vcenter_coalesce(engine):
    outbox = Outbox()
    vcenter_id = await new_vcenter(engine)

    runs = await asyncio.gather(*(ask(engine, vcenter_id, outbox) for _ in range(10)))

    assert len({run.id for run in runs}) == 1
    assert sum(not run.coalesced for run in runs) == 1


async def test_a_request_for_an_unknown_vcenter_is_refused(engine):
    with pytest.raises(NotFoundError, match="no vCenter"):
        await ask(engine, 2_000_000_000)


async def test_with_rabbitmq_away_the_request_is_recorded_and_found_by_the_scheduler(engine):
    vcenter_id = await new_vcenter(engine)

    run = await ask(engine, vcenter_id, Outbox(is_away=True))

    assert run.published is False
    waiting = await schedule.to_publish(engine, limit=10_000, lost_after_seconds=300)
    assert run.id in {wake.message.run_id for wake in waiting}


async def test_a_published_run_is_published_again_only_when_it_seems_lost(engine):
    run = await ask(engine, await new_vcenter(engine))

    fresh = await schedule.to_publish(engine, limit=10_000, lost_after_seconds=300)
    lost = await schedule.to_publish(engine, limit=10_000, lost_after_seconds=0)

    assert run.id not in {wake.message.run_id for wake in fresh}
    assert run.id in {wake.message.run_id for wake in lost}


async def test_a_request_brings_a_run_that_backs_off_forward(engine):
    vcenter_id = await new_vcenter(engine)
    first = await ask(engine, vcenter_id)
    await sync_run.retry_later(engine, await start(engine, first.id), BROKEN, seconds=600)
    outbox = Outbox()

    second = await ask(engine, vcenter_id, outbox)

    assert (second.id, second.coalesced, second.published) == (first.id, True, True)
    assert isinstance(await sync_run.claim(engine, first.id, owner="b", lease_seconds=30), Claim)


async def test_a_run_that_fails_before_its_publication_is_recorded_is_published_again(engine):
    class Quick(Outbox):
        """An agent has the message, and has failed, before the publisher has written it down."""

        async def publish_all(self, wakes: Sequence[Wake]) -> list[UUID]:
            confirmed = await super().publish_all(wakes)
            for run_id in confirmed:
                await sync_run.retry_later(engine, await start(engine, run_id), BROKEN, seconds=9)
            return confirmed

    run = await ask(engine, await new_vcenter(engine), Quick())

    found = await row(engine, run.id)
    assert (found.state, found.attempt, found.published_at) == (SyncRunState.QUEUED, 1, None)


async def test_one_of_many_agents_gets_the_run(engine):
    run = await ask(engine, await new_vcenter(engine))

    answers = await asyncio.gather(
        *(sync_run.claim(engine, run.id, owner=f"a{n}", lease_seconds=30) for n in range(8))
    )

    assert sum(isinstance(answer, Claim) for answer in answers) == 1
    assert {answer for answer in answers if not isinstance(answer, Claim)} == {Refusal.GONE}


async def test_a_second_run_of_a_vcenter_waits_and_is_published_when_the_first_ends(engine):
    vcenter_id = await new_vcenter(engine)
    claim = await start(engine, (await ask(engine, vcenter_id)).id)
    second = await ask(engine, vcenter_id)

    assert await sync_run.claim(engine, second.id, owner="b", lease_seconds=30) is Refusal.BUSY
    await sync_run.give_up(engine, claim, BROKEN, state=SyncRunState.FAILED)

    waiting = await schedule.to_publish(engine, limit=10_000, lost_after_seconds=300)
    assert second.id in {wake.message.run_id for wake in waiting}
    assert (await start(engine, second.id, owner="b")).lease.token == claim.lease.token + 1


async def test_a_claim_hands_out_the_vcenter_and_its_sealed_credentials(engine):
    vcenter_id = await new_vcenter(engine, host="vc7.invalid", sealed_credentials=b"box")
    run = await ask(engine, vcenter_id)

    claim = await start(engine, run.id)

    assert (claim.vcenter_id, claim.attempt) == (vcenter_id, 1)
    assert (claim.access.host, claim.access.sealed_credentials) == ("vc7.invalid", b"box")


async def test_a_run_that_failed_waits_for_its_pause(engine):
    run = await ask(engine, await new_vcenter(engine))
    claim = await start(engine, run.id)

    await sync_run.retry_later(engine, claim, BROKEN, seconds=60)

    assert await sync_run.claim(engine, run.id, owner="b", lease_seconds=30) is Refusal.NOT_DUE
    await make_due(engine, run.id)
    assert (await start(engine, run.id, owner="b")).attempt == 2


async def test_a_failed_run_leaves_its_attempts_to_the_request_that_waits(engine):
    vcenter_id = await new_vcenter(engine)
    first = await ask(engine, vcenter_id)
    claim = await start(engine, first.id)
    second = await ask(engine, vcenter_id)

    await sync_run.retry_later(engine, claim, BROKEN, seconds=60)

    assert (await row(engine, first.id)).state == SyncRunState.FAILED
    heir = await row(engine, second.id)
    assert (heir.state, heir.attempt) == (SyncRunState.QUEUED, 1)
    assert heir.not_before > heir.requested_at


async def test_giving_up_says_why_on_the_run_and_on_the_vcenter(engine):
    vcenter_id = await new_vcenter(engine, name=f"locked-{uuid4()}")
    run = await ask(engine, vcenter_id)
    refused = Failure("INVALID_CREDENTIALS", "It refused the password.", VCenterState.CREDENTIALS)

    await sync_run.give_up(engine, await start(engine, run.id), refused, state=SyncRunState.FAILED)

    ended = await sync_run.wait_for_run(engine, run.id)
    assert (ended.state, ended.error_code) == ("FAILED", "INVALID_CREDENTIALS")
    async with transaction(engine) as connection:
        state = await connection.execute(
            select(VCenter.state, VCenter.state_reason).where(VCenter.id == vcenter_id)
        )
        assert state.one() == ("CREDENTIALS", "It refused the password.")


async def test_an_expired_lease_sends_the_run_back_and_another_agent_finishes_it(engine):
    vcenter_id = await new_vcenter(engine)
    run = await ask(engine, vcenter_id)
    dead = await start(engine, run.id, owner="dead")
    await expire(engine, vcenter_id)

    abandoned = await schedule.requeue_abandoned(engine, max_attempts=5)
    claim = await start(engine, run.id, owner="alive")

    assert abandoned.requeued >= 1
    assert (claim.attempt, claim.lease.token) == (2, dead.lease.token + 1)


async def test_a_run_with_a_live_lease_is_left_alone(engine):
    run = await ask(engine, await new_vcenter(engine))
    await start(engine, run.id)

    await schedule.requeue_abandoned(engine, max_attempts=5)

    assert (await row(engine, run.id)).state == SyncRunState.RUNNING


async def test_a_run_that_keeps_killing_its_agents_is_dead(engine):
    vcenter_id = await new_vcenter(engine)
    run = await ask(engine, vcenter_id)
    for _ in range(3):
        await start(engine, run.id)
        await expire(engine, vcenter_id)
        await schedule.requeue_abandoned(engine, max_attempts=3)

    ended = await row(engine, run.id)
    assert (ended.state, ended.attempt) == (SyncRunState.DEAD, 3)


async def test_a_request_after_a_crash_takes_over_without_the_reaper(engine):
    vcenter_id = await new_vcenter(engine)
    crashed = await ask(engine, vcenter_id)
    await start(engine, crashed.id)
    await expire(engine, vcenter_id)

    await start(engine, (await ask(engine, vcenter_id)).id, owner="b")

    assert (await row(engine, crashed.id)).state == SyncRunState.FAILED


async def test_an_agent_that_lost_its_lease_changes_no_run(engine):
    vcenter_id = await new_vcenter(engine)
    run = await ask(engine, vcenter_id)
    stale = await start(engine, run.id, owner="stale")
    await expire(engine, vcenter_id)
    await schedule.requeue_abandoned(engine, max_attempts=5)
    await start(engine, run.id, owner="b")

    await sync_run.progress(engine, stale, objects_read=7, objects_expected=9)
    await sync_run.give_up(engine, stale, BROKEN, state=SyncRunState.DEAD)

    now = await row(engine, run.id)
    assert (now.state, now.owner, now.objects_read) == (SyncRunState.RUNNING, "b", 0)


async def test_due_vcenters_are_asked_for_once_by_any_number_of_schedulers(engine):
    vcenter_id = await new_vcenter(engine, is_scheduled=True)

    found = await asyncio.gather(
        *(schedule.queue_due(engine, limit=10_000, jitter=0) for _ in range(4))
    )

    async with transaction(engine) as connection:
        runs = await connection.scalars(select(SyncRun.id).where(SyncRun.vcenter_id == vcenter_id))
        (queued,) = runs.all()
    assert sum(queued in ids for ids in found) == 1


async def test_a_vcenter_whose_run_goes_on_is_not_asked_for_again(engine):
    vcenter_id = await new_vcenter(engine, is_scheduled=True)
    run = await ask(engine, vcenter_id)
    await start(engine, run.id)

    await schedule.queue_due(engine, limit=10_000, jitter=0.1)

    async with transaction(engine) as connection:
        runs = await connection.scalars(select(SyncRun.id).where(SyncRun.vcenter_id == vcenter_id))
        assert runs.all() == [run.id]


@pytest.mark.parametrize("state", STOPPED)
async def test_a_stopped_vcenter_is_not_scheduled(engine, state):
    vcenter_id = await new_vcenter(engine, is_scheduled=True)
    await set_state(engine, vcenter_id, state, "for a reason")

    await schedule.queue_due(engine, limit=10_000, jitter=0)

    async with transaction(engine) as connection:
        statement = select(SyncRun.id).where(SyncRun.vcenter_id == vcenter_id)
        assert (await connection.scalars(statement)).all() == []


async def test_a_name_or_a_vcenter_is_registered_once(engine):
    name, uuid = f"vc-{uuid4()}", uuid4()
    first = NewVCenter(name, "h", "u", b"s", uuid)
    await add_vcenter(engine, first)

    with pytest.raises(AlreadyRegisteredError, match="registered already as"):
        await add_vcenter(engine, NewVCenter("other", "h", "u", b"s", uuid))
    with pytest.raises(AlreadyRegisteredError, match=f"named '{name}'"):
        await add_vcenter(engine, NewVCenter(name, "h", "u", b"s", uuid4()))
    assert (await find_vcenter(engine, name)).instance_uuid == uuid
    with pytest.raises(NotFoundError, match="nobody"):
        await find_vcenter(engine, "nobody")


async def test_a_partition_count_other_than_the_databases_is_refused(engine, database):
    await check_partitions(engine, database.partitions)

    with pytest.raises(SettingsError, match="made with 4 partitions"):
        await check_partitions(engine, 99)


async def test_a_primary_that_is_away_is_one_error():
    away = primary_engine(DatabaseSettings(primary_url="postgresql://vminer@127.0.0.1:1/none"))

    with pytest.raises(DatabaseUnavailableError, match="cannot be reached"):
        await check_partitions(away, 4)
