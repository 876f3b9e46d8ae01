"""Syncs of simulated vCenters inside the test's own process: real HTTP, real database, no fleet.

Each vCenter remembers what was truly removed from it, so that a test can tell a wrong deletion.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from models.commands import sync_run
from models.commands.sync_run import Claim
from models.commands.transaction import Primary
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from runtime.secrets import generate_key_pair, seal
from sync_agent.collector.settings import CollectorSettings
from sync_agent.runner import Runner, Tools
from sync_agent.settings import AgentSettings
from sync_agent.vcenter_source import vcenter_source
from sync_agent.writer.connection import Pool
from sync_agent.writer.layout import OBJECTS
from sync_agent.writer.pool import open_pool
from tests.support.outbox import Outbox
from tests.support.registry import new_vcenter
from vminer.simulator.simulation import HOST, Listening, simulate
from vminer.simulator.vcenter import SimulatedVCenter

READ_SECONDS = 1.5
SETTINGS = AgentSettings(
    agent_max_attempts=10_000,
    agent_second_look_seconds=86_400,
    agent_progress_seconds=86_400,
)
COLLECTOR = CollectorSettings(
    collector_read_timeout_seconds=READ_SECONDS, collector_logout_timeout_seconds=READ_SECONDS
)


@dataclass(frozen=True, slots=True)
class Ended:
    """What one sync came to."""

    state: str
    """Of the run; QUEUED: to be tried again."""
    code: str | None
    vcenter: str
    """State of the vCenter after it."""


@dataclass
class Patient:
    """One vCenter, and what an operator did to it."""

    vcenter: SimulatedVCenter
    id: int
    runner: Runner
    engine: Primary
    pool: Pool
    removed: set[str] = field(default_factory=set)
    """Moids that are truly gone."""

    async def sync(self) -> Ended:
        """Sync once: one claim, one attempt."""
        outbox = Outbox()
        run = await sync_run.request_sync(self.engine, outbox, self.id, requested_by="test")  # type: ignore[arg-type]
        claim = await sync_run.claim(self.engine, run.id, owner="test", lease_seconds=60)
        assert isinstance(claim, Claim), claim
        await self.runner.run(claim)
        return await self._ended(run.id)

    async def hashes(self) -> dict[tuple[str, str], bytes]:
        """Return what is stored of each object that is present."""
        condition = "missing_since IS NULL AND deleted_at IS NULL"
        return dict(await self._rows("row_hash", condition))

    async def wrongly_gone(self) -> set[str]:
        """Return rows that are marked though their objects are there."""
        marked = await self._rows("moid", "(missing_since IS NOT NULL OR deleted_at IS NOT NULL)")
        return {moid for _, moid in marked} - self.removed

    def remove_one(self) -> str:
        """Remove a machine for good, and add one so that there are as many as before."""
        frame = self.vcenter.inventory.frame
        moid = f"vm-{1001 + frame.machine_indexes()[-1]}"
        self.vcenter.changes.remove(moid)
        self.removed.add(moid)
        self.vcenter.changes.add()
        return moid

    async def _rows(self, column: str, condition: str) -> list[tuple[tuple[str, str], Any]]:
        selects = [
            f"SELECT '{type_}', moid, {column} FROM {layout.table}"
            f" WHERE vcenter_id = $1 AND {condition}"
            for type_, layout in OBJECTS.items()
        ]
        found = [row for query in selects for row in await self.pool.fetch(query, self.id)]
        return [((row[0], row[1]), row[2]) for row in found]

    async def _ended(self, run_id: UUID) -> Ended:
        query = """
            SELECT r.state, r.error_code, v.state FROM sync_runs r
            JOIN vcenters v ON v.id = r.vcenter_id WHERE r.id = $1"""
        return Ended(*await self.pool.fetchrow(query, run_id))


@asynccontextmanager
async def patients(database: DatabaseSettings, sizes: list[int]) -> AsyncIterator[list[Patient]]:
    """Serve vCenters of these sizes, register them, and lend them synced once."""
    public, private = generate_key_pair()
    engine = primary_engine(database)
    pool = await open_pool(database, connections=len(sizes))
    tools = Tools(
        engine, pool, vcenter_source(COLLECTOR, agent="test"), private, random=lambda: 0.0
    )
    try:
        async with simulate(sizes) as simulation:
            found = []
            for listening in simulation.listening:
                fields = _registered(listening, simulation.ca_pem, public)
                vcenter_id = await new_vcenter(engine, **fields)
                runner = Runner(tools, SETTINGS)
                found.append(Patient(listening.vcenter, vcenter_id, runner, engine, pool))
            for patient in found:
                assert (await patient.sync()).state == "SUCCEEDED"
            yield found
    finally:
        await pool.close()
        await engine.dispose()


def _registered(listening: Listening, ca_pem: str, public_key: str) -> Mapping[str, object]:
    identity = listening.vcenter.identity
    return {
        "host": HOST,
        "port": listening.port,
        "username": identity.username,
        "sealed_credentials": seal(public_key, password=identity.password, host=HOST),
        "ca_certificates": ca_pem,
        "instance_uuid": UUID(identity.instance_uuid),
    }
