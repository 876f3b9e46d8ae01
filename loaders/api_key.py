"""The API keys that hold now, each with the scope it is held to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from loaders.entity import VCENTERS
from loaders.reading import Record
from loaders.scope import EVERYTHING, Scope
from models.base import Base
from models.db.sessions import ReadSession
from models.enums import ApiOperation
from models.tables import ApiKey, ApiKeyVCenter

KEYS = Base.metadata.tables[ApiKey.__tablename__]
HELD_TO = Base.metadata.tables[ApiKeyVCenter.__tablename__]
HOLDS = KEYS.c.revoked_at.is_(None) & (KEYS.c.expires_at > func.now())
LIVE = select(
    *(KEYS.c.id, KEYS.c.has_all_vcenters, KEYS.c.name, KEYS.c.key_hash, KEYS.c.operations),
    KEYS.c.expires_at,
).where(HOLDS)
SEEN = (
    select(
        HELD_TO.c.api_key_id,
        func.array_agg(aggregate_order_by(HELD_TO.c.vcenter_id, HELD_TO.c.vcenter_id)),
    )
    .select_from(HELD_TO.join(KEYS))
    .where(HOLDS)
    .group_by(HELD_TO.c.api_key_id)
)
"""The numbers of vCenters that each key names: with a row for each, 1,000 keys that name 100 each
would be 100,000 rows to convert while nothing else is done."""
NUMBERED = select(VCENTERS.c.id, VCENTERS.c.instance_uuid)


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
    """Return all keys that hold, by id: three statements of one snapshot, however many."""
    seen: Mapping[str, Sequence[int]] = dict(map(tuple, await reads.rows(SEEN)))
    vcenters: Mapping[int, UUID] = dict(map(tuple, await reads.rows(NUMBERED))) if seen else {}
    keys: Sequence[Record] = await reads.rows(LIVE)
    return {
        key_id: LiveKey(
            id=key_id,
            name=name,
            key_hash=key_hash,
            operations=frozenset(map(ApiOperation, operations)),
            scope=EVERYTHING if has_all else _scope(seen.get(key_id, ()), vcenters),
            expires_at=expires_at,
        )
        for key_id, has_all, name, key_hash, operations, expires_at in keys
    }


def _scope(numbers: Sequence[int], vcenters: Mapping[int, UUID]) -> Scope:
    return Scope({number: vcenters[number] for number in numbers}, len(vcenters))
