"""Link aggregation groups."""

import strawberry

from resolvers.part import entry


@strawberry.type(description="A link aggregation group of a distributed switch.")
class LacpGroup:
    """One element of `distributed_switches.lacp_groups`."""

    name: str | None = entry("name", "Name.")
    mode: str | None = entry("mode", "active or passive.")
    load_balancing: str | None = entry(
        "load_balancing", "What decides which link a packet takes, as srcDestIpTcpUdpPort."
    )
    num_uplinks: int | None = entry("num_uplinks", "Links in it.")
