"""What hosts have of distributed switches; vSphere calls it a proxy switch."""

import strawberry

from resolvers.part import entry


@strawberry.type(description="What a host has of a distributed switch (HostProxySwitch).")
class ProxySwitch:
    """One element of `host_hardware.proxy_switches`."""

    name: str | None = entry("name", "Name of the switch.")
    uuid: str | None = entry("uuid", "UUID of the switch, as vSphere spells it.")
    num_ports: int | None = entry("num_ports", "Ports it has on this host.")
    mtu: int | None = entry("mtu", "Largest packet, in bytes.")
    uplinks: list[str] | None = entry("uplinks", "Physical adapters it uses, as vmnic2.")
