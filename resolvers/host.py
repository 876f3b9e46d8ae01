"""ESXi hosts; their hardware is read only when it is selected."""

from datetime import datetime
from uuid import UUID

from loaders.entity import CLUSTER, DATACENTER, FOLDER, HOST
from models.host import Host as Table
from models.host_hardware import HostHardware as Hardware
from models.host_usage import HostUsage as Usage
from resolvers.bus_adapter import BusAdapter
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_many, to_one
from resolvers.enums import HostConnectionState, HostPowerState, ManagedEntityStatus
from resolvers.host_service import HostService
from resolvers.inventory_object import InventoryObject
from resolvers.lun import Lun
from resolvers.mount import Mount, mounts
from resolvers.node import entity_type
from resolvers.part import own_parts, parts, value
from resolvers.physical_nic import PhysicalNic
from resolvers.proxy_switch import ProxySwitch
from resolvers.reference import (
    ChangeConnection,
    ClusterRef,
    DatacenterRef,
    DatastoreConnection,
    DistributedSwitchConnection,
    FolderRef,
    NetworkConnection,
    ResourcePoolConnection,
    VirtualMachineConnection,
)
from resolvers.scalar import BigInt, IPAddress
from resolvers.standard_port_group import StandardPortGroup
from resolvers.standard_switch import StandardSwitch
from resolvers.vmkernel_adapter import VmkernelAdapter


