"""HostSystem.config.network, and which VMkernel adapters serve what."""

from vminer.simulator.inventory import host_network as inventory
from vminer.simulator.inventory import host_service
from vminer.simulator.inventory.host import Host
from vminer.simulator.render.array import Each, Texts
from vminer.simulator.render.node import Node, Struct, boolean, integer, long, text

_UPLINK = Struct(
    "PhysicalNic",
    {
        "key": text(lambda link: link.key),
        "device": text(lambda link: link.device),
        "pci": text(lambda link: link.pci),
        "driver": text(lambda link: link.driver),
        "driverVersion": text(lambda link: link.driver_version),
        "firmwareVersion": text(lambda link: link.firmware_version),
        "linkSpeed": Struct(
            "PhysicalNicLinkInfo",
            {
                "speedMb": integer(lambda link: link.speed_mb),
                "duplex": boolean(lambda link: link.duplex),
            },
            lambda link: link.has_link,
        ),
        "wakeOnLanSupported": boolean(lambda link: link.wakes),
        "mac": text(lambda link: link.mac),
        "autoNegotiateSupported": boolean(lambda _: True),
    },
)

_VMKERNEL = Struct(
    "HostVirtualNic",
    {
        "device": text(lambda nic: nic.device),
        "key": text(lambda nic: nic.key),
        "portgroup": text(lambda nic: nic.portgroup),
        "spec": Struct(
            "HostVirtualNicSpec",
            {
                "ip": Struct(
                    "HostIpConfig",
                    {
                        "dhcp": boolean(lambda nic: nic.dhcp),
                        "ipAddress": text(lambda nic: nic.address),
                        "subnetMask": text(lambda nic: nic.mask),
                        "ipV6Config": Struct(
                            "HostIpConfigIpV6AddressConfiguration",
                            {
                                "ipV6Address": Each(
                                    "HostIpConfigIpV6Address",
                                    lambda nic: nic.ipv6,
                                    Struct(
                                        "HostIpConfigIpV6Address",
                                        {
                                            "ipAddress": text(lambda pair: pair[0]),
                                            "prefixLength": integer(lambda pair: pair[1]),
                                        },
                                    ),
                                ),
                            },
                            lambda nic: bool(nic.ipv6),
                        ),
                    },
                ),
                "mac": text(lambda nic: nic.mac),
                "distributedVirtualPort": Struct(
                    "DistributedVirtualSwitchPortConnection",
                    {
                        "switchUuid": text(lambda nic: nic.switch_uuid),
                        "portgroupKey": text(lambda nic: nic.portgroup_key),
                    },
                    lambda nic: nic.portgroup_key is not None,
                ),
                "mtu": integer(lambda nic: nic.mtu),
                "tsoEnabled": boolean(lambda _: True),
                "netStackInstanceKey": text(lambda nic: nic.stack),
            },
        ),
    },
)

_POLICY = Struct(
    "HostNetworkPolicy",
    {
        "security": Struct(
            "HostNetworkSecurityPolicy",
            {
                "allowPromiscuous": boolean(lambda of: of.policy.promiscuous),
                "macChanges": boolean(lambda of: of.policy.mac_changes),
                "forgedTransmits": boolean(lambda of: of.policy.forged_transmits),
            },
        ),
        "nicTeaming": Struct(
            "HostNicTeamingPolicy",
            {
                "policy": text(lambda of: of.policy.teaming),
                "reversePolicy": boolean(lambda _: True),
                "notifySwitches": boolean(lambda _: True),
                "rollingOrder": boolean(lambda _: False),
                "nicOrder": Struct(
                    "HostNicOrderPolicy",
                    {
                        "activeNic": Texts(lambda of: of.policy.active),
                        "standbyNic": Texts(lambda of: of.policy.standby),
                    },
                ),
            },
        ),
        "offloadPolicy": Struct(
            "HostNetOffloadCapabilities",
            {
                "csumOffload": boolean(lambda _: True),
                "tcpSegmentation": boolean(lambda _: True),
                "zeroCopyXmit": boolean(lambda _: True),
            },
        ),
        "shapingPolicy": Struct(
            "HostNetworkTrafficShapingPolicy",
            {
                "enabled": boolean(lambda of: of.policy.shaped_average is not None),
                "averageBandwidth": long(lambda of: of.policy.shaped_average),
                "peakBandwidth": long(lambda of: of.policy.shaped_average),
                "burstSize": long(lambda of: of.policy.shaped_average),
            },
        ),
    },
)

