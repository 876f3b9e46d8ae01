"""What standard switches and their port groups have in common."""

import strawberry

from resolvers.part import entry
from resolvers.scalar import BigInt


@strawberry.interface(description="Security, teaming, shaping and offloading of network traffic.")
class SwitchPolicy:
    """HostNetworkPolicy, in one level."""

    allow_promiscuous: bool | None = entry(
        "allow_promiscuous", "Whether VMs may see the traffic of others."
    )
    mac_changes: bool | None = entry("mac_changes", "Whether guests may change their MAC address.")
    forged_transmits: bool | None = entry(
        "forged_transmits", "Whether guests may send with another MAC address than their own."
    )
    teaming_policy: str | None = entry(
        "teaming_policy", "How traffic is spread over uplinks, as loadbalance_srcid."
    )
    reverse_policy: bool | None = entry(
        "reverse_policy", "Whether the teaming policy also holds for received traffic."
    )
    notify_switches: bool | None = entry(
        "notify_switches", "Whether physical switches are told of a change of uplinks."
    )
    rolling_order: bool | None = entry(
        "rolling_order", "Whether an uplink that recovered stays behind the one that replaced it."
    )
    active_uplinks: list[str] | None = entry("active_uplinks", "Uplinks in use, in order.")
    standby_uplinks: list[str] | None = entry("standby_uplinks", "Uplinks in reserve, in order.")
    shaping_enabled: bool | None = entry("shaping_enabled", "Whether traffic is shaped.")
    shaping_average_bits: BigInt | None = entry(
        "shaping_average_bits", "Average bandwidth, in bits per second."
    )
    shaping_peak_bits: BigInt | None = entry(
        "shaping_peak_bits", "Peak bandwidth, in bits per second."
    )
    shaping_burst_bytes: BigInt | None = entry("shaping_burst_bytes", "Largest burst, in bytes.")
    checksum_offload: bool | None = entry("checksum_offload", "Whether adapters compute checksums.")
    tcp_segmentation: bool | None = entry(
        "tcp_segmentation", "Whether adapters cut TCP into segments."
    )
    zero_copy_transmit: bool | None = entry(
        "zero_copy_transmit", "Whether adapters send without copying."
    )
