"""Sync, wait, read: snapshots that have an epoch or the end of a run, on replicas that lag."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import cast
from uuid import UUID, uuid4

import pytest
from sqlalchemy import QueuePool, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from graphql_api.run_wait import RunWatch
from graphql_api.settings import GatewaySettings
from loaders.awaited import MinEpoch, has_epochs, states_of_runs
from models.commands.heartbeat import beat
from models.db.replicas import ReplicaPool
from models.db.settings import DatabaseSettings, ReplicaSettings
from models.enums import InventoryType, SyncRunState, Tier
from models.tables import CollectionState, SyncRun
from runtime.errors import NotThereYetError
from sync_agent.writer.pool import open_pool
from tests.conftest import replicas_caught_up
from tests.support.merging import Merger
from tests.support.records import host, pages, vm
from tests.support.registry import new_vcenter
from vminer.stack.stack import Stack

PORT = text("SELECT inet_server_port()")
SLOW_TO_BENCH = ReplicaSettings(replica_probe_timeout_seconds=2, replica_max_lag_seconds=600)
"""Late replicas stay fit: what they have is the question here, not how late they are."""


@dataclass(frozen=True, slots=True)
class Collected:
    """One collection of a vCenter of the test's own."""

    engine: AsyncEngine
    vcenter_id: int
    uuid: UUID
    run_id: UUID

    async def reach(self, epoch: int) -> None:
        of_vcenter = CollectionState.vcenter_id == self.vcenter_id
        async with self.engine.begin() as connection:
            await connection.execute(update(CollectionState).where(of_vcenter).values(epoch=epoch))

    async def end(self, state: SyncRunState = SyncRunState.SUCCEEDED) -> None:
        async with self.engine.begin() as connection:
            ended = update(SyncRun).where(SyncRun.id == self.run_id).values(state=state)
            await connection.execute(ended)

    def at(self, epoch: int) -> partial:
        wanted = MinEpoch(self.uuid, InventoryType.Host.value, Tier.LIGHT.value, epoch)
        return partial(has_epochs, wanted=[wanted])


@pytest.fixture(autouse=True)
async def beaten(engine: AsyncEngine, stack: Stack) -> None:
    """A heart that has beaten once: every server is as fresh as every other."""
    await beat(engine)
    await replicas_caught_up(stack)


@pytest.fixture
async def collected(engine: AsyncEngine, stack: Stack) -> Collected:
    uuid, run_id = uuid4(), uuid4()
    vcenter_id = await new_vcenter(engine, instance_uuid=uuid)
    of_hosts = {"type": InventoryType.Host, "tier": Tier.LIGHT, "as_of": func.now()}
    async with engine.begin() as connection:
        row = {"vcenter_id": vcenter_id, "run_id": run_id, "epoch": 1, **of_hosts}
        await connection.execute(insert(CollectionState).values(row))
        run = {"id": run_id, "vcenter_id": vcenter_id, "requested_by": "test", "state": "RUNNING"}
        await connection.execute(insert(SyncRun).values(run))
    await replicas_caught_up(stack)
    return Collected(engine, vcenter_id, uuid, run_id)


@pytest.fixture
def paused(stack: Stack) -> Iterator[list[int]]:
    """Replicas (by port) that replay nothing; they go on afterwards."""
    found: list[int] = []
    yield found
    for port in found:
        stack.postgres.execute(port, "SELECT pg_wal_replay_resume()")


def pause(stack: Stack, paused: list[int], *ports: int) -> None:
    for port in ports:
        stack.postgres.execute(port, "SELECT pg_wal_replay_pause()")
        paused.append(port)


@asynccontextmanager
async def opened(database: DatabaseSettings) -> AsyncIterator[ReplicaPool]:
    """A pool in which every server is fit."""
    async with ReplicaPool.open(database, SLOW_TO_BENCH) as pool:
        async with asyncio.timeout(20):
            while not all(member.is_fit for member in pool.servers):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        yield pool


async def served_by(pool: ReplicaPool, has: partial, *, seconds: float = 0.3) -> int:
    async with pool.session_having(has, seconds=seconds) as reads:
        return int((await reads.rows(PORT))[0][0])


async def test_an_epoch_is_read_where_it_is_and_replicas_that_lack_it_are_passed_over(
    database: DatabaseSettings, stack: Stack, collected: Collected, paused: list[int]
) -> None:
    late, *others = stack.postgres.replica_ports
    pause(stack, paused, late)
    await collected.reach(42)

    async with opened(database) as pool:
        served = [await served_by(pool, collected.at(42), seconds=10) for _ in range(6)]

    assert set(served) == set(others)


async def test_an_epoch_no_replica_has_yet_is_waited_for(
    database: DatabaseSettings, stack: Stack, collected: Collected, paused: list[int]
) -> None:
    async with opened(database) as pool:
        for _ in stack.postgres.replica_ports:  # so that later looks need not connect first
            await served_by(pool, collected.at(1))
        pause(stack, paused, *stack.postgres.replica_ports)
        await collected.reach(42)
        async with asyncio.TaskGroup() as group:
            served = group.create_task(served_by(pool, collected.at(42), seconds=20))
            held = [await _connections_held(pool) for _ in range(20)]
            assert not served.done()
            stack.postgres.execute(paused[0], "SELECT pg_wal_replay_resume()")

    assert served.result() == paused[0]
    assert held.count(0) > len(held) / 2, "between two looks nothing is held"


