"""Whether a snapshot has what a request waits for: the end of a sync run, an epoch."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Text, Uuid, and_, any_, func, literal, select

from loaders.entity import COLLECTIONS, SYNC_RUNS, VCENTERS
from loaders.reading import Record
from loaders.scope import Reads
from models.db.sessions import ReadSession
from models.enums import SyncRunState


class MinEpoch(NamedTuple):
    """How new one collection of one vCenter must be."""

    vcenter: UUID
    """Its instanceUuid."""
    type: str
    tier: str
    epoch: int


async def has_epochs(reads: Reads, wanted: Sequence[MinEpoch]) -> bool:
    """Tell whether every collection has reached the epoch that is wanted of it."""
    if not wanted:
        return True
    arrays = (
        literal([each.vcenter for each in wanted], ARRAY(Uuid)),
        literal([each.type for each in wanted], ARRAY(Text)),
        literal([each.tier for each in wanted], ARRAY(Text)),
        literal([each.epoch for each in wanted], ARRAY(BigInteger)),
    )
    rows = func.unnest(*arrays).table_valued("uuid", "type", "tier", "epoch")
    each = rows.render_derived(name="wanted")
    reached = and_(
        COLLECTIONS.c.vcenter_id == VCENTERS.c.id,
        COLLECTIONS.c.type == each.c.type,
        COLLECTIONS.c.tier == each.c.tier,
        COLLECTIONS.c.epoch >= each.c.epoch,
    )
    source = each.join(VCENTERS, VCENTERS.c.instance_uuid == each.c.uuid).join(COLLECTIONS, reached)
    statement = select(func.count()).select_from(source)
    return int((await reads.rows(statement))[0][0]) == len(wanted)


async def states_of_runs(
    reads: ReadSession, run_ids: Collection[UUID]
) -> Mapping[UUID, SyncRunState]:
    """Return where runs stand; those that the server does not know are left out."""
    if not run_ids:
        return {}
    ids = literal(list(run_ids), ARRAY(Uuid))
    statement = select(SYNC_RUNS.c.id, SYNC_RUNS.c.state).where(SYNC_RUNS.c.id == any_(ids))
    rows: Sequence[Record] = await reads.rows(statement)
    return {row[0]: SyncRunState(row[1]) for row in rows}
