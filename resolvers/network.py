"""Networks of every kind."""

from loaders.entity import DATACENTER, DISTRIBUTED_SWITCH, FOLDER, NETWORK
from models.network import Network as Table
from resolvers.change_filter import HISTORY, HistoryFilter
from resolvers.custom_attribute import CustomAttribute
from resolvers.declare import column, to_many, to_one
from resolvers.enums import ManagedEntityStatus, NetworkType
from resolvers.inventory_object import InventoryObject
from resolvers.node import entity_type
from resolvers.part import own_part, own_parts
from resolvers.reference import (
    ChangeConnection,
    DatacenterRef,
    DistributedSwitchRef,
    FolderRef,
    HostConnection,
    VirtualMachineConnection,
)
from resolvers.traffic_shaping import TrafficShaping
from resolvers.vlan_range import VlanRange


@entity_type(NETWORK, "A network: standard, a distributed port group, or an opaque one of NSX.")
class Network(InventoryObject):
    """A network: standard, a distributed port group, or an opaque one of NSX."""

    overall_status: ManagedEntityStatus | None = column(Table.overall_status)
    type: NetworkType | None = column(Table.type, sortable=True, groupable=True)
    accessible: bool | None = column(Table.accessible)
    key: str | None = column(Table.key)
    description: str | None = column(Table.description)
    is_uplink: bool | None = column(Table.is_uplink, groupable=True)
    num_ports: int | None = column(Table.num_ports)
    port_binding: str | None = column(Table.port_binding)
    auto_expand: bool | None = column(Table.auto_expand)
    vlan_id: int | None = column(Table.vlan_id, sortable=True, groupable=True)
    vlan_ranges: list[VlanRange] | None = own_parts(Table.vlan_ranges, VlanRange)
    private_vlan_id: int | None = column(Table.private_vlan_id)
    primary_vlan_id: int | None = column(Table.primary_vlan_id)
    blocked: bool | None = column(Table.blocked)
    allow_promiscuous: bool | None = column(Table.allow_promiscuous)
    mac_changes: bool | None = column(Table.mac_changes)
    forged_transmits: bool | None = column(Table.forged_transmits)
    teaming_policy: str | None = column(Table.teaming_policy)
    active_uplinks: list[str] | None = column(Table.active_uplinks)
    standby_uplinks: list[str] | None = column(Table.standby_uplinks)
    reverse_policy: bool | None = column(Table.reverse_policy)
    notify_switches: bool | None = column(Table.notify_switches)
    rolling_order: bool | None = column(Table.rolling_order)
    ingress_shaping: TrafficShaping | None = own_part(Table.ingress_shaping, TrafficShaping)
    egress_shaping: TrafficShaping | None = own_part(Table.egress_shaping, TrafficShaping)
    nsx_segment_id: str | None = column(Table.nsx_segment_id)
    opaque_network_id: str | None = column(Table.opaque_network_id)
    opaque_network_type: str | None = column(Table.opaque_network_type)
    custom_attributes: list[CustomAttribute] | None = own_parts(
        Table.custom_attributes, CustomAttribute
    )

    datacenter: DatacenterRef | None = to_one(
        DATACENTER, "vcenter_id", "datacenter_moid", description="Datacenter it belongs to."
    )
    folder: FolderRef | None = to_one(
        FOLDER, "vcenter_id", "folder_moid", description="Network folder it lies in."
    )
    distributed_switch: DistributedSwitchRef | None = to_one(
        DISTRIBUTED_SWITCH,
        "vcenter_id",
        "switch_moid",
        description="Distributed switch of a port group; null: another kind of network.",
    )
    hosts: HostConnection = to_many("hosts_by_network", "Hosts attached to it.")
    virtual_machines: VirtualMachineConnection = to_many(
        "virtual_machines_by_network", "Virtual machines attached to it."
    )
    history: ChangeConnection = to_many("changes_by_network", HISTORY, HistoryFilter)
