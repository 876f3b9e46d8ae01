"""A thousand vCenters due at once: each asked for once, in turn, and nobody waits behind them."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, insert, select

from models.commands import schedule
from models.commands.sync_run import publish, request_sync
from models.commands.transaction import Primary, clock, clock_plus, transaction
from models.enums import RequestClass
from models.sync_run import SyncRun
from models.vcenter import VCenter
from sync_agent.scheduler import Scheduler
from sync_agent.settings import ScheduleSettings
from tests.support.outbox import Outbox
from tests.support.registry import new_vcenter

COUNT, INTERVAL, JITTER = 1_000, 1_000, 0.1
SETTINGS = ScheduleSettings(schedule_batch=300, schedule_jitter=JITTER)


@pytest.fixture
async def due(engine: Primary) -> AsyncIterator[list[int]]:
    """A thousand vCenters, the first of them due the longest; gone after the test."""
    async with transaction(engine) as connection:
        rows = [
            {
                "name": f"due-{uuid4()}",
                "host": "vc.invalid",
                "username": "reader",
                "sealed_credentials": b"sealed",
                "instance_uuid": uuid4(),
                "interval_seconds": INTERVAL,
                "next_sync_at": clock_plus(-100_000 + number),
            }
            for number in range(COUNT)
        ]
        statement = insert(VCenter).values(rows).returning(VCenter.id)
        ids = sorted(await connection.scalars(statement))
    yield ids
    async with transaction(engine) as connection:
        await connection.execute(delete(VCenter).where(VCenter.id.in_(ids)))


def scheduler(engine: Primary, outbox: Outbox) -> Scheduler:
    return Scheduler(engine, outbox, SETTINGS, max_attempts=5)  # type: ignore[arg-type]


async def test_a_thousand_due_at_once_are_asked_for_once_each_in_turn_and_spread(engine, due):
    outbox = Outbox()
    several = [scheduler(engine, outbox) for _ in range(3)]

    for _ in range(8):
        await asyncio.gather(*(each.tick() for each in several))

    async with transaction(engine) as connection:
        runs = select(SyncRun.vcenter_id, func.count()).group_by(SyncRun.vcenter_id)
        counts = dict(map(tuple, await connection.execute(runs.where(SyncRun.vcenter_id.in_(due)))))
        nexts = select(VCenter.next_sync_at - clock()).where(VCenter.id.in_(due))
        waits = [each.total_seconds() for each in await connection.scalars(nexts)]
    published = [each.vcenter_id for each in outbox.messages if each.vcenter_id in counts]
    assert counts == dict.fromkeys(due, 1)
    assert published == due, "in the order in which they fell due"
    assert sum(each.is_leader for each in several) == 1
    longest = INTERVAL * (1 + JITTER)
    assert max(waits) <= longest
    assert max(waits) - min(waits) > INTERVAL * JITTER
    tenths = {int((longest - wait) / (INTERVAL * JITTER / 5)) for wait in waits}
    assert len(tenths) >= 9, "spread over the whole of the jitter, not in a clump"


async def test_schedulers_that_all_think_they_lead_ask_once(engine, due):
    looks = [schedule.queue_due(engine, limit=300, jitter=JITTER) for _ in range(12)]

    await asyncio.gather(*looks)

    async with transaction(engine) as connection:
        asked = select(func.count()).where(SyncRun.vcenter_id.in_(due), SyncRun.state == "QUEUED")
        assert await connection.scalar(asked) == COUNT


async def test_what_a_person_asked_while_rabbitmq_was_away_is_published_first(engine, due):
    await schedule.queue_due(engine, limit=10_000, jitter=JITTER)
    vcenter_id = await new_vcenter(engine)
    away = Outbox(is_away=True)
    run = await request_sync(engine, away, vcenter_id, requested_by="test")  # type: ignore[arg-type]

    waiting = await schedule.to_publish(engine, limit=10_000, lost_after_seconds=300)
    outbox = Outbox()
    await publish(engine, outbox, waiting)  # type: ignore[arg-type]

    classes = outbox.classes
    assert run.id in {each.run_id for each in outbox.messages[: classes.count("INTERACTIVE")]}
    assert classes == sorted(classes), "INTERACTIVE before SCHEDULED"
    assert classes.count(RequestClass.SCHEDULED) >= COUNT
