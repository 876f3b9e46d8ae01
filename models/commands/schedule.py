"""What the scheduler does about runs: ask for those that are due, and save those that got lost.

RabbitMQ only wakes agents, so a run can always be found here: never published (RabbitMQ was away),
published and forgotten (the broker lost it), or started by an agent that then died.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from models.commands.lease import VCENTER_PREFIX
from models.commands.registry import state_change
from models.commands.sync_run import (
    IS_OPEN,
    IS_QUEUED,
    IS_RUNNING,
    LOCK_SECONDS,
    Failure,
    back_to_queue,
    lock_vcenter,
)
from models.commands.transaction import Primary, clock, clock_plus, transaction
from models.enums import SyncRunState, VCenterState
from models.lease import Lease
from models.messages import SyncRequested
from models.sync_run import SyncRun
from models.vcenter import VCenter
from runtime.errors import LeaseLostError

REQUESTED_BY = "schedule"
# The other states stay as they are until an operator asks: repeated logins may lock an account.
SCHEDULED_STATES = (VCenterState.NEW, VCenterState.CONNECTED, VCenterState.UNREACHABLE)
ABANDONED = Failure(LeaseLostError.code, "Its agent stopped in the middle.")


@dataclass(frozen=True, slots=True)
class Abandoned:
    """How many runs of dead agents went back to the queue, and how many were given up."""

    requeued: int
    dead: int


async def queue_due(engine: Primary, *, limit: int, jitter: float) -> list[UUID]:
    """Queue a run for each vCenter that is due and idle, and set when it is due next.

    `jitter` is the share of the interval by which the next time may fall earlier or later. The runs
    are published by whoever publishes what `to_publish` returns.
    """
    due = (
        select(VCenter.id)
        .where(VCenter.next_sync_at <= clock(), VCenter.state.in_(SCHEDULED_STATES), IS_OPEN)
        .order_by(VCenter.next_sync_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
        .scalar_subquery()
    )
    spread = 1 - jitter + 2 * jitter * func.random()
    pause = func.make_interval(0, 0, 0, 0, 0, 0, VCenter.interval_seconds * spread)
    moved = (
        update(VCenter)
        .where(VCenter.id.in_(due))
        .values(next_sync_at=clock().op("+")(pause))
        .returning(VCenter.id)
        .cte("moved")
    )
    waits = exists().where(SyncRun.vcenter_id == moved.c.id, IS_QUEUED)
    goes_on = exists().where(SyncRun.vcenter_id == moved.c.id, IS_RUNNING)
    idle = select(moved.c.id, literal(REQUESTED_BY)).where(~waits, ~goes_on)
    statement = (
        insert(SyncRun)
        .from_select([SyncRun.vcenter_id.name, SyncRun.requested_by.name], idle)
        .on_conflict_do_nothing()
        .returning(SyncRun.id)
    )
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        return list(await connection.scalars(statement))


async def to_publish(
    engine: Primary, *, limit: int, lost_after_seconds: float
) -> list[SyncRequested]:
    """Return the messages of queued runs that are due and that no agent will otherwise hear of."""
    statement = (
        select(SyncRun.id, SyncRun.vcenter_id, SyncRun.kind, SyncRun.requested_at)
        .where(IS_QUEUED, SyncRun.not_before <= clock())
        .where(exists().where(VCenter.id == SyncRun.vcenter_id, IS_OPEN))
        .where(
            or_(
                SyncRun.published_at.is_(None),
                SyncRun.published_at <= clock_plus(-lost_after_seconds),
            )
        )
        .order_by(SyncRun.requested_at)
        .limit(limit)
    )
    async with transaction(engine) as connection:
        return [SyncRequested.about(*row) for row in await connection.execute(statement)]


async def requeue_abandoned(engine: Primary, *, max_attempts: int) -> Abandoned:
    """Put runs whose lease ended back into the queue; DEAD after `max_attempts` starts."""
    async with transaction(engine) as connection:
        rows = await connection.execute(
            select(SyncRun.id, SyncRun.vcenter_id).where(_is_abandoned())
        )
        candidates = rows.all()
    requeued = dead = 0
    for run_id, vcenter_id in candidates:
        state = await _requeue(engine, run_id, vcenter_id, max_attempts)
        requeued += state == SyncRunState.QUEUED
        dead += state == SyncRunState.DEAD
    return Abandoned(requeued, dead)


async def _requeue(
    engine: Primary, run_id: UUID, vcenter_id: int, max_attempts: int
) -> SyncRunState | None:
    """Decide about one run under lock; None: it is no longer abandoned."""
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        await lock_vcenter(connection, vcenter_id)
        run = (
            await connection.execute(
                select(SyncRun.token, SyncRun.attempt)
                .where(SyncRun.id == run_id, _is_abandoned())
                .with_for_update()
            )
        ).one_or_none()
        if run is None or run.token is None:
            return None
        if run.attempt < max_attempts:
            await back_to_queue(connection, run_id, run.token, ABANDONED, 0)
            return SyncRunState.QUEUED
        message = f"{ABANDONED.message} It was started {run.attempt} times."
        await connection.execute(
            update(SyncRun)
            .where(SyncRun.id == run_id)
            .values(
                state=SyncRunState.DEAD,
                finished_at=clock(),
                error_code=ABANDONED.code,
                error_message=message,
            )
        )
        await connection.execute(state_change(vcenter_id, VCenterState.UNREACHABLE, message))
        return SyncRunState.DEAD


def _is_abandoned() -> ColumnElement[bool]:
    resource = literal(VCENTER_PREFIX).concat(cast(SyncRun.vcenter_id, Text))
    held = exists().where(
        Lease.resource == resource, Lease.token == SyncRun.token, Lease.expires_at > clock()
    )
    return and_(IS_RUNNING, ~held)
