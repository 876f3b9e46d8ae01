"""Folders of every kind."""

from loaders.entity import DATACENTER, FOLDER
from models.folder import Folder as Table
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_many, to_one
from resolvers.inventory_object import InventoryObject
from resolvers.node import entity_type
from resolvers.part import own_parts
from resolvers.reference import (
    ChangeConnection,
    ClusterConnection,
    DatacenterConnection,
    DatacenterRef,
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


@entity_type(FOLDER, "A folder of datacenters, hosts, VMs, datastores or networks.")
class Folder(InventoryObject):
    """A folder of datacenters, hosts, VMs, datastores or networks."""

    path: str | None = column(Table.path, sortable=True)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )

    parent: FolderRef | None = to_one(
        FOLDER,
        "vcenter_id",
        "parent_folder_moid",
        description="Folder it lies in; null at the top and directly below a datacenter.",
    )
    datacenter: DatacenterRef | None = to_one(
        DATACENTER, "vcenter_id", "datacenter_moid", description="Datacenter it belongs to."
    )
    folders: FolderConnection = to_many("folders_by_folder", "Folders directly in it.")
    datacenters: DatacenterConnection = to_many(
        "datacenters_by_folder", "Datacenters directly in it."
    )
    clusters: ClusterConnection = to_many("clusters_by_folder", "Clusters directly in it.")
    hosts: HostConnection = to_many("hosts_by_folder", "Hosts in it, alone or in a cluster.")
    storage_pods: StoragePodConnection = to_many(
        "storage_pods_by_folder", "Storage pods directly in it."
    )
    virtual_machines: VirtualMachineConnection = to_many(
        "virtual_machines_by_folder", "Virtual machines directly in it."
    )
    datastores: DatastoreConnection = to_many("datastores_by_folder", "Datastores directly in it.")
    resource_pools: ResourcePoolConnection = to_many(
        "resource_pools_by_folder", "vApps directly in it."
    )
    networks: NetworkConnection = to_many("networks_by_folder", "Networks directly in it.")
    distributed_switches: DistributedSwitchConnection = to_many(
        "distributed_switches_by_folder",
        "Distributed switches directly in it.",
    )
    history: ChangeConnection = to_many("changes_by_folder", HISTORY, HistoryFilter)
