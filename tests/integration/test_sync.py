"""Workers with real servers and a fake vCenter: from message to rows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from models.commands import lease as leases
from models.commands.sync_run import request_sync
from models.commands.transaction import Primary, clock_plus, transaction
from models.db.settings import DatabaseSettings
from models.enums import RequestClass, VCenterState
from models.lease import Lease
from models.queue import declare, open_connection
from models.sync_run import SyncRun
from models.vcenter import VCenter
from runtime.errors import (
    DatabaseUnavailableError,
    InvalidCredentialsError,
    LeaseLostError,
    QueueUnavailableError,
    SessionExpiredError,
    VCenterUnreachableError,
)
from runtime.secrets import seal
from sync_agent import lease as lease_keeping
from tests.support.bench import PUBLIC, RECORDS, SETTINGS, Bench, open_bench
from tests.support.fake_source import FakeVCenter
from tests.support.outbox import Outbox
from tests.support.records import guest, hardware, host, vm
from tests.support.registry import new_vcenter
from vminer.stack.stack import Stack


@pytest.fixture
async def bench(database: DatabaseSettings, stack: Stack, engine: Primary) -> AsyncIterator[Bench]:
    async with open_bench(database, stack, engine) as opened:
        yield opened


async def test_a_request_becomes_rows(bench):
    vcenter = FakeVCenter(RECORDS, (hardware(1), hardware(2)))
    vcenter_id = await bench.vcenter(vcenter)

    async with bench.worker():
        run = await bench.ended((await bench.ask(vcenter_id)).id)

    assert (run.state, run.objects_read, run.attempt) == ("SUCCEEDED", 3, 1)
    assert run.objects_expected == 3
    assert await bench.names(vcenter_id) == ["vm 1", "vm 2"]
    assert vcenter.asked_hardware == ["vm-1", "vm-2"]
    assert vcenter.passwords == ["correct horse"]
    assert vcenter.open_sessions == 0


async def test_the_second_sync_reads_hardware_only_where_it_moved(bench):
    vcenter = FakeVCenter(RECORDS, (hardware(1), hardware(2)))
    vcenter_id = await bench.vcenter(vcenter)

    async with bench.worker():
        await bench.ended((await bench.ask(vcenter_id)).id)
        vcenter.asked_hardware.clear()
        vcenter.records = (host(1), vm(1), vm(2, change_version="2"))
        await bench.ended((await bench.ask(vcenter_id)).id)

    assert vcenter.asked_hardware == ["vm-2"]


async def test_guests_are_read_at_first_and_then_where_tools_or_the_address_moved(bench):
    vcenter = FakeVCenter(RECORDS, guests=(guest(1), guest(2)))
    vcenter_id = await bench.vcenter(vcenter)

    async with bench.worker():
        await bench.ended((await bench.ask(vcenter_id)).id)
        first = list(vcenter.asked_guests)
        vcenter.asked_guests.clear()
        vcenter.records = (host(1), vm(1), vm(2, tools_running_status="guestToolsRunning"))
        await bench.ended((await bench.ask(vcenter_id)).id)

    assert first == ["vm-1", "vm-2"]
    assert vcenter.asked_guests == ["vm-2"]


async def test_a_run_that_failed_in_passing_is_tried_again_and_succeeds(bench):
    vcenter = FakeVCenter(RECORDS, failures=[VCenterUnreachableError(), RuntimeError("odd")])
    vcenter_id = await bench.vcenter(vcenter)

    async with bench.worker(), bench.scheduler():
        run = await bench.ended((await bench.ask(vcenter_id)).id)

    assert (run.state, run.attempt, run.error_code) == ("SUCCEEDED", 3, None)
    assert await bench.names(vcenter_id) == ["vm 1", "vm 2"]


async def test_a_session_that_expires_costs_one_login_and_what_was_read(bench):
    vcenter = FakeVCenter(RECORDS, failures=[SessionExpiredError()])
    vcenter_id = await bench.vcenter(vcenter)

    async with bench.worker():
        run = await bench.ended((await bench.ask(vcenter_id)).id)

    assert (run.state, run.attempt, run.objects_read) == ("SUCCEEDED", 1, 3)
    assert (len(vcenter.passwords), vcenter.open_sessions, vcenter.most_sessions) == (2, 0, 1)


async def test_a_session_that_expires_again_costs_the_attempt(bench):
    vcenter = FakeVCenter(RECORDS, failures=[SessionExpiredError(), SessionExpiredError()])
    vcenter_id = await bench.vcenter(vcenter)

    async with bench.worker(), bench.scheduler():
        run = await bench.ended((await bench.ask(vcenter_id)).id)

    assert (run.state, run.attempt) == ("SUCCEEDED", 2)
    assert len(vcenter.passwords) == 3


async def test_refused_credentials_stop_this_vcenter_and_no_other(bench):
    refused = FakeVCenter(RECORDS, failures=[InvalidCredentialsError()])
    refused_id, other_id = await bench.vcenter(refused), await bench.vcenter(FakeVCenter(RECORDS))

    async with bench.worker(), bench.scheduler():
        run = await bench.ended((await bench.ask(refused_id)).id)
        other = await bench.ended((await bench.ask(other_id)).id)

    assert (run.state, run.error_code, run.attempt) == ("FAILED", "INVALID_CREDENTIALS", 1)
    assert other.state == "SUCCEEDED"
    async with transaction(bench.engine) as connection:
        state = await connection.scalar(select(VCenter.state).where(VCenter.id == refused_id))
    assert state == VCenterState.CREDENTIALS


async def test_another_vcenter_at_the_address_is_not_read(bench):
    vcenter_id = await bench.vcenter(FakeVCenter(RECORDS, instance_uuid=uuid4()))

    async with bench.worker():
        run = await bench.ended((await bench.ask(vcenter_id)).id)

    assert (run.state, run.error_code) == ("FAILED", "VCENTER_CHANGED")
    assert "`vminer vcenter accept-identity " in str(run.error_message)
    assert await bench.names(vcenter_id) == []


async def test_a_password_sealed_for_another_host_stops_the_run(bench):
    vcenter_id = await bench.vcenter(FakeVCenter(RECORDS))
    async with transaction(bench.engine) as connection:
        await connection.execute(
            update(VCenter).where(VCenter.id == vcenter_id).values(host="evil.invalid")
        )

    async with bench.worker():
        run = await bench.ended((await bench.ask(vcenter_id)).id)

    assert (run.state, run.error_code) == ("FAILED", "SETTINGS")
    assert "`vminer vcenter set NAME --password-stdin`" in str(run.error_message)


async def test_a_lost_lease_stops_the_sync_and_nothing_is_written(bench):
    vcenter = FakeVCenter(RECORDS, gate=asyncio.Event())
    vcenter_id = await bench.vcenter(vcenter)

    async with bench.worker():
        run = await bench.ask(vcenter_id)
        await vcenter.began.wait()
        async with transaction(bench.engine) as connection:
            await connection.execute(
                update(Lease)
                .where(Lease.resource == leases.vcenter_resource(vcenter_id))
                .values(token=Lease.token + 1, owner="thief", expires_at=clock_plus(60))
            )
        await bench.until(lambda: _is(lambda: vcenter.open_sessions == 0))

    assert await bench.names(vcenter_id) == []
    async with transaction(bench.engine) as connection:
        state = await connection.scalar(select(SyncRun.state).where(SyncRun.id == run.id))
    assert state == "RUNNING"


async def test_the_lease_of_a_long_sync_is_renewed(bench):
    vcenter = FakeVCenter(RECORDS, gate=asyncio.Event())
    vcenter_id = await bench.vcenter(vcenter)

    async with bench.worker():
        run = await bench.ask(vcenter_id)
        await vcenter.began.wait()
        first = await _lease_end(bench, vcenter_id)
        await bench.until(lambda: _later(bench, vcenter_id, first))
        assert vcenter.gate is not None
        vcenter.gate.set()
        ended = await bench.ended(run.id)

    assert ended.state == "SUCCEEDED"


async def test_a_stopped_worker_hands_its_run_back_at_once_and_another_finishes_it(bench):
    vcenter = FakeVCenter(RECORDS, gate=asyncio.Event())
    vcenter_id = await bench.vcenter(vcenter)
    async with bench.worker(owner="first"):
        run = await bench.ask(vcenter_id)
        await vcenter.began.wait()

    async with transaction(bench.engine) as connection:
        handed_back = await connection.execute(
            select(SyncRun.state, SyncRun.attempt).where(SyncRun.id == run.id)
        )
        assert handed_back.one() == ("QUEUED", 0)
    vcenter.gate = None
    async with bench.worker(owner="second"), bench.scheduler():
        ended = await bench.ended(run.id)

    assert (ended.state, ended.owner, ended.attempt) == ("SUCCEEDED", "second", 1)


async def test_a_stopping_worker_lets_a_sync_finish_in_its_time(bench):
    vcenter = FakeVCenter(RECORDS, gate=asyncio.Event())
    vcenter_id = await bench.vcenter(vcenter)
    patient = SETTINGS.model_copy(update={"agent_shutdown_seconds": 20})
    async with bench.worker(patient) as stopping:
        run = await bench.ask(vcenter_id)
        await vcenter.began.wait()
        stopping.set()
        assert vcenter.gate is not None
        vcenter.gate.set()

    assert (await bench.ended(run.id)).state == "SUCCEEDED"


async def test_a_worker_takes_no_more_than_it_has_places_for(bench):
    gate = asyncio.Event()
    vcenters = [FakeVCenter(RECORDS, gate=gate) for _ in range(5)]
    ids = [await bench.vcenter(vcenter) for vcenter in vcenters]
    one = SETTINGS.model_copy(update={"agent_concurrency": 2})

    async with bench.worker(one, owner="first"):
        runs = [await bench.ask(vcenter_id) for vcenter_id in ids]
        await vcenters[0].began.wait()
        await vcenters[1].began.wait()
        connection = await open_connection(bench.queue)
        requests = (await declare(await connection.channel(), bench.queue)).requests
        waiting = requests[RequestClass.INTERACTIVE].declaration_result.message_count
        await connection.close()
        async with bench.worker(owner="second"):
            await asyncio.gather(*(vcenter.began.wait() for vcenter in vcenters))
            gate.set()
            ended = [await bench.ended(run.id) for run in runs]

    assert waiting == 3
    assert [run.owner for run in ended].count("first") == 2
    assert {run.state for run in ended} == {"SUCCEEDED"}


async def test_two_workers_never_sync_one_vcenter_at_once(bench):
    vcenter = FakeVCenter(RECORDS)
    vcenter_id = await bench.vcenter(vcenter)

    async with bench.worker(owner="a"), bench.worker(owner="b"), bench.scheduler():
        for _ in range(5):
            await asyncio.gather(*(bench.ask(vcenter_id) for _ in range(5)))
            await bench.ended((await bench.ask(vcenter_id)).id)
        await bench.ended((await bench.ask(vcenter_id)).id)

    assert vcenter.most_sessions == 1


async def test_a_malformed_message_is_dead_lettered_and_the_next_is_carried_out(bench):
    vcenter_id = await bench.vcenter(FakeVCenter(RECORDS))
    connection = await open_connection(bench.queue)
    topology = await declare(await connection.channel(), bench.queue)
    from aio_pika import Message

    name = bench.queue.requests_queue(RequestClass.SCHEDULED)
    await topology.exchange.publish(Message(b"{nonsense"), name)
    async with bench.worker():
        run = await bench.ended((await bench.ask(vcenter_id)).id)
        async with asyncio.timeout(10), topology.dead_letters.iterator() as letters:
            letter = await anext(letters)
            await letter.ack()
    await connection.close()

    assert letter.body == b"{nonsense"
    assert run.state == "SUCCEEDED"


async def test_a_request_made_while_rabbitmq_was_away_is_published_by_the_scheduler(bench):
    vcenter_id = await bench.vcenter(FakeVCenter(RECORDS))
    away = Outbox(is_away=True)
    run = await request_sync(bench.engine, away, vcenter_id, requested_by="test")  # type: ignore[arg-type]

    async with bench.worker(), bench.scheduler():
        ended = await bench.ended(run.id)

    assert (run.published, ended.state) == (False, "SUCCEEDED")


async def test_a_due_vcenter_is_synced_without_being_asked(bench):
    name = f"vc-{uuid4()}.invalid"
    bench.estate.vcenters[name] = FakeVCenter(RECORDS)
    sealed = seal(PUBLIC, password="p", host=name)
    vcenter_id = await new_vcenter(
        bench.engine, host=name, sealed_credentials=sealed, is_scheduled=True, interval_seconds=9999
    )

    async with bench.worker(), bench.scheduler():
        await bench.until(lambda: _has_rows(bench, vcenter_id))

    async with transaction(bench.engine) as connection:
        rows = await connection.execute(
            select(SyncRun.requested_by).where(SyncRun.vcenter_id == vcenter_id)
        )
        assert rows.all() == [("schedule",)]


@pytest.mark.parametrize("request_class", RequestClass)
async def test_a_consumer_that_rabbitmq_forgot_is_made_anew(bench, request_class):
    vcenter_id = await bench.vcenter(FakeVCenter(RECORDS))

    async with bench.worker():
        await bench.ended((await bench.ask(vcenter_id)).id)
        connection = await open_connection(bench.queue)
        topology = await declare(await connection.channel(), bench.queue)
        await topology.requests[request_class].delete(if_unused=False, if_empty=False)
        await connection.close()
        await bench.until(lambda: _is_published(bench, vcenter_id))


async def test_a_lease_that_cannot_be_renewed_twice_is_given_up(bench, monkeypatch):
    lease = await leases.take(bench.engine, f"test:{uuid4()}", owner="me", seconds=60)
    assert lease is not None

    async def away(*_: object, **__: object) -> bool:
        raise DatabaseUnavailableError

    monkeypatch.setattr(lease_keeping, "renew", away)
    with pytest.raises(LeaseLostError, match="twice in a row"):
        async with (
            asyncio.timeout(10),
            lease_keeping.held(bench.engine, lease, seconds=60, renew_seconds=0.05),
        ):
            await asyncio.Event().wait()


async def test_an_error_in_the_block_comes_out_as_it_is(bench):
    lease = await leases.take(bench.engine, f"test:{uuid4()}", owner="me", seconds=60)
    assert lease is not None

    with pytest.raises(QueueUnavailableError, match="mine"):
        async with lease_keeping.held(bench.engine, lease, seconds=60, renew_seconds=30):
            raise QueueUnavailableError("mine")


async def _is(check: Callable[[], bool]) -> bool:
    return check()


async def _has_rows(bench: Bench, vcenter_id: int) -> bool:
    return bool(await bench.names(vcenter_id))


async def _is_published(bench: Bench, vcenter_id: int) -> bool:
    """Ask until the request reached a queue, then until the worker carried it out."""
    run = await bench.ask(vcenter_id)
    return run.published and (await bench.ended(run.id)).state == "SUCCEEDED"


async def _lease_end(bench: Bench, vcenter_id: int) -> object:
    async with transaction(bench.engine) as connection:
        return await connection.scalar(
            select(Lease.expires_at).where(Lease.resource == leases.vcenter_resource(vcenter_id))
        )


async def _later(bench: Bench, vcenter_id: int, end: object) -> bool:
    return await _lease_end(bench, vcenter_id) != end
