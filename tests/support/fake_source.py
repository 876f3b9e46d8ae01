"""A vCenter for tests of the agent: hands out given records, waits or fails where it is told to."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

from models.commands.sync_run import Access
from models.enums import InventoryType, Tier
from sync_agent.records import (
    About,
    Definitions,
    DetailPage,
    DetailRecord,
    Page,
    Problem,
    Proof,
    Record,
)
from tests.support.records import ABOUT, pages


@dataclass
class FakeVCenter:
    """What one vCenter holds and how it behaves."""

    records: tuple[Record, ...] = ()
    machines: tuple[DetailRecord, ...] = ()
    guests: tuple[DetailRecord, ...] = ()
    hosts: tuple[DetailRecord, ...] = ()
    problems: dict[Problem, int] = field(default_factory=dict)
    attribute_definitions: Definitions | None = None
    instance_uuid: UUID | None = None
    failures: list[Exception] = field(default_factory=list)
    """Raised by the next scans, one each."""
    gate: asyncio.Event | None = None
    """Scans wait in the middle until it is set."""
    began: asyncio.Event = field(default_factory=asyncio.Event)
    asked_hardware: list[str] = field(default_factory=list)
    asked_guests: list[str] = field(default_factory=list)
    asked_hosts: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    open_sessions: int = 0
    most_sessions: int = 0


@dataclass
class FakeSource:
    """One session of a fake vCenter."""

    vcenter: FakeVCenter
    about: About

    @property
    def problems(self) -> Mapping[Problem, int]:
        return self.vcenter.problems

    @property
    def attribute_definitions(self) -> Definitions | None:
        return self.vcenter.attribute_definitions

    @property
    def complete(self) -> frozenset[InventoryType]:
        return frozenset(InventoryType)

    async def begin(self) -> Mapping[InventoryType, int]:
        self.vcenter.began.set()
        return {InventoryType.VirtualMachine: len(self.vcenter.records)}

    async def pages(self) -> AsyncIterator[Page]:
        for page in pages(*self.vcenter.records):
            yield page
        if self.vcenter.gate is not None:
            await self.vcenter.gate.wait()
        if self.vcenter.failures:
            raise self.vcenter.failures.pop(0)

    async def details(
        self, type_: InventoryType, tier: Tier, moids: Sequence[str]
    ) -> AsyncIterator[DetailPage]:
        vcenter = self.vcenter
        asked, held = {
            (InventoryType.Host, Tier.HEAVY): (vcenter.asked_hosts, vcenter.hosts),
            (InventoryType.VirtualMachine, Tier.HEAVY): (vcenter.asked_hardware, vcenter.machines),
            (InventoryType.VirtualMachine, Tier.GUEST): (vcenter.asked_guests, vcenter.guests),
        }[type_, tier]
        asked.extend(moids)
        yield DetailPage(tuple(record for record in held if record.moid in moids))

    async def verify(self) -> Proof:
        return Proof()


class FakeEstate:
    """Opens fake vCenters by their host name."""

    def __init__(self) -> None:
        self.vcenters: dict[str, FakeVCenter] = {}

    @asynccontextmanager
    async def __call__(self, access: Access, password: str) -> AsyncIterator[FakeSource]:
        vcenter = self.vcenters[access.host]
        vcenter.passwords.append(password)
        vcenter.open_sessions += 1
        vcenter.most_sessions = max(vcenter.most_sessions, vcenter.open_sessions)
        about = replace(ABOUT, instance_uuid=vcenter.instance_uuid or access.instance_uuid)
        try:
            yield FakeSource(vcenter, about)
        finally:
            vcenter.open_sessions -= 1
