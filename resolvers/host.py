"""ESXi hosts."""

from datetime import datetime
from uuid import UUID

from loaders.entity import CLUSTER, DATACENTER, FOLDER, HOST
from models.host import Host as Table
from models.host_usage import HostUsage as Usage
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_many, to_one
from resolvers.enums import HostConnectionState, HostPowerState, ManagedEntityStatus
from resolvers.filter import (
    DatastoreFilter,
    DistributedSwitchFilter,
    NetworkFilter,
    VirtualMachineFilter,
)
from resolvers.inventory_object import InventoryObject
from resolvers.node import entity_type
from resolvers.part import own_parts
from resolvers.reference import (
    ChangeConnection,
    ClusterRef,
    DatacenterRef,
    DatastoreConnection,
    DistributedSwitchConnection,
    FolderRef,
    NetworkConnection,
    VirtualMachineConnection,
)
from resolvers.scalar import BigInt, IPAddress


@entity_type(HOST, "An ESXi host (HostSystem).")
class Host(InventoryObject):
    """An ESXi host (HostSystem)."""

    overall_status: ManagedEntityStatus | None = column(Table.overall_status)
    connection_state: HostConnectionState | None = column(Table.connection_state)
    power_state: HostPowerState | None = column(Table.power_state)
    in_maintenance_mode: bool | None = column(Table.in_maintenance_mode)
    boot_time: datetime | None = column(Table.boot_time)
    version: str | None = column(Table.version)
    build: str | None = column(Table.build)
    vendor: str | None = column(Table.vendor)
    model: str | None = column(Table.model)
    bios_uuid: UUID | None = column(Table.bios_uuid)
    serial_number: str | None = column(Table.serial_number)
    cpu_model: str | None = column(Table.cpu_model)
    cpu_mhz: int | None = column(Table.cpu_mhz)
    num_cpu_packages: int | None = column(Table.num_cpu_packages)
    num_cpu_cores: int | None = column(Table.num_cpu_cores)
    num_cpu_threads: int | None = column(Table.num_cpu_threads)
    memory_bytes: BigInt | None = column(Table.memory_bytes)
    num_nics: int | None = column(Table.num_nics)
    num_hbas: int | None = column(Table.num_hbas)
    max_evc_mode: str | None = column(Table.max_evc_mode)
    ip_address: IPAddress | None = column(Table.ip_address)
    cpu_usage_mhz: BigInt | None = column(Usage.cpu_usage_mhz)
    memory_usage_bytes: BigInt | None = column(Usage.memory_usage_bytes)
    uptime_seconds: BigInt | None = column(Usage.uptime_seconds)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )

    cluster: ClusterRef | None = to_one(
        CLUSTER, "vcenter_id", "cluster_moid", description="Its cluster; null: standalone."
    )
    datacenter: DatacenterRef | None = to_one(
        DATACENTER, "vcenter_id", "datacenter_moid", description="Datacenter it belongs to."
    )
    folder: FolderRef | None = to_one(
        FOLDER,
        "vcenter_id",
        "folder_moid",
        description="Host folder that it, or its cluster, lies in.",
    )
    virtual_machines: VirtualMachineConnection = to_many(
        "virtual_machines_by_host", VirtualMachineFilter, "Virtual machines registered on it."
    )
    datastores: DatastoreConnection = to_many(
        "datastores_by_host", DatastoreFilter, "Datastores it mounts."
    )
    networks: NetworkConnection = to_many(
        "networks_by_host", NetworkFilter, "Networks it is attached to."
    )
    distributed_switches: DistributedSwitchConnection = to_many(
        "distributed_switches_by_host",
        DistributedSwitchFilter,
        "Distributed switches it is a member of.",
    )
    history: ChangeConnection = to_many("changes_by_host", HistoryFilter, HISTORY)
