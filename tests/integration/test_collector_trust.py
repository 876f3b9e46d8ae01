"""Whom the collector believes, over SOAP, and what it leaves behind: one session, one vCenter."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from models.enums import InventoryType
from runtime.errors import SessionExpiredError, VCenterChangedError
from tests.support.scanning import read_whole, session_with
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
