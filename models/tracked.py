"""Which columns are worth remembering when they change, for each kind of object.

Volatile numbers, what the guest reports and the writer's book-keeping are not: a change of them is
no change of the object. A column or key that is new here has no past to differ from: the writer
compares it only once a complete scan has stored it (`collection_state.tracked`).
"""

from models.enums import InventoryType

PLACE = ("name", "datacenter_moid", "folder_moid")

TRACKED: dict[InventoryType, tuple[str, ...]] = {
    InventoryType.Datacenter: ("name", "folder_moid"),
    InventoryType.Folder: ("name", "parent_folder_moid"),
    InventoryType.Cluster: (
        *PLACE,
        "num_hosts",
        "evc_mode",
        "ha_enabled",
        "drs_enabled",
        "drs_default_vm_behavior",
        "drs_vmotion_rate",
        "ha_admission_control_enabled",
        "dpm_enabled",
        "vsan_enabled",
    ),
    InventoryType.Host: (
        *PLACE,
        "cluster_moid",
        "connection_state",
        "power_state",
        "in_maintenance_mode",
        "version",
        "build",
        "vendor",
        "model",
        "bios_uuid",
        "serial_number",
        "cpu_model",
        "num_cpu_packages",
        "num_cpu_cores",
        "num_cpu_threads",
        "memory_bytes",
        "num_nics",
        "num_hbas",
        "ip_address",
        "in_quarantine_mode",
        "service_tag",
        "asset_tag",
        "bios_version",
        "evc_mode",
        "power_policy",
        "hyper_threading_active",
        "vsan_enabled",
        "vsan_fault_domain",
    ),
    InventoryType.StoragePod: (*PLACE, "storage_drs_enabled", "storage_drs_behavior"),
    InventoryType.Datastore: (
        *PLACE,
        "type",
        "url",
        "accessible",
        "maintenance_mode",
        "multiple_host_access",
        "capacity_bytes",
        "storage_pod_moid",
        "vmfs_uuid",
        "vmfs_version",
        "nfs_host",
        "nfs_path",
        "sioc_enabled",
    ),
    InventoryType.VirtualMachine: (
        *PLACE,
        "host_moid",
        "cluster_moid",
        "resource_pool_moid",
        "power_state",
        "connection_state",
        "is_template",
        "bios_uuid",
        "instance_uuid",
        "hardware_version",
        "guest_id",
        "guest_full_name",
        "firmware",
        "annotation",
        "vm_path_name",
        "num_cpus",
        "cores_per_socket",
        "memory_bytes",
        "snapshot_count",
        "consolidation_needed",
    ),
    InventoryType.ResourcePool: (
        *PLACE,
        "parent_moid",
        "cluster_moid",
        "host_moid",
        "cpu_reservation_mhz",
        "cpu_limit_mhz",
        "cpu_shares",
        "memory_reservation_bytes",
        "memory_limit_bytes",
        "memory_shares",
    ),
    InventoryType.Network: (
        *PLACE,
        "switch_moid",
        "vlan_id",
        "vlan_ranges",
        "private_vlan_id",
        "primary_vlan_id",
        "allow_promiscuous",
        "mac_changes",
        "forged_transmits",
    ),
    InventoryType.DistributedSwitch: (
        *PLACE,
        "version",
        "mtu",
        "num_hosts",
        "uplink_names",
        "private_vlans",
    ),
}

TRACKED_PARTS: dict[str, tuple[str, ...]] = {
    # No file name: each snapshot gives a disk another one. No `connected`: it follows the power.
    "disks": ("key", "label", "capacity_bytes", "datastore_moid", "thin_provisioned", "disk_mode"),
    "nics": ("key", "label", "type", "mac_address", "network_moid", "network_name"),
    "snapshots": ("moid", "name", "created_at", "parent_moid"),
}
"""Keys of the JSON objects in each array of a VM's hardware."""


def tracked_of(type_: InventoryType) -> tuple[str, ...]:
    """Return the tracked columns of a kind; of one that declares none, the name."""
    return TRACKED.get(type_, ("name",))


def tracked_parts() -> tuple[str, ...]:
    """Return the tracked keys of hardware as `part.key`."""
    return tuple(f"{part}.{key}" for part, keys in TRACKED_PARTS.items() for key in keys)
