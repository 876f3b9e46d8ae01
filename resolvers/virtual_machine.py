"""Virtual machines; their devices and guests are read only when they are selected."""

from datetime import datetime
from uuid import UUID

from loaders.entity import CLUSTER, DATACENTER, FOLDER, HOST, RESOURCE_POOL, VIRTUAL_MACHINE
from models.edge import VM_DATASTORES, VM_NETWORKS
from models.virtual_machine import VirtualMachine as Table
from models.vm_guest import VmGuest as Guest
from models.vm_hardware import VmHardware as Hardware
from models.vm_usage import VmUsage as Usage
from resolvers.boot_device import BootDevice
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_few, to_many, to_one
from resolvers.enums import (
    ManagedEntityStatus,
    PowerState,
    ToolsRunningStatus,
    VirtualMachineConnectionState,
)
from resolvers.guest import GuestAdapter, GuestIpStack, GuestPartition
from resolvers.inventory_object import InventoryObject
from resolvers.lineage import VirtualMachineMove, moved_from, moved_to
from resolvers.network_adapter import NetworkAdapter
from resolvers.node import entity_type
from resolvers.part import own_parts, parts, value
from resolvers.reference import (
    ChangeConnection,
    ClusterRef,
    DatacenterRef,
    DatastoreRef,
    FolderRef,
    HostRef,
    NetworkRef,
    ResourcePoolRef,
)
from resolvers.scalar import BigInt, IPAddress
from resolvers.snapshot import Snapshot
from resolvers.storage_usage import StorageUsage
from resolvers.virtual_device import PciDevice, RemovableDrive, UsbDevice
from resolvers.virtual_disk import VirtualDisk


