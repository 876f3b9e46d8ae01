"""A sync without its network: what a runner does with pages that were read before."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from models.commands import sync_run
from models.commands.sync_run import Claim
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from models.enums import InventoryType, Tier
from sync_agent.writer.changes import ChangeSet
from sync_agent.writer.connection import Pool
from sync_agent.writer.merge import MergeLimits, Scan, apply
from sync_agent.writer.outcome import Outcome
from sync_agent.writer.pool import open_pool
from sync_agent.writer.state import load_stored
from sync_agent.writer.stored import StoredInventory
from tests.benchmarks.in_process import InProcessVCenter, Reading
from tests.support.outbox import Outbox
from tests.support.registry import new_vcenter

LEASE_SECONDS = 600.0  # nobody else wants these vCenters
REFRESH = timedelta(days=1)

HARDWARE = (InventoryType.VirtualMachine, Tier.HEAVY)


@dataclass(frozen=True, slots=True)
class Synced:
    """How a sync ended, and the CPU seconds of this process it took."""

    outcome: Outcome
    hardware_due: list[str]
    load_seconds: float
    compare_seconds: float
    merge_seconds: float


class Writer:
    """Writes one registered vCenter."""

    def __init__(self, engine: AsyncEngine, pool: Pool, vcenter_id: int) -> None:
        self._engine = engine
        self._pool = pool
        self._vcenter_id = vcenter_id

    @classmethod
    async def of(cls, engine: AsyncEngine, pool: Pool, vcenter: InProcessVCenter) -> Self:
        """Register a vCenter and return its writer."""
        identity = vcenter.identity
        uuid = UUID(identity.instance_uuid)
        return cls(engine, pool, await new_vcenter(engine, name=identity.name, instance_uuid=uuid))

    async def load(self) -> StoredInventory:
        """Return what is stored."""
        return await load_stored(self._pool, self._vcenter_id)

    async def write(self, reading: Reading) -> Synced:
        """Claim a run, compare, merge, and end the run."""
        claim = await self._claimed()
        began = time.process_time()
        stored = await self.load()
        loaded = time.process_time()
        changes = compared(stored, reading)
        due = changes.due(HARDWARE, REFRESH)
        for devices in reading.hardware:
            changes.add_details(HARDWARE, devices)
        done = time.process_time()
        scan = Scan(reading.about, frozenset(InventoryType))
        outcome = await apply(self._pool, claim, changes, scan, MergeLimits())
        merged = time.process_time()
        await sync_run.leave(self._engine, claim)
        return Synced(outcome, due, loaded - began, done - loaded, merged - done)

    async def _claimed(self) -> Claim:
        run = await sync_run.request_sync(
            self._engine,
            Outbox(),  # type: ignore[arg-type]
            self._vcenter_id,
            requested_by="bench",
        )
        claim = await sync_run.claim(
            self._engine, run.id, owner="bench", lease_seconds=LEASE_SECONDS
        )
        assert isinstance(claim, Claim)
        return claim


@asynccontextmanager
async def open_writers(
    database: DatabaseSettings,
) -> AsyncIterator[Callable[[InProcessVCenter], Awaitable[Writer]]]:
    """Lend what registers a vCenter and returns its writer."""
    engine, pool = primary_engine(database), await open_pool(database, connections=1)
    try:
        yield partial(Writer.of, engine, pool)
    finally:
        await pool.close()
        await engine.dispose()


def compared(stored: StoredInventory, reading: Reading) -> ChangeSet:
    """Compare the pages of a reading with what is stored."""
    changes = ChangeSet(stored)
    for page in reading.pages:
        changes.add(page)
    return changes
