"""Reads networks and switches with pyVmomi's own decoder; says what a graph shows.

Like `reader`, it shares no code with the collector.
"""

from typing import Any

from pyVmomi import vim

from tests.support.reader import _decoded, _moment, attribute_names, read_all
from tests.support.reader_parts import attributes_of

NETWORK = """
  moid name type overallStatus accessible key description isUplink numPorts portBinding autoExpand
  vlanId vlanRanges { start end } privateVlanId primaryVlanId blocked allowPromiscuous
  macChanges forgedTransmits teamingPolicy activeUplinks standbyUplinks notifySwitches
  ingressShaping { enabled averageBitsPerSecond } opaqueNetworkId
  customAttributes { name value }
  distributedSwitch { moid } folder { moid } hosts(first: 1000) { nodes { moid } }
  virtualMachines(first: 1000) { nodes { moid } }
"""
SWITCH = """
  moid name uuid vendor version numHosts numPorts maxPorts mtu linkDiscoveryProtocol
  linkDiscoveryOperation lacpGroups { name mode loadBalancing numUplinks } description createdAt
  contactName contact customAttributes { name value } folder { moid }
  uplinkNames uplinkNetworks { moid } privateVlans { primaryVlanId secondaryVlanId type }
  hosts(first: 1000) { nodes { moid } }
  networks(first: 1000) { nodes { moid } }
"""
OF_PORTGROUPS = (
    *("key", "description", "isUplink", "numPorts", "portBinding", "autoExpand"),
    *("vlanId", "vlanRanges", "privateVlanId", "primaryVlanId", "blocked"),
    *("allowPromiscuous", "macChanges", "forgedTransmits", "teamingPolicy", "activeUplinks"),
    *("standbyUplinks", "notifySwitches", "ingressShaping", "distributedSwitch"),
)
DVS = vim.dvs.VmwareDistributedVirtualSwitch


def read_networks(content: Any) -> dict[str, dict[str, Any]]:
    """Return, by moid, what the graph must show of every network."""
    wanted = ["customValue", "name", "overallStatus", "parent", "summary"]
    found = read_all(content, vim.Network, wanted)
    attributes = attribute_names(content)
    hosts = _attached(content, vim.HostSystem)
    machines = _attached(content, vim.VirtualMachine)
    portgroup = vim.dvs.DistributedVirtualPortgroup
    groups = read_all(content, portgroup, ["config", "key"])
    primaries = _primaries(content)
    return {
        moid: _network(moid, one)
        | {"hosts": hosts.get(moid, []), "virtualMachines": machines.get(moid, [])}
        | {"customAttributes": attributes_of(one, attributes)}
        | _portgroup(groups.get(moid), primaries)
        for moid, one in found.items()
    }


def _primaries(content: Any) -> dict[tuple[str, int], int]:
    """Return the primary VLAN of each private one, by switch and secondary."""
    return {
        (moid, entry.secondaryVlanId): entry.primaryVlanId
        for moid, found in read_all(content, DVS, ["config"]).items()
        for entry in found["config"].pvlanConfig
    }


def _attached(content: Any, kind: Any) -> dict[str, list[str]]:
    """Return who is attached to each network, as they say: vcsim's networks do not know all."""
    found: dict[str, list[str]] = {}
    for moid, properties in sorted(read_all(content, kind, ["network"]).items()):
        for network in properties["network"]:
            found.setdefault(network._moId, []).append(moid)
    return found


def _network(moid: str, found: dict[str, Any]) -> dict[str, Any]:
    summary = found["summary"]
    opaque = summary if isinstance(summary, vim.OpaqueNetwork.Summary) else None
    return {
        "moid": moid,
        "name": _decoded(found["name"]),
        "type": "OpaqueNetwork" if opaque else "Network",
        "overallStatus": found["overallStatus"],
        "accessible": summary.accessible,
        "opaqueNetworkId": opaque.opaqueNetworkId if opaque else None,
        "folder": {"moid": found["parent"]._moId},
    }


def _portgroup(
    found: dict[str, Any] | None, primaries: dict[tuple[str, int], int]
) -> dict[str, Any]:
    columns: dict[str, Any] = dict.fromkeys(OF_PORTGROUPS)
    if found is None:
        return columns
    config = found["config"]
    switch = config.distributedVirtualSwitch
    columns |= {
        "type": "DistributedVirtualPortgroup",
        "key": found["key"],
        "description": config.description or None,
        "isUplink": config.uplink,
        "numPorts": config.numPorts,
        "portBinding": config.type or None,
        "autoExpand": config.autoExpand,
        "distributedSwitch": {"moid": switch._moId} if switch else None,
    }
    ports = config.defaultPortConfig
    columns |= _ports(ports) if ports is not None else {}
    key = (switch._moId if switch else "", columns["privateVlanId"] or 0)
    return columns | {"primaryVlanId": primaries.get(key)}