@entity_type(VIRTUAL_MACHINE, "A virtual machine or template.")
class VirtualMachine(InventoryObject):
    """A virtual machine or template."""

    overall_status: ManagedEntityStatus | None = column(Table.overall_status, groupable=True)
    power_state: PowerState | None = column(Table.power_state, sortable=True, groupable=True)
    connection_state: VirtualMachineConnectionState | None = column(
        Table.connection_state, groupable=True
    )
    is_template: bool | None = column(Table.is_template, groupable=True)
    bios_uuid: UUID | None = column(Table.bios_uuid)
    instance_uuid: UUID | None = column(Table.instance_uuid)
    change_version: str | None = column(Table.change_version)
    created_at: datetime | None = column(Table.created_at, sortable=True)
    hardware_version: str | None = column(Table.hardware_version, sortable=True, groupable=True)
    guest_id: str | None = column(Table.guest_id, groupable=True)
    guest_full_name: str | None = column(Table.guest_full_name, sortable=True, groupable=True)
    firmware: str | None = column(Table.firmware, groupable=True)
    annotation: str | None = column(Table.annotation)
    vm_path_name: str | None = column(Table.vm_path_name)
    num_cpus: int | None = column(Table.num_cpus, sortable=True, groupable=True)
    cores_per_socket: int | None = column(Table.cores_per_socket)
    memory_bytes: BigInt | None = column(Table.memory_bytes, sortable=True)
    guest_hostname: str | None = column(Table.guest_hostname, sortable=True)
    ip_address: IPAddress | None = column(Table.ip_address)
    ip_addresses: list[IPAddress] | None = column(Table.ip_addresses)
    tools_running_status: ToolsRunningStatus | None = column(
        Table.tools_running_status, groupable=True
    )
    tools_version_status: str | None = column(Table.tools_version_status, groupable=True)
    tools_version: str | None = column(Table.tools_version, sortable=True, groupable=True)
    consolidation_needed: bool | None = column(Table.consolidation_needed, groupable=True)
    boot_time: datetime | None = column(Table.boot_time, sortable=True)
    snapshot_count: int | None = column(Table.snapshot_count, sortable=True)
    oldest_snapshot_at: datetime | None = column(Table.oldest_snapshot_at, sortable=True)
    resource_pool_moid: str | None = column(Table.resource_pool_moid)
    modified_at: datetime | None = column(Table.modified_at, sortable=True)
    suspend_time: datetime | None = column(Table.suspend_time)
    clean_power_off: bool | None = column(Table.clean_power_off)
    vapp_moid: str | None = column(Table.vapp_moid)
    guest_state: str | None = column(Table.guest_state)
    tools_guest_id: str | None = column(Table.tools_guest_id)
    tools_guest_full_name: str | None = column(Table.tools_guest_full_name, groupable=True)
    managed_by_extension: str | None = column(Table.managed_by_extension)
    managed_by_type: str | None = column(Table.managed_by_type)
    ft_role: int | None = column(Table.ft_role)
    is_srm_placeholder: bool | None = column(Table.is_srm_placeholder)
    is_vcls: bool | None = column(Table.is_vcls)
    is_ft_secondary: bool | None = column(Table.is_ft_secondary)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )
    cpu_usage_mhz: BigInt | None = column(Usage.cpu_usage_mhz, sortable=True)
    guest_memory_usage_bytes: BigInt | None = column(Usage.guest_memory_usage_bytes, sortable=True)
    host_memory_usage_bytes: BigInt | None = column(Usage.host_memory_usage_bytes, sortable=True)
    uptime_seconds: BigInt | None = column(Usage.uptime_seconds, sortable=True)
    storage_committed_bytes: BigInt | None = column(Usage.storage_committed_bytes, sortable=True)
    storage_uncommitted_bytes: BigInt | None = column(
        Usage.storage_uncommitted_bytes, sortable=True
    )
    storage_unshared_bytes: BigInt | None = column(Usage.storage_unshared_bytes)
    heartbeat_status: ManagedEntityStatus | None = column(Usage.heartbeat_status)
    cpu_demand_mhz: BigInt | None = column(Usage.cpu_demand_mhz)
    cpu_readiness_percent: BigInt | None = column(Usage.cpu_readiness_percent, sortable=True)
    cpu_entitlement_mhz: BigInt | None = column(Usage.cpu_entitlement_mhz)
    cpu_drs_entitlement_mhz: BigInt | None = column(Usage.cpu_drs_entitlement_mhz)
    memory_entitlement_bytes: BigInt | None = column(Usage.memory_entitlement_bytes)
    memory_drs_entitlement_bytes: BigInt | None = column(Usage.memory_drs_entitlement_bytes)
    granted_memory_bytes: BigInt | None = column(Usage.granted_memory_bytes)
    private_memory_bytes: BigInt | None = column(Usage.private_memory_bytes)
    shared_memory_bytes: BigInt | None = column(Usage.shared_memory_bytes)
    swapped_memory_bytes: BigInt | None = column(Usage.swapped_memory_bytes, sortable=True)
    ballooned_memory_bytes: BigInt | None = column(Usage.ballooned_memory_bytes, sortable=True)
    compressed_memory_bytes: BigInt | None = column(Usage.compressed_memory_bytes)
    overhead_memory_bytes: BigInt | None = column(Usage.overhead_memory_bytes)
    active_memory_bytes: BigInt | None = column(Usage.active_memory_bytes)

    disk_count: int | None = value(Hardware.disk_count)
    network_adapter_count: int | None = value(Hardware.nic_count)
    disk_capacity_bytes: BigInt | None = value(Hardware.disk_capacity_bytes)
    disks: list[VirtualDisk] | None = parts(Hardware.disks, VirtualDisk)
    network_adapters: list[NetworkAdapter] | None = parts(Hardware.nics, NetworkAdapter)
    snapshots: list[Snapshot] | None = parts(Hardware.snapshots, Snapshot)
    removable_drives: list[RemovableDrive] | None = parts(Hardware.drives, RemovableDrive)
    usb_devices: list[UsbDevice] | None = parts(Hardware.usb_devices, UsbDevice)
    pci_devices: list[PciDevice] | None = parts(Hardware.pci_devices, PciDevice)
    has_tpm: bool | None = value(Hardware.has_tpm)
    display_count: int | None = value(Hardware.display_count)
    video_ram_bytes: BigInt | None = value(Hardware.video_ram_bytes)
    cpu_reservation_mhz: BigInt | None = value(Hardware.cpu_reservation_mhz)
    cpu_limit_mhz: BigInt | None = value(Hardware.cpu_limit_mhz)
    cpu_shares: int | None = value(Hardware.cpu_shares)
    cpu_shares_level: str | None = value(Hardware.cpu_shares_level)
    memory_reservation_bytes: BigInt | None = value(Hardware.memory_reservation_bytes)
    memory_limit_bytes: BigInt | None = value(Hardware.memory_limit_bytes)
    memory_shares: int | None = value(Hardware.memory_shares)
    memory_shares_level: str | None = value(Hardware.memory_shares_level)
    memory_reservation_locked: bool | None = value(Hardware.memory_reservation_locked)
    cpu_hot_add_enabled: bool | None = value(Hardware.cpu_hot_add_enabled)
    cpu_hot_remove_enabled: bool | None = value(Hardware.cpu_hot_remove_enabled)
    memory_hot_add_enabled: bool | None = value(Hardware.memory_hot_add_enabled)
    cpu_affinity: list[int] | None = value(Hardware.cpu_affinity)
    latency_sensitivity: str | None = value(Hardware.latency_sensitivity)
    nested_hv_enabled: bool | None = value(Hardware.nested_hv_enabled)
    change_tracking_enabled: bool | None = value(Hardware.change_tracking_enabled)
    disk_uuid_enabled: bool | None = value(Hardware.disk_uuid_enabled)
    is_encrypted: bool | None = value(Hardware.is_encrypted)
    encryption_key_id: str | None = value(Hardware.encryption_key_id)
    encryption_key_provider: str | None = value(Hardware.encryption_key_provider)
    boot_order: list[BootDevice] | None = parts(Hardware.boot_order, BootDevice)
    boot_delay_milliseconds: BigInt | None = value(Hardware.boot_delay_milliseconds)
    boot_retry_enabled: bool | None = value(Hardware.boot_retry_enabled)
    boot_retry_delay_milliseconds: BigInt | None = value(Hardware.boot_retry_delay_milliseconds)
    enter_bios_setup: bool | None = value(Hardware.enter_bios_setup)
    secure_boot_enabled: bool | None = value(Hardware.secure_boot_enabled)
    tools_upgrade_policy: str | None = value(Hardware.tools_upgrade_policy)
    tools_sync_time: bool | None = value(Hardware.tools_sync_time)
    log_directory: str | None = value(Hardware.log_directory)
    snapshot_directory: str | None = value(Hardware.snapshot_directory)
    suspend_directory: str | None = value(Hardware.suspend_directory)
    hardware_unknown_since: datetime | None = value(
        Hardware.unknown_since,
        "Since when its devices, snapshots and settings could not be read again: what is shown of"
        " them is older. Null: it is as fresh as the collection's tier HEAVY, or was never read.",
    )

    storage_usage: list[StorageUsage] | None = parts(Guest.storage_usage, StorageUsage)
    partitions: list[GuestPartition] | None = parts(Guest.partitions, GuestPartition)
    guest_adapters: list[GuestAdapter] | None = parts(Guest.nics, GuestAdapter)
    guest_ip_stacks: list[GuestIpStack] | None = parts(Guest.ip_stacks, GuestIpStack)
    guest_app_state: str | None = value(Guest.app_state)
    guest_app_heartbeat_status: str | None = value(Guest.app_heartbeat_status)
    guest_kernel_crashed: bool | None = value(Guest.kernel_crashed)
    guest_operations_ready: bool | None = value(Guest.operations_ready)
    guest_interactive_operations_ready: bool | None = value(Guest.interactive_operations_ready)
    guest_state_change_supported: bool | None = value(Guest.state_change_supported)
    guest_unknown_since: datetime | None = value(
        Guest.unknown_since,
        "Since when what Tools reports from inside, and storage by datastore, could not be read"
        " again: what is shown of it is older. Null: it is as fresh as the collection's tier GUEST,"
        " or was never read.",
    )

    host: HostRef | None = to_one(
        HOST, "vcenter_id", "host_moid", description="Host it is registered on."
    )
    cluster: ClusterRef | None = to_one(
        CLUSTER, "vcenter_id", "cluster_moid", description="Cluster of its host."
    )
    datacenter: DatacenterRef | None = to_one(
        DATACENTER, "vcenter_id", "datacenter_moid", description="Datacenter it belongs to."
    )
    folder: FolderRef | None = to_one(
        FOLDER, "vcenter_id", "folder_moid", description="VM folder; null inside a vApp."
    )
    resource_pool: ResourcePoolRef | None = to_one(
        RESOURCE_POOL,
        "vcenter_id",
        "resource_pool_moid",
        description="Resource pool or vApp it draws from; templates have none.",
    )
    vapp: ResourcePoolRef | None = to_one(
        RESOURCE_POOL, "vcenter_id", "vapp_moid", description="vApp it is part of."
    )
    datastores: list[DatastoreRef] = to_few(VM_DATASTORES, "Datastores its files lie on.")
    networks: list[NetworkRef] = to_few(VM_NETWORKS, "Networks its adapters are attached to.")
    history: ChangeConnection = to_many("changes_by_virtual_machine", HISTORY, HistoryFilter)
    moved_from: VirtualMachineMove | None = moved_from()
    moved_to: list[VirtualMachineMove] = moved_to()
