"""Classes of requests: people first, whatever the schedule has queued; and messages that repeat."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from models.commands.transaction import Primary, transaction
from models.db.settings import DatabaseSettings
from models.enums import RequestClass, SyncKind
from models.messages import SyncRequested, Wake
from models.queue import declare, open_connection
from models.sync_run import SyncRun
from tests.support.bench import RECORDS, SETTINGS, Bench, open_bench
from tests.support.fake_source import FakeVCenter
from vminer.stack.stack import Stack

SCHEDULED, INTERACTIVE = RequestClass.SCHEDULED, RequestClass.INTERACTIVE
THREE_PLACES = SETTINGS.model_copy(update={"agent_concurrency": 3})


@pytest.fixture
async def bench(database: DatabaseSettings, stack: Stack, engine: Primary) -> AsyncIterator[Bench]:
    async with open_bench(database, stack, engine) as opened:
        yield opened


async def waiting(bench: Bench, request_class: RequestClass) -> int:
    """Return how many messages wait in the queue of a class, none of them in an agent's hands."""
    connection = await open_connection(bench.queue)
    topology = await declare(await connection.channel(), bench.queue)
    count = topology.requests[request_class].declaration_result.message_count
    await connection.close()
    return int(count or 0)


async def test_a_person_is_served_at_once_behind_any_number_of_scheduled_syncs(bench):
    gate = asyncio.Event()
    busy = [FakeVCenter(RECORDS, gate=gate) for _ in range(6)]
    scheduled = [await bench.ask(await bench.vcenter(vcenter), SCHEDULED) for vcenter in busy]
    wanted = await bench.vcenter(FakeVCenter(RECORDS))

    async with bench.worker(THREE_PLACES):
        await asyncio.gather(*(vcenter.began.wait() for vcenter in busy[:2]))
        run = await bench.ended((await bench.ask(wanted)).id)
        left = await waiting(bench, SCHEDULED)
        gate.set()
        ended = [await bench.ended(each.id) for each in scheduled]

    assert run.state == "SUCCEEDED"
    assert left == 4
    assert {each.state for each in ended} == {"SUCCEEDED"}


async def test_people_may_have_every_place_and_what_is_scheduled_goes_on_afterwards(bench):
    gate = asyncio.Event()
    busy = [FakeVCenter(RECORDS, gate=gate) for _ in range(3)]
    later = await bench.vcenter(FakeVCenter(RECORDS))

    async with bench.worker(THREE_PLACES):
        runs = [await bench.ask(await bench.vcenter(vcenter)) for vcenter in busy]
        await asyncio.gather(*(vcenter.began.wait() for vcenter in busy))
        scheduled = await bench.ask(later, SCHEDULED)
        assert await waiting(bench, SCHEDULED) == 1
        gate.set()
        ended = [await bench.ended(each.id) for each in (*runs, scheduled)]

    assert {each.state for each in ended} == {"SUCCEEDED"}


async def test_a_scheduled_run_that_a_person_asks_for_is_raised(bench):
    vcenter_id = await bench.vcenter(FakeVCenter(RECORDS))
    scheduled = await bench.ask(vcenter_id, SCHEDULED)

    asked = await bench.ask(vcenter_id)
    again = await bench.ask(vcenter_id, SCHEDULED)

    assert {scheduled.id, again.id} == {asked.id}
    assert await waiting(bench, INTERACTIVE) == 1
    async with transaction(bench.engine) as connection:
        raised = select(SyncRun.request_class).where(SyncRun.id == asked.id)
        assert await connection.scalar(raised) == INTERACTIVE
    async with bench.worker():
        assert (await bench.ended(asked.id)).attempt == 1


async def test_a_message_that_comes_a_hundred_times_starts_one_run(bench):
    vcenter = FakeVCenter(RECORDS)
    vcenter_id = await bench.vcenter(vcenter)
    run = await bench.ask(vcenter_id, SCHEDULED)
    async with transaction(bench.engine) as connection:
        asked_at = await connection.scalar(select(SyncRun.requested_at).where(SyncRun.id == run.id))
    message = SyncRequested.about(run.id, vcenter_id, SyncKind.FULL, asked_at)
    await bench.publisher.publish_all([Wake(message, to) for to in RequestClass] * 50)

    async with bench.worker(owner="a"), bench.worker(owner="b"):
        await bench.ended(run.id)
        await bench.until(lambda: _is_empty(bench))

    assert (len(vcenter.passwords), vcenter.most_sessions) == (1, 1)
    async with transaction(bench.engine) as connection:
        runs = select(func.count()).where(SyncRun.vcenter_id == vcenter_id)
        assert await connection.scalar(runs) == 1


async def _is_empty(bench: Bench) -> bool:
    return sum([await waiting(bench, each) for each in RequestClass]) == 0


async def test_a_broker_that_restarts_under_load_loses_no_run(bench, stack):
    gate = asyncio.Event()
    vcenters = [FakeVCenter(RECORDS, gate=gate) for _ in range(12)]
    ids = [await bench.vcenter(vcenter) for vcenter in vcenters]

    async with bench.worker(owner="a"), bench.worker(owner="b"), bench.scheduler():
        runs = [await bench.ask(vcenter_id, SCHEDULED) for vcenter_id in ids[:8]]
        await vcenters[0].began.wait()
        await asyncio.to_thread(stack.rabbitmq.stop)
        runs += [await bench.ask(vcenter_id) for vcenter_id in ids[8:]]
        gate.set()
        await asyncio.to_thread(stack.rabbitmq.restart)
        await asyncio.to_thread(stack.rabbitmq.wait)
        async with asyncio.timeout(90):
            ended = [await bench.ended(run.id, seconds=90) for run in runs]

    assert {run.state for run in ended} == {"SUCCEEDED"}
    assert [vcenter.most_sessions for vcenter in vcenters] == [1] * len(vcenters)
