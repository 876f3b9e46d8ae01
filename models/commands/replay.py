"""Runs that were given up: which of them still matter, and asking for them again.

A DEAD run matters until it is replayed or a later run of its vCenter succeeded.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models.commands.sync_run import IS_OPEN, SyncRunRef, request_sync
from models.commands.transaction import Primary, transaction
from models.enums import RequestClass, SyncKind, SyncRunState
from models.queue import Publisher
from models.sync_run import SyncRun
from models.vcenter import VCenter
from runtime.errors import InvalidArgumentError, NotFoundError

ENDED_WELL = (SyncRunState.SUCCEEDED, SyncRunState.QUARANTINED)
ENDED_BADLY = (SyncRunState.FAILED, SyncRunState.DEAD)
# Spelled out, so that the partial index fits.
IS_DEAD = and_(SyncRun.state == literal_column("'DEAD'"), SyncRun.replayed_as.is_(None))


@dataclass(frozen=True, slots=True)
class ListedRun:
    """One run as operators see it."""

    id: UUID
    vcenter: str
    state: str
    requested_by: str
    requested_at: datetime
    attempt: int
    finished_at: datetime | None
    error_code: str | None
    error_message: str | None
    replayed_as: UUID | None


async def list_runs(
    engine: Primary, *, vcenter: str | None = None, only_dead: bool = False, limit: int = 50
) -> list[ListedRun]:
    """Return runs, newest first: of one vCenter or all, every one or those dead that matter."""
    statement = (
        select(
            SyncRun.id,
            VCenter.name.label("vcenter"),
            SyncRun.state,
            SyncRun.requested_by,
            SyncRun.requested_at,
            SyncRun.attempt,
            SyncRun.finished_at,
            SyncRun.error_code,
            SyncRun.error_message,
            SyncRun.replayed_as,
        )
        .join(VCenter, VCenter.id == SyncRun.vcenter_id)
        .order_by(SyncRun.requested_at.desc(), SyncRun.id)
        .limit(limit)
    )
    if vcenter is not None:
        statement = statement.where(VCenter.name == vcenter)
    if only_dead:
        statement = statement.where(still_matters())
    async with transaction(engine) as connection:
        return [ListedRun(**row) for row in (await connection.execute(statement)).mappings()]


async def count_dead(engine: Primary) -> int:
    """Return how many vCenters have a dead run that matters."""
    statement = select(func.count(SyncRun.vcenter_id.distinct())).where(still_matters())
    async with transaction(engine) as connection:
        return int(await connection.scalar(statement) or 0)


async def dead_runs(engine: Primary) -> list[UUID]:
    """Return the newest dead run that matters of each vCenter that is not paused."""
    statement = (
        select(SyncRun.id)
        .join(VCenter, VCenter.id == SyncRun.vcenter_id)
        .where(still_matters(), IS_OPEN)
        .order_by(SyncRun.vcenter_id, SyncRun.requested_at.desc())
        .ext(distinct_on(SyncRun.vcenter_id))
    )
    async with transaction(engine) as connection:
        return list(await connection.scalars(statement))


async def last_bad_run(engine: Primary, vcenter: str) -> UUID:
    """Return the newest run of a vCenter that ended badly. Raises NotFoundError for none."""
    statement = (
        select(SyncRun.id)
        .join(VCenter, VCenter.id == SyncRun.vcenter_id)
        .where(VCenter.name == vcenter, SyncRun.state.in_(ENDED_BADLY))
        .order_by(SyncRun.requested_at.desc())
        .limit(1)
    )
    async with transaction(engine) as connection:
        found = await connection.scalar(statement)
    if found is None:
        raise NotFoundError(f"no run of a vCenter named {vcenter!r} failed")
    return found


async def replay(
    engine: Primary,
    publisher: Publisher,
    run_id: UUID,
    *,
    requested_by: str,
    request_class: RequestClass = RequestClass.INTERACTIVE,
) -> SyncRunRef:
    """Ask again for what a run that ended badly was to do; return the run that will serve it.

    Raises:
        NotFoundError: no such run.
        InvalidArgumentError: it is still to end, or ended well.
    """
    async with transaction(engine) as connection:
        rows = AsyncSession(connection, expire_on_commit=False)
        run = await rows.scalar(select(SyncRun).where(SyncRun.id == run_id))
    if run is None:
        raise NotFoundError(f"there is no sync run {run_id}")
    if run.state not in ENDED_BADLY:
        raise InvalidArgumentError(
            f"run {run_id} is {run.state}; only one that is FAILED or DEAD can be replayed"
        )
    asked = await request_sync(
        engine,
        publisher,
        run.vcenter_id,
        requested_by=requested_by,
        kind=SyncKind(run.kind),
        request_class=request_class,
    )
    async with transaction(engine) as connection:
        await connection.execute(
            update(SyncRun).where(SyncRun.id == run_id).values(replayed_as=asked.id)
        )
    return asked


def still_matters() -> ColumnElement[bool]:
    """Return the condition on SyncRun: dead, not replayed, and no later run ended well."""
    later = aliased(SyncRun)
    mended = exists().where(
        later.vcenter_id == SyncRun.vcenter_id,
        later.requested_at > SyncRun.requested_at,
        later.state.in_(ENDED_WELL),
    )
    return and_(IS_DEAD, ~mended)
