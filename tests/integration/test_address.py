"""Addresses that agents may not connect to: a sync sends nothing there, and is not retried."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from models.commands.transaction import Primary, transaction
from models.db.settings import DatabaseSettings
from models.vcenter import VCenter
from runtime.secrets import seal
from sync_agent.collector.settings import CollectorSettings
from sync_agent.vcenter_source import vcenter_source
from tests.support.bench import PUBLIC, Bench, open_bench
from tests.support.registry import new_vcenter
from vminer.simulator.background import simulated
from vminer.stack.stack import Stack


@pytest.fixture
async def bench(database: DatabaseSettings, stack: Stack, engine: Primary) -> AsyncIterator[Bench]:
    async with open_bench(database, stack, engine) as opened:
        yield opened


async def test_a_sync_of_an_address_that_is_not_allowed_stops_before_it_connects(bench):
    narrow = CollectorSettings(collector_allowed_addresses=("192.0.2.0/24", ".example.org"))
    with simulated([3], seed=41) as simulation:
        (listening,) = simulation.listening
        vcenter_id = await new_vcenter(
            bench.engine,
            host="127.0.0.1",
            port=listening.port,
            username=listening.vcenter.identity.username,
            sealed_credentials=seal(PUBLIC, password="unsent", host="127.0.0.1"),
            ca_certificates=simulation.ca_pem,
        )
        async with bench.worker(open_source=vcenter_source(narrow, agent="test")):
            run = await bench.ended((await bench.ask(vcenter_id)).id)

        assert not listening.vcenter.calls

    assert (run.state, run.attempt, run.error_code) == ("FAILED", 1, "ADDRESS_NOT_ALLOWED")
    assert "VMINER_COLLECTOR_ALLOWED_ADDRESSES" in str(run.error_message)
    async with transaction(bench.engine) as connection:
        state = select(VCenter.state).where(VCenter.id == vcenter_id)
        assert await connection.scalar(state) == "ADDRESS"
