"""Network, DistributedVirtualPortgroup and the distributed switch."""

from collections.abc import Mapping

from vminer.simulator.render.entity import ENTITY
from vminer.simulator.render.node import Link, Links, Node, Struct, boolean, integer, text

NETWORK: Mapping[str, Node] = {
    **ENTITY,
    "summary": Struct(
        "NetworkSummary",
        {
            "network": Link(lambda network: network.ref),
            "name": text(lambda network: network.name),
            "accessible": boolean(lambda _: True),
            "ipPoolName": text(lambda _: ""),
        },
    ),
    "vm": Links(lambda network, inventory: inventory.machines(network.ref)),
}

PORTGROUP: Mapping[str, Node] = {
    **NETWORK,
    "key": text(lambda portgroup: portgroup.ref.moid),
    "config": Struct(
        "DVPortgroupConfigInfo",
        {
            "key": text(lambda portgroup: portgroup.ref.moid),
            "name": text(lambda portgroup: portgroup.name),
            "numPorts": integer(lambda _: 128),
            "distributedVirtualSwitch": Link(lambda portgroup: portgroup.switch),
            "type": text(lambda _: "earlyBinding"),
        },
    ),
}

SWITCH: Mapping[str, Node] = {
    **ENTITY,
    "uuid": text(lambda switch: switch.uuid),
}
