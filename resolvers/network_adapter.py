"""Virtual network adapters."""

import strawberry

from loaders.entity import NETWORK
from models.vm_guest import VmGuest
from resolvers.context import Info
from resolvers.declare import EDGE, to_one
from resolvers.part import SOURCES, Owner, column_of, entry
from resolvers.reference import NetworkRef
from resolvers.scalar import IPAddress, MACAddress


@strawberry.type(description="A virtual network adapter of a VM.")
class NetworkAdapter:
    """One element of `vm_hardware.nics`."""

    key: int | None = entry("key", "Number of the device inside its VM.")
    label: str | None = entry("label", "Name of the device, as Network adapter 1.")
    type: str | None = entry("type", "Kind of device, as Vmxnet3.")
    mac_address: MACAddress | None = entry("mac_address", "MAC address.")
    address_type: str | None = entry("address_type", "How it got its MAC: manual, assigned, …")
    network_name: str | None = entry(
        "network_name", "Name of the standard network it is connected to; null on others."
    )
    network_moid: str | None = entry("network_moid", "Moid of the network it is connected to.")
    portgroup_key: str | None = entry(
        "portgroup_key", "Key of the distributed port group; null on a standard switch."
    )
    port_key: str | None = entry("port_key", "Its port on the distributed switch.")
    switch_uuid: str | None = entry("switch_uuid", "UUID of the distributed switch.")
    opaque_network_id: str | None = entry(
        "opaque_network_id", "Identifier of the network where another product (NSX) manages it."
    )
    opaque_network_type: str | None = entry(
        "opaque_network_type", "Kind of that network, as nsx.LogicalSwitch."
    )
    connected: bool | None = entry("connected", "Whether it is connected now.")
    start_connected: bool | None = entry(
        "start_connected", "Whether it is connected when the VM is powered on."
    )
    wake_on_lan_enabled: bool | None = entry(
        "wake_on_lan_enabled", "Whether a packet from the network may wake the VM."
    )
    direct_path_enabled: bool | None = entry(
        "direct_path_enabled", "Whether DirectPath I/O is allowed on it."
    )
    is_sriov: bool | None = entry("is_sriov", "Whether it is a virtual function of a host's card.")
    controller_key: int | None = entry("controller_key", "Device number of its controller.")
    unit_number: int | None = entry("unit_number", "Its unit on that controller.")

    network: NetworkRef | None = to_one(
        NETWORK, "vcenter_id", "network_moid", description="Network it is connected to."
    )

    owner: strawberry.Private[Owner]

    @strawberry.field(
        description="IP addresses the guest has on it, as of the GUEST tier; null: never read.",
        metadata={EDGE: SOURCES[VmGuest.__tablename__].edge},
    )
    async def ip_addresses(self, info: Info) -> list[IPAddress] | None:
        """Join what the guest reports with the device, by its key."""
        nics = await column_of(VmGuest.nics, self.owner, info)
        if nics is None:
            return None
        same = (nic for nic in nics if nic.get("device_key") == self.key)
        return [address["address"] for nic in same for address in nic["addresses"]]
