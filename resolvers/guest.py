"""What VMware Tools reports from inside VMs: file systems, adapters, IP stacks."""

import strawberry

from resolvers.part import entry, inner_parts
from resolvers.scalar import BigInt, IPAddress, MACAddress


@strawberry.type(description="A file system of a guest.")
class GuestPartition:
    """One element of `vm_guest.partitions`."""

    path: str | None = entry("path", "Where it is mounted, as / or C:\\.")
    capacity_bytes: BigInt | None = entry("capacity_bytes", "Its size, in bytes.")
    free_bytes: BigInt | None = entry("free_bytes", "What is free of it, in bytes.")
    file_system: str | None = entry("file_system", "Its kind, as xfs (vSphere 7 and later).")
    disk_keys: list[int] | None = entry(
        "disk_keys", "Device numbers of the disks it lies on (vSphere 7 and later)."
    )


@strawberry.type(description="An IP address of a guest.")
class GuestAddress:
    """One element of `addresses` in `vm_guest.nics`."""

    address: IPAddress | None = entry("address", "The address.")
    prefix_length: int | None = entry("prefix_length", "Bits of its network.")
    origin: str | None = entry("origin", "Where it comes from: dhcp, manual, linklayer and so on.")
    state: str | None = entry("state", "preferred, deprecated, duplicate and so on.")


@strawberry.type(description="A network adapter as the guest sees it.")
class GuestAdapter:
    """One element of `vm_guest.nics`."""

    device_key: int | None = entry(
        "device_key", "Device number of the virtual adapter; -1 where it belongs to none."
    )
    mac_address: MACAddress | None = entry("mac_address", "MAC address.")
    network: str | None = entry("network", "Name of the network it is connected to.")
    connected: bool | None = entry("connected", "Whether it is connected.")
    dhcp: bool | None = entry("dhcp", "Whether it gets its DNS servers by DHCP.")
    dns_servers: list[str] | None = entry("dns_servers", "DNS servers it uses.")
    addresses: list[GuestAddress] | None = inner_parts(
        "addresses", GuestAddress, "Its IP addresses, with their networks."
    )


@strawberry.type(description="An IP stack of a guest: what it is called and how it gets out.")
class GuestIpStack:
    """One element of `vm_guest.ip_stacks`."""

    host_name: str | None = entry("host_name", "Host name of the guest.")
    domain_name: str | None = entry("domain_name", "Domain of the guest.")
    dhcp: bool | None = entry("dhcp", "Whether it gets its DNS settings by DHCP.")
    dns_servers: list[str] | None = entry("dns_servers", "DNS servers it asks.")
    search_domains: list[str] | None = entry("search_domains", "Domains it looks names up in.")
    gateways: list[str] | None = entry("gateways", "Where its default routes lead.")
