"""Which of several schedulers leads, when the one that led is simply gone."""

import asyncio
from datetime import datetime

from sqlalchemy import select

from models.commands.lease import SCHEDULER
from models.commands.transaction import Primary, clock, transaction
from models.lease import Lease
from sync_agent.scheduler import Scheduler
from sync_agent.settings import ScheduleSettings
from tests.support.outbox import Outbox
from tests.support.registry import new_vcenter

SETTINGS = ScheduleSettings(schedule_lease_seconds=3)
LONGEST_WAIT = 60  # seconds; a scheduler of another test may lead at first


def scheduler(engine: Primary, outbox: Outbox) -> Scheduler:
    return Scheduler(engine, outbox, SETTINGS, max_attempts=5)  # type: ignore[arg-type]


async def until_it_leads(waiting: Scheduler) -> None:
    async with asyncio.timeout(LONGEST_WAIT):
        while not waiting.is_leader:
            await asyncio.sleep(0.05)
            await waiting.tick()


async def lease(engine: Primary) -> tuple[int, datetime]:
    """Return the token of the leader's lease, and when it ends."""
    async with transaction(engine) as connection:
        held = select(Lease.token, Lease.expires_at).where(Lease.resource == SCHEDULER)
        return tuple((await connection.execute(held)).one())


async def test_when_the_leader_stops_without_resigning_another_takes_over_after_the_lease(engine):
    outbox = Outbox()
    gone, other = scheduler(engine, Outbox()), scheduler(engine, outbox)
    await until_it_leads(gone)
    token, ends = await lease(engine)

    await other.tick()
    stood_by = not other.is_leader
    vcenter_id = await new_vcenter(engine, is_scheduled=True)
    await until_it_leads(other)

    async with transaction(engine) as connection:
        now = await connection.scalar(select(clock()))
    assert stood_by
    assert now >= ends
    assert (await lease(engine))[0] == token + 1
    assert vcenter_id in {message.vcenter_id for message in outbox.messages}, "the work goes on"
    await gone.tick()
    assert not gone.is_leader, "it finds that it is deposed"
    await other._resign()
