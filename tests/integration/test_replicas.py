"""Reading from real replicas: turns, losses, lag, the primary as the last resort."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import cast

import pytest
from sqlalchemy import QueuePool, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.commands.heartbeat import beat
from models.db.engines import read_engine
from models.db.replicas import ReplicaPool
from models.db.sessions import ReadSession
from models.db.settings import DatabaseSettings, ReplicaSettings
from runtime.errors import (
    NoHealthyReplicaError,
    ReplicaBusyError,
    ReplicaLostError,
    StatementTimeoutError,
)
from tests.conftest import replicas_caught_up
from vminer.stack.ports import free_port
from vminer.stack.stack import Stack

WHERE = text("SELECT inet_server_port()")
END_MYSELF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'"
QUICK = ReplicaSettings(
    replica_probe_seconds=0.1,
    replica_probe_timeout_seconds=1,
    replica_max_lag_seconds=0.5,
    replica_bench_seconds=0.1,
    replica_max_bench_seconds=0.2,
)


@pytest.fixture(autouse=True)
async def beating(engine: AsyncEngine, database: DatabaseSettings) -> AsyncIterator[None]:
    """The heart that the scheduler lets beat."""

    async def go_on() -> None:
        while True:
            await beat(engine)
            await asyncio.sleep(0.1)

    async with asyncio.TaskGroup() as group:
        heart = group.create_task(go_on())
        yield
        heart.cancel()


@asynccontextmanager
async def opened(database: DatabaseSettings) -> AsyncIterator[ReplicaPool]:
    """A pool with quick probes, ready."""
    async with ReplicaPool.open(database, QUICK) as pool:
        yield pool


async def ports(pool: ReplicaPool, reads: int = 12) -> Counter[int]:
    """Return how many of some reads each server served."""
    found: Counter[int] = Counter()
    for _ in range(reads):
        async with pool.session() as session:
            found[(await session.rows(WHERE))[0][0]] += 1
    return found


async def until_served_by(pool: ReplicaPool, expected: set[int]) -> None:
    """Wait until exactly these servers serve."""
    async with asyncio.timeout(20):
        while set(await ports(pool)) != expected:  # noqa: ASYNC110 - a server tells no event
            await asyncio.sleep(0.1)


@pytest.fixture
def paused(stack: Stack) -> Iterator[list[int]]:
    """Replicas (by port) that were told to replay nothing; they go on afterwards."""
    found: list[int] = []
    yield found
    for port in found:
        stack.postgres.execute(port, "SELECT pg_wal_replay_resume()")


async def test_reads_go_round_the_replicas_and_spare_the_primary(
    database: DatabaseSettings, stack: Stack
) -> None:
    async with opened(database) as pool:
        await until_served_by(pool, set(stack.postgres.replica_ports))
        served = await ports(pool, reads=12)

    assert served == dict.fromkeys(stack.postgres.replica_ports, 4)


async def test_a_session_reads_one_server_in_one_snapshot(
    database: DatabaseSettings, engine: AsyncEngine, stack: Stack
) -> None:
    snapshot = text("SELECT inet_server_port(), beat_at FROM heartbeat")
    async with opened(database) as pool, pool.session() as session:
        first = await session.rows(snapshot)
        await beat(engine)
        await replicas_caught_up(stack)
        second = await session.rows(snapshot)

    assert first == second


async def test_a_session_cannot_write(database: DatabaseSettings) -> None:
    without_replicas = database.model_copy(update={"replica_urls": ()})
    async with opened(without_replicas) as pool, pool.session() as session:
        with pytest.raises(Exception, match="read-only transaction"):
            await session.rows(text("UPDATE heartbeat SET beat_at = now() RETURNING 1"))


async def test_without_replicas_the_primary_serves(
    database: DatabaseSettings, stack: Stack
) -> None:
    async with opened(database.model_copy(update={"replica_urls": ()})) as pool:
        served = await ports(pool, reads=3)

    assert served == {stack.postgres.primary_port: 3}


async def test_a_late_replica_serves_nothing_until_it_has_caught_up(
    database: DatabaseSettings, stack: Stack, paused: list[int]
) -> None:
    late, *others = stack.postgres.replica_ports
    async with opened(database) as pool:
        paused.append(late)
        stack.postgres.execute(late, "SELECT pg_wal_replay_pause()")
        await until_served_by(pool, set(others))

        paused.remove(late)
        stack.postgres.execute(late, "SELECT pg_wal_replay_resume()")
        await until_served_by(pool, {late, *others})


async def test_with_every_replica_late_the_primary_serves_half_its_connections(
    database: DatabaseSettings, stack: Stack, paused: list[int]
) -> None:
    async with opened(database) as pool:
        for port in stack.postgres.replica_ports:
            paused.append(port)
            stack.postgres.execute(port, "SELECT pg_wal_replay_pause()")
        await until_served_by(pool, {stack.postgres.primary_port})

        async with pool.session() as one, pool.session() as two:
            served = [(await each.rows(WHERE))[0][0] for each in (one, two)]
            async with pool.session() as beyond:
                by_a_late_one = (await beyond.rows(WHERE))[0][0]

    assert served == [stack.postgres.primary_port] * 2
    assert by_a_late_one in stack.postgres.replica_ports
    assert beyond.is_stale
    assert not one.is_stale


async def test_a_session_whose_server_goes_away_says_so_and_the_server_is_benched(
    database: DatabaseSettings, stack: Stack
) -> None:
    async with opened(database) as pool:
        async with pool.session() as session:
            (port,) = (await session.rows(WHERE))[0]
            stack.postgres.execute(port, END_MYSELF.format("vminer-read"))
            with pytest.raises(ReplicaLostError):
                await session.rows(WHERE)
            with pytest.raises(ReplicaLostError):
                await session.rows(WHERE)
        assert port not in await ports(pool, reads=6)
        await until_served_by(pool, set(stack.postgres.replica_ports))


async def test_a_server_whose_connections_are_all_in_use_is_busy_and_not_benched(
    database: DatabaseSettings,
) -> None:
    one_replica = {"replica_urls": database.replica_urls[:1], "pool_size": 1}
    narrow = database.model_copy(update=one_replica | {"connect_timeout_seconds": 0.5})
    async with opened(narrow) as pool:
        async with pool.session() as holder:
            await holder.rows(WHERE)
            await asyncio.sleep(0.5)  # some probes
            async with pool.session() as other:
                with pytest.raises(ReplicaBusyError):
                    await other.rows(WHERE)
            assert pool.rotation.members[0].is_fit
        async with pool.session() as later:
            assert await later.rows(WHERE)


async def test_a_cancelled_read_leaves_the_next_one_a_sound_connection(
    database: DatabaseSettings,
) -> None:
    narrow = database.model_copy(update={"pool_size": 1})
    engine = read_engine(database.replica_urls[0], narrow)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3), ReadSession(engine) as session:
            await session.rows(text("SELECT pg_sleep(5)"))

    async with ReadSession(engine) as next_one:
        assert await next_one.rows(WHERE)
    await engine.dispose()


async def test_a_server_that_goes_away_after_the_last_row_costs_the_request_nothing(
    database: DatabaseSettings, stack: Stack
) -> None:
    engine = read_engine(database.replica_urls[0], database)
    session = ReadSession(engine)
    async with session:
        rows = await session.rows(WHERE)
        stack.postgres.execute(rows[0][0], END_MYSELF.format("vminer-read"))
        await asyncio.sleep(0.2)

    assert session.lost is not None
    assert cast("QueuePool", engine.sync_engine.pool).checkedout() == 0
    await engine.dispose()


async def test_a_slow_statement_is_ended_and_costs_the_server_nothing(
    database: DatabaseSettings,
) -> None:
    hasty = database.model_copy(update={"statement_timeout_seconds": 0.2})
    async with opened(hasty) as pool, pool.session() as session:
        with pytest.raises(StatementTimeoutError):
            await session.rows(text("SELECT pg_sleep(5)"))
        assert session.lost is None


async def test_with_every_server_away_reading_fails_with_one_error() -> None:
    urls = [f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/none" for _ in range(2)]
    away = DatabaseSettings(primary_url=urls[0], replica_urls=(urls[1],))
    async with opened(away) as pool:
        with pytest.raises(NoHealthyReplicaError):
            async with pool.session():
                pass


async def test_a_database_without_tables_is_a_server_that_is_not_fit(
    empty_database: DatabaseSettings,
) -> None:
    async with opened(empty_database) as pool:
        assert pool.rotation.primary.reason is not None
        assert "heartbeat" in pool.rotation.primary.reason


async def test_connections_stay_ready_for_the_next_reader(database: DatabaseSettings) -> None:
    async with opened(database) as pool:
        found: Counter[int] = Counter()
        for _ in range(12):
            async with pool.session() as reads:
                rows = await reads.rows(text("SELECT pg_backend_pid()"))
                found[rows[0][0]] += 1

    assert len(found) <= len(database.replica_urls)  # one for each server that was fit


async def test_who_waits_gets_a_connection_that_another_reader_gives_back(
    database: DatabaseSettings,
) -> None:
    alone = database.model_copy(update={"pool_size": 1, "replica_urls": ()})

    async def read(pool: ReplicaPool) -> int:
        async with pool.session() as reads:
            await reads.rows(text("SELECT pg_sleep(0.01)"))
            return int((await reads.rows(text("SELECT pg_backend_pid()")))[0][0])

    async with opened(alone) as pool:
        several = await asyncio.gather(*(read(pool) for _ in range(20)))

    assert len(set(several)) == 1


async def test_a_connection_that_broke_while_it_was_ready_is_not_lent(
    database: DatabaseSettings, engine: AsyncEngine
) -> None:
    alone = database.model_copy(update={"replica_urls": ()})

    async def read(pool: ReplicaPool) -> int:
        async with pool.session() as reads:
            return int((await reads.rows(text("SELECT pg_backend_pid()")))[0][0])

    async with opened(alone) as pool:
        first = await read(pool)
        async with engine.connect() as connection:
            await connection.execute(text(f"SELECT pg_terminate_backend({first})"))
        await asyncio.sleep(0.3)

        assert await read(pool) != first
