"""The network of a host: physical and VMkernel adapters, switches and their port groups."""

from collections.abc import Iterator

from sync_agent.collector import field, value
from sync_agent.collector.reply import Element, RawObject

Part = dict[str, object]

PNICS = "config.network.pnic"
VNICS = "config.network.vnic"
SWITCHES = "config.network.vswitch"
PORT_GROUPS = "config.network.portgroup"
PROXY_SWITCHES = "config.network.proxySwitch"
ROLES = "config.virtualNicManagerInfo.netConfig"
PATHS = (PNICS, VNICS, SWITCHES, PORT_GROUPS, PROXY_SWITCHES, ROLES)


def physical_nics(raw: RawObject) -> list[Part]:
    """Return the physical adapters, each with the switch it is an uplink of."""
    switches = _switch_of_pnic(raw)
    return [
        {
            "device": field.text(nic, "device"),
            "driver": field.text(nic, "driver"),
            "driver_version": field.text(nic, "driverVersion"),
            "firmware_version": field.text(nic, "firmwareVersion"),
            "mac_address": _mac(field.text(nic, "mac")),
            "speed_mbit": field.number(nic, "linkSpeed", "speedMb"),
            "full_duplex": field.flag(nic, "linkSpeed", "duplex"),
            "pci": field.text(nic, "pci"),
            "wake_on_lan": field.flag(nic, "wakeOnLanSupported"),
            "switch_name": switches.get(field.text(nic, "key") or ""),
        }
        for nic in raw.properties.get(PNICS, ())
    ]


def vmkernel_adapters(raw: RawObject) -> list[Part]:
    """Return the VMkernel adapters, each with the services it carries."""
    services = _services_of_device(raw)
    found: list[Part] = []
    for nic in raw.properties.get(VNICS, ()):
        device, spec = field.text(nic, "device"), field.child(nic, "spec")
        ip, port = field.child(spec, "ip"), field.child(spec, "distributedVirtualPort")
        found.append(
            {
                "device": device,
                "port_group": field.text(nic, "portgroup"),
                "port_group_key": field.text(port, "portgroupKey"),
                "switch_uuid": field.text(port, "switchUuid"),
                "mac_address": _mac(field.text(spec, "mac")),
                "mtu": field.number(spec, "mtu"),
                "dhcp": field.flag(ip, "dhcp"),
                "ip_address": _address(field.text(ip, "ipAddress")),
                "subnet_mask": field.text(ip, "subnetMask"),
                "ipv6_addresses": list(_ipv6(ip)),
                "net_stack": field.text(spec, "netStackInstanceKey"),
                "services": services.get(device or "", []),
            }
        )
    return found


def standard_switches(raw: RawObject) -> list[Part]:
    """Return the standard switches, with the policy that port groups inherit."""
    devices = _device_of_pnic(raw)
    return [
        {
            "name": field.text(switch, "name"),
            "num_ports": field.number(switch, "numPorts"),
            "mtu": field.number(switch, "mtu"),
            "uplinks": [devices.get(key, key) for key in field.texts(switch, "pnic")],
            **_policy(field.child(switch, "spec", "policy")),
        }
        for switch in raw.properties.get(SWITCHES, ())
    ]


def standard_port_groups(raw: RawObject) -> list[Part]:
    """Return the port groups of standard switches, with the policy that is in force."""
    return [
        {
            "name": field.text(group, "spec", "name"),
            "vlan_id": field.number(group, "spec", "vlanId"),
            "switch_name": field.text(group, "spec", "vswitchName"),
            **_policy(field.child(group, "computedPolicy")),
        }
        for group in raw.properties.get(PORT_GROUPS, ())
    ]


def distributed_switches(raw: RawObject) -> list[Part]:
    """Return what the host has of each distributed switch."""
    devices = _device_of_pnic(raw)
    return [
        {
            "name": field.text(switch, "dvsName"),
            "uuid": field.text(switch, "dvsUuid"),
            "num_ports": field.number(switch, "numPorts"),
            "mtu": field.number(switch, "mtu"),
            "uplinks": [devices.get(key, key) for key in field.texts(switch, "pnic")],
        }
        for switch in raw.properties.get(PROXY_SWITCHES, ())
    ]


def _policy(policy: Element | None) -> Part:
    """Return security, teaming and shaping in one level."""
    security, teaming = field.child(policy, "security"), field.child(policy, "nicTeaming")
    order, shaping = field.child(teaming, "nicOrder"), field.child(policy, "shapingPolicy")
    offload = field.child(policy, "offloadPolicy")
    return {
        "allow_promiscuous": field.flag(security, "allowPromiscuous"),
        "mac_changes": field.flag(security, "macChanges"),
        "forged_transmits": field.flag(security, "forgedTransmits"),
        "teaming_policy": field.text(teaming, "policy"),
        "reverse_policy": field.flag(teaming, "reversePolicy"),
        "notify_switches": field.flag(teaming, "notifySwitches"),
        "rolling_order": field.flag(teaming, "rollingOrder"),
        "active_uplinks": field.texts(order, "activeNic"),
        "standby_uplinks": field.texts(order, "standbyNic"),
        "shaping_enabled": field.flag(shaping, "enabled"),
        "shaping_average_bits": field.number(shaping, "averageBandwidth"),
        "shaping_peak_bits": field.number(shaping, "peakBandwidth"),
        "shaping_burst_bytes": field.number(shaping, "burstSize"),
        "checksum_offload": field.flag(offload, "csumOffload"),
        "tcp_segmentation": field.flag(offload, "tcpSegmentation"),
        "zero_copy_transmit": field.flag(offload, "zeroCopyXmit"),
    }


def _device_of_pnic(raw: RawObject) -> dict[str, str]:
    """Return the device behind each key: switches name their uplinks by key."""
    return {
        field.text(nic, "key") or "": field.text(nic, "device") or ""
        for nic in raw.properties.get(PNICS, ())
    }


def _switch_of_pnic(raw: RawObject) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for path, name in ((SWITCHES, "name"), (PROXY_SWITCHES, "dvsName")):
        for switch in raw.properties.get(path, ()):
            found |= dict.fromkeys(field.texts(switch, "pnic"), field.text(switch, name))
    return found


def _services_of_device(raw: RawObject) -> dict[str, list[str]]:
    """Return what each VMkernel adapter is selected for."""
    found: dict[str, list[str]] = {}
    for role in raw.properties.get(ROLES, ()):
        selected = set(field.texts(role, "selectedVnic"))
        for candidate in field.each(role, "candidateVnic"):
            if field.text(candidate, "key") in selected:
                device = field.text(candidate, "device") or ""
                found.setdefault(device, []).append(field.text(role, "nicType") or "")
    return {device: sorted(services) for device, services in found.items()}


def _ipv6(ip: Element | None) -> Iterator[str]:
    """Yield the IPv6 addresses with their prefix lengths."""
    for each in field.each(field.child(ip, "ipV6Config"), "ipV6Address"):
        if address := _address(field.text(each, "ipAddress")):
            yield f"{address}/{field.number(each, 'prefixLength')}"


def _address(content: str | None) -> str | None:
    found = value.parse_address(content)
    return str(found) if found else None


def _mac(content: str | None) -> str | None:
    return content.lower().replace("-", ":") if content else None
