"""The life of a sync run, as transactions that each leave it in one clear state.

    request ──► QUEUED ──claim──► RUNNING ──► SUCCEEDED | QUARANTINED  (by the writer)
                  ▲                  ├─ retry_later ──► QUEUED, not before …
                  └──────────────────┴─ give_up ─────► FAILED | DEAD

Every transaction locks the vCenter's row first, then runs, then the lease: one order, no deadlock.
What happens to runs nobody asks about (due, unpublished, abandoned) is in `schedule`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from models.commands.circuit import CircuitPolicy, record_failure
from models.commands.lease import HeldLease, release_within, take_within, vcenter_resource
from models.commands.registry import state_change
from models.commands.transaction import Primary, clock, clock_plus, transaction
from models.enums import RequestClass, SyncKind, SyncRunState, VCenterState
from models.messages import SyncRequested, Wake
from models.queue import Publisher
from models.sync_run import SyncRun
from models.vcenter import VCenter
from runtime.errors import LeaseLostError, NotFoundError, VCenterPausedError

LOCK_SECONDS = 2.0
# Spelled out, not parameters: a generic plan could not tell that the partial indexes fit.
IS_QUEUED = SyncRun.state == literal_column("'QUEUED'")
IS_RUNNING = SyncRun.state == literal_column("'RUNNING'")
IS_OPEN = and_(VCenter.paused_at.is_(None), VCenter.removing_at.is_(None))


@dataclass(frozen=True, slots=True)
class SyncRunRef:
    """What came of a request."""

    id: UUID
    state: SyncRunState
    coalesced: bool
    """Whether a run was waiting already and serves this request too."""
    published: bool
    """Whether RabbitMQ has the message; if not, the scheduler publishes it later."""


class Refusal(StrEnum):
    """Why a run was not given to the agent that asked for it."""

    GONE = "no longer queued"
    NOT_DUE = "backing off"
    BUSY = "the vCenter is leased"
    PAUSED = "the vCenter is paused or being removed"


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach the vCenter of a run, as registered; the password still sealed."""

    name: str
    host: str
    port: int
    username: str
    sealed_credentials: bytes
    ca_certificates: str | None
    instance_uuid: UUID
    pinned_certificate: str | None = None
    heavy_interval_seconds: int | None = None
    guest_interval_seconds: int | None = None
    scan_timeout_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that this process may carry out while it holds the lease."""

    run_id: UUID
    vcenter_id: int
    kind: SyncKind
    attempt: int
    lease: HeldLease
    access: Access


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, for the run's row, and what it says of the vCenter (None: nothing)."""

    code: str
    message: str
    vcenter_state: VCenterState | None = None
    is_counted: bool = False
    """Whether the vCenter's circuit counts it."""


# The transaction that wrote the row last: any write in between makes it another.
VERSION = cast(literal_column("sync_runs.xmin"), Text)
CIRCUIT = CircuitPolicy()
STOPPED = Failure("AGENT_STOPPED", "Its agent was stopped; another one goes on.")


