"""Networks of every kind: standard, distributed port groups, opaque ones of NSX.

One table: a VM's adapter may lead to any of them, and whoever looks for a VLAN or a name should not
have to ask three times. What only port groups or only opaque networks have is null for the others.
"""

from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from models.base import Base, Inventory, custom_attributes


class Network(Inventory, Base):
    """A network that VMs and hosts are attached to."""

    __tablename__ = "networks"

    datacenter_moid: Mapped[str | None] = mapped_column(comment="Datacenter it belongs to.")
    folder_moid: Mapped[str | None] = mapped_column(comment="Network folder it lies in.")
    overall_status: Mapped[str | None] = mapped_column(
        comment="Coloured health as vSphere shows it."
    )
    type: Mapped[str | None] = mapped_column(
        comment="Network, DistributedVirtualPortgroup or OpaqueNetwork."
    )
    accessible: Mapped[bool | None] = mapped_column(comment="Whether any host is attached to it.")
    switch_moid: Mapped[str | None] = mapped_column(
        comment="Distributed switch of a port group; null: another kind of network."
    )
    key: Mapped[str | None] = mapped_column(
        comment="Key of a port group, by which adapters name it."
    )
    description: Mapped[str | None] = mapped_column(comment="Notes on a port group.")
    is_uplink: Mapped[bool | None] = mapped_column(
        comment="Whether a port group holds the switch's uplinks, and no VMs."
    )
    num_ports: Mapped[int | None] = mapped_column(comment="Ports of a port group.")
    port_binding: Mapped[str | None] = mapped_column(
        comment="When a port is given out: earlyBinding, lateBinding or ephemeral."
    )
    auto_expand: Mapped[bool | None] = mapped_column(
        comment="Whether a port group grows when its ports run out."
    )
    vlan_id: Mapped[int | None] = mapped_column(
        comment="VLAN that a port group tags; 0: none; null: a trunk, a private VLAN or unknown."
    )
    vlan_ranges: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="VLANs that a trunk lets pass, as ranges; null: no trunk."
    )
    private_vlan_id: Mapped[int | None] = mapped_column(
        comment="Secondary private VLAN; null: none."
    )
    primary_vlan_id: Mapped[int | None] = mapped_column(
        comment="Primary VLAN of its private VLAN, by the switch's map; null: none."
    )
    blocked: Mapped[bool | None] = mapped_column(comment="Whether all its ports are blocked.")
    allow_promiscuous: Mapped[bool | None] = mapped_column(
        comment="Whether a VM may see the traffic of others."
    )
    mac_changes: Mapped[bool | None] = mapped_column(
        comment="Whether a guest may change its MAC address."
    )
    forged_transmits: Mapped[bool | None] = mapped_column(
        comment="Whether a guest may send under another MAC address."
    )
    teaming_policy: Mapped[str | None] = mapped_column(
        comment="How traffic is spread over the uplinks, as loadbalance_srcid."
    )
    active_uplinks: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Uplinks in use, in order."
    )
    standby_uplinks: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Uplinks that wait for an active one to fail, in order."
    )
    reverse_policy: Mapped[bool | None] = mapped_column(
        comment="Whether incoming traffic follows the teaming policy too."
    )
    notify_switches: Mapped[bool | None] = mapped_column(
        comment="Whether physical switches are told when an uplink fails."
    )
    rolling_order: Mapped[bool | None] = mapped_column(
        comment="Whether an uplink that is back stays on standby (no failback)."
    )
    ingress_shaping: Mapped[dict[str, Any] | None] = mapped_column(
        comment="Limits on what comes from VMs into the switch."
    )
    egress_shaping: Mapped[dict[str, Any] | None] = mapped_column(
        comment="Limits on what goes from the switch to VMs."
    )
    nsx_segment_id: Mapped[str | None] = mapped_column(
        comment="NSX segment behind a port group; null: none."
    )
    opaque_network_id: Mapped[str | None] = mapped_column(comment="NSX's id of an opaque network.")
    opaque_network_type: Mapped[str | None] = mapped_column(
        comment="Kind of an opaque network, as nsx.LogicalSwitch."
    )
    custom_attributes: Mapped[list[dict[str, Any]] | None] = custom_attributes()

    @classmethod
    def extra_indexes(cls) -> tuple[SchemaItem, ...]:
        """Return the index behind a switch's port groups."""
        return (Index("ix_networks_switch", "vcenter_id", "switch_moid"),)
