"""A vCenter of a test's own in the registry, so that tests share one database undisturbed."""

from uuid import uuid4

from sqlalchemy import update

from models.commands.registry import NewVCenter, add_vcenter
from models.commands.transaction import Primary, clock_plus, transaction
from models.enums import VCenterState
from models.vcenter import VCenter


async def new_vcenter(engine: Primary, *, is_scheduled: bool = False, **fields: object) -> int:
    """Register a vCenter nobody else knows; unless asked, the scheduler leaves it alone."""
    defaults = {
        "name": f"vc-{uuid4()}",
        "host": "vc.invalid",
        "username": "reader",
        "sealed_credentials": b"sealed",
        "instance_uuid": uuid4(),
        "interval_seconds": 0 if is_scheduled else 86_400,
    }
    vcenter_id = await add_vcenter(engine, NewVCenter(**{**defaults, **fields}))  # type: ignore[arg-type]
    if not is_scheduled:
        await _postpone(engine, vcenter_id)
    return vcenter_id


async def _postpone(engine: Primary, vcenter_id: int) -> None:
    async with transaction(engine) as connection:
        await connection.execute(
            update(VCenter).where(VCenter.id == vcenter_id).values(next_sync_at=clock_plus(86_400))
        )


STOPPED = (
    VCenterState.CREDENTIALS,
    VCenterState.PERMISSION,
    VCenterState.CERTIFICATE,
    VCenterState.ADDRESS,
    VCenterState.CHANGED,
)
