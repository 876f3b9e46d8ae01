"""A state machine over runs, leases and messages, against the real primary.

Hypothesis plays people, the schedule, a broker that repeats and loses messages, and agents that
freeze past their lease, thaw and go on as if nothing had happened, or die. Whatever the order: a
vCenter has one effective owner, no stale owner's write is kept, and no request is lost.

Time is the database's; a lease or a pause ends because the test moves its end.
"""

import asyncio
from collections.abc import Sequence, Set
from datetime import datetime
from unittest import mock
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, update

from models.commands import lease as leases
from models.commands import schedule, sync_run
from models.commands.lease import vcenter_resource
from models.commands.sync_run import Claim, Failure
from models.commands.transaction import clock_plus, transaction
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from models.enums import InventoryType, RequestClass, SyncRunState, VCenterState
from models.lease import Lease
from models.messages import SyncRequested, Wake
from models.sync_run import SyncRun
from models.vcenter import VCenter
from models.virtual_machine import VirtualMachine
from runtime.errors import LeaseLostError
from sync_agent.writer import merge
from sync_agent.writer.changes import ChangeSet
from sync_agent.writer.merge import MergeLimits, Scan
from sync_agent.writer.pool import open_pool
from sync_agent.writer.state import load_stored
from tests.support.records import ABOUT, pages, vm
from tests.support.registry import new_vcenter

VCENTERS = 1  # nothing is shared between vCenters: more would thin out what happens to each
AGENTS, LONGEST_QUIET = 3, 30
MAX_ATTEMPTS = 3
FOREVER, NOW = 300.0, 0.0
PASSING = Failure("VCENTER_TIMEOUT", "It did not answer.", VCenterState.UNREACHABLE, True)
SCAN = Scan(ABOUT, frozenset(InventoryType))

vcenters = st.integers(0, VCENTERS - 1)
agents = st.integers(0, AGENTS - 1)


class World:
    """The real primary, driven from synchronous rules through one event loop."""

    def __init__(self, database: DatabaseSettings) -> None:
        self.loop = asyncio.Runner()
        self.do = self.loop.run
        self.engine = primary_engine(database)
        self.pool = self.do(open_pool(database, connections=2))

    def close(self) -> None:
        self.do(self.pool.close())
        self.do(self.engine.dispose())
        self.loop.close()

    async def rows(self, statement):
        async with transaction(self.engine) as connection:
            return (await connection.execute(statement)).all()

    async def change(self, statement) -> None:
        async with transaction(self.engine) as connection:
            await connection.execute(statement)


class Broker:
    """RabbitMQ as this test needs it: the part of `Publisher` that requests use, and a queue."""

    def __init__(self) -> None:
        self.waiting: list[SyncRequested] = []
        self.is_away = False
        self.lost: set[UUID] = set()

    async def publish_all(self, wakes: Sequence[Wake]) -> list[UUID]:
        if self.is_away:
            return []
        self.waiting += [wake.message for wake in wakes]
        return [wake.message.run_id for wake in wakes]


