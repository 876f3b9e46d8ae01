"""What the last scans could not read: objects that cannot be decoded, properties not to be had."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Integer, Select, Text, any_, literal, null, select, text
from sqlalchemy.sql.expression import CompoundSelect

from loaders.entity import VCENTERS
from loaders.reading import ReadLoader, Record
from models.base import Base
from models.db.sessions import ReadSession
from models.tables import CollectionProblem, QuarantinedObject

PROPERTIES = Base.metadata.tables[CollectionProblem.__tablename__].c
OBJECTS = Base.metadata.tables[QuarantinedObject.__tablename__].c
COLUMNS = ("vcenter_id", "type", "tier", "moid", "path", "reason", "objects", "since")


class ProblemsByVCenter(ReadLoader[int, list[Record]]):
    """Everything the last scan of a vCenter could not read, properties first."""

    async def batch_load_fn(self, keys: list[int]) -> list[list[Record]]:
        """Load the problems of all vCenters."""
        found: dict[int, list[Record]] = {key: [] for key in keys}
        for row in await self.rows("problems_by_vcenter", _problems(keys)):
            found[row[0]].append(row)
        return [found[key] for key in keys]


async def problems_of(reads: ReadSession, vcenter_id: int | None) -> list[dict[str, object]]:
    """Return the problems of one vCenter, or of all, with the vCenter's name."""
    registry = select(VCENTERS.c.id, VCENTERS.c.name).order_by(VCENTERS.c.name)
    registered: Sequence[Record] = await reads.rows(registry)
    names = {row[0]: row[1] for row in registered if vcenter_id in (None, row[0])}
    by_vcenter: dict[int, list[dict[str, object]]] = {number: [] for number in names}
    for row in await reads.rows(_problems(list(names))):
        shown: dict[str, object] = dict(zip(COLUMNS[1:], row[1:], strict=True))
        by_vcenter[row[0]].append({"vcenter": names[row[0]], **shown})
    return [problem for found in by_vcenter.values() for problem in found]


def _problems(vcenter_ids: list[int]) -> CompoundSelect[Any]:
    wanted = any_(literal(vcenter_ids, ARRAY(Integer)))
    p, o = PROPERTIES, OBJECTS
    none = null().cast(Text)
    properties: Select[Any] = select(
        p.vcenter_id,
        p.type,
        p.tier,
        none.label("moid"),
        p.path,
        p.fault.label("reason"),
        p.objects,
        p.since,
    ).where(p.vcenter_id == wanted)
    objects: Select[Any] = select(
        o.vcenter_id,
        o.type,
        none.label("tier"),
        o.moid,
        none.label("path"),
        o.reason,
        literal(1).label("objects"),
        o.since,
    ).where(o.vcenter_id == wanted)
    order = text("vcenter_id, type, moid NULLS FIRST, path, tier")
    return properties.union_all(objects).order_by(order)