async def request_sync(
    engine: Primary,
    publisher: Publisher,
    vcenter_id: int,
    *,
    requested_by: str,
    kind: SyncKind = SyncKind.FULL,
    request_class: RequestClass = RequestClass.INTERACTIVE,
) -> SyncRunRef:
    """Record that a sync is wanted, then wake an agent; a run that waits already serves too.

    A waiting run that backs off after a failure is brought forward, and one that waits in a lower
    class is raised. With RabbitMQ away the request stays recorded (`published=False`).

    Raises:
        NotFoundError: no such vCenter.
        VCenterPausedError: an operator paused it.
        DatabaseUnavailableError: the request could not be recorded.
    """
    new_id = uuid4()
    new = insert(SyncRun).values(
        id=new_id,
        vcenter_id=vcenter_id,
        kind=kind,
        requested_by=requested_by,
        request_class=request_class,
    )
    is_raised = and_(
        new.excluded.request_class == RequestClass.INTERACTIVE,
        SyncRun.request_class != RequestClass.INTERACTIVE,
    )
    statement = new.on_conflict_do_update(
        index_elements=[SyncRun.vcenter_id, SyncRun.kind],
        index_where=IS_QUEUED,
        set_={
            "not_before": func.least(SyncRun.not_before, clock()),
            "request_class": case(
                (is_raised, new.excluded.request_class), else_=SyncRun.request_class
            ),
            "published_at": case(
                (or_(is_raised, SyncRun.not_before > clock()), null()),
                else_=SyncRun.published_at,
            ),
        },
    ).returning(
        SyncRun.id,
        SyncRun.requested_at,
        SyncRun.published_at,
        SyncRun.request_class,
        VERSION.label("version"),
    )
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        if not await lock_vcenter(connection, vcenter_id):
            raise NotFoundError(f"no vCenter is registered by the number {vcenter_id}")
        if not await _is_open(connection, vcenter_id):
            raise VCenterPausedError
        run = (await connection.execute(statement)).one()
    published = run.published_at is not None
    if not published:
        message = SyncRequested.about(run.id, vcenter_id, kind, run.requested_at)
        wake = Wake(message, RequestClass(run.request_class), run.version)
        published = await publish(engine, publisher, [wake]) == 1
    return SyncRunRef(run.id, SyncRunState.QUEUED, run.id != new_id, published)


async def publish(engine: Primary, publisher: Publisher, wakes: Sequence[Wake]) -> int:
    """Publish recorded requests and record that; return how many, fewer where RabbitMQ is away.

    A run that was claimed, refused or put back before this is recorded keeps what that said of it.
    """
    confirmed = frozenset(await publisher.publish_all(wakes))
    read = [(w.message.run_id, w.version) for w in wakes if w.message.run_id in confirmed]
    if read:
        unmoved = tuple_(SyncRun.id, VERSION).in_(read)
        async with transaction(engine) as connection:
            await connection.execute(update(SyncRun).where(unmoved).values(published_at=clock()))
    return len(confirmed)


async def wait_for_run(engine: Primary, run_id: UUID, *, poll_seconds: float = 0.25) -> SyncRun:
    """Return the run once it has ended, however it did. Raises NotFoundError for no run."""
    while True:
        async with transaction(engine) as connection:
            rows = AsyncSession(connection, expire_on_commit=False)
            run = await rows.scalar(select(SyncRun).where(SyncRun.id == run_id))
        if run is None:
            raise NotFoundError(f"there is no sync run {run_id}")
        if run.state not in (SyncRunState.QUEUED, SyncRunState.RUNNING):
            return run
        await asyncio.sleep(poll_seconds)


async def claim(
    engine: Primary, run_id: UUID, *, owner: str, lease_seconds: float
) -> Claim | Refusal:
    """Take the vCenter's lease and start the run, both or neither."""
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        vcenter_id = await connection.scalar(select(SyncRun.vcenter_id).where(SyncRun.id == run_id))
        if vcenter_id is None or not await lock_vcenter(connection, vcenter_id):
            return Refusal.GONE
        if not await _is_open(connection, vcenter_id):
            return Refusal.PAUSED
        run = await connection.execute(
            select(SyncRun.state, SyncRun.kind, (SyncRun.not_before > clock()).label("is_early"))
            .where(SyncRun.id == run_id)
            .with_for_update()
        )
        state, kind, is_early = run.one()
        if state != SyncRunState.QUEUED:
            return Refusal.GONE
        if is_early:
            return Refusal.NOT_DUE
        resource = vcenter_resource(vcenter_id)
        lease = await take_within(connection, resource, owner=owner, seconds=lease_seconds)
        if lease is None:
            return Refusal.BUSY
        attempt = await _start(connection, run_id, vcenter_id, lease)
        access = await _access(connection, vcenter_id)
    return Claim(run_id, vcenter_id, SyncKind(kind), attempt, lease, access)


