"""The bounds of one run: time in all, time of one call, threads, and how often devices are read."""

import asyncio
import threading
from collections.abc import AsyncIterator
from time import monotonic
from uuid import uuid4

import pytest
from aio_pika import Message
from sqlalchemy import func, insert, select, update

from models.commands import schedule
from models.commands.interval import set_intervals
from models.commands.transaction import Primary, clock_plus, transaction
from models.db.settings import DatabaseSettings
from models.enums import SyncRunState
from models.queue import open_connection
from models.sync_run import SyncRun
from models.vcenter import VCenter
from runtime.errors import VCenterTimeoutError
from sync_agent.collector.session import open_session
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target
from sync_agent.process import run_until_signal
from tests.support.bench import RECORDS, SETTINGS, Bench, open_bench
from tests.support.fake_source import FakeVCenter
from tests.support.outbox import Outbox
from tests.support.records import guest, hardware
from tests.support.registry import new_vcenter
from vminer.simulator.background import simulated
from vminer.stack.stack import Stack

THREADS = 24


@pytest.fixture
async def bench(database: DatabaseSettings, stack: Stack, engine: Primary) -> AsyncIterator[Bench]:
    async with open_bench(database, stack, engine) as opened:
        yield opened


async def test_a_scan_beyond_its_time_is_dropped_logged_out_and_counts_as_a_timeout(bench):
    endless = FakeVCenter(RECORDS, gate=asyncio.Event())
    vcenter_id = await bench.vcenter(endless)
    hasty = SETTINGS.model_copy(
        update={"agent_scan_timeout_seconds": 0.3, "agent_max_attempts": 1, "agent_concurrency": 2}
    )

    async with bench.worker(hasty):
        run = await bench.ended((await bench.ask(vcenter_id)).id)
        sound = await bench.ended((await bench.ask(await bench.vcenter(FakeVCenter()))).id)

    assert (run.state, run.error_code) == ("DEAD", "VCENTER_TIMEOUT")
    assert "was not read within 0.3 seconds" in str(run.error_message)
    assert endless.open_sessions == 0
    assert await bench.names(vcenter_id) == []
    assert sound.state == "SUCCEEDED"
    async with transaction(bench.engine) as connection:
        failures = select(VCenter.failures_in_a_row).where(VCenter.id == vcenter_id)
        assert await connection.scalar(failures) == 1


async def test_a_login_that_is_never_answered_ends_with_the_read_timeout():
    settings = CollectorSettings(
        collector_read_timeout_seconds=1, collector_logout_timeout_seconds=1
    )
    with simulated([5], seed=32) as simulation:
        listening = simulation.listening[0]
        identity = listening.vcenter.identity
        listening.vcenter.switch_on("hang", seconds=30)
        target = Target(
            host="127.0.0.1",
            port=listening.port,
            username=identity.username,
            password=identity.password,
            ca_certificates=simulation.ca_pem,
        )
        began = monotonic()
        with pytest.raises(VCenterTimeoutError):
            async with open_session(target, settings, agent="test"):
                pytest.fail("nobody answered the login")

    assert monotonic() - began < 10


def test_as_many_vcenters_may_block_at_once_as_a_worker_has_threads_for():
    everybody = threading.Barrier(THREADS, timeout=20)

    async def main(stopping: asyncio.Event) -> None:
        await asyncio.gather(*(asyncio.to_thread(everybody.wait) for _ in range(THREADS)))

    run_until_signal(main, threads=THREADS)

    assert not everybody.broken


async def test_a_vcenter_may_have_its_devices_read_more_often_than_others(bench):
    vcenter = FakeVCenter(RECORDS, (hardware(1), hardware(2)))
    vcenter_id = await bench.vcenter(vcenter)
    name = await _name(bench, vcenter_id)

    async with bench.worker():
        await bench.ended((await bench.ask(vcenter_id)).id)
        await bench.ended((await bench.ask(vcenter_id)).id)
        at_first = list(vcenter.asked_hardware)
        vcenter.asked_hardware.clear()
        now = await set_intervals(bench.engine, name, own={"heavy_interval_seconds": 0})
        await bench.ended((await bench.ask(vcenter_id)).id)

    assert at_first == ["vm-1", "vm-2"], "once, not again in the second sync"
    assert now.heavy_interval_seconds == 0
    assert vcenter.asked_hardware == ["vm-1", "vm-2"]


async def test_a_vcenter_may_have_its_guests_read_more_often_than_others(bench):
    vcenter = FakeVCenter(RECORDS, (hardware(1), hardware(2)), guests=(guest(1), guest(2)))
    vcenter_id = await bench.vcenter(vcenter)
    name = await _name(bench, vcenter_id)

    async with bench.worker():
        await bench.ended((await bench.ask(vcenter_id)).id)
        await bench.ended((await bench.ask(vcenter_id)).id)
        at_first = list(vcenter.asked_guests)
        vcenter.asked_guests.clear()
        vcenter.asked_hardware.clear()
        await set_intervals(bench.engine, name, own={"guest_interval_seconds": 0})
        await bench.ended((await bench.ask(vcenter_id)).id)

    assert at_first == ["vm-1", "vm-2"], "once, not again in the second sync"
    assert vcenter.asked_guests == ["vm-1", "vm-2"]
    assert vcenter.asked_hardware == [], "devices keep the agents' interval"


