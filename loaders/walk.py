"""The vCenters that an export walks, one after the other."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import collate, select

from loaders.entity import VCENTERS
from loaders.scope import Scope
from models.db.sessions import ReadSession


@dataclass(frozen=True, slots=True)
class WalkedVCenter:
    """A vCenter whose rows are read in a snapshot of their own."""

    uuid: UUID
    name: str


async def vcenters_by_name(session: ReadSession, scope: Scope) -> list[WalkedVCenter]:
    """Return the vCenters of a scope, by name as lists order it."""
    reads = scope.over(session)
    columns = (VCENTERS.c.instance_uuid, VCENTERS.c.name)
    rows = await reads.rows(select(*columns).order_by(collate(VCENTERS.c.name, "C")))
    return [WalkedVCenter(*row) for row in rows]
