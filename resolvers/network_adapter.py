"""Virtual network adapters."""

import strawberry

from resolvers.part import entry
from resolvers.scalar import MACAddress


@strawberry.type(description="A virtual network adapter of a VM.")
class NetworkAdapter:
    """One element of `vm_hardware.nics`."""

    key: int | None = entry("key", "Number of the device inside its VM.")
    label: str | None = entry("label", "Name of the device, as Network adapter 1.")
    type: str | None = entry("type", "Kind of device, as VirtualVmxnet3.")
    mac_address: MACAddress | None = entry("mac_address", "MAC address.")
    address_type: str | None = entry("address_type", "How it got its MAC: manual, assigned, …")
    network_name: str | None = entry("network_name", "Name of the network it is connected to.")
    network_moid: str | None = entry("network_moid", "Moid of that network.")
    portgroup_key: str | None = entry(
        "portgroup_key", "Key of the distributed port group; null on a standard switch."
    )
    connected: bool | None = entry("connected", "Whether it is connected now.")
    start_connected: bool | None = entry(
        "start_connected", "Whether it is connected when the VM is powered on."
    )
