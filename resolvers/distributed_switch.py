"""Distributed switches."""

from datetime import datetime
from uuid import UUID

from loaders.entity import DATACENTER, DISTRIBUTED_SWITCH, FOLDER, NETWORK
from models.distributed_switch import DistributedSwitch as Table
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_listed, to_many, to_one
from resolvers.enums import ManagedEntityStatus
from resolvers.inventory_object import InventoryObject
from resolvers.lacp_group import LacpGroup
from resolvers.node import entity_type
from resolvers.part import own_parts
from resolvers.private_vlan import PrivateVlan
from resolvers.reference import (
    ChangeConnection,
    DatacenterRef,
    FolderRef,
    HostConnection,
    NetworkConnection,
    NetworkRef,
    VirtualMachineConnection,
)


@entity_type(DISTRIBUTED_SWITCH, "A distributed switch (DistributedVirtualSwitch).")
class DistributedSwitch(InventoryObject):
    """A distributed switch (DistributedVirtualSwitch)."""

    overall_status: ManagedEntityStatus | None = column(Table.overall_status)
    uuid: UUID | None = column(Table.uuid)
    vendor: str | None = column(Table.vendor)
    version: str | None = column(Table.version, sortable=True, groupable=True)
    build: str | None = column(Table.build)
    description: str | None = column(Table.description)
    created_at: datetime | None = column(Table.created_at)
    num_hosts: int | None = column(Table.num_hosts, sortable=True)
    num_ports: int | None = column(Table.num_ports)
    max_ports: int | None = column(Table.max_ports)
    mtu: int | None = column(Table.mtu, sortable=True, groupable=True)
    link_discovery_protocol: str | None = column(Table.link_discovery_protocol)
    link_discovery_operation: str | None = column(Table.link_discovery_operation)
    lacp_api_version: str | None = column(Table.lacp_api_version)
    lacp_groups: list[LacpGroup] | None = own_parts(Table.lacp_groups, LacpGroup)
    uplink_names: list[str] | None = column(Table.uplink_names)
    private_vlans: list[PrivateVlan] | None = own_parts(Table.private_vlans, PrivateVlan)
    network_io_control: bool | None = column(Table.network_io_control)
    contact_name: str | None = column(Table.contact_name)
    contact: str | None = column(Table.contact)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )

    datacenter: DatacenterRef | None = to_one(
        DATACENTER, "vcenter_id", "datacenter_moid", description="Datacenter it belongs to."
    )
    folder: FolderRef | None = to_one(
        FOLDER, "vcenter_id", "folder_moid", description="Network folder it lies in."
    )
    networks: NetworkConnection = to_many(
        "networks_by_distributed_switch", "Its port groups, uplinks included."
    )
    uplink_networks: list[NetworkRef] = to_listed(
        NETWORK,
        "uplink_network_moids",
        "Port groups that hold its uplinks; empty too where that was never read.",
    )
    hosts: HostConnection = to_many("hosts_by_distributed_switch", "Hosts that are members of it.")
    virtual_machines: VirtualMachineConnection = to_many(
        "virtual_machines_by_distributed_switch",
        "Virtual machines on any of its port groups.",
    )
    history: ChangeConnection = to_many("changes_by_distributed_switch", HISTORY, HistoryFilter)
