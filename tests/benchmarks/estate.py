"""An estate in the database, come in through the project's own scan and writer."""

import asyncio
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from models.db.settings import DatabaseSettings
from models.enums import InventoryType
from sync_agent.records import Page, Record
from tests.benchmarks.in_process import InProcessVCenter, machines, read
from tests.benchmarks.sync import open_writers
from vminer.simulator.inventory.identity import identities

KEPT = 20
"""vCenters whose records are kept to check answers with; of the others only names are."""


@dataclass(slots=True)
class Held:
    """What is known of one vCenter that was written."""

    name: str
    uuid: UUID
    moids: list[str]
    records: dict[str, Record] = field(default_factory=dict)
    """Hosts, clusters, datastores and VMs by moid; empty where they are not kept."""

    def by_name(self) -> list[Record]:
        """Return the VMs in the order of lists."""
        return sorted((self.records[moid] for moid in self.moids), key=_place)

    def host_of(self, record: Record) -> str:
        """Return the name of the host a VM is on."""
        return self._name(record.columns["host_moid"])

    def cluster_of(self, record: Record) -> str | None:
        """Return the name of the cluster of a VM's host."""
        host = self.records[str(record.columns["host_moid"])]
        moid = host.columns["cluster_moid"]
        return self._name(moid) if moid else None

    def datastores_of(self, record: Record) -> list[str]:
        """Return the names of a VM's datastores."""
        return sorted(self._name(moid) for moid in record.edges.get(InventoryType.Datastore, ()))

    def _name(self, moid: object) -> str:
        return str(self.records[str(moid)].columns["name"])


class Named(NamedTuple):
    """A VM of the estate; sorted as lists of the estate are."""

    name: str
    vcenter: int
    moid: str


@dataclass(slots=True)
class Estate:
    """Every vCenter of it, and all VMs by name."""

    vcenters: list[Held] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)

    def add(self, vcenter: InProcessVCenter, pages: list[Page]) -> None:
        """Note what was written of a vCenter."""
        identity = vcenter.identity
        held = Held(identity.name, UUID(identity.instance_uuid), machines(pages))
        every = {record.moid: record for page in pages for record in page.records}
        number = len(self.vcenters)
        named = (Named(str(every[moid].columns["name"]), number, moid) for moid in held.moids)
        self.names.extend(named)
        if number < KEPT:
            held.records = every
        self.vcenters.append(held)


def build(database: DatabaseSettings, *, vcenters: int, vms: int) -> Estate:
    """Write an estate of simulated vCenters, LIGHT tier."""
    return asyncio.run(_build(database, [vms] * vcenters))


async def _build(database: DatabaseSettings, sizes: list[int]) -> Estate:
    estate = Estate()
    async with open_writers(database) as writer_of:
        for identity, size in zip(identities(7, sizes), sizes, strict=True):
            vcenter = InProcessVCenter(identity, size)
            reading = await read(vcenter, hardware_of=[])
            writer = await writer_of(vcenter)
            await writer.write(reading)
            estate.add(vcenter, reading.pages)
    return estate


def _place(record: Record) -> tuple[str, str]:
    return str(record.columns["name"]), record.moid
