"""Private VLANs of distributed switches."""

import strawberry

from resolvers.part import entry


@strawberry.type(description="An entry of a distributed switch's map of private VLANs.")
class PrivateVlan:
    """One element of `distributed_switches.private_vlans`."""

    primary_vlan_id: int | None = entry("primary_vlan_id", "VLAN that physical switches see.")
    secondary_vlan_id: int | None = entry(
        "secondary_vlan_id", "VLAN that port groups are in; promiscuous: the primary itself."
    )
    type: str | None = entry("type", "promiscuous, isolated or community.")
