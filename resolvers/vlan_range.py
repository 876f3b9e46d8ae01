"""Ranges of VLANs."""

import strawberry

from resolvers.part import entry


@strawberry.type(description="VLANs from one to another, both included.")
class VlanRange:
    """One element of `networks.vlan_ranges`."""

    start: int | None = entry("start", "The first.")
    end: int | None = entry("end", "The last.")
