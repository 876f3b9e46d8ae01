"""Datastores."""

from loaders.entity import DATACENTER, DATASTORE, FOLDER, STORAGE_POD
from models.datastore import Datastore as Table
from models.datastore_usage import DatastoreUsage as Usage
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_many, to_one
from resolvers.enums import ManagedEntityStatus
from resolvers.inventory_object import InventoryObject
from resolvers.mount import Mount, mounts
from resolvers.node import entity_type
from resolvers.part import own_parts
from resolvers.reference import (
    ChangeConnection,
    DatacenterRef,
    FolderRef,
    HostConnection,
    StoragePodRef,
    VirtualMachineConnection,
)
from resolvers.scalar import BigInt
from resolvers.vmfs_extent import VmfsExtent


@entity_type(DATASTORE, "A datastore: VMFS, NFS, vSAN, vVol.")
class Datastore(InventoryObject):
    """A datastore: VMFS, NFS, vSAN, vVol."""

    overall_status: ManagedEntityStatus | None = column(Table.overall_status)
    type: str | None = column(Table.type, sortable=True, groupable=True)
    url: str | None = column(Table.url)
    accessible: bool | None = column(Table.accessible, groupable=True)
    maintenance_mode: str | None = column(Table.maintenance_mode, groupable=True)
    multiple_host_access: bool | None = column(Table.multiple_host_access, groupable=True)
    capacity_bytes: BigInt | None = column(Table.capacity_bytes, sortable=True)
    is_local: bool | None = column(Table.is_local)
    is_ssd: bool | None = column(Table.is_ssd)
    vmfs_uuid: str | None = column(Table.vmfs_uuid)
    vmfs_version: str | None = column(Table.vmfs_version)
    vmfs_major_version: int | None = column(Table.vmfs_major_version)
    vmfs_upgradable: bool | None = column(Table.vmfs_upgradable)
    block_size_bytes: int | None = column(Table.block_size_bytes)
    max_blocks: BigInt | None = column(Table.max_blocks)
    extents: list[VmfsExtent] | None = own_parts(Table.extents, VmfsExtent)
    nfs_host: str | None = column(Table.nfs_host)
    nfs_path: str | None = column(Table.nfs_path)
    nfs_hosts: list[str] | None = column(Table.nfs_hosts)
    sioc_enabled: bool | None = column(Table.sioc_enabled)
    sioc_threshold_mode: str | None = column(Table.sioc_threshold_mode)
    sioc_threshold_milliseconds: int | None = column(Table.sioc_threshold_milliseconds)
    free_space_bytes: BigInt | None = column(Usage.free_space_bytes, sortable=True)
    uncommitted_bytes: BigInt | None = column(Usage.uncommitted_bytes, sortable=True)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )

    datacenter: DatacenterRef | None = to_one(
        DATACENTER, "vcenter_id", "datacenter_moid", description="Datacenter it belongs to."
    )
    folder: FolderRef | None = to_one(
        FOLDER,
        "vcenter_id",
        "folder_moid",
        description="Storage folder that it, or its storage pod, lies in.",
    )
    storage_pod: StoragePodRef | None = to_one(
        STORAGE_POD,
        "vcenter_id",
        "storage_pod_moid",
        description="Storage pod (datastore cluster) it belongs to.",
    )
    mounts: list[Mount] = mounts("datastore_moid", "Its hosts with how each sees it.")
    hosts: HostConnection = to_many("hosts_by_datastore", "Hosts that mount it.")
    virtual_machines: VirtualMachineConnection = to_many(
        "virtual_machines_by_datastore", "Virtual machines with files on it."
    )
    history: ChangeConnection = to_many("changes_by_datastore", HISTORY, HistoryFilter)
