"""Merging scans of a test's own into a real primary, as a runner would."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models.commands import sync_run
from models.commands.sync_run import Claim
from models.commands.transaction import Primary
from models.enums import InventoryType, Tier
from sync_agent.records import Definitions, DetailRecord, Page, Problem
from sync_agent.writer.changes import ChangeSet
from sync_agent.writer.connection import Pool
from sync_agent.writer.merge import MergeLimits, Scan, apply
from sync_agent.writer.outcome import Outcome
from sync_agent.writer.state import load_stored
from tests.support.outbox import Outbox
from tests.support.records import ABOUT, detail_page

HARDWARE = (InventoryType.VirtualMachine, Tier.HEAVY)
GUEST = (InventoryType.VirtualMachine, Tier.GUEST)
HOST_HARDWARE = (InventoryType.Host, Tier.HEAVY)
NO_PROBLEMS: Mapping[Problem, int] = {}


@dataclass(frozen=True, slots=True)
class Merger:
    """One vCenter that a test syncs."""

    engine: Primary
    pool: Pool
    vcenter_id: int

    async def sync(
        self,
        scanned: list[Page],
        *machines: DetailRecord,
        hosts: tuple[DetailRecord, ...] = (),
        guests: tuple[DetailRecord, ...] | None = None,
        complete: Collection[InventoryType] = tuple(InventoryType),
        refresh: timedelta = timedelta(days=1),
        problems: Mapping[Problem, int] = NO_PROBLEMS,
        definitions: Definitions | None = None,
    ) -> Outcome:
        """Sync once with these pages for a scan; `guests` None: that tier is not read."""
        claim = await self.claim()
        changes = ChangeSet(await load_stored(self.pool, self.vcenter_id))
        for page in scanned:
            changes.add(page)
        for key, records in ((HOST_HARDWARE, hosts), (HARDWARE, machines), (GUEST, guests)):
            if records is None:
                continue
            due = changes.due(key, refresh)
            changes.add_details(key, detail_page(*(one for one in records if one.moid in due)))
        scan = Scan(ABOUT, complete, problems=problems, attribute_definitions=definitions)
        outcome = await apply(self.pool, claim, changes, scan, MergeLimits())
        await sync_run.leave(self.engine, claim)
        return outcome

    async def claim(self) -> Claim:
        """Begin a run."""
        run = await sync_run.request_sync(
            self.engine,
            Outbox(),  # type: ignore[arg-type]
            self.vcenter_id,
            requested_by="test",
        )
        claim = await sync_run.claim(self.engine, run.id, owner="test", lease_seconds=30)
        assert isinstance(claim, Claim)
        return claim

    async def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Return what a query about the vCenter, `$1`, finds."""
        return [tuple(row) for row in await self.pool.fetch(query, self.vcenter_id, *arguments)]
