"""Real vCenters for the runner, read through the collector."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager

from models.commands.sync_run import Access
from models.enums import InventoryType
from sync_agent.collector.refusal import Refusals
from sync_agent.collector.scan import Scan
from sync_agent.collector.session import open_session
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target
from sync_agent.records import About, Definitions, Problem
from sync_agent.source import OpenSource, Source


class VCenterSource:
    """A vCenter read through the collector."""

    def __init__(self, about: About, scan: Scan) -> None:
        self.about = about
        self._scan = scan
        self.begin = scan.begin
        self.pages = scan.pages
        self.details = scan.details
        self.verify = scan.verify

    @property
    def complete(self) -> Collection[InventoryType]:
        """Types of which every page was read."""
        return frozenset(self._scan.complete)

    @property
    def problems(self) -> Mapping[Problem, int]:
        """Properties that could not be read, and of how many objects."""
        return dict(self._scan.problems)

    @property
    def attribute_definitions(self) -> Definitions | None:
        """The custom attributes that it knows; None: it does not tell."""
        return self._scan.attribute_definitions


def vcenter_source(settings: CollectorSettings, *, agent: str) -> OpenSource:
    """Return what opens real vCenters; it remembers what they refuse."""
    refusals = Refusals()

    @asynccontextmanager
    async def opened(access: Access, password: str) -> AsyncIterator[Source]:
        target = Target(
            host=access.host,
            port=access.port,
            username=access.username,
            password=password,
            ca_certificates=access.ca_certificates,
            pinned_certificate=access.pinned_certificate,
        )
        async with open_session(target, settings, agent=agent) as session:
            refused = refusals.of(access.instance_uuid, session.about.build)
            yield VCenterSource(session.about, Scan(session, settings, refused))

    return opened
