"""Port groups of standard switches."""

import strawberry

from resolvers.part import entry
from resolvers.switch_policy import SwitchPolicy


@strawberry.type(description="A port group of a standard switch, with the policy in force.")
class StandardPortGroup(SwitchPolicy):
    """One element of `host_hardware.standard_port_groups`."""

    name: str | None = entry("name", "Name.")
    vlan_id: int | None = entry("vlan_id", "VLAN; 0: none, 4095: all.")
    switch_name: str | None = entry("switch_name", "Standard switch it belongs to.")
