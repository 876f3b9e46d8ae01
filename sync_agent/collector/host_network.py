"""The network of a host: physical and VMkernel adapters, switches and their port groups."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from sync_agent.collector import value
from sync_agent.collector.part import (
    Part,
    Structure,
    flag,
    mac,
    natural,
    number,
    several,
    structures,
    text,
    texts,
    within,
)
from sync_agent.collector.reply import Element

PNICS = "config.network.pnic"
VNICS = "config.network.vnic"
SWITCHES = "config.network.vswitch"
PORT_GROUPS = "config.network.portgroup"
PROXY_SWITCHES = "config.network.proxySwitch"
ROLES = "config.virtualNicManagerInfo.netConfig"
PATHS = (PNICS, VNICS, SWITCHES, PORT_GROUPS, PROXY_SWITCHES, ROLES)


@dataclass(frozen=True, slots=True)
class HostNetwork:
    """What vSphere says of the network of a host."""

    pnics: list[Structure]
    vnics: list[Structure]
    switches: list[Structure]
    port_groups: list[Structure]
    proxy_switches: list[Structure]
    roles: list[Structure]

    @classmethod
    def of(cls, properties: Mapping[str, Element]) -> Self:
        """Read the properties of a host."""
        return cls(*(list(structures(properties.get(path))) for path in PATHS))


def physical_nics(network: HostNetwork) -> list[Part]:
    """Return the physical adapters, each with the switch it is an uplink of."""
    switches = _switch_of_pnic(network)
    return [
        {
            "device": text(nic, "device"),
            "driver": text(nic, "driver"),
            "driver_version": text(nic, "driverVersion"),
            "firmware_version": text(nic, "firmwareVersion"),
            "mac_address": mac(nic, "mac"),
            "speed_mbit": number(within(nic, "linkSpeed"), "speedMb"),
            "full_duplex": flag(within(nic, "linkSpeed"), "duplex"),
            "pci": text(nic, "pci"),
            "wake_on_lan": flag(nic, "wakeOnLanSupported"),
            "switch_name": switches.get(text(nic, "key")),
        }
        for nic in network.pnics
    ]


def vmkernel_adapters(network: HostNetwork) -> list[Part]:
    """Return the VMkernel adapters, each with the services it carries."""
    services = _services_of_device(network)
    return [_vmkernel_adapter(nic, services) for nic in network.vnics]


def standard_switches(network: HostNetwork) -> list[Part]:
    """Return the standard switches, with the policy that port groups inherit."""
    return [
        {
            "name": text(switch, "name"),
            "num_ports": number(switch, "numPorts"),
            "mtu": number(switch, "mtu"),
            "uplinks": _uplinks(network, switch),
            **_policy(within(within(switch, "spec"), "policy")),
        }
        for switch in network.switches
    ]


def standard_port_groups(network: HostNetwork) -> list[Part]:
    """Return the port groups of standard switches, with the policy that is in force."""
    return [
        {
            "name": text(within(group, "spec"), "name"),
            "vlan_id": number(within(group, "spec"), "vlanId"),
            "switch_name": text(within(group, "spec"), "vswitchName"),
            **_policy(within(group, "computedPolicy")),
        }
        for group in network.port_groups
    ]


def proxy_switches(network: HostNetwork) -> list[Part]:
    """Return what the host has of each distributed switch."""
    return [
        {
            "name": text(switch, "dvsName"),
            "uuid": text(switch, "dvsUuid"),
            "num_ports": number(switch, "numPorts"),
            "mtu": number(switch, "mtu"),
            "uplinks": _uplinks(network, switch),
        }
        for switch in network.proxy_switches
    ]


def _uplinks(network: HostNetwork, switch: Structure) -> list[str]:
    """Return the devices that lead out of a switch; which of them work is in `active_uplinks`."""
    devices = _device_of_pnic(network)
    return sorted((devices.get(key) or key for key in texts(switch, "pnic")), key=natural)


def _vmkernel_adapter(nic: Structure, services: Mapping[str | None, list[str]]) -> Part:
    device, spec = text(nic, "device"), within(nic, "spec")
    ip, port = within(spec, "ip"), within(spec, "distributedVirtualPort")
    return {
        "device": device,
        "port_group": text(nic, "portgroup"),
        "port_group_key": text(port, "portgroupKey"),
        "switch_uuid": text(port, "switchUuid"),
        "mac_address": mac(spec, "mac"),
        "mtu": number(spec, "mtu"),
        "dhcp": flag(ip, "dhcp"),
        "ip_address": _address(ip),
        "subnet_mask": text(ip, "subnetMask"),
        "ipv6_addresses": list(_ipv6(ip)),
        "net_stack": text(spec, "netStackInstanceKey"),
        "services": services.get(device, []),
    }


def _policy(policy: Structure) -> Part:
    """Return security, teaming and shaping in one level."""
    security, teaming = within(policy, "security"), within(policy, "nicTeaming")
    order, shaping = within(teaming, "nicOrder"), within(policy, "shapingPolicy")
    offload = within(policy, "offloadPolicy")
    return {
        "allow_promiscuous": flag(security, "allowPromiscuous"),
        "mac_changes": flag(security, "macChanges"),
        "forged_transmits": flag(security, "forgedTransmits"),
        "teaming_policy": text(teaming, "policy"),
        "reverse_policy": flag(teaming, "reversePolicy"),
        "notify_switches": flag(teaming, "notifySwitches"),
        "rolling_order": flag(teaming, "rollingOrder"),
        "active_uplinks": texts(order, "activeNic"),
        "standby_uplinks": texts(order, "standbyNic"),
        "shaping_enabled": flag(shaping, "enabled"),
        "shaping_average_bits": number(shaping, "averageBandwidth"),
        "shaping_peak_bits": number(shaping, "peakBandwidth"),
        "shaping_burst_bytes": number(shaping, "burstSize"),
        "checksum_offload": flag(offload, "csumOffload"),
        "tcp_segmentation": flag(offload, "tcpSegmentation"),
        "zero_copy_transmit": flag(offload, "zeroCopyXmit"),
    }


def _device_of_pnic(network: HostNetwork) -> dict[str | None, str | None]:
    """Return the device behind each key: switches name their uplinks by key."""
    return {text(nic, "key"): text(nic, "device") for nic in network.pnics}


def _switch_of_pnic(network: HostNetwork) -> dict[str | None, str | None]:
    found: dict[str | None, str | None] = {}
    for switches, name in ((network.switches, "name"), (network.proxy_switches, "dvsName")):
        for switch in switches:
            found |= dict.fromkeys(texts(switch, "pnic"), text(switch, name))
    return found


def _services_of_device(network: HostNetwork) -> dict[str | None, list[str]]:
    """Return what each VMkernel adapter is selected for."""
    found: dict[str | None, set[str]] = {}
    for role in network.roles:
        selected = set(texts(role, "selectedVnic"))
        for candidate in several(role, "candidateVnic"):
            if text(candidate, "key") in selected:
                found.setdefault(text(candidate, "device"), set()).add(text(role, "nicType") or "")
    return {device: sorted(services) for device, services in found.items()}


def _ipv6(ip: Structure) -> Iterator[str]:
    """Yield the IPv6 addresses with their prefix lengths."""
    for each in several(within(ip, "ipV6Config"), "ipV6Address"):
        if address := _address(each):
            yield f"{address}/{number(each, 'prefixLength')}"


def _address(found: Structure) -> str | None:
    address = value.parse_address(text(found, "ipAddress"))
    return value.spelled(address) if address else None
