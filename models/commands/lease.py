"""Leases: one holder at a time, a token that grows with each, the database's clock alone.

A lease that expired is never renewed, even where nobody took it: whoever saw it expired may act on
that. Rows are kept for ever, so that a token is never given twice.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from models.commands.transaction import Primary, clock, clock_plus, transaction
from models.lease import Lease

SCHEDULER = "scheduler"
VCENTER_PREFIX = "vcenter:"
TAKEOVER_LOCK_SECONDS = 2.0  # a frozen holder of the row must not freeze those who would follow it


def vcenter_resource(vcenter_id: int) -> str:
    """Return the name under which a vCenter is leased."""
    return f"{VCENTER_PREFIX}{vcenter_id}"


@dataclass(frozen=True, slots=True)
class HeldLease:
    """A lease this process took; the token fences its writes."""

    resource: str
    owner: str
    token: int


async def take(engine: Primary, resource: str, *, owner: str, seconds: float) -> HeldLease | None:
    """Take the lease if it is free or has expired; None: somebody holds it."""
    async with transaction(engine, lock_timeout_seconds=TAKEOVER_LOCK_SECONDS) as connection:
        return await take_within(connection, resource, owner=owner, seconds=seconds)


async def take_within(
    connection: AsyncConnection, resource: str, *, owner: str, seconds: float
) -> HeldLease | None:
    """Take the lease in the caller's transaction."""
    new = insert(Lease).values(
        resource=resource, owner=owner, token=1, expires_at=clock_plus(seconds)
    )
    statement = new.on_conflict_do_update(
        index_elements=[Lease.resource],
        set_={
            "owner": new.excluded.owner,
            "token": Lease.token + 1,
            "expires_at": new.excluded.expires_at,
        },
        where=Lease.expires_at <= clock(),
    ).returning(Lease.token)
    token = await connection.scalar(statement)
    return None if token is None else HeldLease(resource, owner, token)


async def renew(engine: Primary, lease: HeldLease, *, seconds: float) -> bool:
    """Prolong the lease; False: it expired or somebody else holds it."""
    statement = (
        update(Lease)
        .where(_held(lease))
        .values(expires_at=clock_plus(seconds))
        .returning(Lease.token)
    )
    async with transaction(engine) as connection:
        return await connection.scalar(statement) is not None


async def release(engine: Primary, lease: HeldLease) -> None:
    """Let others take the lease at once; harmless where it is lost already."""
    async with transaction(engine) as connection:
        await release_within(connection, lease)


async def release_within(connection: AsyncConnection, lease: HeldLease) -> None:
    """Release in the caller's transaction."""
    await connection.execute(update(Lease).where(_held(lease)).values(expires_at=clock()))


def _held(lease: HeldLease) -> ColumnElement[bool]:
    return and_(
        Lease.resource == lease.resource,
        Lease.owner == lease.owner,
        Lease.token == lease.token,
        Lease.expires_at > clock(),
    )
