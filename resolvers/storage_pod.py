"""Storage pods."""

from loaders.entity import DATACENTER, FOLDER, STORAGE_POD
from models.storage_pod import StoragePod as Table
from models.storage_pod_usage import StoragePodUsage as Usage
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_many, to_one
from resolvers.enums import ManagedEntityStatus
from resolvers.inventory_object import InventoryObject
from resolvers.node import entity_type
from resolvers.part import own_parts
from resolvers.reference import (
    ChangeConnection,
    DatacenterRef,
    DatastoreConnection,
    FolderRef,
)
from resolvers.scalar import BigInt


@entity_type(STORAGE_POD, "A storage pod (datastore cluster).")
class StoragePod(InventoryObject):
    """A storage pod (datastore cluster)."""

    path: str | None = column(Table.path)
    overall_status: ManagedEntityStatus | None = column(Table.overall_status)
    capacity_bytes: BigInt | None = column(Table.capacity_bytes, sortable=True)
    free_space_bytes: BigInt | None = column(Usage.free_space_bytes, sortable=True)
    storage_drs_enabled: bool | None = column(Table.storage_drs_enabled)
    storage_drs_behavior: str | None = column(Table.storage_drs_behavior)
    io_load_balance_enabled: bool | None = column(Table.io_load_balance_enabled)
    keeps_disks_together: bool | None = column(Table.keeps_disks_together)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )

    datacenter: DatacenterRef | None = to_one(
        DATACENTER, "vcenter_id", "datacenter_moid", description="Datacenter it belongs to."
    )
    folder: FolderRef | None = to_one(
        FOLDER, "vcenter_id", "folder_moid", description="Storage folder it lies in."
    )
    datastores: DatastoreConnection = to_many("datastores_by_storage_pod", "Datastores in it.")
    history: ChangeConnection = to_many("changes_by_storage_pod", HISTORY, HistoryFilter)
