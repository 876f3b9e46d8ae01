"""What a distributed port group sets for its ports: VLAN, security, teaming, shaping.

vSphere declares the type of these settings, and of the VLAN in them, as a base without fields; what
an object really has, its xsi:type says. A kind of VLAN we do not know is null and costs no more.
"""

from collections.abc import Callable, Mapping

from sync_agent.collector import value
from sync_agent.collector.reply import VIM, Element, children, local_type
from sync_agent.collector.value import Converter

PORT_CONFIG = "config.defaultPortConfig"
VLAN = "VmwareDistributedVirtualSwitch"

Columns = dict[str, object]


def _security(name: str) -> tuple[str, ...]:
    """Return where a flag of the security policy is: since 6.7 there are two places."""
    return f"securityPolicy/{name}/value", f"macManagementPolicy/{name}"


POLICIES: Mapping[str, tuple[tuple[str, ...], Converter]] = {
    "blocked": (("blocked/value",), value.boolean),
    "allow_promiscuous": (_security("allowPromiscuous"), value.boolean),
    "mac_changes": (_security("macChanges"), value.boolean),
    "forged_transmits": (_security("forgedTransmits"), value.boolean),
    "teaming_policy": (("uplinkTeamingPolicy/policy/value",), value.text),
    "reverse_policy": (("uplinkTeamingPolicy/reversePolicy/value",), value.boolean),
    "notify_switches": (("uplinkTeamingPolicy/notifySwitches/value",), value.boolean),
    "rolling_order": (("uplinkTeamingPolicy/rollingOrder/value",), value.boolean),
}
"""For each column the places its value may be in, and how it is read."""


def port_columns(config: Element | None) -> Columns:
    """Return every column that a port group's settings fill; null where there are none."""
    found: Columns = {column: _first(config, *rule) for column, rule in POLICIES.items()}
    order = _find(config, "uplinkTeamingPolicy/uplinkPortOrder")
    found["active_uplinks"] = _texts(order, "activeUplinkPort")
    found["standby_uplinks"] = _texts(order, "standbyUplinkPort")
    found["ingress_shaping"] = _shaping(_find(config, "inShapingPolicy"))
    found["egress_shaping"] = _shaping(_find(config, "outShapingPolicy"))
    return found | _vlan(_find(config, "vlan"))


def _vlan(spec: Element | None) -> Columns:
    found: Columns = {"vlan_id": None, "vlan_ranges": None, "private_vlan_id": None}
    read = VLANS.get(local_type(spec)) if spec is not None else None
    return found | read(spec) if read is not None and spec is not None else found


def _ranges(spec: Element) -> list[dict[str, object]]:
    return [
        {name: _first(each, (name,), value.integer) for name in ("start", "end")}
        for each in children(spec, "vlanId")
    ]


VLANS: Mapping[str, Callable[[Element], Columns]] = {
    f"{VLAN}VlanIdSpec": lambda spec: {"vlan_id": _first(spec, ("vlanId",), value.integer)},
    f"{VLAN}TrunkVlanSpec": lambda spec: {"vlan_ranges": _ranges(spec)},
    f"{VLAN}PvlanSpec": lambda spec: {"private_vlan_id": _first(spec, ("pvlanId",), value.integer)},
}


def _shaping(policy: Element | None) -> Columns | None:
    if policy is None:
        return None
    return {
        "enabled": _first(policy, ("enabled/value",), value.boolean),
        "average_bits_per_second": _first(policy, ("averageBandwidth/value",), value.integer),
        "peak_bits_per_second": _first(policy, ("peakBandwidth/value",), value.integer),
        "burst_bytes": _first(policy, ("burstSize/value",), value.integer),
    }


def _find(node: Element | None, path: str) -> Element | None:
    if node is None:
        return None
    return node.find("/".join(f"{VIM}{name}" for name in path.split("/")))


def _first(node: Element | None, paths: tuple[str, ...], convert: Converter) -> object:
    for path in paths:
        if (found := _find(node, path)) is not None:
            return convert(found)
    return None


def _texts(node: Element | None, name: str) -> list[str] | None:
    return [child.text or "" for child in children(node, name)] if node is not None else None