@entity_type(HOST, "An ESXi host (HostSystem).")
class Host(InventoryObject):
    """An ESXi host (HostSystem)."""

    overall_status: ManagedEntityStatus | None = column(Table.overall_status, groupable=True)
    connection_state: HostConnectionState | None = column(
        Table.connection_state, sortable=True, groupable=True
    )
    power_state: HostPowerState | None = column(Table.power_state, sortable=True, groupable=True)
    in_maintenance_mode: bool | None = column(Table.in_maintenance_mode, groupable=True)
    boot_time: datetime | None = column(Table.boot_time, sortable=True)
    version: str | None = column(Table.version, sortable=True, groupable=True)
    build: str | None = column(Table.build, sortable=True, groupable=True)
    vendor: str | None = column(Table.vendor, sortable=True, groupable=True)
    model: str | None = column(Table.model, sortable=True, groupable=True)
    bios_uuid: UUID | None = column(Table.bios_uuid)
    serial_number: str | None = column(Table.serial_number)
    cpu_model: str | None = column(Table.cpu_model, sortable=True, groupable=True)
    cpu_mhz: int | None = column(Table.cpu_mhz, sortable=True)
    num_cpu_packages: int | None = column(Table.num_cpu_packages, sortable=True)
    num_cpu_cores: int | None = column(Table.num_cpu_cores, sortable=True)
    num_cpu_threads: int | None = column(Table.num_cpu_threads, sortable=True)
    memory_bytes: BigInt | None = column(Table.memory_bytes, sortable=True)
    num_nics: int | None = column(Table.num_nics)
    num_hbas: int | None = column(Table.num_hbas)
    max_evc_mode: str | None = column(Table.max_evc_mode)
    ip_address: IPAddress | None = column(Table.ip_address)
    in_quarantine_mode: bool | None = column(Table.in_quarantine_mode)
    standby_mode: str | None = column(Table.standby_mode)
    das_host_state: str | None = column(Table.das_host_state)
    evc_mode: str | None = column(Table.evc_mode, groupable=True)
    management_server_ip: IPAddress | None = column(Table.management_server_ip)
    service_tag: str | None = column(Table.service_tag)
    asset_tag: str | None = column(Table.asset_tag)
    oem_strings: list[str] | None = column(Table.oem_strings)
    hyper_threading_available: bool | None = column(Table.hyper_threading_available)
    hyper_threading_active: bool | None = column(Table.hyper_threading_active)
    product_full_name: str | None = column(Table.product_full_name)
    ssl_thumbprint: str | None = column(Table.ssl_thumbprint)
    reboot_required: bool | None = column(Table.reboot_required)
    power_policy: str | None = column(Table.power_policy)
    cpu_power_policy: str | None = column(Table.cpu_power_policy)
    cpu_power_support: str | None = column(Table.cpu_power_support)
    bios_vendor: str | None = column(Table.bios_vendor)
    bios_version: str | None = column(Table.bios_version)
    bios_date: datetime | None = column(Table.bios_date)
    vmotion_supported: bool | None = column(Table.vmotion_supported)
    storage_vmotion_supported: bool | None = column(Table.storage_vmotion_supported)
    vsan_enabled: bool | None = column(Table.vsan_enabled)
    vsan_fault_domain: str | None = column(Table.vsan_fault_domain)
    cpu_usage_mhz: BigInt | None = column(Usage.cpu_usage_mhz, sortable=True)
    memory_usage_bytes: BigInt | None = column(Usage.memory_usage_bytes, sortable=True)
    uptime_seconds: BigInt | None = column(Usage.uptime_seconds, sortable=True)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )

    physical_nics: list[PhysicalNic] | None = parts(Hardware.physical_nics, PhysicalNic)
    vmkernel_adapters: list[VmkernelAdapter] | None = parts(
        Hardware.vmkernel_adapters, VmkernelAdapter
    )
    standard_switches: list[StandardSwitch] | None = parts(
        Hardware.standard_switches, StandardSwitch
    )
    standard_port_groups: list[StandardPortGroup] | None = parts(
        Hardware.standard_port_groups, StandardPortGroup
    )
    proxy_switches: list[ProxySwitch] | None = parts(Hardware.proxy_switches, ProxySwitch)
    bus_adapters: list[BusAdapter] | None = parts(Hardware.bus_adapters, BusAdapter)
    luns: list[Lun] | None = parts(Hardware.luns, Lun)
    services: list[HostService] | None = parts(Hardware.services, HostService)
    lun_count: int | None = value(Hardware.lun_count)
    dead_path_count: int | None = value(Hardware.dead_path_count)
    dns_host_name: str | None = value(Hardware.dns_host_name)
    dns_domain: str | None = value(Hardware.dns_domain)
    dns_servers: list[str] | None = value(Hardware.dns_servers)
    dns_search_domains: list[str] | None = value(Hardware.dns_search_domains)
    dns_from_dhcp: bool | None = value(Hardware.dns_from_dhcp)
    default_gateway: IPAddress | None = value(Hardware.default_gateway)
    default_gateway_ipv6: IPAddress | None = value(Hardware.default_gateway_ipv6)
    ntp_servers: list[str] | None = value(Hardware.ntp_servers)
    ntpd_running: bool | None = value(Hardware.ntpd_running)
    time_zone: str | None = value(Hardware.time_zone)
    time_zone_name: str | None = value(Hardware.time_zone_name)
    gmt_offset_seconds: int | None = value(Hardware.gmt_offset_seconds)
    certificate_subject: str | None = value(Hardware.certificate_subject)
    certificate_issuer: str | None = value(Hardware.certificate_issuer)
    certificate_not_before: datetime | None = value(Hardware.certificate_not_before)
    certificate_not_after: datetime | None = value(Hardware.certificate_not_after)
    hardware_unknown_since: datetime | None = value(
        Hardware.unknown_since,
        "Since when its network, storage, services and certificate could not be read again: what"
        " is shown of them is older. Null: it is as fresh as the collection's tier HEAVY, or was"
        " never read.",
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
        "virtual_machines_by_host", "Virtual machines registered on it."
    )
    resource_pools: ResourcePoolConnection = to_many(
        "resource_pools_by_host",
        "Resource pools that divide its resources; a host in a cluster has none.",
    )
    mounts: list[Mount] = mounts("host_moid", "Its datastores with how it sees each.")
    datastores: DatastoreConnection = to_many("datastores_by_host", "Datastores it mounts.")
    networks: NetworkConnection = to_many("networks_by_host", "Networks it is attached to.")
    distributed_switches: DistributedSwitchConnection = to_many(
        "distributed_switches_by_host",
        "Distributed switches it is a member of.",
    )
    history: ChangeConnection = to_many("changes_by_host", HISTORY, HistoryFilter)
