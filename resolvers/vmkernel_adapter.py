"""VMkernel adapters."""

import strawberry

from resolvers.part import entry
from resolvers.scalar import IPAddress, MACAddress


@strawberry.type(description="A VMkernel adapter of a host: where the host itself has an address.")
class VmkernelAdapter:
    """One element of `host_hardware.vmkernel_adapters`."""

    device: str | None = entry("device", "Name of the device, as vmk0.")
    port_group: str | None = entry(
        "port_group", "Port group of a standard switch; null on a distributed one."
    )
    port_group_key: str | None = entry(
        "port_group_key", "Key (moid) of the distributed port group; null on a standard switch."
    )
    switch_uuid: str | None = entry("switch_uuid", "UUID of the distributed switch.")
    mac_address: MACAddress | None = entry("mac_address", "MAC address.")
    mtu: int | None = entry("mtu", "Largest packet, in bytes.")
    dhcp: bool | None = entry("dhcp", "Whether DHCP gives it its IPv4 address.")
    ip_address: IPAddress | None = entry("ip_address", "IPv4 address.")
    subnet_mask: str | None = entry("subnet_mask", "IPv4 subnet mask.")
    ipv6_addresses: list[str] | None = entry(
        "ipv6_addresses", "IPv6 addresses with their prefix lengths, as 2001:db8::1/64."
    )
    net_stack: str | None = entry("net_stack", "Network stack it belongs to.")
    services: list[str] | None = entry(
        "services", "What it carries: management, vmotion, vsan and so on."
    )
