"""Whom the collector believes, over SOAP, and what it leaves behind: one session, one vCenter."""

import asyncio
from collections.abc import Iterator
from importlib.metadata import version
from uuid import UUID

import pytest

from models.enums import InventoryType, Tier
from runtime.errors import ScanIncompleteError, SessionExpiredError, VCenterChangedError
from sync_agent.collector.refusal import Refusals
from sync_agent.collector.scan import Scan
from sync_agent.records import Problem
from tests.support.scanning import SETTINGS, read_pages, read_whole, session_with
from vminer.simulator.background import simulated
from vminer.simulator.simulation import Simulation
from vminer.simulator.trouble import TroubleKind
from vminer.simulator.vcenter import SimulatedVCenter

VM, HOST = InventoryType.VirtualMachine, InventoryType.Host
STRANGER = UUID(int=4711)


@pytest.fixture(scope="module")
def simulation() -> Iterator[Simulation]:
    with simulated([120], seed=31) as simulation:
        yield simulation


@pytest.fixture
def vcenter(simulation: Simulation) -> Iterator[SimulatedVCenter]:
    yield simulation.vcenters[0]
    simulation.vcenters[0].troubles.clear()


async def test_a_scan_of_one_session_with_one_vcenter_proves_it(simulation, vcenter):
    async with session_with(simulation) as session:
        scan = await read_whole(session)

        proof = await scan.verify()

    assert len(proof.listed[VM].after) == 120


@pytest.mark.parametrize("page", [1, 2])
async def test_another_session_in_mid_scan_proves_nothing(simulation, vcenter, page):
    trouble = vcenter.switch_on(
        TroubleKind.SESSION_REPLACED, times=1, page=page, entity="VirtualMachine"
    )
    async with session_with(simulation) as session:
        scan = await read_whole(session)

        with pytest.raises(SessionExpiredError):
            await scan.verify()

    assert trouble.struck == 1


@pytest.mark.parametrize("page", [1, 2])
async def test_another_vcenter_in_mid_scan_proves_nothing(simulation, vcenter, page):
    trouble = vcenter.switch_on(
        TroubleKind.INSTANCE_REPLACED,
        times=1,
        page=page,
        entity="VirtualMachine",
        value=str(STRANGER),
    )
    async with session_with(simulation) as session:
        scan = await read_whole(session)

        with pytest.raises(VCenterChangedError):
            await scan.verify()

    assert trouble.struck == 1
    assert session.about.instance_uuid != STRANGER


async def test_a_scan_holds_views_and_a_collector_until_it_logs_out(simulation, vcenter):
    async with session_with(simulation) as session:
        await read_whole(session)
        held = vcenter.sessions.held

    assert held == 11
    assert (len(vcenter.sessions), vcenter.sessions.held) == (0, 0)


async def test_a_scan_that_fails_leaves_no_view_behind(simulation, vcenter):
    vcenter.switch_on(TroubleKind.TRUNCATED, entity="VirtualMachine")
    held = []

    async def scan() -> None:
        async with session_with(simulation) as session:
            try:
                await read_whole(session)
            finally:
                held.append(vcenter.sessions.held)

    with pytest.raises(ScanIncompleteError, match="cut its answer"):
        await scan()

    assert held == [11]
    assert (len(vcenter.sessions), vcenter.sessions.held) == (0, 0)


async def test_a_scan_that_is_cancelled_leaves_no_view_behind(simulation, vcenter):
    vcenter.switch_on(TroubleKind.SLOW, seconds=60, entity="VirtualMachine")
    reading, held = asyncio.Event(), []

    async def read() -> None:
        async with session_with(simulation) as session:
            scan = Scan(session, SETTINGS)
            await scan.begin()
            held.append(vcenter.sessions.held)
            reading.set()
            async for _ in scan.pages():
                pass

    task = asyncio.ensure_future(read())
    await reading.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert held == [11]
    assert (len(vcenter.sessions), vcenter.sessions.held) == (0, 0)


async def test_the_list_of_sessions_shows_product_version_and_agent(simulation, vcenter):
    async with session_with(simulation, agent="agent-7"):
        (seen,) = vcenter.sessions.user_agents

    assert seen == f"vMiner/{version('vminer')} agent-7"


async def test_what_a_build_refuses_is_refused_once_and_listed_by_every_scan(simulation, vcenter):
    lacking = {
        ("VirtualMachine", "config.createDate"): Problem(
            VM, Tier.LIGHT, "config.createDate", "InvalidProperty"
        ),
        ("VirtualMachine", "config.nestedHVEnabled"): Problem(
            VM, Tier.HEAVY, "config.nestedHVEnabled", "InvalidProperty"
        ),
        ("HostSystem", "config.certificate"): Problem(
            HOST, Tier.HEAVY, "config.certificate", "InvalidProperty"
        ),
    }
    troubles = [
        vcenter.switch_on(TroubleKind.REFUSED_PROPERTY, entity=entity, path=path)
        for entity, path in lacking
    ]
    refusals = Refusals()
    found, read = [], []
    for _ in range(2):
        async with session_with(simulation) as session:
            scan, pages = await read_pages(
                session, refusals.of(session.about.instance_uuid, session.about.build)
            )
            for type_ in (VM, HOST):
                moids = [each.moid for page in pages if page.type is type_ for each in page.records]
                details = scan.details(type_, Tier.HEAVY, moids)
                read.append([each.moid async for page in details for each in page.records])
            await scan.verify()
            found.append(scan.problems)

    assert [trouble.struck for trouble in troubles] == [1, 1, 1]
    assert found[0] == found[1]
    assert set(found[0]) >= set(lacking.values())
    assert all(read)
