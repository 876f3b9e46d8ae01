"""The API keys that hold now, each with the scope it is held to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from loaders.entity import VCENTERS
from loaders.reading import Record
from loaders.scope import EVERYTHING, Scope
from models.base import Base
from models.db.sessions import ReadSession
from models.enums import ApiOperation
from models.tables import ApiKey, ApiKeyVCenter

KEYS = Base.metadata.tables[ApiKey.__tablename__]
HELD_TO = Base.metadata.tables[ApiKeyVCenter.__tablename__]


@dataclass(frozen=True, slots=True)
class LiveKey:
    """A key that is neither revoked nor, when it was read, expired."""

    id: str
    name: str
    key_hash: bytes
    operations: frozenset[ApiOperation]
    scope: Scope
    expires_at: datetime


async def live_keys(reads: ReadSession) -> dict[str, LiveKey]:
    """Return all keys that hold, by id: two statements in one snapshot, however many there are."""
    holds = KEYS.c.revoked_at.is_(None) & (KEYS.c.expires_at > func.now())
    columns = (KEYS.c.name, KEYS.c.key_hash, KEYS.c.operations, KEYS.c.expires_at)
    links = (
        select(HELD_TO.c.api_key_id, VCENTERS.c.id, VCENTERS.c.instance_uuid)
        .select_from(HELD_TO.join(VCENTERS, VCENTERS.c.id == HELD_TO.c.vcenter_id).join(KEYS))
        .where(holds)
        .order_by(VCENTERS.c.id)
    )
    seen: dict[str, dict[int, UUID]] = {}
    linked: Sequence[Record] = await reads.rows(links)
    for key_id, number, uuid in linked:
        seen.setdefault(key_id, {})[number] = uuid
    among = select(func.count()).select_from(VCENTERS).scalar_subquery()
    found = select(KEYS.c.id, KEYS.c.has_all_vcenters, among, *columns).where(holds)
    keys: Sequence[Record] = await reads.rows(found)
    return {
        key_id: LiveKey(
            id=key_id,
            name=name,
            key_hash=key_hash,
            operations=frozenset(map(ApiOperation, operations)),
            scope=EVERYTHING if has_all else Scope(seen.get(key_id, {}), count),
            expires_at=expires_at,
        )
        for key_id, has_all, count, name, key_hash, operations, expires_at in keys
    }
