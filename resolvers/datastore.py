"""Datastores."""

from loaders.entity import DATACENTER, DATASTORE, FOLDER
from models.datastore import Datastore as Table
from models.datastore_usage import DatastoreUsage as Usage
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_many, to_one
from resolvers.enums import ManagedEntityStatus
from resolvers.filter import HostFilter, VirtualMachineFilter
from resolvers.inventory_object import InventoryObject
from resolvers.node import entity_type
from resolvers.part import own_parts
from resolvers.reference import (
    ChangeConnection,
    DatacenterRef,
    FolderRef,
    HostConnection,
    VirtualMachineConnection,
)
from resolvers.scalar import BigInt


@entity_type(DATASTORE, "A datastore: VMFS, NFS, vSAN, vVol.")
class Datastore(InventoryObject):
    """A datastore: VMFS, NFS, vSAN, vVol."""

    overall_status: ManagedEntityStatus | None = column(Table.overall_status)
    type: str | None = column(Table.type)
    url: str | None = column(Table.url)
    accessible: bool | None = column(Table.accessible)
    maintenance_mode: str | None = column(Table.maintenance_mode)
    multiple_host_access: bool | None = column(Table.multiple_host_access)
    capacity_bytes: BigInt | None = column(Table.capacity_bytes)
    free_space_bytes: BigInt | None = column(Usage.free_space_bytes)
    uncommitted_bytes: BigInt | None = column(Usage.uncommitted_bytes)
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
        description="Storage folder it lies in; null inside a storage pod.",
    )
    hosts: HostConnection = to_many("hosts_by_datastore", HostFilter, "Hosts that mount it.")
    virtual_machines: VirtualMachineConnection = to_many(
        "virtual_machines_by_datastore", VirtualMachineFilter, "Virtual machines with files on it."
    )
    history: ChangeConnection = to_many("changes_by_datastore", HistoryFilter, HISTORY)