async def test_a_vcenter_may_have_less_time_for_a_scan_than_others_or_theirs_again(bench):
    slow = FakeVCenter(RECORDS, gate=asyncio.Event())
    vcenter_id = await bench.vcenter(slow)
    name = await _name(bench, vcenter_id)
    one = SETTINGS.model_copy(update={"agent_max_attempts": 1})
    await set_intervals(bench.engine, name, own={"scan_timeout_seconds": 1})

    async with bench.worker(one):
        hasty = await bench.ended((await bench.ask(vcenter_id)).id)
        await set_intervals(bench.engine, name, own={"scan_timeout_seconds": None})
        assert slow.gate is not None
        slow.gate.set()
        patient = await bench.ended((await bench.ask(vcenter_id)).id)

    assert (hasty.state, hasty.error_code) == ("DEAD", "VCENTER_TIMEOUT")
    assert "was not read within 1 seconds" in str(hasty.error_message)
    assert patient.state == "SUCCEEDED"


async def _name(bench: Bench, vcenter_id: int) -> str:
    async with transaction(bench.engine) as connection:
        found = await connection.scalar(select(VCenter.name).where(VCenter.id == vcenter_id))
    return str(found)


async def test_tiers_that_are_switched_off_are_not_read_until_they_are_switched_on(bench):
    vcenter = FakeVCenter(RECORDS, (hardware(1), hardware(2)), guests=(guest(1), guest(2)))
    vcenter_id = await bench.vcenter(vcenter)
    off = {"agent_reads_hardware": False, "agent_reads_guests": False}

    async with bench.worker(SETTINGS.model_copy(update=off)):
        await bench.ended((await bench.ask(vcenter_id)).id)
    asked = (list(vcenter.asked_hardware), list(vcenter.asked_guests))
    async with bench.worker():
        await bench.ended((await bench.ask(vcenter_id)).id)

    assert asked == ([], [])
    assert vcenter.asked_hardware == vcenter.asked_guests == ["vm-1", "vm-2"]


async def test_a_shorter_interval_holds_from_now_on(engine):
    name = f"vc-{uuid4()}"
    vcenter_id = await new_vcenter(engine, name=name)

    await set_intervals(engine, name, interval_seconds=60)

    async with transaction(engine) as connection:
        wait = VCenter.next_sync_at - func.clock_timestamp()
        left = await connection.scalar(select(wait).where(VCenter.id == vcenter_id))
    assert left.total_seconds() <= 60


async def test_runs_that_ended_long_ago_are_purged_but_never_the_last_one(engine):
    vcenter_id = await new_vcenter(engine)
    async with transaction(engine) as connection:
        ended = {"vcenter_id": vcenter_id, "requested_by": "test", "state": SyncRunState.SUCCEEDED}
        rows = [ended | {"requested_at": clock_plus(-days * 86_400)} for days in (30, 20, 15, 1)]
        await connection.execute(insert(SyncRun).values(rows))

    first = await _left_after_purge(engine, vcenter_id, days=14)
    async with transaction(engine) as connection:
        own = update(SyncRun).where(SyncRun.vcenter_id == vcenter_id)
        await connection.execute(own.values(requested_at=clock_plus(-40 * 86_400)))
    last = await _left_after_purge(engine, vcenter_id, days=14)

    assert (first, last) == (1, 1)


async def _left_after_purge(engine: Primary, vcenter_id: int, *, days: int) -> int:
    while await schedule.purge_runs(engine, keep_days=days, limit=2):
        pass
    async with transaction(engine) as connection:
        own = select(func.count()).where(SyncRun.vcenter_id == vcenter_id)
        return int(await connection.scalar(own) or 0)


async def test_runs_whose_messages_lay_in_the_former_queue_are_published_again(bench):
    connection = await open_connection(bench.queue)
    channel = await connection.channel()
    former = await channel.declare_queue(
        bench.queue.former_queue, durable=True, arguments={"x-queue-type": "quorum"}
    )
    await channel.default_exchange.publish(Message(b"{}"), former.name)
    await connection.close()
    vcenter_id = await bench.vcenter(FakeVCenter(RECORDS))
    nowhere = Bench(bench.database, bench.queue, bench.engine, Outbox(), bench.estate)  # type: ignore[arg-type]
    run = await nowhere.ask(vcenter_id)

    async with bench.worker(), bench.scheduler():
        ended = await bench.ended(run.id)

    assert run.published
    assert ended.state == "SUCCEEDED"