def _ports(ports: Any) -> dict[str, Any]:
    return {
        "blocked": _value(ports.blocked),
        **_vlan(ports.vlan),
        **_security(ports.securityPolicy),
        **_teaming(ports.uplinkTeamingPolicy),
        **_shaping(ports.inShapingPolicy),
    }


def _vlan(vlan: Any) -> dict[str, Any]:
    if isinstance(vlan, DVS.VlanIdSpec):
        return {"vlanId": vlan.vlanId}
    if isinstance(vlan, DVS.TrunkVlanSpec):
        return {"vlanRanges": [{"start": each.start, "end": each.end} for each in vlan.vlanId]}
    return {"privateVlanId": vlan.pvlanId} if isinstance(vlan, DVS.PvlanSpec) else {}


def _security(policy: Any) -> dict[str, Any]:
    names = ("allowPromiscuous", "macChanges", "forgedTransmits")
    return {name: _value(getattr(policy, name)) for name in names} if policy else {}


def _teaming(policy: Any) -> dict[str, Any]:
    if policy is None:
        return {}
    order = policy.uplinkPortOrder
    return {
        "teamingPolicy": _value(policy.policy),
        "notifySwitches": _value(policy.notifySwitches),
        "activeUplinks": list(order.activeUplinkPort) if order else None,
        "standbyUplinks": list(order.standbyUplinkPort) if order else None,
    }


def _shaping(policy: Any) -> dict[str, Any]:
    if policy is None:
        return {}
    average = _value(policy.averageBandwidth)
    shown = {"enabled": _value(policy.enabled), "averageBitsPerSecond": average}
    return {"ingressShaping": shown}


def read_switches(content: Any) -> dict[str, dict[str, Any]]:
    """Return, by moid, what the graph must show of every distributed switch."""
    wanted = ["config", "customValue", "name", "parent", "portgroup", "summary", "uuid"]
    found = read_all(content, vim.DistributedVirtualSwitch, wanted)
    own = read_all(content, DVS, ["name"])
    attributes = attribute_names(content)
    return {
        moid: _switch(moid, one)
        | _own(one["config"] if moid in own else None)
        | {"customAttributes": attributes_of(one, attributes)}
        for moid, one in found.items()
    }


def _switch(moid: str, found: dict[str, Any]) -> dict[str, Any]:
    config, product = found["config"], found["config"].productInfo
    contact, created = config.contact, config.createTime
    digits = found["uuid"].replace(" ", "").replace("-", "")
    members, policy = found["summary"].hostMember, config.uplinkPortPolicy
    has_names = isinstance(policy, vim.DistributedVirtualSwitch.NameArrayUplinkPortPolicy)
    return {
        "moid": moid,
        "name": _decoded(found["name"]),
        "uuid": "-".join(
            digits[start:end] for start, end in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
        ),
        "uplinkNames": (list(policy.uplinkPortName) or None) if has_names else None,
        "uplinkNetworks": [{"moid": moid} for moid in moids_of(config.uplinkPortgroup)],
        "vendor": product.vendor if product else None,
        "version": product.version if product else None,
        "numHosts": len(members),
        "numPorts": config.numPorts,
        "maxPorts": config.maxPorts,
        "description": config.description or None,
        "createdAt": _moment(created) if created.year > 1970 else None,
        "contactName": (contact.name or None) if contact else None,
        "contact": (contact.contact or None) if contact else None,
        "folder": {"moid": found["parent"]._moId},
        "hosts": moids_of(members),
        "networks": moids_of(found["portgroup"]),
    }


def _own(config: Any) -> dict[str, Any]:
    """Return what only VMware's own switches have; `config`: None for another's."""
    names = (
        *("mtu", "linkDiscoveryProtocol", "linkDiscoveryOperation", "lacpGroups"),
        "privateVlans",
    )
    if config is None:
        return dict.fromkeys(names)
    protocol = config.linkDiscoveryProtocolConfig
    groups = [
        {
            "name": group.name,
            "mode": group.mode,
            "loadBalancing": group.loadbalanceAlgorithm,
            "numUplinks": group.uplinkNum,
        }
        for group in config.lacpGroupConfig
    ]
    vlans = [
        {
            "primaryVlanId": each.primaryVlanId,
            "secondaryVlanId": each.secondaryVlanId,
            "type": each.pvlanType,
        }
        for each in config.pvlanConfig
    ]
    vlans.sort(key=lambda each: (each["primaryVlanId"], each["secondaryVlanId"]))
    return dict(
        zip(
            names,
            (config.maxMtu, protocol.protocol, protocol.operation, groups, vlans),
            strict=True,
        )
    )


def plain(node: dict[str, Any]) -> dict[str, Any]:
    """Return an object of the graph with its lists of others as sorted moids."""
    return {
        name: sorted(each["moid"] for each in shown["nodes"])
        if isinstance(shown, dict) and "nodes" in shown
        else shown
        for name, shown in node.items()
    }


def moids_of(references: Any) -> list[str]:
    return sorted(each._moId for each in references)


def _value(policy: Any) -> Any:
    return policy.value if policy is not None else None
