"""What is read only when it is selected: the devices of VMs, the freshness of vCenters."""

from sqlalchemy import ARRAY, Integer, Text, and_, any_, bindparam, func, literal, select

from loaders.entity import COLLECTIONS
from loaders.reading import ReadLoader, Record
from models.base import Base
from models.tables import VmHardware

HARDWARE = Base.metadata.tables[VmHardware.__tablename__]
HARDWARE_COLUMNS = tuple(c for c in HARDWARE.columns if c.key not in {"row_hash", "change_version"})
COLLECTION_COLUMNS = tuple(COLLECTIONS.columns)


class VmHardwareByKey(ReadLoader[tuple[int, str], Record | None]):
    """Disks, network adapters and snapshots of VMs; None where they were never read."""

    async def batch_load_fn(self, keys: list[tuple[int, str]]) -> list[Record | None]:
        """Load the devices of all VMs."""
        vcenter_ids = bindparam(None, [key[0] for key in keys], ARRAY(Integer))
        moids = bindparam(None, [key[1] for key in keys], ARRAY(Text))
        wanted = (
            func.unnest(vcenter_ids, moids)
            .table_valued("vcenter_id", "moid", name="wanted")
            .render_derived()
        )
        same = and_(HARDWARE.c.vcenter_id == wanted.c.vcenter_id, HARDWARE.c.moid == wanted.c.moid)
        statement = select(*HARDWARE_COLUMNS).select_from(wanted.join(HARDWARE, same))
        found = {(row[0], row[1]): row for row in await self.rows("vm_hardware_by_key", statement)}
        return [found.get(key) for key in keys]


class CollectionsByVCenter(ReadLoader[int, list[Record]]):
    """How fresh each type and tier of a vCenter is, and how many objects it has."""

    async def batch_load_fn(self, keys: list[int]) -> list[list[Record]]:
        """Load the collections of all vCenters."""
        statement = (
            select(*COLLECTION_COLUMNS)
            .where(COLLECTIONS.c.vcenter_id == any_(literal(keys, ARRAY(Integer))))
            .order_by(COLLECTIONS.c.vcenter_id, COLLECTIONS.c.type, COLLECTIONS.c.tier)
        )
        found: dict[int, list[Record]] = {key: [] for key in keys}
        for row in await self.rows("collections_by_vcenter", statement):
            found[row[0]].append(row)
        return [found[key] for key in keys]
