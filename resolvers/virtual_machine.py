"""Virtual machines; their devices are read only when they are selected."""

from datetime import datetime
from uuid import UUID

from loaders.entity import CLUSTER, DATACENTER, FOLDER, HOST, VIRTUAL_MACHINE
from models.virtual_machine import VirtualMachine as Table
from models.vm_hardware import VmHardware as Hardware
from models.vm_usage import VmUsage as Usage
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.declare import column, to_datastores, to_many, to_one
from resolvers.enums import (
    ManagedEntityStatus,
    PowerState,
    ToolsRunningStatus,
    VirtualMachineConnectionState,
)
from resolvers.inventory_object import InventoryObject
from resolvers.network_adapter import NetworkAdapter
from resolvers.node import entity_type
from resolvers.part import parts, value
from resolvers.reference import (
    ChangeConnection,
    ClusterRef,
    DatacenterRef,
    DatastoreRef,
    FolderRef,
    HostRef,
)
from resolvers.scalar import BigInt, IPAddress
from resolvers.snapshot import Snapshot
from resolvers.virtual_disk import VirtualDisk


@entity_type(VIRTUAL_MACHINE, "A virtual machine or template.")
class VirtualMachine(InventoryObject):
    """A virtual machine or template."""

    overall_status: ManagedEntityStatus | None = column(Table.overall_status)
    power_state: PowerState | None = column(Table.power_state)
    connection_state: VirtualMachineConnectionState | None = column(Table.connection_state)
    is_template: bool | None = column(Table.is_template)
    bios_uuid: UUID | None = column(Table.bios_uuid)
    instance_uuid: UUID | None = column(Table.instance_uuid)
    change_version: str | None = column(Table.change_version)
    created_at: datetime | None = column(Table.created_at)
    hardware_version: str | None = column(Table.hardware_version)
    guest_id: str | None = column(Table.guest_id)
    guest_full_name: str | None = column(Table.guest_full_name)
    firmware: str | None = column(Table.firmware)
    annotation: str | None = column(Table.annotation)
    vm_path_name: str | None = column(Table.vm_path_name)
    num_cpus: int | None = column(Table.num_cpus)
    cores_per_socket: int | None = column(Table.cores_per_socket)
    memory_bytes: BigInt | None = column(Table.memory_bytes)
    guest_hostname: str | None = column(Table.guest_hostname)
    ip_address: IPAddress | None = column(Table.ip_address)
    ip_addresses: list[IPAddress] | None = column(Table.ip_addresses)
    tools_running_status: ToolsRunningStatus | None = column(Table.tools_running_status)
    tools_version_status: str | None = column(Table.tools_version_status)
    tools_version: str | None = column(Table.tools_version)
    consolidation_needed: bool | None = column(Table.consolidation_needed)
    boot_time: datetime | None = column(Table.boot_time)
    snapshot_count: int | None = column(Table.snapshot_count)
    oldest_snapshot_at: datetime | None = column(Table.oldest_snapshot_at)
    resource_pool_moid: str | None = column(Table.resource_pool_moid)
    cpu_usage_mhz: BigInt | None = column(Usage.cpu_usage_mhz)
    guest_memory_usage_bytes: BigInt | None = column(Usage.guest_memory_usage_bytes)
    host_memory_usage_bytes: BigInt | None = column(Usage.host_memory_usage_bytes)
    uptime_seconds: BigInt | None = column(Usage.uptime_seconds)
    storage_committed_bytes: BigInt | None = column(Usage.storage_committed_bytes)
    storage_uncommitted_bytes: BigInt | None = column(Usage.storage_uncommitted_bytes)
    storage_unshared_bytes: BigInt | None = column(Usage.storage_unshared_bytes)

    disk_count: int | None = value(Hardware.disk_count)
    network_adapter_count: int | None = value(Hardware.nic_count)
    disk_capacity_bytes: BigInt | None = value(Hardware.disk_capacity_bytes)
    disks: list[VirtualDisk] | None = parts(Hardware.disks, VirtualDisk)
    network_adapters: list[NetworkAdapter] | None = parts(Hardware.nics, NetworkAdapter)
    snapshots: list[Snapshot] | None = parts(Hardware.snapshots, Snapshot)

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
    datastores: list[DatastoreRef] = to_datastores("Datastores its files lie on.")
    history: ChangeConnection = to_many("changes_by_virtual_machine", HistoryFilter, HISTORY)
