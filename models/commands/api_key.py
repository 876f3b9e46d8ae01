"""API keys: made, listed and revoked, on the primary. The secret leaves only the first of these."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from models.api_key import ApiKey
from models.api_key_vcenter import ApiKeyVCenter
from models.commands.transaction import Primary, clock, transaction
from models.enums import ApiOperation
from models.vcenter import VCenter
from runtime.errors import InvalidArgumentError, NotFoundError
from runtime.tokens import Token, digest_of, new_token


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is to be."""

    name: str
    operations: Collection[ApiOperation]
    vcenters: Collection[str] | None
    """Names of the vCenters it may see; None: all, also those that are registered later."""
    lifetime: timedelta
    created_by: str


@dataclass(frozen=True, slots=True)
class ListedKey:
    """One key as operators see it."""

    id: str
    name: str
    state: str
    """ACTIVE, EXPIRED or REVOKED."""
    operations: Sequence[str]
    vcenters: Sequence[str] | None
    """Names of the vCenters it may see; None: all."""
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None


async def create_key(engine: Primary, new: NewKey) -> Token:
    """Store a key and return its token, which nobody can find out again.

    Raises:
        NotFoundError: it is to see a vCenter that is not registered.
    """
    token = new_token()
    values = {
        "id": token.key_id,
        "name": new.name,
        "key_hash": digest_of(token.text),
        "operations": sorted({ApiOperation.READ, *new.operations}),
        "has_all_vcenters": new.vcenters is None,
        "created_by": new.created_by,
        "expires_at": clock() + new.lifetime,
    }
    async with transaction(engine) as connection:
        numbers = await _numbers(connection, new.vcenters or ())
        await connection.execute(insert(ApiKey).values(values))
        if numbers:
            links = [{"api_key_id": token.key_id, "vcenter_id": number} for number in numbers]
            await connection.execute(insert(ApiKeyVCenter), links)
    return token


async def list_keys(engine: Primary) -> list[ListedKey]:
    """Return every key, the newest first."""
    names = (
        select(func.array_agg(VCenter.name))
        .join(ApiKeyVCenter, ApiKeyVCenter.vcenter_id == VCenter.id)
        .where(ApiKeyVCenter.api_key_id == ApiKey.id)
        .scalar_subquery()
    )
    statement = select(
        ApiKey.id,
        ApiKey.name,
        _state().label("state"),
        ApiKey.operations,
        ApiKey.has_all_vcenters,
        names.label("vcenters"),
        ApiKey.created_at,
        ApiKey.created_by,
        ApiKey.expires_at,
        ApiKey.revoked_at,
    ).order_by(ApiKey.created_at.desc(), ApiKey.id)
    async with transaction(engine) as connection:
        found = (await connection.execute(statement)).mappings().all()
    return [_listed(**row) for row in found]


async def revoke_key(engine: Primary, key_id: str) -> str:
    """Let a key hold no longer; return its name.

    Raises:
        NotFoundError: there is no such key.
        InvalidArgumentError: it was revoked before.
    """
    this = ApiKey.id == key_id
    revoke = (
        update(ApiKey)
        .where(this, ApiKey.revoked_at.is_(None))
        .values(revoked_at=clock())
        .returning(ApiKey.name)
    )
    async with transaction(engine) as connection:
        name = await connection.scalar(revoke)
        if name is not None:
            return str(name)
        revoked_at = await connection.scalar(select(ApiKey.revoked_at).where(this))
    if revoked_at is None:
        raise NotFoundError(f"there is no API key {key_id}; see `vminer keys list`")
    raise InvalidArgumentError(f"API key {key_id} was revoked already, {revoked_at:%Y-%m-%d %H:%M}")


async def _numbers(connection: AsyncConnection, names: Collection[str]) -> list[int]:
    found = await connection.execute(
        select(VCenter.name, VCenter.id).where(VCenter.name.in_(names))
    )
    numbers = {row.name: row.id for row in found}
    if unknown := sorted(set(names) - set(numbers)):
        raise NotFoundError(f"no vCenter is registered by the name {unknown[0]!r}")
    return sorted(numbers.values())


def _listed(*, has_all_vcenters: bool, vcenters: list[str] | None, **more: Any) -> ListedKey:
    return ListedKey(vcenters=None if has_all_vcenters else sorted(vcenters or ()), **more)


def _state() -> ColumnElement[str]:
    revoked = ApiKey.revoked_at.is_not(None)
    return case((revoked, "REVOKED"), (ApiKey.expires_at <= clock(), "EXPIRED"), else_="ACTIVE")
