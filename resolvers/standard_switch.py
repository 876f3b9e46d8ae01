"""Standard switches."""

import strawberry

from resolvers.part import entry
from resolvers.switch_policy import SwitchPolicy


@strawberry.type(description="A standard switch of a host.")
class StandardSwitch(SwitchPolicy):
    """One element of `host_hardware.standard_switches`."""

    name: str | None = entry("name", "Name, as vSwitch0.")
    num_ports: int | None = entry("num_ports", "Ports it has.")
    mtu: int | None = entry("mtu", "Largest packet, in bytes.")
    uplinks: list[str] | None = entry("uplinks", "Physical adapters it uses, as vmnic0.")
