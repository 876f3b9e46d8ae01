"""Limits on the traffic of ports."""

import strawberry

from resolvers.part import entry
from resolvers.scalar import BigInt


@strawberry.type(description="Limits on the traffic of each port of a port group.")
class TrafficShaping:
    """`networks.ingress_shaping` or `networks.egress_shaping`."""

    enabled: bool | None = entry("enabled", "Whether the limits hold.")
    average_bits_per_second: BigInt | None = entry(
        "average_bits_per_second", "Bits per second on the average."
    )
    peak_bits_per_second: BigInt | None = entry(
        "peak_bits_per_second", "Bits per second in a burst."
    )
    burst_bytes: BigInt | None = entry("burst_bytes", "Largest burst, in bytes.")
