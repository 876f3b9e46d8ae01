"""The registry of vCenters: adding them, finding them, how the last contact went."""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import Update, case, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models.commands.transaction import Primary, transaction
from models.enums import VCenterState
from models.vcenter import VCenter
from runtime.errors import AlreadyRegisteredError, NotFoundError


@dataclass(frozen=True, slots=True)
class NewVCenter:
    """What is registered of a vCenter; the last five are what it says of itself."""

    name: str
    host: str
    username: str
    sealed_credentials: bytes
    instance_uuid: UUID
    port: int = 443
    ca_certificates: str | None = None
    pinned_certificate: str | None = None
    interval_seconds: int = 300
    version: str | None = None
    build: str | None = None
    api_version: str | None = None
    full_name: str | None = None


async def add_vcenter(engine: Primary, vcenter: NewVCenter) -> int:
    """Register a vCenter, due for its first sync at once, and return its registry number.

    Raises:
        AlreadyRegisteredError: the name is taken, or this vCenter is registered by another name.
    """
    statement = insert(VCenter).values(**asdict(vcenter)).returning(VCenter.id)
    try:
        async with transaction(engine) as connection:
            return int((await connection.execute(statement)).scalar_one())
    except IntegrityError as error:
        raise AlreadyRegisteredError(await _taken(engine, vcenter)) from error


async def add_vcenters(engine: Primary, vcenters: list[NewVCenter]) -> int:
    """Register several vCenters, all or none; return how many.

    Raises:
        AlreadyRegisteredError: one of them is registered already.
    """
    if not vcenters:
        return 0
    try:
        async with transaction(engine) as connection:
            await connection.execute(insert(VCenter), [asdict(each) for each in vcenters])
    except IntegrityError as error:
        detail = str(error.orig).partition("DETAIL:")[2].strip()
        raise AlreadyRegisteredError(
            f"one of them is registered already, so none was ({detail})"
        ) from error
    return len(vcenters)


async def list_vcenters(engine: Primary) -> list[VCenter]:
    """Return every registered vCenter, by name."""
    async with transaction(engine) as connection:
        rows = AsyncSession(connection, expire_on_commit=False)
        return list(await rows.scalars(select(VCenter).order_by(VCenter.name)))


async def list_open(engine: Primary) -> list[VCenter]:
    """Return every vCenter that may be synced: neither paused nor being removed, by name."""
    found = await list_vcenters(engine)
    return [each for each in found if each.paused_at is None and each.removing_at is None]


async def find_vcenter(engine: Primary, name: str) -> VCenter:
    """Return the vCenter of this name. Raises NotFoundError where there is none."""
    async with transaction(engine) as connection:
        rows = AsyncSession(connection, expire_on_commit=False)
        found = await rows.scalar(select(VCenter).where(VCenter.name == name))
    if found is None:
        raise NotFoundError(f"no vCenter is registered by the name {name!r}")
    return found


async def pin_certificate(engine: Primary, vcenter_id: int, pem: str | None) -> None:
    """Let the vCenter present this certificate and no other (None: any that its CAs signed).

    A vCenter that was stopped for its certificate is due again at once.
    """
    was_stopped = VCenter.state == VCenterState.CERTIFICATE
    values = {
        "pinned_certificate": pem,
        "state": case((was_stopped, VCenterState.NEW.value), else_=VCenter.state),
        "next_sync_at": case((was_stopped, func.now()), else_=VCenter.next_sync_at),
    }
    async with transaction(engine) as connection:
        await connection.execute(update(VCenter).where(VCenter.id == vcenter_id).values(values))


async def set_state(
    engine: Primary, vcenter_id: int, state: VCenterState, reason: str | None = None
) -> None:
    """Record how the last contact went; writes nothing where nothing changed."""
    async with transaction(engine) as connection:
        await connection.execute(state_change(vcenter_id, state, reason))


def state_change(vcenter_id: int, state: VCenterState, reason: str | None) -> Update:
    """Return the statement that records a state, for a caller's own transaction."""
    return (
        update(VCenter)
        .where(VCenter.id == vcenter_id)
        .where(or_(VCenter.state != state, VCenter.state_reason.is_distinct_from(reason)))
        .values(
            state=state,
            state_reason=reason,
            state_since=case((VCenter.state == state, VCenter.state_since), else_=func.now()),
        )
    )


async def _taken(engine: Primary, vcenter: NewVCenter) -> str:
    """Say which vCenter stands in the way."""
    statement = select(VCenter.name).where(VCenter.instance_uuid == vcenter.instance_uuid)
    async with transaction(engine) as connection:
        other = await connection.scalar(statement)
    if other is None:
        return f"a vCenter named {vcenter.name!r} is registered already"
    return f"this vCenter (instanceUuid {vcenter.instance_uuid}) is registered already as {other!r}"