async def progress(
    engine: Primary, claim: Claim, *, objects_read: int, objects_expected: int | None
) -> None:
    """Show how far the run is."""
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        await connection.execute(
            update(SyncRun)
            .where(_is_running(claim))
            .values(objects_read=objects_read, objects_expected=objects_expected)
        )


async def retry_later(
    engine: Primary,
    claim: Claim,
    failure: Failure,
    *,
    seconds: float,
    circuit: CircuitPolicy = CIRCUIT,
) -> None:
    """Put the run back into the queue, not to be started before the pause is over.

    Nor before the vCenter's circuit lets one run through, if this failure opens it. Where another
    request waits already, that one goes on in its place: it takes over the count of attempts and
    the pause, and this run ends FAILED.
    """
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        await lock_vcenter(connection, claim.vcenter_id)
        if await _is_ours(connection, claim):
            open_seconds = await _blame(connection, claim, failure, circuit)
            token, pause = claim.lease.token, max(seconds, open_seconds)
            await back_to_queue(connection, claim.run_id, token, failure, pause)
        await _leave(connection, claim)


async def hand_back(engine: Primary, claim: Claim) -> None:
    """Put the run back for another agent at once: this one stops. It does not count as a start."""
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        await lock_vcenter(connection, claim.vcenter_id)
        await connection.execute(
            update(SyncRun).where(_is_running(claim)).values(attempt=SyncRun.attempt - 1)
        )
        await back_to_queue(connection, claim.run_id, claim.lease.token, STOPPED, 0)
        await _leave(connection, claim)


async def give_up(
    engine: Primary,
    claim: Claim,
    failure: Failure,
    *,
    state: SyncRunState,
    circuit: CircuitPolicy = CIRCUIT,
) -> None:
    """End the run as FAILED or DEAD."""
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        await lock_vcenter(connection, claim.vcenter_id)
        if await _is_ours(connection, claim):
            await _blame(connection, claim, failure, circuit)
            await connection.execute(
                update(SyncRun)
                .where(_is_running(claim))
                .values(
                    state=state,
                    finished_at=clock(),
                    error_code=failure.code,
                    error_message=failure.message,
                )
            )
        await _leave(connection, claim)


async def leave(engine: Primary, claim: Claim) -> None:
    """Release the vCenter after a run that ended; a request that waited is published again."""
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        await lock_vcenter(connection, claim.vcenter_id)
        await _leave(connection, claim)


async def lock_vcenter(connection: AsyncConnection, vcenter_id: int) -> bool:
    """Lock the vCenter's row, as every transaction about its runs does first; False: no row."""
    statement = select(VCenter.id).where(VCenter.id == vcenter_id)
    found = await connection.scalar(statement.with_for_update(key_share=True))
    return found is not None


async def _is_open(connection: AsyncConnection, vcenter_id: int) -> bool:
    return await connection.scalar(select(IS_OPEN).where(VCenter.id == vcenter_id)) is True


async def back_to_queue(
    connection: AsyncConnection, run_id: UUID, token: int, failure: Failure, seconds: float
) -> None:
    """Requeue a RUNNING run, or let the queued run of the same kind go on in its place."""
    this = and_(SyncRun.id == run_id, SyncRun.token == token, IS_RUNNING)
    error = {"error_code": failure.code, "error_message": failure.message}
    running = (
        await connection.execute(
            select(SyncRun.vcenter_id, SyncRun.kind, SyncRun.attempt).where(this).with_for_update()
        )
    ).one_or_none()
    if running is None:
        return
    heir = await connection.scalar(
        update(SyncRun)
        .where(
            SyncRun.vcenter_id == running.vcenter_id,
            SyncRun.kind == running.kind,
            IS_QUEUED,
        )
        .values(
            attempt=func.greatest(SyncRun.attempt, running.attempt),
            not_before=func.greatest(SyncRun.not_before, clock_plus(seconds)),
            published_at=null(),
        )
        .returning(SyncRun.id)
    )
    if heir is not None:
        ended = {"state": SyncRunState.FAILED, "finished_at": clock()}
        await connection.execute(update(SyncRun).where(this).values(**ended, **error))
        return
    waiting = {"state": SyncRunState.QUEUED, "not_before": clock_plus(seconds)}
    await connection.execute(
        update(SyncRun).where(this).values(**waiting, **error, published_at=null())
    )


