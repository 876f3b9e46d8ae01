"""What a VM was before it came, and what became of it where it went."""

from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select

from loaders.keyed import of_keys
from loaders.reading import ReadLoader, Record
from models.base import Base
from models.tables import VmLineage

LINEAGE = Base.metadata.tables[VmLineage.__tablename__]
NAMES = tuple(str(column.key) for column in LINEAGE.columns)

Ends = tuple[ColumnElement[Any], ColumnElement[Any]]


class _LineageBy(ReadLoader[tuple[int, str], list[Record]]):
    """Links of VMs, by one of their ends, in order of coming."""

    name: ClassVar[str]
    ends: ClassVar[Ends]

    async def batch_load_fn(self, keys: list[tuple[int, str]]) -> list[list[Record]]:
        """Load the links of all VMs."""
        found: dict[tuple[int, str], list[Record]] = {key: [] for key in keys}
        columns = LINEAGE.c
        selected = select(*self.ends, *columns)
        statement = of_keys(selected, *self.ends, keys).order_by(
            columns.came_at, columns.vcenter_id, columns.moid
        )
        for vcenter_id, moid, *link in await self.rows(self.name, statement):
            found[vcenter_id, moid].append(link)
        return [found[key] for key in keys]


class LineageByVm(_LineageBy):
    """What a VM was before: at most one link."""

    name, ends = "lineage_by_vm", (LINEAGE.c.vcenter_id, LINEAGE.c.moid)


class LineageByFormerVm(_LineageBy):
    """What a VM that went has become."""

    name, ends = "lineage_by_former_vm", (LINEAGE.c.former_vcenter_id, LINEAGE.c.former_moid)
