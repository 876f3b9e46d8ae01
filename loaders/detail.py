"""What is read only when it is selected: details of VMs and hosts, the freshness of vCenters."""

from sqlalchemy import ARRAY, Integer, any_, literal, select

from loaders.entity import COLLECTIONS, visible
from loaders.keyed import of_keys
from loaders.reading import ReadLoader, Record, grouped
from models.base import Base
from models.tables import HostDatastore, HostHardware, VmDatastore, VmHardware

HARDWARE = Base.metadata.tables[VmHardware.__tablename__]
EDGES = Base.metadata.tables[VmDatastore.__tablename__]
HARDWARE_COLUMNS = tuple(c for c in visible(HARDWARE) if c.key != "change_version")
HOST_HARDWARE = Base.metadata.tables[HostHardware.__tablename__]
HOST_HARDWARE_COLUMNS = visible(HOST_HARDWARE)
MOUNTS = Base.metadata.tables[HostDatastore.__tablename__]
MOUNT_COLUMNS = tuple(MOUNTS.columns)
COLLECTION_COLUMNS = tuple(COLLECTIONS.columns)


class VmHardwareByKey(ReadLoader[tuple[int, str], Record | None]):
    """Disks, network adapters and snapshots of VMs; None where they were never read."""

    async def batch_load_fn(self, keys: list[tuple[int, str]]) -> list[Record | None]:
        """Load the devices of all VMs."""
        moid = HARDWARE.c.moid
        statement = of_keys(select(*HARDWARE_COLUMNS), HARDWARE.c.vcenter_id, moid, keys)
        found = {(row[0], row[1]): row for row in await self.rows("vm_hardware_by_key", statement)}
        return [found.get(key) for key in keys]


class HostHardwareByKey(ReadLoader[tuple[int, str], Record | None]):
    """Network, storage, services and certificate of hosts; None where they were never read."""

    async def batch_load_fn(self, keys: list[tuple[int, str]]) -> list[Record | None]:
        """Load the details of all hosts."""
        table = HOST_HARDWARE.c
        statement = of_keys(select(*HOST_HARDWARE_COLUMNS), table.vcenter_id, table.moid, keys)
        rows = await self.rows("host_hardware_by_key", statement)
        found = {(row[0], row[1]): row for row in rows}
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


class MountsByEnd(ReadLoader[tuple[str, int, str], list[Record]]):
    """Mounts of datastores on hosts, by either end: the column that holds it, then its key."""

    async def batch_load_fn(self, keys: list[tuple[str, int, str]]) -> list[list[Record]]:
        """Load the mounts of all hosts or datastores."""
        found: dict[tuple[str, int, str], list[Record]] = {key: [] for key in keys}
        for end, group in grouped(keys, lambda key: key[0]):
            place = MOUNT_COLUMNS.index(MOUNTS.c[end])
            pairs = [key[1:] for key in group]
            statement = of_keys(select(*MOUNT_COLUMNS), MOUNTS.c.vcenter_id, MOUNTS.c[end], pairs)
            ordered = statement.order_by(*MOUNT_COLUMNS[:3])
            for row in await self.rows(f"mounts_by_{end.removesuffix('_moid')}", ordered):
                found[end, row[0], row[place]].append(row)
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