_SWITCH = Struct(
    "HostVirtualSwitch",
    {
        "name": text(lambda switch: switch.name),
        "key": text(lambda switch: switch.key),
        "numPorts": integer(lambda switch: switch.ports),
        "numPortsAvailable": integer(lambda switch: switch.ports - 12),
        "mtu": integer(lambda switch: switch.mtu),
        "pnic": Texts(lambda switch: [link.key for link in switch.uplinks]),
        "spec": Struct(
            "HostVirtualSwitchSpec",
            {
                "numPorts": integer(lambda _: 128),
                "policy": _POLICY,
                "mtu": integer(lambda switch: switch.mtu),
            },
        ),
    },
)

_PORT_GROUP = Struct(
    "HostPortGroup",
    {
        "key": text(lambda group: group.key),
        "vswitch": text(lambda group: group.switch.key),
        "computedPolicy": _POLICY,
        "spec": Struct(
            "HostPortGroupSpec",
            {
                "name": text(lambda group: group.name),
                "vlanId": integer(lambda group: group.vlan),
                "vswitchName": text(lambda group: group.switch.name),
                "policy": Struct("HostNetworkPolicy", {}),
            },
        ),
    },
)

_PROXY_SWITCH = Struct(
    "HostProxySwitch",
    {
        "dvsUuid": text(lambda switch: switch.uuid),
        "dvsName": text(lambda switch: switch.name),
        "key": text(lambda switch: switch.key),
        "numPorts": integer(lambda switch: switch.ports),
        "numPortsAvailable": integer(lambda switch: switch.ports - 20),
        "mtu": integer(lambda switch: switch.mtu),
        "pnic": Texts(lambda switch: [link.key for link in switch.uplinks]),
        "spec": Struct("HostProxySwitchSpec", {}),
    },
)

_DNS = Struct(
    "HostDnsConfig",
    {
        "dhcp": boolean(lambda host: host_service.dns(host).dhcp),
        "hostName": text(lambda host: host_service.dns(host).host_name),
        "domainName": text(lambda host: host_service.dns(host).domain),
        "address": Texts(lambda host: host_service.dns(host).servers),
        "searchDomain": Texts(lambda host: host_service.dns(host).search),
    },
)

_ROUTE = Struct(
    "HostIpRouteConfig",
    {"defaultGateway": text(lambda _: "172.16.0.1"), "gatewayDevice": text(lambda _: "vmk0")},
)


def _knows_hardware(host: Host) -> bool:
    return host.knows_hardware


NETWORK: Node = Struct(
    "HostNetworkInfo",
    {
        "vswitch": Each("HostVirtualSwitch", inventory.standard_switches, _SWITCH),
        "proxySwitch": Each("HostProxySwitch", inventory.proxy_switches, _PROXY_SWITCH),
        "portgroup": Each("HostPortGroup", inventory.port_groups, _PORT_GROUP),
        "pnic": Each("PhysicalNic", inventory.uplinks, _UPLINK),
        "vnic": Each("HostVirtualNic", inventory.vmkernels, _VMKERNEL),
        "dnsConfig": _DNS,
        "ipRouteConfig": _ROUTE,
    },
    _knows_hardware,
)

_ROLE = Struct(
    "VirtualNicManagerNetConfig",
    {
        "nicType": text(lambda role: role.name),
        "multiSelectAllowed": boolean(lambda _: True),
        "candidateVnic": Each(
            "HostVirtualNic",
            lambda role: role.candidates,
            Struct(
                "HostVirtualNic",
                {
                    "device": text(lambda pair: pair[1].device),
                    "key": text(lambda pair: f"{pair[0]}.{pair[1].key}"),
                    "portgroup": text(lambda pair: pair[1].portgroup),
                    "spec": Struct("HostVirtualNicSpec", {}),
                },
            ),
        ),
        "selectedVnic": Texts(lambda role: role.selected),
    },
)

ROLES: Node = Struct(
    "HostVirtualNicManagerInfo",
    {"netConfig": Each("VirtualNicManagerNetConfig", inventory.roles, _ROLE)},
    _knows_hardware,
)
