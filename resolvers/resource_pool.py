"""Resource pools and vApps."""

from loaders.entity import CLUSTER, DATACENTER, FOLDER, HOST, RESOURCE_POOL
from models.resource_pool import ResourcePool as Table
from models.resource_pool_usage import ResourcePoolUsage as Usage
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_many, to_one
from resolvers.enums import ManagedEntityStatus, SharesLevel
from resolvers.inventory_object import InventoryObject
from resolvers.node import entity_type
from resolvers.part import own_parts
from resolvers.reference import (
    ChangeConnection,
    ClusterRef,
    DatacenterRef,
    FolderRef,
    HostRef,
    ResourcePoolConnection,
    ResourcePoolRef,
    VirtualMachineConnection,
)
from resolvers.scalar import BigInt


@entity_type(RESOURCE_POOL, "A resource pool, or with isVapp a vApp.")
class ResourcePool(InventoryObject):
    """A resource pool, or with is_vapp a vApp."""

    path: str | None = column(Table.path)
    is_vapp: bool | None = column(Table.is_vapp, sortable=True, groupable=True)
    vapp_state: str | None = column(Table.vapp_state)
    overall_status: ManagedEntityStatus | None = column(Table.overall_status)
    cpu_reservation_mhz: BigInt | None = column(Table.cpu_reservation_mhz)
    cpu_limit_mhz: BigInt | None = column(Table.cpu_limit_mhz)
    cpu_expandable_reservation: bool | None = column(Table.cpu_expandable_reservation)
    cpu_shares: int | None = column(Table.cpu_shares)
    cpu_shares_level: SharesLevel | None = column(Table.cpu_shares_level)
    memory_reservation_bytes: BigInt | None = column(Table.memory_reservation_bytes)
    memory_limit_bytes: BigInt | None = column(Table.memory_limit_bytes)
    memory_expandable_reservation: bool | None = column(Table.memory_expandable_reservation)
    memory_shares: int | None = column(Table.memory_shares)
    memory_shares_level: SharesLevel | None = column(Table.memory_shares_level)
    configured_memory_bytes: BigInt | None = column(Table.configured_memory_bytes)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )
    cpu_usage_mhz: BigInt | None = column(Usage.cpu_usage_mhz, sortable=True)
    cpu_demand_mhz: BigInt | None = column(Usage.cpu_demand_mhz)
    cpu_max_usage_mhz: BigInt | None = column(Usage.cpu_max_usage_mhz)
    cpu_reservation_used_mhz: BigInt | None = column(Usage.cpu_reservation_used_mhz)
    cpu_reservation_used_for_vms_mhz: BigInt | None = column(Usage.cpu_reservation_used_for_vms_mhz)
    cpu_unreserved_for_pools_mhz: BigInt | None = column(Usage.cpu_unreserved_for_pools_mhz)
    cpu_unreserved_for_vms_mhz: BigInt | None = column(Usage.cpu_unreserved_for_vms_mhz)
    cpu_distributed_entitlement_mhz: BigInt | None = column(Usage.cpu_distributed_entitlement_mhz)
    cpu_static_entitlement_mhz: BigInt | None = column(Usage.cpu_static_entitlement_mhz)
    memory_usage_bytes: BigInt | None = column(Usage.memory_usage_bytes, sortable=True)
    memory_max_usage_bytes: BigInt | None = column(Usage.memory_max_usage_bytes)
    memory_reservation_used_bytes: BigInt | None = column(Usage.memory_reservation_used_bytes)
    memory_reservation_used_for_vms_bytes: BigInt | None = column(
        Usage.memory_reservation_used_for_vms_bytes
    )
    memory_unreserved_for_pools_bytes: BigInt | None = column(
        Usage.memory_unreserved_for_pools_bytes
    )
    memory_unreserved_for_vms_bytes: BigInt | None = column(Usage.memory_unreserved_for_vms_bytes)
    memory_distributed_entitlement_bytes: BigInt | None = column(
        Usage.memory_distributed_entitlement_bytes
    )
    memory_static_entitlement_bytes: BigInt | None = column(Usage.memory_static_entitlement_bytes)
    guest_memory_usage_bytes: BigInt | None = column(Usage.guest_memory_usage_bytes)
    host_memory_usage_bytes: BigInt | None = column(Usage.host_memory_usage_bytes)
    private_memory_bytes: BigInt | None = column(Usage.private_memory_bytes)
    shared_memory_bytes: BigInt | None = column(Usage.shared_memory_bytes)
    swapped_memory_bytes: BigInt | None = column(Usage.swapped_memory_bytes)
    ballooned_memory_bytes: BigInt | None = column(Usage.ballooned_memory_bytes)
    overhead_memory_bytes: BigInt | None = column(Usage.overhead_memory_bytes)
    consumed_overhead_memory_bytes: BigInt | None = column(Usage.consumed_overhead_memory_bytes)
    compressed_memory_bytes: BigInt | None = column(Usage.compressed_memory_bytes)

    cluster: ClusterRef | None = to_one(
        CLUSTER,
        "vcenter_id",
        "cluster_moid",
        description="Cluster whose resources it divides; null: those of a standalone host.",
    )
    host: HostRef | None = to_one(
        HOST,
        "vcenter_id",
        "host_moid",
        description="Standalone host whose resources it divides; null: those of a cluster.",
    )
    datacenter: DatacenterRef | None = to_one(
        DATACENTER, "vcenter_id", "datacenter_moid", description="Datacenter it belongs to."
    )
    folder: FolderRef | None = to_one(
        FOLDER,
        "vcenter_id",
        "folder_moid",
        description="VM folder that a vApp lies in; null: a plain pool, or a vApp in another.",
    )
    parent: ResourcePoolRef | None = to_one(
        RESOURCE_POOL,
        "vcenter_id",
        "parent_moid",
        description="Resource pool or vApp it lies in; null: the root pool of a cluster or host.",
    )
    resource_pools: ResourcePoolConnection = to_many(
        "resource_pools_by_resource_pool",
        "Resource pools and vApps directly in it.",
    )
    virtual_machines: VirtualMachineConnection = to_many(
        "virtual_machines_by_resource_pool",
        "Virtual machines directly in it.",
    )
    history: ChangeConnection = to_many("changes_by_resource_pool", HISTORY, HistoryFilter)
