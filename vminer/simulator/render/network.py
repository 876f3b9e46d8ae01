"""Network, OpaqueNetwork, DistributedVirtualPortgroup and the distributed switch."""

from collections.abc import Mapping
from typing import Any

from vminer.simulator.inventory.network import UPLINKS
from vminer.simulator.render.array import Each, Texts, Varied
from vminer.simulator.render.entity import ENTITY
from vminer.simulator.render.node import (
    Link,
    Links,
    Node,
    Read,
    Struct,
    boolean,
    integer,
    long,
    moment,
    text,
)

_SUMMARY: Mapping[str, Node] = {
    "network": Link(lambda network: network.ref),
    "name": text(lambda network: network.name),
    "accessible": boolean(lambda _: True),
    "ipPoolName": text(lambda _: ""),
}

NETWORK: Mapping[str, Node] = {
    **ENTITY,
    "summary": Struct("NetworkSummary", _SUMMARY),
    "host": Links(lambda network, _: network.hosts),
    "vm": Links(lambda network, inventory: inventory.machines(network.ref)),
}

OPAQUE_NETWORK: Mapping[str, Node] = {
    **NETWORK,
    "summary": Struct(
        "OpaqueNetworkSummary",
        {
            **_SUMMARY,
            "opaqueNetworkId": text(lambda network: network.opaque_id),
            "opaqueNetworkType": text(lambda _: "nsx.LogicalSwitch"),
        },
    ),
}


def _flag(read: Read) -> Struct:
    return Struct("BoolPolicy", {"inherited": boolean(lambda _: False), "value": boolean(read)})


def _number(read: Read) -> Struct:
    return Struct("LongPolicy", {"inherited": boolean(lambda _: False), "value": long(read)})


def _word(read: Read) -> Struct:
    return Struct("StringPolicy", {"inherited": boolean(lambda _: False), "value": text(read)})


def _vlan(xsi: str, **fields: Node) -> Struct:
    return Struct(
        f"VmwareDistributedVirtualSwitch{xsi}", {"inherited": boolean(lambda _: False), **fields}
    )


_RANGES = Each(
    "NumericRange",
    lambda portgroup: portgroup.vlan_ranges,
    Struct(
        "NumericRange",
        {"start": integer(lambda pair: pair[0]), "end": integer(lambda pair: pair[1])},
    ),
)

_VLANS = {
    struct.xsi: struct
    for struct in (
        _vlan("VlanIdSpec", vlanId=integer(lambda portgroup: portgroup.vlan_id)),
        _vlan("TrunkVlanSpec", vlanId=_RANGES),
        _vlan("PvlanSpec", pvlanId=integer(lambda portgroup: portgroup.vlan_id)),
    )
}

_SHAPING = Struct(
    "DVSTrafficShapingPolicy",
    {
        "inherited": boolean(lambda _: False),
        "enabled": _flag(lambda portgroup: portgroup.is_shaped),
        "averageBandwidth": _number(lambda _: 100_000_000),
        "peakBandwidth": _number(lambda _: 200_000_000),
        "burstSize": _number(lambda _: 104_857_600),
    },
)

_TEAMING = Struct(
    "VmwareUplinkPortTeamingPolicy",
    {
        "inherited": boolean(lambda _: False),
        "policy": _word(lambda portgroup: portgroup.teaming_policy),
        "reversePolicy": _flag(lambda _: True),
        "notifySwitches": _flag(lambda _: True),
        "rollingOrder": _flag(lambda portgroup: portgroup.number % 2 == 1),
        "uplinkPortOrder": Struct(
            "VMwareUplinkPortOrderPolicy",
            {
                "inherited": boolean(lambda _: False),
                "activeUplinkPort": Texts(lambda portgroup: portgroup.active_uplinks),
                "standbyUplinkPort": Texts(lambda portgroup: portgroup.standby_uplinks),
            },
        ),
    },
)

_PORTS = Struct(
    "VMwareDVSPortSetting",
    {
        "blocked": _flag(lambda _: False),
        "inShapingPolicy": _SHAPING,
        "outShapingPolicy": _SHAPING,
        "vlan": Varied(lambda portgroup: portgroup.vlan_kind, _VLANS),
        "uplinkTeamingPolicy": _TEAMING,
        "securityPolicy": Struct(
            "DVSSecurityPolicy",
            {
                "inherited": boolean(lambda _: False),
                "allowPromiscuous": _flag(lambda portgroup: portgroup.is_promiscuous),
                "macChanges": _flag(lambda portgroup: portgroup.number % 2 == 0),
                "forgedTransmits": _flag(lambda _: False),
            },
        ),
    },
)