async def _connections_held(pool: ReplicaPool) -> int:
    """Return how many connections of the pool are in use, some milliseconds from now."""
    await asyncio.sleep(0.011)
    lent = sum(cast(QueuePool, engine.pool).checkedout() for engine in pool._engines.values())
    return lent - sum(len(shelf) for shelf in pool._shelves.values())


async def test_an_epoch_no_replica_has_in_time_is_read_from_the_primary(
    database: DatabaseSettings, stack: Stack, collected: Collected, paused: list[int]
) -> None:
    async with opened(database) as pool:
        pause(stack, paused, *stack.postgres.replica_ports)
        await collected.reach(42)

        served = await served_by(pool, collected.at(42))

    assert served == stack.postgres.primary_port


async def test_an_epoch_nobody_has_is_an_error_of_its_own(
    database: DatabaseSettings, collected: Collected
) -> None:
    async with opened(database) as pool:
        with pytest.raises(NotThereYetError):
            await served_by(pool, collected.at(43))


async def test_without_replicas_the_primary_is_asked_until_the_time_is_over(
    database: DatabaseSettings, stack: Stack, collected: Collected
) -> None:
    alone = database.model_copy(update={"replica_urls": ()})
    async with opened(alone) as pool, asyncio.TaskGroup() as group:
        served = group.create_task(served_by(pool, collected.at(2), seconds=20))
        await asyncio.sleep(0.1)
        await collected.reach(2)

    assert served.result() == stack.postgres.primary_port


async def test_a_vcenter_nobody_knows_has_no_epoch(
    database: DatabaseSettings, collected: Collected
) -> None:
    unknown = Collected(collected.engine, 0, uuid4(), uuid4())
    async with opened(database) as pool:
        with pytest.raises(NotThereYetError):
            await served_by(pool, unknown.at(0))


async def test_a_run_that_ends_meanwhile_ends_the_wait(
    database: DatabaseSettings, collected: Collected
) -> None:
    async with opened(database) as pool, asyncio.TaskGroup() as group:
        watch = RunWatch(pool, GatewaySettings(run_wait_seconds=20))
        waits = [group.create_task(watch.ended({collected.run_id: 20})) for _ in range(10)]
        await asyncio.sleep(0.1)
        await collected.end(SyncRunState.FAILED)

    assert [wait.result() for wait in waits] == [{collected.run_id}] * 10


@pytest.mark.parametrize("asked", [0.1, 60], ids=["for less than it may", "for more"])
async def test_a_run_that_goes_on_is_waited_for_no_longer_than_asked_or_allowed(
    database: DatabaseSettings, collected: Collected, asked: float
) -> None:
    async with opened(database) as pool:
        watch = RunWatch(pool, GatewaySettings(run_wait_seconds=0.5))
        async with asyncio.timeout(10):
            assert await watch.ended({collected.run_id: asked}) == frozenset()


async def test_a_run_nobody_knows_is_given_up_as_soon_as_a_replica_would_know_it(
    database: DatabaseSettings,
) -> None:
    async with opened(database) as pool:
        watch = RunWatch(pool, GatewaySettings(run_wait_seconds=3600, catch_up_seconds=0.2))
        async with asyncio.timeout(10):
            assert await watch.ended({uuid4(): 3600}) == frozenset()


async def test_requests_that_wait_share_their_looks(
    database: DatabaseSettings, collected: Collected
) -> None:
    async with opened(database) as pool:
        watch = RunWatch(pool, GatewaySettings(run_wait_seconds=0.6))
        looks = 0
        look = watch._look

        async def counted() -> None:
            nonlocal looks
            looks += 1
            await look()

        watch._look = counted  # type: ignore[method-assign]
        await asyncio.gather(*(watch.ended({collected.run_id: 60}) for _ in range(50)))

    assert looks <= 6


async def test_a_run_tells_the_epochs_it_left(
    engine: AsyncEngine, database: DatabaseSettings
) -> None:
    pool = await open_pool(database, connections=2)
    try:
        merger = Merger(engine, pool, await new_vcenter(engine))
        for machine in (vm(1), vm(1, name="renamed")):
            await merger.sync(pages(host(1), machine))
        of_vcenter = SyncRun.vcenter_id == merger.vcenter_id
        async with engine.connect() as connection:
            statement = select(SyncRun.epochs).where(of_vcenter).order_by(SyncRun.requested_at)
            first, second = (await connection.execute(statement)).scalars()
            states = select(CollectionState.type, CollectionState.tier, CollectionState.epoch)
            now = await connection.execute(
                states.where(CollectionState.vcenter_id == merger.vcenter_id)
            )
    finally:
        await pool.close()

    def light(epochs: list[dict[str, object]]) -> dict[object, object]:
        return {each["type"]: each["epoch"] for each in epochs if each["tier"] == "LIGHT"}

    assert (light(first)["Host"], light(first)["VirtualMachine"]) == (1, 1)
    assert (light(second)["Host"], light(second)["VirtualMachine"]) == (1, 2)
    assert set(light(second)) == {kind.value for kind in InventoryType}
    assert {(e["type"], e["tier"], e["epoch"]) for e in second} <= {tuple(row) for row in now}


async def test_a_run_that_was_not_carried_out_tells_no_epochs(
    database: DatabaseSettings, collected: Collected
) -> None:
    async with collected.engine.connect() as connection:
        statement = select(SyncRun.epochs).where(SyncRun.id == collected.run_id)
        assert await connection.scalar(statement) is None
    async with opened(database) as pool, pool.session() as reads:
        states = await states_of_runs(reads, [collected.run_id, uuid4()])
    assert states == {collected.run_id: SyncRunState.RUNNING}