async def publish_again(connection: AsyncConnection, vcenter_id: int) -> None:
    """Have queued runs published again: their messages may have come while the vCenter was busy."""
    await connection.execute(
        update(SyncRun)
        .where(SyncRun.vcenter_id == vcenter_id, IS_QUEUED)
        .values(published_at=null())
    )


def _is_running(claim: Claim) -> ColumnElement[bool]:
    return and_(
        SyncRun.id == claim.run_id,
        SyncRun.token == claim.lease.token,
        IS_RUNNING,
    )


async def _start(
    connection: AsyncConnection, run_id: UUID, vcenter_id: int, lease: HeldLease
) -> int:
    """Make the run RUNNING; whatever ran on this vCenter before lost its lease and ends here."""
    await connection.execute(
        update(SyncRun)
        .where(SyncRun.vcenter_id == vcenter_id, IS_RUNNING)
        .values(
            state=SyncRunState.FAILED,
            finished_at=clock(),
            error_code=LeaseLostError.code,
            error_message="Its agent stopped in the middle; a later run took over.",
        )
    )
    started = (
        update(SyncRun)
        .where(SyncRun.id == run_id)
        .values(
            state=SyncRunState.RUNNING,
            started_at=clock(),
            attempt=SyncRun.attempt + 1,
            owner=lease.owner,
            token=lease.token,
            objects_read=0,
            objects_expected=null(),
        )
        .returning(SyncRun.attempt)
    )
    return int((await connection.execute(started)).scalar_one())


async def _access(connection: AsyncConnection, vcenter_id: int) -> Access:
    table = VCenter.__table__.c
    columns = (table[field.name] for field in fields(Access))
    row = (await connection.execute(select(*columns).where(VCenter.id == vcenter_id))).one()
    return Access(*row)


async def _is_ours(connection: AsyncConnection, claim: Claim) -> bool:
    """Tell whether the run is still this agent's: a stale one says nothing about the vCenter."""
    own = select(SyncRun.id).where(_is_running(claim)).with_for_update()
    return await connection.scalar(own) is not None


def _is_as_claimed(claim: Claim) -> ColumnElement[bool]:
    """Whether the vCenter is reached as when the run began; no two seals are the same."""
    access = claim.access
    return and_(
        VCenter.id == claim.vcenter_id,
        VCenter.host == access.host,
        VCenter.port == access.port,
        VCenter.username == access.username,
        VCenter.sealed_credentials == access.sealed_credentials,
        VCenter.ca_certificates.is_not_distinct_from(access.ca_certificates),
        VCenter.pinned_certificate.is_not_distinct_from(access.pinned_certificate),
        VCenter.instance_uuid == access.instance_uuid,
    )


async def _blame(
    connection: AsyncConnection, claim: Claim, failure: Failure, circuit: CircuitPolicy
) -> float:
    """Record what the failure says of the vCenter; return for how long its circuit opens by it.

    Of one that is reached in another way by now it says nothing.
    """
    if not await connection.scalar(select(exists().where(_is_as_claimed(claim)))):
        return 0.0
    if failure.vcenter_state is not None:
        state, reason = failure.vcenter_state, failure.message
        await connection.execute(state_change(claim.vcenter_id, state, reason))
    if not failure.is_counted:
        return 0.0
    return await record_failure(connection, claim.vcenter_id, circuit)


async def _leave(connection: AsyncConnection, claim: Claim) -> None:
    await publish_again(connection, claim.vcenter_id)
    await release_within(connection, claim.lease)