PORTGROUP: Mapping[str, Node] = {
    **NETWORK,
    "key": text(lambda portgroup: portgroup.ref.moid),
    "config": Struct(
        "DVPortgroupConfigInfo",
        {
            "key": text(lambda portgroup: portgroup.ref.moid),
            "name": text(lambda portgroup: portgroup.name),
            "numPorts": integer(lambda portgroup: portgroup.port_count),
            "distributedVirtualSwitch": Link(lambda portgroup: portgroup.switch),
            "defaultPortConfig": Varied(lambda _: _PORTS.xsi, {_PORTS.xsi: _PORTS}),
            "description": text(lambda portgroup: portgroup.description),
            "type": text(lambda _: "earlyBinding"),
            "autoExpand": boolean(lambda portgroup: portgroup.auto_expand),
            "segmentId": text(lambda portgroup: portgroup.segment),
            "uplink": boolean(lambda portgroup: portgroup.is_uplink),
        },
    ),
}


def _has_contact(switch: Any) -> bool:
    return switch.contact is not None


_LAGS = Each(
    "VMwareDvsLacpGroupConfig",
    lambda switch: switch.lags,
    Struct(
        "VMwareDvsLacpGroupConfig",
        {
            "key": text(lambda lag: lag[0]),
            "name": text(lambda lag: lag[0]),
            "mode": text(lambda lag: lag[1]),
            "uplinkNum": integer(lambda _: 2),
            "loadbalanceAlgorithm": text(lambda lag: lag[2]),
        },
    ),
)

_UPLINKS = Struct("DVSNameArrayUplinkPortPolicy", {"uplinkPortName": Texts(lambda _: UPLINKS)})
_PRIVATE_VLANS = Each(
    "VMwareDVSPvlanMapEntry",
    lambda switch: switch.private_vlans,
    Struct(
        "VMwareDVSPvlanMapEntry",
        {
            "primaryVlanId": integer(lambda entry: entry.primary),
            "secondaryVlanId": integer(lambda entry: entry.secondary),
            "pvlanType": text(lambda entry: entry.kind),
        },
    ),
)

_PNICS = Struct("DistributedVirtualSwitchHostMemberPnicBacking", {})
_MEMBERS = Each(
    "DistributedVirtualSwitchHostMember",
    lambda switch: switch.hosts,
    Struct(
        "DistributedVirtualSwitchHostMember",
        {
            "config": Struct(
                "DistributedVirtualSwitchHostMemberConfigInfo",
                {
                    "host": Link(lambda host: host),
                    "maxProxySwitchPorts": integer(lambda _: 512),
                    "backing": Varied(lambda _: _PNICS.xsi, {_PNICS.xsi: _PNICS}),
                },
            ),
            "status": text(lambda _: "up"),
        },
    ),
)


_PRODUCT = Struct(
    "DistributedVirtualSwitchProductSpec",
    {
        "name": text(lambda _: "DVS"),
        "vendor": text(lambda _: "VMware, Inc."),
        "version": text(lambda switch: switch.version),
        "build": text(lambda _: "20008489"),
        "forwardingClass": text(lambda _: "etherswitch"),
    },
)

_CONTACT = Struct(
    "DVSContactInfo",
    {
        "name": text(lambda switch: switch.contact and switch.contact[0]),
        "contact": text(lambda switch: switch.contact and switch.contact[1]),
    },
    _has_contact,
)

SWITCH: Mapping[str, Node] = {
    **ENTITY,
    "uuid": text(lambda switch: switch.uuid),
    "portgroup": Links(lambda switch, _: switch.portgroups),
    "summary": Struct(
        "DVSSummary",
        {
            "name": text(lambda switch: switch.name),
            "uuid": text(lambda switch: switch.uuid),
            "numPorts": integer(lambda switch: switch.port_count),
            "productInfo": _PRODUCT,
            "hostMember": Links(lambda switch, _: switch.hosts),
            "description": text(lambda switch: switch.description),
            "contact": _CONTACT,
            "numHosts": integer(lambda switch: len(switch.hosts)),
        },
    ),
    "config": Struct(
        "VMwareDVSConfigInfo",
        {
            "uuid": text(lambda switch: switch.uuid),
            "name": text(lambda switch: switch.name),
            "numStandalonePorts": integer(lambda _: 0),
            "numPorts": integer(lambda switch: switch.port_count),
            "maxPorts": integer(lambda _: 2_147_483_647),
            "host": _MEMBERS,
            "productInfo": _PRODUCT,
            "description": text(lambda switch: switch.description),
            "configVersion": text(lambda switch: str(7 + switch.datacenter)),
            "contact": _CONTACT,
            "createTime": moment(lambda switch: switch.created),
            "networkResourceManagementEnabled": boolean(lambda _: True),
            "networkResourceControlVersion": text(lambda _: "version3"),
            "maxMtu": integer(lambda switch: switch.mtu),
            "linkDiscoveryProtocolConfig": Struct(
                "LinkDiscoveryProtocolConfig",
                {
                    "protocol": text(lambda switch: switch.discovery[0]),
                    "operation": text(lambda switch: switch.discovery[1]),
                },
            ),
            "lacpGroupConfig": _LAGS,
            "uplinkPortPolicy": Varied(lambda _: _UPLINKS.xsi, {_UPLINKS.xsi: _UPLINKS}),
            "uplinkPortgroup": Links(lambda switch, _: switch.uplinks),
            "pvlanConfig": _PRIVATE_VLANS,
            "lacpApiVersion": text(lambda _: "multipleLag"),
        },
    ),
}
