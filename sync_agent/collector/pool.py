"""Records of resource pools and vApps."""

from models.enums import InventoryType, SharesLevel
from sync_agent.collector import value
from sync_agent.collector.allocation import allocation
from sync_agent.collector.fill import Columns
from sync_agent.collector.inventory import custom_attributes, record_of, text_of
from sync_agent.collector.property import STATUS
from sync_agent.collector.reply import RawObject
from sync_agent.collector.table import Property, Table, Within
from sync_agent.collector.tree import Tree
from sync_agent.records import Record

LEVEL = value.choice(SharesLevel)


def _expandable(resource: str) -> Property:
    column = f"{resource}_expandable_reservation"
    return Property("expandableReservation", column, value.boolean)


VIRTUAL_APP = Table(
    Property("parentFolder", "folder_moid", value.reference),
    Property("summary.vAppState", "vapp_state", value.text),
)
RESOURCE_POOL = Table(
    STATUS,
    Property("summary.configuredMemoryMB", "configured_memory_bytes", value.mebibytes),
    allocation("config", "cpu", unit="mhz", level=LEVEL, more=(_expandable("cpu"),)),
    allocation("config", "memory", unit="bytes", level=LEVEL, more=(_expandable("memory"),)),
)
RESOURCE_POOL_USAGE = Table(
    Within(
        "runtime.cpu",
        (
            Property("overallUsage", "cpu_usage_mhz", value.integer),
            Property("maxUsage", "cpu_max_usage_mhz", value.integer),
            Property("reservationUsed", "cpu_reservation_used_mhz", value.integer),
            Property("reservationUsedForVm", "cpu_reservation_used_for_vms_mhz", value.integer),
            Property("unreservedForPool", "cpu_unreserved_for_pools_mhz", value.integer),
            Property("unreservedForVm", "cpu_unreserved_for_vms_mhz", value.integer),
        ),
    ),
    Within(
        "runtime.memory",
        (
            Property("overallUsage", "memory_usage_bytes", value.integer),
            Property("maxUsage", "memory_max_usage_bytes", value.integer),
            Property("reservationUsed", "memory_reservation_used_bytes", value.integer),
            Property(
                "reservationUsedForVm", "memory_reservation_used_for_vms_bytes", value.integer
            ),
            Property("unreservedForPool", "memory_unreserved_for_pools_bytes", value.integer),
            Property("unreservedForVm", "memory_unreserved_for_vms_bytes", value.integer),
        ),
    ),
    Within(
        "summary.quickStats",
        (
            Property("overallCpuDemand", "cpu_demand_mhz", value.integer),
            Property("distributedCpuEntitlement", "cpu_distributed_entitlement_mhz", value.integer),
            Property("staticCpuEntitlement", "cpu_static_entitlement_mhz", value.integer),
            Property(
                "distributedMemoryEntitlement",
                "memory_distributed_entitlement_bytes",
                value.mebibytes,
            ),
            Property("staticMemoryEntitlement", "memory_static_entitlement_bytes", value.mebibytes),
            Property("guestMemoryUsage", "guest_memory_usage_bytes", value.mebibytes),
            Property("hostMemoryUsage", "host_memory_usage_bytes", value.mebibytes),
            Property("privateMemory", "private_memory_bytes", value.mebibytes),
            Property("sharedMemory", "shared_memory_bytes", value.mebibytes),
            Property("swappedMemory", "swapped_memory_bytes", value.mebibytes),
            Property("balloonedMemory", "ballooned_memory_bytes", value.mebibytes),
            Property("overheadMemory", "overhead_memory_bytes", value.mebibytes),
            Property("consumedOverheadMemory", "consumed_overhead_memory_bytes", value.mebibytes),
            Property("compressedMemory", "compressed_memory_bytes", value.kibibytes),
        ),
    ),
)


def resource_pool(raw: RawObject, tree: Tree) -> Record:
    """Return the record of a resource pool or vApp."""
    columns = Columns(raw)
    columns.name()
    columns.fill(RESOURCE_POOL)
    columns.fill(VIRTUAL_APP)
    columns.known["is_vapp"] = raw.type == "VirtualApp"
    custom_attributes(raw, tree, columns)
    _place(raw, tree, columns)
    usage = columns.usage(RESOURCE_POOL_USAGE)
    return record_of(InventoryType.ResourcePool, raw, columns, usage=usage)


def _place(raw: RawObject, tree: Tree, columns: Columns) -> None:
    """Set where the pool lies: beneath a compute resource, not in a folder as other objects are."""
    parent, owner = text_of(raw, "parent"), text_of(raw, "owner")
    is_whole = tree.is_whole(parent)
    columns.set("parent_moid", tree.pool(parent), "parent", is_whole=is_whole)
    columns.set("datacenter_moid", tree.datacenter(parent), "parent", is_whole=is_whole)
    columns.set("path", tree.path(raw.moid), "parent", is_whole=is_whole)
    is_owner_seen = tree.is_whole(owner)
    cluster_moid = tree.cluster(owner)
    columns.set("cluster_moid", cluster_moid, "owner", is_whole=is_owner_seen)
    is_host_seen = cluster_moid is not None or owner is None or owner in tree.sole_hosts
    columns.set("host_moid", tree.sole_hosts.get(owner or ""), "owner", is_whole=is_host_seen)
