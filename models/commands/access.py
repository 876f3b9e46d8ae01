"""How a registered vCenter is reached, and who it is: changed on an operator's word.

Both are for a vCenter that has just answered and let us in, so whatever stopped it is over: it is
due at once.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, null, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from models.commands.sync_run import IS_QUEUED, IS_RUNNING, LOCK_SECONDS, lock_vcenter
from models.commands.transaction import Primary, clock, transaction
from models.enums import VCenterState
from models.sync_run import SyncRun
from models.vcenter import VCenter
from runtime.errors import (
    AlreadyRegisteredError,
    InvalidArgumentError,
    NotFoundError,
    VCenterBusyError,
    VCenterChangedError,
)


@dataclass(frozen=True, slots=True)
class NewAccess:
    """Where a vCenter is from now on, who logs in, and how it is trusted."""

    host: str
    port: int
    username: str
    sealed_credentials: bytes
    ca_certificates: str | None
    pinned_certificate: str | None


async def change_access(
    engine: Primary, vcenter_id: int, access: NewAccess, *, before: NewAccess, instance_uuid: UUID
) -> None:
    """Reach a vCenter in another way than `before`, behind which `instance_uuid` has answered.

    A sync that runs goes on to its end as it began.

    Raises:
        NotFoundError: no such vCenter.
        VCenterChangedError: it is registered as another by now.
        InvalidArgumentError: somebody else has changed meanwhile how it is reached.
    """
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        await _is_still(connection, vcenter_id, instance_uuid)
        columns = [getattr(VCenter, each.name) for each in fields(NewAccess)]
        found = await connection.execute(select(*columns).where(VCenter.id == vcenter_id))
        if NewAccess(*found.one()) != before:
            raise InvalidArgumentError(
                "somebody else has changed meanwhile how it is reached; nothing was changed"
            )
        await _set(connection, vcenter_id, asdict(access))


async def accept_identity(engine: Primary, vcenter_id: int, *, before: UUID, now: UUID) -> None:
    """Take the vCenter that says it is `now` for the one that was registered as `before`.

    Its rows stay; the next scan decides about them as about any others.

    Raises:
        NotFoundError: no such vCenter.
        VCenterChangedError: it is registered as another by now.
        VCenterBusyError: a sync runs, which may have read the former one.
        AlreadyRegisteredError: another registration has this identity.
    """
    try:
        async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
            await _is_still(connection, vcenter_id, before)
            runs = exists().where(SyncRun.vcenter_id == vcenter_id, IS_RUNNING)
            if await connection.scalar(select(runs)):
                raise VCenterBusyError
            await _set(connection, vcenter_id, {"instance_uuid": now})
    except IntegrityError as error:
        raise AlreadyRegisteredError(
            f"the vCenter with the instanceUuid {now} is registered already, by another name"
        ) from error


async def _is_still(connection: AsyncConnection, vcenter_id: int, instance_uuid: UUID) -> None:
    """Lock the vCenter's row and make sure of its identity."""
    if not await lock_vcenter(connection, vcenter_id):
        raise NotFoundError(f"no vCenter is registered by the number {vcenter_id}")
    registered = select(VCenter.instance_uuid).where(VCenter.id == vcenter_id)
    if (found := await connection.scalar(registered)) != instance_uuid:
        raise VCenterChangedError(f"it is registered as {found} by now; nothing was changed")


async def _set(connection: AsyncConnection, vcenter_id: int, values: dict[str, Any]) -> None:
    """Store it; the vCenter is due at once, also where a run waits for another attempt."""
    own = update(VCenter).where(VCenter.id == vcenter_id)
    await connection.execute(own.values(values | _due()))
    waiting = update(SyncRun).where(SyncRun.vcenter_id == vcenter_id, IS_QUEUED)
    await connection.execute(waiting.values(not_before=clock(), published_at=null(), attempt=0))


def _due() -> dict[str, Any]:
    """Return what makes a vCenter due at once, whatever the last contacts were like."""
    well = VCenter.state.in_((VCenterState.NEW, VCenterState.CONNECTED))
    return {
        "state": case((well, VCenter.state), else_=VCenterState.NEW.value),
        "state_reason": case((well, VCenter.state_reason), else_=null()),
        "state_since": case((well, VCenter.state_since), else_=clock()),
        "next_sync_at": clock(),
        "failures_in_a_row": 0,
        "circuit_open_until": null(),
    }
