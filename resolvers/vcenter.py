"""vCenters: the registry, the freshness of each, and everything in it."""

from datetime import datetime
from uuid import UUID

from loaders.entity import VCENTER
from models.enums import InventoryType
from models.vcenter import VCenter as Table
from resolvers.collection import Collection, collections, object_count
from resolvers.custom_attribute import CustomAttributeDefinition
from resolvers.declare import column, derived, to_many
from resolvers.enums import VCenterState
from resolvers.node import Node, entity_type
from resolvers.part import own_parts
from resolvers.problem import Problem, problems
from resolvers.reference import (
    ClusterConnection,
    DatacenterConnection,
    DatastoreConnection,
    DistributedSwitchConnection,
    FolderConnection,
    HostConnection,
    NetworkConnection,
    ResourcePoolConnection,
    StoragePodConnection,
    SyncRunConnection,
    VirtualMachineConnection,
)
from resolvers.vsphere_url import vcenter_url

COUNTED = "As the last complete scan counted; null before the first."


@entity_type(VCENTER, "One registered vCenter Server.")
class VCenter(Node):
    """One registered vCenter Server."""

    name: str = column(Table.name, sortable=True)
    host: str = column(Table.host, sortable=True)
    port: int = column(Table.port)
    instance_uuid: UUID = column(Table.instance_uuid)
    version: str | None = column(Table.version, sortable=True, groupable=True)
    build: str | None = column(Table.build, sortable=True, groupable=True)
    api_version: str | None = column(Table.api_version)
    full_name: str | None = column(Table.full_name)
    state: VCenterState | None = column(Table.state, sortable=True, groupable=True)
    state_reason: str | None = column(Table.state_reason)
    state_since: datetime = column(Table.state_since, sortable=True)
    interval_seconds: int = column(Table.interval_seconds, sortable=True)
    next_sync_at: datetime = column(Table.next_sync_at, sortable=True)
    paused_at: datetime | None = column(Table.paused_at)
    pause_reason: str | None = column(Table.pause_reason)
    removing_at: datetime | None = column(Table.removing_at)
    created_at: datetime = column(Table.created_at, sortable=True)
    heavy_interval_seconds: int | None = column(Table.heavy_interval_seconds)
    guest_interval_seconds: int | None = column(Table.guest_interval_seconds)
    scan_timeout_seconds: int | None = column(Table.scan_timeout_seconds)
    failures_in_a_row: int = column(Table.failures_in_a_row, sortable=True)
    circuit_open_until: datetime | None = column(Table.circuit_open_until)
    last_synced_at: datetime | None = derived(
        "last_synced_at",
        "When the last complete scan of any of its collections began.",
        filterable=True,
    )

    custom_attribute_definitions: list[CustomAttributeDefinition] | None = own_parts(
        Table.custom_attribute_definitions, CustomAttributeDefinition
    )
    is_stale: bool = derived(
        "is_stale",
        "Whether what is shown of it may be old: it is not CONNECTED, or some collection was not "
        "read for more than three intervals.",
        filterable=True,
    )

    vsphere_url: str = vcenter_url("Link to it in its vSphere Client (6.7 and later).")
    collections: list[Collection] = collections("How fresh each kind of object and tier is.")
    problems: list[Problem] = problems("What its last scan could not read, properties first.")
    virtual_machine_count: int | None = object_count(
        InventoryType.VirtualMachine, f"Virtual machines and templates. {COUNTED}"
    )
    host_count: int | None = object_count(InventoryType.Host, f"Hosts. {COUNTED}")
    cluster_count: int | None = object_count(InventoryType.Cluster, f"Clusters. {COUNTED}")
    datastore_count: int | None = object_count(InventoryType.Datastore, f"Datastores. {COUNTED}")
    resource_pool_count: int | None = object_count(
        InventoryType.ResourcePool, f"Resource pools and vApps. {COUNTED}"
    )
    network_count: int | None = object_count(
        InventoryType.Network, f"Networks of every kind. {COUNTED}"
    )
    distributed_switch_count: int | None = object_count(
        InventoryType.DistributedSwitch, f"Distributed switches. {COUNTED}"
    )

    datacenters: DatacenterConnection = to_many("datacenters_by_vcenter", "Its datacenters.")
    folders: FolderConnection = to_many("folders_by_vcenter", "Its folders.")
    clusters: ClusterConnection = to_many("clusters_by_vcenter", "Its clusters.")
    hosts: HostConnection = to_many("hosts_by_vcenter", "Its hosts.")
    datastores: DatastoreConnection = to_many("datastores_by_vcenter", "Its datastores.")
    storage_pods: StoragePodConnection = to_many("storage_pods_by_vcenter", "Its storage pods.")
    virtual_machines: VirtualMachineConnection = to_many(
        "virtual_machines_by_vcenter", "Its virtual machines and templates."
    )
    resource_pools: ResourcePoolConnection = to_many(
        "resource_pools_by_vcenter", "Its resource pools and vApps."
    )
    networks: NetworkConnection = to_many("networks_by_vcenter", "Its networks.")
    distributed_switches: DistributedSwitchConnection = to_many(
        "distributed_switches_by_vcenter", "Its distributed switches."
    )
    sync_runs: SyncRunConnection = to_many("sync_runs_by_vcenter", "Its sync runs, newest first.")
