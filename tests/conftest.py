"""The real servers of a test run, started once; each test owns what it writes there."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from tests.support.graph import PATIENT_SECONDS
from tests.support.system import System
from vminer.commands.migrate import upgrade
from vminer.simulator.client import SimulatorClient
from vminer.stack.install import install
from vminer.stack.stack import Stack

REPLICAS = 3
PARTITIONS = 4
SIMULATED_SIZES = [600, 150, 40]


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """PostgreSQL with three replicas, Valkey and RabbitMQ; a test that breaks one mends it."""
    install()
    with Stack(purpose="test", replicas=REPLICAS, shared_buffers="128MB") as running:
        yield running


@pytest.fixture(scope="session")
def database(stack: Stack) -> DatabaseSettings:
    """The migrated database with its replicas. Rows are told apart by vCenter."""
    settings = DatabaseSettings(
        primary_url=stack.primary_url,
        replica_urls=stack.replica_urls,
        partitions=PARTITIONS,
        pool_size=4,
        statement_timeout_seconds=PATIENT_SECONDS,
    )
    upgrade(settings)
    return settings


@pytest.fixture(scope="session")
def system(stack: Stack) -> Iterator[System]:
    """All of vMiner with three simulated vCenters, synced once; a test that breaks it mends it."""
    running = System(stack, SIMULATED_SIZES)
    try:
        running.start()
        running.wait_for_first_syncs()
        yield running
    finally:
        running.stop()


@pytest.fixture
def control(system: System) -> Iterator[SimulatorClient]:
    """The simulators' control; whatever a test switched on is off afterwards."""
    with SimulatorClient(system.control_url) as client:
        yield client
        for vcenter in system.vcenters:
            client.clear(vcenter.name)


@pytest.fixture
async def engine(database: DatabaseSettings) -> AsyncIterator[AsyncEngine]:
    """An engine for the primary."""
    opened = primary_engine(database)
    yield opened
    await opened.dispose()


@pytest.fixture
def empty_database(stack: Stack) -> Iterator[DatabaseSettings]:
    """A database of the test's own, without tables."""
    name = "empty"
    port = stack.postgres.primary_port
    stack.postgres.execute(port, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    stack.postgres.execute(port, f"CREATE DATABASE {name}")
    url = stack.primary_url.rpartition("/")[0] + f"/{name}"
    yield DatabaseSettings(
        primary_url=url, partitions=PARTITIONS, statement_timeout_seconds=PATIENT_SECONDS
    )
    stack.postgres.execute(port, f"DROP DATABASE {name} WITH (FORCE)")


async def replicas_caught_up(stack: Stack) -> None:
    """Wait until every running replica has replayed what the primary has done.

    A rollback waits in memory for the log writer, so something is committed behind it first.
    """
    primary = stack.postgres.primary_port
    stack.postgres.execute(primary, "SELECT pg_logical_emit_message(true, 'caught up?', '')")
    target = stack.postgres.execute(primary, "SELECT pg_current_wal_lsn()")
    behind = f"SELECT count(*) FROM pg_stat_replication WHERE replay_lsn < '{target}'"
    for _ in range(500):
        if stack.postgres.execute(primary, behind) == "0":
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the replicas did not catch up in ten seconds")