class JobMachine(RuleBasedStateMachine):
    """What a vCenter, a few agents and a broker may do to each other."""

    claims = Bundle("claims")

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.do = world, world.do
        self.broker = Broker()
        self.ids = [self.do(new_vcenter(world.engine)) for _ in range(VCENTERS)]
        self.owners: dict[int, Claim] = {}
        """Who may write: holds the lease, and its run has not ended."""
        self.tokens = dict.fromkeys(self.ids, 0)
        self.written: dict[int, str] = {}
        self.asked: list[tuple[int, datetime]] = []

    # What people and the schedule do

    @initialize(target=claims)
    def first_runs_go_on(self):
        return multiple(*filter(None, [self.start(each, AGENTS - 1) for each in range(VCENTERS)]))

    @rule(target=claims, vcenter=vcenters, agent=agents)
    def request_and_deliver(self, vcenter: int, agent: int):
        claim = self.start(vcenter, agent)
        return multiple() if claim is None else claim

    @rule(vcenter=vcenters, request_class=st.sampled_from(RequestClass))
    def request(self, vcenter: int, request_class: RequestClass) -> None:
        [(now,)] = self.do(self.world.rows(select(func.clock_timestamp())))
        vcenter_id = self.ids[vcenter]
        self.do(
            sync_run.request_sync(
                self.world.engine,
                self.broker,  # type: ignore[arg-type]
                vcenter_id,
                requested_by="machine",
                request_class=request_class,
            )
        )
        self.asked.append((vcenter_id, now))

    @rule(vcenter=vcenters)
    def falls_due(self, vcenter: int) -> None:
        due = update(VCenter).where(VCenter.id == self.ids[vcenter])
        self.do(self.world.change(due.values(next_sync_at=clock_plus(-1))))
        self.do(schedule.queue_due(self.world.engine, limit=10_000, jitter=0.1))

    @rule()
    def scheduler_looks(self) -> None:
        self.publish(lost_after=FOREVER)

    @rule()
    def reaper_looks(self) -> None:
        self.do(schedule.requeue_abandoned(self.world.engine, max_attempts=MAX_ATTEMPTS))

    @rule()
    def pauses_end(self) -> None:
        own = update(SyncRun).where(SyncRun.vcenter_id.in_(self.ids), SyncRun.state == "QUEUED")
        self.do(self.world.change(own.values(not_before=clock_plus(-1))))

    # What the broker does

    @rule(is_away=st.booleans())
    def broker_is_away(self, is_away: bool) -> None:
        self.broker.is_away = is_away

    @precondition(lambda self: self.broker.waiting)
    @rule()
    def broker_loses_everything(self) -> None:
        self.broker.lost |= {message.run_id for message in self.broker.waiting}
        self.broker.waiting.clear()

    @precondition(lambda self: self.broker.waiting)
    @rule(target=claims, agent=agents, number=st.integers(0, 5), is_repeated=st.booleans())
    def deliver(self, agent: int, number: int, is_repeated: bool):
        """Hand a message to an agent; repeated: it stays in the queue, as after a lost ack."""
        waiting = self.broker.waiting
        number %= len(waiting)
        message = waiting[number] if is_repeated else waiting.pop(number)
        claim = self.claim(message, f"agent-{agent}")
        return multiple() if claim is None else claim

    # What agents do, and what happens to them

    @rule(claim=claims)
    def renew(self, claim: Claim) -> None:
        is_held = self.do(leases.renew(self.world.engine, claim.lease, seconds=30))

        assert is_held == (self.owners.get(claim.vcenter_id) == claim)

    @rule(vcenter=vcenters)
    def lease_ends(self, vcenter: int) -> None:
        """Its holder is frozen, cut off or dead; it may thaw and act at any time later."""
        self.expire(self.ids[vcenter])

    @rule(claim=consumes(claims))
    def agent_dies(self, claim: Claim) -> None:
        """Nothing is heard of this claim again; its lease is left to run out."""

    @rule(claim=claims)
    def finish(self, claim: Claim) -> None:
        if self.owners.get(claim.vcenter_id) == claim:
            self.write(claim)
            self.written[claim.vcenter_id] = name_by(claim)
            self.do(sync_run.leave(self.world.engine, claim))
            del self.owners[claim.vcenter_id]
        else:
            with pytest.raises(LeaseLostError):
                self.write(claim)

    @rule(claim=claims, is_taken=st.booleans())
    def freeze_in_the_merge(self, claim: Claim, is_taken: bool) -> None:
        """The agent freezes with everything written and nothing committed; its lease runs out."""
        end = merge._end

        async def late_end(*arguments) -> None:
            await self._expire(claim.vcenter_id)
            if is_taken:
                resource = vcenter_resource(claim.vcenter_id)
                await leases.take(self.world.engine, resource, owner="thief", seconds=0)
            await end(*arguments)

        with mock.patch.object(merge, "_end", late_end), pytest.raises(LeaseLostError):
            self.write(claim)
        self.owners.pop(claim.vcenter_id, None)

    @rule(claim=claims, is_given_up=st.booleans())
    def fail(self, claim: Claim, is_given_up: bool) -> None:
        before = self.seen(claim)
        engine = self.world.engine
        if is_given_up:
            self.do(sync_run.give_up(engine, claim, PASSING, state=SyncRunState.DEAD))
        else:
            self.do(sync_run.retry_later(engine, claim, PASSING, seconds=60))
        self.ended(claim, before)

    @rule(claim=claims)
    def hand_back(self, claim: Claim) -> None:
        before = self.seen(claim)
        self.do(sync_run.hand_back(self.world.engine, claim))
        self.ended(claim, before)

    # What must hold

    @invariant()
    def the_lease_is_of_the_one_effective_owner(self) -> None:
        resources = {vcenter_resource(each): each for each in self.ids}
        live = select(Lease.resource, Lease.owner, Lease.token).where(
            Lease.resource.in_(resources), Lease.expires_at > func.clock_timestamp()
        )
        found = {resources[row[0]]: tuple(row[1:]) for row in self.do(self.world.rows(live))}

        assert found == {
            vcenter_id: (claim.lease.owner, claim.lease.token)
            for vcenter_id, claim in self.owners.items()
        }

    @invariant()
    def only_what_effective_owners_wrote_is_there(self) -> None:
        table = VirtualMachine
        there = select(table.vcenter_id, table.name).where(table.vcenter_id.in_(self.ids))

        assert dict(map(tuple, self.do(self.world.rows(there)))) == self.written

    def teardown(self) -> None:
        """Let everybody die and see that the rest of the system serves what was asked."""
        self.broker.is_away = False
        for _ in range(LONGEST_QUIET):
            for vcenter_id in self.ids:
                self.expire(vcenter_id)
            self.reaper_looks()
            self.pauses_end()
            self.publish(lost_after=FOREVER)
            # Only where a message was lost may the scheduler's patience be needed.
            self.publish(lost_after=NOW, only=self.broker.lost)
            while self.broker.waiting:
                claim = self.claim(self.broker.waiting.pop(0), "the last agent")
                if claim is not None:
                    self.finish(claim)
            open_ = select(SyncRun.id).where(
                SyncRun.vcenter_id.in_(self.ids), SyncRun.state.in_(("QUEUED", "RUNNING"))
            )
            if not self.do(self.world.rows(open_)):
                break
        else:
            raise AssertionError("a run is lost: it is neither carried out nor published")
        served = select(SyncRun.vcenter_id, SyncRun.started_at).where(
            SyncRun.vcenter_id.in_(self.ids), SyncRun.state.in_(("SUCCEEDED", "DEAD"))
        )
        runs = self.do(self.world.rows(served))
        for vcenter_id, asked_at in self.asked:
            assert any(of == vcenter_id and began >= asked_at for of, began in runs), (
                f"the request of {asked_at} to vCenter {vcenter_id} was served by none of {runs}"
            )

    # Steps of the rules

    def start(self, vcenter: int, agent: int) -> Claim | None:
        """Ask for a run and hand its message, if there is one at once, to an agent."""
        self.request(vcenter, RequestClass.INTERACTIVE)
        own = [each for each in self.broker.waiting if each.vcenter_id == self.ids[vcenter]]
        if not own:
            return None
        self.broker.waiting.remove(own[-1])
        return self.claim(own[-1], f"agent-{agent}")

    def claim(self, message: SyncRequested, owner: str) -> Claim | None:
        claim = self.do(
            sync_run.claim(self.world.engine, message.run_id, owner=owner, lease_seconds=600)
        )
        if not isinstance(claim, Claim):
            return None
        assert message.vcenter_id not in self.owners, "a vCenter was given to a second owner"
        assert claim.lease.token > self.tokens[message.vcenter_id]
        self.tokens[message.vcenter_id] = claim.lease.token
        self.owners[message.vcenter_id] = claim
        return claim

    def write(self, claim: Claim) -> None:
        async def write() -> None:
            changes = ChangeSet(await load_stored(self.world.pool, claim.vcenter_id))
            for page in pages(vm(1, name=name_by(claim))):
                changes.add(page)
            await merge.apply(self.world.pool, claim, changes, SCAN, MergeLimits())

        self.do(write())

    def seen(self, claim: Claim) -> list[tuple[object, ...]]:
        """Return what a stale agent must not change."""
        runs = select(SyncRun.id, SyncRun.state, SyncRun.attempt, SyncRun.owner, SyncRun.token)
        states = select(VCenter.state, VCenter.failures_in_a_row)
        found = self.do(self.world.rows(runs.where(SyncRun.vcenter_id == claim.vcenter_id)))
        found += self.do(self.world.rows(states.where(VCenter.id == claim.vcenter_id)))
        return sorted(map(tuple, found), key=str)

    def ended(self, claim: Claim, before: list[tuple[object, ...]]) -> None:
        """Take leave of a claim; a stale one has changed nothing."""
        if self.owners.get(claim.vcenter_id) == claim:
            del self.owners[claim.vcenter_id]
            return
        is_still_its_run = any(
            row[:2] == (claim.run_id, "RUNNING") and row[-1] == claim.lease.token for row in before
        )
        if not is_still_its_run:  # else its lease ran out and nobody has noticed yet
            assert self.seen(claim) == before

    def publish(self, *, lost_after: float, only: Set[UUID] | None = None) -> None:
        wakes = self.do(
            schedule.to_publish(self.world.engine, limit=10_000, lost_after_seconds=lost_after)
        )
        own = [wake for wake in wakes if wake.message.vcenter_id in self.ids]
        own = [wake for wake in own if only is None or wake.message.run_id in only]
        self.do(sync_run.publish(self.world.engine, self.broker, own))  # type: ignore[arg-type]

    def expire(self, vcenter_id: int) -> None:
        self.do(self._expire(vcenter_id))
        self.owners.pop(vcenter_id, None)

    async def _expire(self, vcenter_id: int) -> None:
        own = update(Lease).where(Lease.resource == vcenter_resource(vcenter_id))
        await self.world.change(own.values(expires_at=clock_plus(-1)))


def name_by(claim: Claim) -> str:
    return f"written with token {claim.lease.token}"


@pytest.mark.timeout(600)  # a failing example takes long to shrink
def test_no_order_of_events_loses_a_run_or_lets_two_agents_write(database: DatabaseSettings):
    world = World(database)
    try:
        run_state_machine_as_test(
            lambda: JobMachine(world),
            settings=settings(
                max_examples=25,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            ),
        )
    finally:
        world.close()
