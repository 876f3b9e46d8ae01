"""Clusters."""

from loaders.entity import CLUSTER, DATACENTER, FOLDER
from models.cluster import Cluster as Table
from models.cluster_usage import ClusterUsage as Usage
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.cluster_group import ClusterGroup
from resolvers.cluster_rule import ClusterRule
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_many, to_one
from resolvers.enums import DrsBehavior, ManagedEntityStatus
from resolvers.inventory_object import InventoryObject
from resolvers.node import entity_type
from resolvers.overcommit import Overcommit, overcommit
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

    overall_status: ManagedEntityStatus | None = column(Table.overall_status, groupable=True)
    num_hosts: int | None = column(Table.num_hosts, sortable=True)
    num_effective_hosts: int | None = column(Table.num_effective_hosts, sortable=True)
    total_cpu_mhz: BigInt | None = column(Table.total_cpu_mhz, sortable=True)
    effective_cpu_mhz: BigInt | None = column(Table.effective_cpu_mhz, sortable=True)
    total_memory_bytes: BigInt | None = column(Table.total_memory_bytes, sortable=True)
    effective_memory_bytes: BigInt | None = column(Table.effective_memory_bytes, sortable=True)
    num_cpu_cores: int | None = column(Table.num_cpu_cores, sortable=True)
    num_cpu_threads: int | None = column(Table.num_cpu_threads, sortable=True)
    evc_mode: str | None = column(Table.evc_mode, groupable=True)
    ha_enabled: bool | None = column(Table.ha_enabled, groupable=True)
    drs_enabled: bool | None = column(Table.drs_enabled, groupable=True)
    drs_default_vm_behavior: DrsBehavior | None = column(Table.drs_default_vm_behavior)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )
    drs_vmotion_rate: int | None = column(Table.drs_vmotion_rate)
    drs_overrides_enabled: bool | None = column(Table.drs_overrides_enabled)
    drs_score: BigInt | None = column(Usage.drs_score, sortable=True)
    num_vmotions: BigInt | None = column(Usage.num_vmotions, sortable=True)
    ha_host_monitoring: str | None = column(Table.ha_host_monitoring)
    ha_vm_monitoring: str | None = column(Table.ha_vm_monitoring)
    ha_component_protection: str | None = column(Table.ha_component_protection)
    ha_admission_control_enabled: bool | None = column(Table.ha_admission_control_enabled)
    ha_admission_control_policy: str | None = column(Table.ha_admission_control_policy)
    ha_failover_level: int | None = column(Table.ha_failover_level)
    current_failover_level: BigInt | None = column(Usage.current_failover_level)
    ha_cpu_failover_percent: int | None = column(Table.ha_cpu_failover_percent)
    ha_memory_failover_percent: int | None = column(Table.ha_memory_failover_percent)
    ha_failover_host_moids: list[str] | None = column(Table.ha_failover_host_moids)
    ha_restart_priority: str | None = column(Table.ha_restart_priority)
    ha_isolation_response: str | None = column(Table.ha_isolation_response)
    ha_heartbeat_datastore_policy: str | None = column(Table.ha_heartbeat_datastore_policy)
    ha_failure_interval_seconds: int | None = column(Table.ha_failure_interval_seconds)
    ha_min_up_time_seconds: int | None = column(Table.ha_min_up_time_seconds)
    ha_max_failures: int | None = column(Table.ha_max_failures)
    ha_max_failure_window_seconds: int | None = column(Table.ha_max_failure_window_seconds)
    dpm_enabled: bool | None = column(Table.dpm_enabled)
    dpm_default_behavior: str | None = column(Table.dpm_default_behavior)
    dpm_host_power_action_rate: int | None = column(Table.dpm_host_power_action_rate)
    vsan_enabled: bool | None = column(Table.vsan_enabled, groupable=True)
    rules: list[ClusterRule] | None = own_parts(Table.rules, ClusterRule)
    groups: list[ClusterGroup] | None = own_parts(Table.groups, ClusterGroup)

    overcommit: Overcommit | None = overcommit()
    datacenter: DatacenterRef | None = to_one(
        DATACENTER, "vcenter_id", "datacenter_moid", description="Datacenter it belongs to."
    )
    folder: FolderRef | None = to_one(
        FOLDER, "vcenter_id", "folder_moid", description="Host folder it lies in."
    )
    hosts: HostConnection = to_many("hosts_by_cluster", "Hosts in the cluster.")
    virtual_machines: VirtualMachineConnection = to_many(
        "virtual_machines_by_cluster", "Virtual machines on its hosts."
    )
    datastores: DatastoreConnection = to_many(
        "datastores_by_cluster", "Datastores that any of its hosts mounts."
    )
    resource_pools: ResourcePoolConnection = to_many(
        "resource_pools_by_cluster",
        "Resource pools and vApps in it, at every depth.",
    )
    networks: NetworkConnection = to_many(
        "networks_by_cluster", "Networks that any of its hosts is attached to."
    )
    history: ChangeConnection = to_many("changes_by_cluster", HISTORY, HistoryFilter)
