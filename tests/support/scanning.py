"""Scanning a simulated vCenter over the wire, as an agent does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sync_agent.collector.refusal import Refused
from sync_agent.collector.scan import Scan
from sync_agent.collector.session import VCenterSession, open_session
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target
from sync_agent.records import Page
from vminer.simulator.simulation import Simulation

SETTINGS = CollectorSettings()


@asynccontextmanager
async def session_with(
    simulation: Simulation, *, agent: str = "test"
) -> AsyncIterator[VCenterSession]:
    """Lend a session with the first vCenter of a simulation."""
    facts = simulation.listening[0].facts()
    account = (facts["host"], facts["port"], facts["username"], facts["password"])
    target = Target(*account, simulation.ca_pem)  # type: ignore[arg-type]
    async with open_session(target, SETTINGS, agent=agent) as session:
        yield session


async def read_whole(session: VCenterSession, refused: Refused | None = None) -> Scan:
    """Return a scan that has read every page and is still to be verified."""
    scan, _ = await read_pages(session, refused)
    return scan


async def read_pages(
    session: VCenterSession, refused: Refused | None = None
) -> tuple[Scan, list[Page]]:
    """Return a scan that has read every page, and the pages."""
    scan = Scan(session, SETTINGS, refused)
    await scan.begin()
    return scan, [page async for page in scan.pages()]
