"""What is read only when it is selected: the devices of VMs, the freshness of vCenters."""

from sqlalchemy import ARRAY, Integer, any_, literal, select

from loaders.entity import COLLECTIONS, visible
from loaders.keyed import of_keys
from loaders.reading import ReadLoader, Record
from models.base import Base
from models.tables import VmDatastore, VmHardware

HARDWARE = Base.metadata.tables[VmHardware.__tablename__]
EDGES = Base.metadata.tables[VmDatastore.__tablename__]
HARDWARE_COLUMNS = tuple(c for c in visible(HARDWARE) if c.key != "change_version")
COLLECTION_COLUMNS = tuple(COLLECTIONS.columns)


class VmHardwareByKey(ReadLoader[tuple[int, str], Record | None]):
    """Disks, network adapters and snapshots of VMs; None where they were never read."""

    async def batch_load_fn(self, keys: list[tuple[int, str]]) -> list[Record | None]:
        """Load the devices of all VMs."""
        moid = HARDWARE.c.moid
        statement = of_keys(select(*HARDWARE_COLUMNS), HARDWARE.c.vcenter_id, moid, keys)
        found = {(row[0], row[1]): row for row in await self.rows("vm_hardware_by_key", statement)}
        return [found.get(key) for key in keys]


class DatastoreMoidsByVm(ReadLoader[tuple[int, str], list[str]]):
    """Which datastores a VM has files on. The moids only: many VMs share few datastores."""

    async def batch_load_fn(self, keys: list[tuple[int, str]]) -> list[list[str]]:
        """Load the edges of all VMs."""
        found: dict[tuple[int, str], list[str]] = {key: [] for key in keys}
        ends = select(EDGES.c.vcenter_id, EDGES.c.vm_moid, EDGES.c.datastore_moid)
        statement = of_keys(ends, EDGES.c.vcenter_id, EDGES.c.vm_moid, keys)
        for vcenter_id, vm, datastore in await self.rows("datastore_moids_by_vm", statement):
            found[vcenter_id, vm].append(datastore)
        return [found[key] for key in keys]


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
