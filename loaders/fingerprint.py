"""What a server has of each vCenter, in a few numbers that differ as soon as its rows do.

A sync writes rows and `collection_state` in one transaction, so that whoever sees the one sees the
other: complete scans move `as_of`, others that changed a row move `epoch`. The registry's row is
known by the transaction that wrote it (`xmin`, the same on every replica). A vCenter that was never
read, or is being removed, has no fingerprint: nothing is promised of its rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Text, cast, func, literal_column, select

from loaders.entity import COLLECTIONS, VCENTERS
from loaders.prepared import Prepared
from models.db.sessions import ReadSession


class Fingerprint(NamedTuple):
    """Of one vCenter; what replays later compares greater."""

    epochs: int
    as_of: datetime
    registered: int
    """The transaction that wrote the registry's row."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one server has, as of one snapshot."""

    vcenters: Mapping[int, Fingerprint]
    numbers: Mapping[UUID, int]
    """Registry numbers by instanceUuid."""


_of_each = (
    select(
        COLLECTIONS.c.vcenter_id,
        func.sum(cast(COLLECTIONS.c.epoch, Integer)).label("epochs"),
        func.max(COLLECTIONS.c.as_of).label("as_of"),
    )
    .group_by(COLLECTIONS.c.vcenter_id)
    .subquery("each")
)
_WRITER = cast(cast(literal_column("vcenters.xmin"), Text), BigInteger)
FINGERPRINTS = Prepared(
    lambda: (
        select(
            *(VCENTERS.c.id, VCENTERS.c.instance_uuid, _of_each.c.epochs, _of_each.c.as_of, _WRITER)
        )
        .select_from(VCENTERS.join(_of_each, _of_each.c.vcenter_id == VCENTERS.c.id))
        .where(VCENTERS.c.removing_at.is_(None))
    )
)
"""4 ms of a server for 1,000 vCenters."""

_control = func.pg_control_system().table_valued("system_identifier").alias("control")
DATABASE = Prepared(
    lambda: select(cast(_control.c.system_identifier, Text) + "." + func.current_database())
)


async def fingerprints(reads: ReadSession) -> Seen:
    """Read what a server has, in one statement."""
    with reads.single_statement():
        found = await reads.fetch(FINGERPRINTS.open, {})
    return Seen(
        {row[0]: Fingerprint(row[2], row[3], row[4]) for row in found},
        {row[1]: row[0] for row in found},
    )


async def database_of(reads: ReadSession) -> str:
    """Return what tells a database and its replicas from all others."""
    with reads.single_statement():
        found = await reads.fetch(DATABASE.open, {})
    return str(found[0][0])
