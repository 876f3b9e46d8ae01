"""Datacenters."""

from loaders.entity import DATACENTER, FOLDER
from models.datacenter import Datacenter as Table
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_many, to_one
from resolvers.enums import ManagedEntityStatus
from resolvers.inventory_object import InventoryObject
from resolvers.node import entity_type
from resolvers.part import own_parts
from resolvers.reference import (
    ChangeConnection,
    ClusterConnection,
    DatastoreConnection,
    DistributedSwitchConnection,
    FolderConnection,
    FolderRef,
    HostConnection,
    NetworkConnection,
    ResourcePoolConnection,
    StoragePodConnection,
    VirtualMachineConnection,
)


@entity_type(DATACENTER, "A datacenter: the root of the host, VM, storage and network folders.")
class Datacenter(InventoryObject):
    """A datacenter: the root of the host, VM, storage and network folders."""

    path: str | None = column(Table.path, sortable=True)
    overall_status: ManagedEntityStatus | None = column(Table.overall_status)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )

    folder: FolderRef | None = to_one(
        FOLDER, "vcenter_id", "folder_moid", description="Folder it lies in."
    )
    clusters: ClusterConnection = to_many("clusters_by_datacenter", "Clusters in it.")
    hosts: HostConnection = to_many("hosts_by_datacenter", "Hosts in it.")
    storage_pods: StoragePodConnection = to_many(
        "storage_pods_by_datacenter", "Storage pods in it."
    )
    virtual_machines: VirtualMachineConnection = to_many(
        "virtual_machines_by_datacenter", "Virtual machines in it."
    )
    datastores: DatastoreConnection = to_many("datastores_by_datacenter", "Datastores in it.")
    folders: FolderConnection = to_many("folders_by_datacenter", "Folders in it, at every depth.")
    resource_pools: ResourcePoolConnection = to_many(
        "resource_pools_by_datacenter",
        "Resource pools and vApps in it, at every depth.",
    )
    networks: NetworkConnection = to_many("networks_by_datacenter", "Networks in it.")
    distributed_switches: DistributedSwitchConnection = to_many(
        "distributed_switches_by_datacenter", "Distributed switches in it."
    )
    history: ChangeConnection = to_many("changes_by_datacenter", HISTORY, HistoryFilter)
