"""Clusters."""

from loaders.entity import CLUSTER, DATACENTER, FOLDER
from models.cluster import Cluster as Table
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_many, to_one
from resolvers.enums import DrsBehavior, ManagedEntityStatus
from resolvers.filter import (
    DatastoreFilter,
    HostFilter,
    NetworkFilter,
    ResourcePoolFilter,
    VirtualMachineFilter,
)
from resolvers.inventory_object import InventoryObject
from resolvers.node import entity_type
from resolvers.part import own_parts
from resolvers.reference import (
    ChangeConnection,
    DatacenterRef,
    DatastoreConnection,
    FolderRef,
    HostConnection,
    NetworkConnection,
    ResourcePoolConnection,
    VirtualMachineConnection,
)
from resolvers.scalar import BigInt


@entity_type(CLUSTER, "A cluster of hosts (ClusterComputeResource).")
class Cluster(InventoryObject):
    """A cluster of hosts (ClusterComputeResource)."""

    overall_status: ManagedEntityStatus | None = column(Table.overall_status)
    num_hosts: int | None = column(Table.num_hosts)
    num_effective_hosts: int | None = column(Table.num_effective_hosts)
    total_cpu_mhz: BigInt | None = column(Table.total_cpu_mhz)
    effective_cpu_mhz: BigInt | None = column(Table.effective_cpu_mhz)
    total_memory_bytes: BigInt | None = column(Table.total_memory_bytes)
    effective_memory_bytes: BigInt | None = column(Table.effective_memory_bytes)
    num_cpu_cores: int | None = column(Table.num_cpu_cores)
    num_cpu_threads: int | None = column(Table.num_cpu_threads)
    evc_mode: str | None = column(Table.evc_mode)
    ha_enabled: bool | None = column(Table.ha_enabled)
    drs_enabled: bool | None = column(Table.drs_enabled)
    drs_default_vm_behavior: DrsBehavior | None = column(Table.drs_default_vm_behavior)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )

    datacenter: DatacenterRef | None = to_one(
        DATACENTER, "vcenter_id", "datacenter_moid", description="Datacenter it belongs to."
    )
    folder: FolderRef | None = to_one(
        FOLDER, "vcenter_id", "folder_moid", description="Host folder it lies in."
    )
    hosts: HostConnection = to_many("hosts_by_cluster", HostFilter, "Hosts in the cluster.")
    virtual_machines: VirtualMachineConnection = to_many(
        "virtual_machines_by_cluster", VirtualMachineFilter, "Virtual machines on its hosts."
    )
    datastores: DatastoreConnection = to_many(
        "datastores_by_cluster", DatastoreFilter, "Datastores that any of its hosts mounts."
    )
    resource_pools: ResourcePoolConnection = to_many(
        "resource_pools_by_cluster",
        ResourcePoolFilter,
        "Resource pools and vApps in it, at every depth.",
    )
    networks: NetworkConnection = to_many(
        "networks_by_cluster", NetworkFilter, "Networks that any of its hosts is attached to."
    )
    history: ChangeConnection = to_many("changes_by_cluster", HistoryFilter, HISTORY)
