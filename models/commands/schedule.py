"""What the scheduler does about runs: ask for those that are due, and save those that got lost.

RabbitMQ only wakes agents, so a run can always be found here: never published (RabbitMQ was away),
published and forgotten (the broker lost it), or started by an agent that then died.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from models.commands.circuit import CircuitPolicy, record_failure
from models.commands.lease import VCENTER_PREFIX
from models.commands.registry import state_change
from models.commands.sync_run import (
    CIRCUIT,
    IS_OPEN,
    IS_QUEUED,
    IS_RUNNING,
    LOCK_SECONDS,
    VERSION,
    Failure,
    back_to_queue,
    lock_vcenter,
    publish_again,
)
from models.commands.transaction import Primary, clock, clock_plus, transaction
from models.enums import RequestClass, SyncRunState, VCenterState
from models.lease import Lease
from models.messages import SyncRequested, Wake
from models.sync_run import SyncRun
from models.vcenter import VCenter
from runtime.errors import LeaseLostError

REQUESTED_BY = "schedule"
DAY_SECONDS = 86_400
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
        select(VCenter.id, VCenter.next_sync_at.label("due_at"))
        .where(VCenter.next_sync_at <= clock(), may_be_scheduled())
        .order_by(VCenter.next_sync_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
        .cte("due")
    )
    spread = 1 - jitter + 2 * jitter * func.random()
    pause = func.make_interval(0, 0, 0, 0, 0, 0, VCenter.interval_seconds * spread)
    moved = (
        update(VCenter)
        .where(VCenter.id == due.c.id)
        .values(next_sync_at=clock().op("+")(pause))
        .returning(VCenter.id, due.c.due_at)
        .cte("moved")
    )
    waits = exists().where(SyncRun.vcenter_id == moved.c.id, IS_QUEUED)
    goes_on = exists().where(SyncRun.vcenter_id == moved.c.id, IS_RUNNING)
    # In the order they fell due: `requested_at` grows row by row, and publishing goes by it.
    idle = (
        select(moved.c.id, literal(REQUESTED_BY), literal(RequestClass.SCHEDULED.value))
        .where(~waits, ~goes_on)
        .order_by(moved.c.due_at)
    )
    columns = (SyncRun.vcenter_id, SyncRun.requested_by, SyncRun.request_class)
    statement = (
        insert(SyncRun)
        .from_select([column.name for column in columns], idle)
        .on_conflict_do_nothing()
        .returning(SyncRun.id)
    )
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        return list(await connection.scalars(statement))


def may_be_scheduled() -> ColumnElement[bool]:
    """Return the condition under which the schedule may ask for a vCenter.

    A stopped or paused one waits for an operator; an open circuit waits for its time, of which a
    person's request takes no notice.
    """
    return and_(
        VCenter.state.in_(SCHEDULED_STATES),
        IS_OPEN,
        or_(VCenter.circuit_open_until.is_(None), VCenter.circuit_open_until <= clock()),
    )


async def to_publish(engine: Primary, *, limit: int, lost_after_seconds: float) -> list[Wake]:
    """Return the messages of queued runs that are due and that no agent will otherwise hear of.

    Those of people come first, then each class in the order of its requests.
    """
    is_interactive = SyncRun.request_class == RequestClass.INTERACTIVE
    statement = (
        select(
            SyncRun.id,
            SyncRun.vcenter_id,
            SyncRun.kind,
            SyncRun.requested_at,
            SyncRun.request_class,
            VERSION,
        )
        .where(IS_QUEUED, SyncRun.not_before <= clock())
        .where(exists().where(VCenter.id == SyncRun.vcenter_id, IS_OPEN))
        .where(
            or_(
                SyncRun.published_at.is_(None),
                SyncRun.published_at <= clock_plus(-lost_after_seconds),
            )
        )
        .order_by(is_interactive.desc(), SyncRun.requested_at)
        .limit(limit)
    )
    async with transaction(engine) as connection:
        rows = (await connection.execute(statement)).all()
    return [Wake(SyncRequested.about(*row[:-2]), RequestClass(row[-2]), row[-1]) for row in rows]


async def forget_publication(engine: Primary) -> None:
    """Have every queued run published again: the queue their messages lay in is gone."""
    async with transaction(engine) as connection:
        await connection.execute(update(SyncRun).where(IS_QUEUED).values(published_at=null()))


async def purge_runs(engine: Primary, *, keep_days: float, limit: int) -> int:
    """Delete runs that ended long ago, so many at most, but never a vCenter's last one."""
    newer = aliased(SyncRun)
    old = (
        select(SyncRun.id)
        .where(
            SyncRun.requested_at < clock_plus(-keep_days * DAY_SECONDS),
            SyncRun.state.not_in((SyncRunState.QUEUED, SyncRunState.RUNNING)),
            exists().where(
                newer.vcenter_id == SyncRun.vcenter_id, newer.requested_at > SyncRun.requested_at
            ),
        )
        .order_by(SyncRun.requested_at)
        .limit(limit)
    )
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        gone = await connection.execute(
            delete(SyncRun).where(SyncRun.id.in_(old)).returning(SyncRun.id)
        )
        return len(gone.all())


async def requeue_abandoned(
    engine: Primary, *, max_attempts: int, circuit: CircuitPolicy = CIRCUIT
) -> Abandoned:
    """Put runs whose lease ended back into the queue; DEAD after `max_attempts` starts.

    It counts as a failure of the vCenter: one whose scans kill their agents must not go on so.
    """
    async with transaction(engine) as connection:
        rows = await connection.execute(
            select(SyncRun.id, SyncRun.vcenter_id).where(_is_abandoned())
        )
        candidates = rows.all()
    requeued = dead = 0
    for run_id, vcenter_id in candidates:
        state = await _requeue(engine, run_id, vcenter_id, max_attempts, circuit)
        requeued += state == SyncRunState.QUEUED
        dead += state == SyncRunState.DEAD
    return Abandoned(requeued, dead)


async def _requeue(
    engine: Primary, run_id: UUID, vcenter_id: int, max_attempts: int, circuit: CircuitPolicy
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
        pause = await record_failure(connection, vcenter_id, circuit)
        if run.attempt < max_attempts:
            await back_to_queue(connection, run_id, run.token, ABANDONED, pause)
            await publish_again(connection, vcenter_id)
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
        await publish_again(connection, vcenter_id)
        return SyncRunState.DEAD


def _is_abandoned() -> ColumnElement[bool]:
    resource = literal(VCENTER_PREFIX).concat(cast(SyncRun.vcenter_id, Text))
    held = exists().where(
        Lease.resource == resource, Lease.token == SyncRun.token, Lease.expires_at > clock()
    )
    return and_(IS_RUNNING, ~held)
