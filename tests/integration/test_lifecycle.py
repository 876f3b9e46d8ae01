"""Pausing, resuming and removing vCenters, against a real primary."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from models.commands import lease as leases
from models.commands import lifecycle, schedule, sync_run
from models.commands.sync_run import Claim, Refusal
from runtime.errors import VCenterBusyError, VCenterPausedError
from tests.support.outbox import Outbox
from tests.support.registry import new_vcenter


async def asked(engine, vcenter_id):
    outbox = Outbox()
    run = await sync_run.request_sync(engine, outbox, vcenter_id, requested_by="test")
    return run.id


async def claimed(engine, run_id):
    return await sync_run.claim(engine, run_id, owner="test", lease_seconds=30)


async def waiting(engine):
    found = await schedule.to_publish(engine, limit=10_000, lost_after_seconds=-1)
    return {wake.message.run_id for wake in found}


async def test_a_paused_vcenter_is_neither_asked_nor_claimed_nor_published(engine):
    vcenter = await new_vcenter(engine, is_scheduled=True)
    run_id = await asked(engine, vcenter)

    await lifecycle.pause(engine, vcenter, reason="storage work")

    assert await claimed(engine, run_id) is Refusal.PAUSED
    assert run_id not in await waiting(engine)
    with pytest.raises(VCenterPausedError):
        await asked(engine, vcenter)


async def test_the_scheduler_leaves_a_paused_vcenter_alone_until_it_is_resumed(engine):
    vcenter = await new_vcenter(engine, is_scheduled=True)
    await lifecycle.pause(engine, vcenter, reason=None)

    async def runs():
        await schedule.queue_due(engine, limit=10_000, jitter=0)
        async with engine.connect() as connection:
            count = "SELECT count(*) FROM sync_runs WHERE vcenter_id = :id"
            return await connection.scalar(text(count), {"id": vcenter})

    assert await runs() == 0
    await lifecycle.resume(engine, vcenter)
    assert await runs() == 1


async def test_a_resumed_vcenter_goes_on_with_the_run_that_waited(engine):
    vcenter = await new_vcenter(engine)
    run_id = await asked(engine, vcenter)
    await lifecycle.pause(engine, vcenter, reason=None)

    await lifecycle.resume(engine, vcenter)

    assert run_id in await waiting(engine)
    assert isinstance(await claimed(engine, run_id), Claim)


async def fill(engine, vcenter, machines=25):
    async with engine.begin() as connection:
        for n in range(machines):
            row = {"id": vcenter, "moid": f"vm-{n}"}
            await connection.execute(
                text(
                    "INSERT INTO virtual_machines (vcenter_id, moid, name, row_hash, first_seen,"
                    " changed_at) VALUES (:id, :moid, :moid, 'x', now(), now())"
                ),
                row,
            )
            await connection.execute(
                text(
                    "INSERT INTO identifiers (vcenter_id, type, moid, kind, value)"
                    " VALUES (:id, 'VirtualMachine', :moid, 'SERIAL', :moid)"
                ),
                row,
            )


async def left(engine, vcenter):
    found = {}
    async with engine.connect() as connection:
        for table in lifecycle.tables_of_vcenters():
            query = f"SELECT count(*) FROM {table.name} WHERE vcenter_id = {vcenter}"
            if count := await connection.scalar(text(query)):
                found[table.name] = count
        registered = f"SELECT count(*) FROM vcenters WHERE id = {vcenter}"
        return found, await connection.scalar(text(registered))


async def test_a_removed_vcenter_leaves_nothing_and_no_other_loses_anything(engine):
    vcenter, other = await new_vcenter(engine), await new_vcenter(engine)
    await fill(engine, vcenter)
    await fill(engine, other)
    await asked(engine, vcenter)

    steps = [step async for step in lifecycle.remove(engine, vcenter, batch_rows=10)]

    assert [step.rows for step in steps if step.table == "virtual_machines"] == [10, 10, 5]
    assert steps[-1] == lifecycle.Removed("vcenters", 1)
    assert await left(engine, vcenter) == ({}, 0)
    assert await left(engine, other) == ({"virtual_machines": 25, "identifiers": 25}, 1)


async def test_a_vcenter_that_is_being_synced_is_not_removed(engine):
    vcenter = await new_vcenter(engine)
    await fill(engine, vcenter, machines=1)
    assert isinstance(await claimed(engine, await asked(engine, vcenter)), Claim)

    with pytest.raises(VCenterBusyError):
        async for _ in lifecycle.remove(engine, vcenter, busy_seconds=0):
            pass

    assert (await left(engine, vcenter))[0]["virtual_machines"] == 1
    await asked(engine, vcenter)  # it goes on as before


async def test_a_removal_waits_for_the_sync_that_runs(engine):
    vcenter = await new_vcenter(engine)
    await fill(engine, vcenter)
    claim = await claimed(engine, await asked(engine, vcenter))
    assert isinstance(claim, Claim)

    synced = asyncio.Event()

    async def end_the_sync() -> None:
        await asyncio.sleep(0.3)
        synced.set()
        await leases.release(engine, claim.lease)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(end_the_sync())
        async for _ in lifecycle.remove(engine, vcenter):
            assert synced.is_set()

    assert await left(engine, vcenter) == ({}, 0)


async def test_a_removal_that_broke_off_goes_on_and_meanwhile_nobody_syncs(engine):
    vcenter = await new_vcenter(engine)
    await fill(engine, vcenter)
    run_id = await asked(engine, vcenter)
    async for _ in lifecycle.remove(engine, vcenter, batch_rows=10):
        break
    resource = leases.vcenter_resource(vcenter)
    async with engine.begin() as connection:  # as if the remover's lease had run out
        await connection.execute(
            text("UPDATE leases SET expires_at = now() WHERE resource = :r"), {"r": resource}
        )

    assert await claimed(engine, run_id) is Refusal.PAUSED
    with pytest.raises(VCenterPausedError):
        await asked(engine, vcenter)
    async for _ in lifecycle.remove(engine, vcenter):
        pass

    assert await left(engine, vcenter) == ({}, 0)


async def test_a_removed_vcenter_can_be_registered_again(engine):
    uuid = uuid4()
    vcenter = await new_vcenter(engine, name=f"again-{uuid}", instance_uuid=uuid)
    async for _ in lifecycle.remove(engine, vcenter):
        pass

    assert await new_vcenter(engine, name=f"again-{uuid}", instance_uuid=uuid) > vcenter
