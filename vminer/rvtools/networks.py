"""The sheets of switches and port groups, standard and distributed."""

from typing import Any

from vminer.rvtools.conversion import listed, moment
from vminer.rvtools.hosts import host_tab
from vminer.rvtools.machines import SERVER
from vminer.rvtools.tab import Column, Tab, below

_SECURITY = (
    Column("Promiscuous Mode", "allowPromiscuous"),
    Column("Mac Changes", "macChanges"),
    Column("Forged Transmits", "forgedTransmits"),
    Column("Traffic Shaping", "shapingEnabled"),
    Column("Width", "shapingAverageBits"),
    Column("Peak", "shapingPeakBits"),
    Column("Burst", "shapingBurstBytes"),
    Column("Policy", "teamingPolicy"),
    Column("Reverse Policy", "reversePolicy"),
    Column("Notify Switch", "notifySwitches"),
    Column("Rolling Order", "rollingOrder"),
    Column("Offload", "checksumOffload"),
    Column("TSO", "tcpSegmentation"),
    Column("Zero Copy Xmit", "zeroCopyTransmit"),
)

VSWITCH = host_tab(
    "vSwitch",
    "standardSwitches",
    Column("Switch", "name"),
    Column("# Ports", "numPorts"),
    *_SECURITY,
    Column("MTU", "mtu"),
)

VPORT = host_tab(
    "vPort",
    "standardPortGroups",
    Column("Switch", "switchName"),
    Column("Port Group", "name"),
    Column("VLAN", "vlanId"),
    *_SECURITY,
)

DVSWITCH = Tab(
    "dvSwitch",
    "distributedSwitches",
    calls={"hosts": "hosts(first: 1000)", "virtualMachines": "virtualMachines(first: 0)"},
    columns=(
        Column("Switch", "name"),
        Column("Datacenter", "datacenter.name"),
        Column("Name", "name"),
        Column("Vendor", "vendor"),
        Column("Version", "version"),
        Column("Description", "description"),
        Column("Created", "createdAt", as_=moment),
        Column("Host members", "hosts.nodes.name", as_=listed),
        Column("Max Ports", "maxPorts"),
        Column("# Ports", "numPorts"),
        Column("# VMs", "virtualMachines.totalCount"),
        Column("CDP Type", "linkDiscoveryProtocol"),
        Column("CDP Operation", "linkDiscoveryOperation"),
        Column("LACP Name", "lacpGroups.name", as_=listed),
        Column("LACP Mode", "lacpGroups.mode", as_=listed),
        Column("LACP Load Balance Alg.", "lacpGroups.loadBalancing", as_=listed),
        Column("Max MTU", "mtu"),
        Column("Contact", "contact"),
        Column("Admin Name", "contactName"),
        Column("Object ID", "moid"),
        *SERVER,
    ),
)


def vlan(
    number: int | None,
    starts: list[int] | None,
    ends: list[int] | None,
    private: int | None,
    primary: int | None,
) -> Any:
    """Show a VLAN, the ranges of a trunk, or a private VLAN within its primary one.

    >>> vlan(120, None, None, None, None), vlan(None, [1, 20], [9, 20], None, None)
    (120, '1-9, 20')
    """
    if number is not None:
        return number
    if private is not None:
        return private if primary is None else f"{primary}/{private}"
    if starts is None or ends is None:
        return None
    return ", ".join(
        str(start) if start == end else f"{start}-{end}"
        for start, end in zip(starts, ends, strict=True)
    )


def _shaping(way: str, field: str) -> tuple[Column, ...]:
    return below(
        field,
        Column(f"{way} Traffic Shaping", "enabled"),
        Column(f"{way} Avg", "averageBitsPerSecond"),
        Column(f"{way} Peak", "peakBitsPerSecond"),
        Column(f"{way} Burst", "burstBytes"),
    )


DVPORT = Tab(
    "dvPort",
    "networks",
    calls={"": "networks(filter: {type: {eq: DistributedVirtualPortgroup}})"},
    columns=(
        Column("Port", "name"),
        Column("Switch", "distributedSwitch.name"),
        Column("Type", "portBinding"),
        Column("# Ports", "numPorts"),
        Column(
            "VLAN",
            "vlanId",
            "vlanRanges.start",
            "vlanRanges.end",
            "privateVlanId",
            "primaryVlanId",
            as_=vlan,
        ),
        Column("Blocked", "blocked"),
        Column("Allow Promiscuous", "allowPromiscuous"),
        Column("Mac Changes", "macChanges"),
        Column("Active Uplink", "activeUplinks", as_=listed),
        Column("Standby Uplink", "standbyUplinks", as_=listed),
        Column("Policy", "teamingPolicy"),
        Column("Forged Transmits", "forgedTransmits"),
        *_shaping("In", "ingressShaping"),
        *_shaping("Out", "egressShaping"),
        Column("Reverse Policy", "reversePolicy"),
        Column("Notify Switch", "notifySwitches"),
        Column("Rolling Order", "rollingOrder"),
        Column("Object ID", "moid"),
        *SERVER,
    ),
)
