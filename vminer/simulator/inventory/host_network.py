"""The network of a host: uplinks, a standard switch, the distributed one, VMkernel adapters."""

from typing import TYPE_CHECKING, NamedTuple

from vminer.simulator.inventory.dice import roll
from vminer.simulator.inventory.moid import network_ref
from vminer.simulator.inventory.network import switch_uuid

if TYPE_CHECKING:
    from vminer.simulator.inventory.host import Host

DRIVERS = ("i40en", "ixgben", "nmlx5_core", "bnxtnet", "ntg3")
STANDARD_UPLINKS = 2
JUMBO = 9000


class Uplink(NamedTuple):
    """A physical network adapter."""

    device: str
    pci: str
    driver: str
    driver_version: str
    firmware_version: str
    mac: str
    speed_mb: int | None
    """None: no link."""
    duplex: bool
    wakes: bool

    @property
    def key(self) -> str:
        return f"key-vim.host.PhysicalNic-{self.device}"

    @property
    def has_link(self) -> bool:
        return self.speed_mb is not None


class Vmkernel(NamedTuple):
    """A VMkernel adapter; on a standard port group, or on a distributed one with its key."""

    device: str
    portgroup: str
    portgroup_key: str | None
    switch_uuid: str | None
    address: str
    mask: str
    dhcp: bool
    ipv6: tuple[tuple[str, int], ...]
    mac: str
    mtu: int
    stack: str
    services: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"key-vim.host.VirtualNic-{self.device}"


class Policy(NamedTuple):
    """Security, teaming and shaping of a standard switch or port group."""

    promiscuous: bool
    mac_changes: bool
    forged_transmits: bool
    teaming: str
    active: tuple[str, ...]
    standby: tuple[str, ...]
    shaped_average: int | None
    """Bits per second; None: traffic is not shaped."""


class StandardSwitch(NamedTuple):
    """A standard switch."""

    name: str
    ports: int
    mtu: int
    uplinks: tuple[Uplink, ...]
    policy: Policy

    @property
    def key(self) -> str:
        return f"key-vim.host.VirtualSwitch-{self.name}"


class PortGroup(NamedTuple):
    """A port group of a standard switch."""

    name: str
    vlan: int
    switch: StandardSwitch
    policy: Policy

    @property
    def key(self) -> str:
        return f"key-vim.host.PortGroup-{self.name}"


class ProxySwitch(NamedTuple):
    """What a host has of a distributed switch."""

    name: str
    uuid: str
    ports: int
    mtu: int
    uplinks: tuple[Uplink, ...]

    @property
    def key(self) -> str:
        return f"DvsPortset-{self.name}"


class Role(NamedTuple):
    """A service that VMkernel adapters can carry."""

    name: str
    candidates: tuple[tuple[str, Vmkernel], ...]
    """Each adapter with the name of this role: their keys differ by it."""

    @property
    def selected(self) -> list[str]:
        """Keys of the adapters that carry it."""
        return [f"{name}.{nic.key}" for name, nic in self.candidates if name in nic.services]


def roles(host: "Host") -> tuple[Role, ...]:
    """Every adapter may carry every service."""
    names = ("faultToleranceLogging", "management", "vmotion", "vsan")
    nics = vmkernels(host)
    return tuple(Role(name, tuple((name, nic) for nic in nics)) for name in names)


def uplinks(host: "Host") -> tuple[Uplink, ...]:
    """One in ten adapters has no link."""
    found = []
    for number in range(host.nic_count):
        dice = roll(host.dice, "vmnic", number)
        found.append(
            Uplink(
                device=f"vmnic{number}",
                pci=f"0000:{0x18 + number // 2:02x}:00.{number % 2}",
                driver=DRIVERS[dice[0] % len(DRIVERS)],
                driver_version=f"1.{dice[1] % 20}.{dice[2] % 9}",
                firmware_version=f"{dice[3] % 30}.{dice[4] % 40}",
                mac="b0:26:28:" + ":".join(f"{byte:02x}" for byte in dice[5:8]),
                speed_mb=None if dice[8] % 10 == 7 else (10_000, 25_000)[dice[9] % 2],
                duplex=True,
                wakes=dice[10] % 2 == 0,
            )
        )
    return tuple(found)


def vmkernels(host: "Host") -> tuple[Vmkernel, ...]:
    """vmk0 for management, vmk1 on the distributed switch for vMotion."""
    moving = roll(host.dice, "vmk1")
    ipv6: tuple[tuple[str, int], ...] = (
        (f"fe80::225:b5ff:fe{host.management_mac[9:11]}:{host.index + 1:x}", 64),
    )
    if host.index % 4 == 1:
        ipv6 = (*ipv6, (f"2001:db8:{host.frame.identity.number + 1:x}::{host.index + 1:x}", 64))
    number = host.frame.identity.number * 1024 + host.index + 1
    management = Vmkernel(
        device="vmk0",
        portgroup="Management Network",
        portgroup_key=None,
        switch_uuid=None,
        address=host.management_ip,
        mask="255.240.0.0",
        dhcp=host.index % 30 == 4,
        ipv6=ipv6,
        mac=host.management_mac,
        mtu=1500,
        stack="defaultTcpipStack",
        services=("management",),
    )
    vmotion = Vmkernel(
        device="vmk1",
        portgroup="",
        portgroup_key=network_ref(host.datacenter, 0).moid,
        switch_uuid=switch_uuid(host.frame, host.datacenter),
        address=f"198.{18 + (number >> 16 & 1)}.{number >> 8 & 255}.{number & 255}",
        mask="255.254.0.0",
        dhcp=False,
        ipv6=(),
        mac="00:50:56:6" + f"{moving[0] % 16:x}:{moving[1]:02x}:{moving[2]:02x}",
        mtu=JUMBO,
        stack="vmotion",
        services=("vmotion",) if host.index % 3 else ("vmotion", "vsan"),
    )
    return management, vmotion


def standard_switches(host: "Host") -> tuple[StandardSwitch, ...]:
    """vSwitch0 with the first two uplinks."""
    links = uplinks(host)[:STANDARD_UPLINKS]
    return (StandardSwitch("vSwitch0", 7680, 1500, links, _policy(host, links)),)


def port_groups(host: "Host") -> tuple[PortGroup, ...]:
    """One for management, one for machines with its uplinks the other way round."""
    (switch,) = standard_switches(host)
    swapped = _policy(host, tuple(reversed(switch.uplinks)))._replace(
        promiscuous=host.index % 20 == 5,
        shaped_average=100_000_000 if host.index % 7 == 2 else None,
    )
    return (
        PortGroup("Management Network", 0, switch, switch.policy),
        PortGroup("VM Network", 100 + host.index % 50, switch, swapped),
    )


def proxy_switches(host: "Host") -> tuple[ProxySwitch, ...]:
    """The datacenter's distributed switch, with the uplinks that are left."""
    return (
        ProxySwitch(
            name=f"dvs-{host.frame.identity.site}-{host.datacenter + 1}",
            uuid=switch_uuid(host.frame, host.datacenter),
            ports=9216,
            mtu=JUMBO,
            uplinks=uplinks(host)[STANDARD_UPLINKS:],
        ),
    )


def _policy(host: "Host", links: tuple[Uplink, ...]) -> Policy:
    active, standby = links[:1], links[1:]
    return Policy(
        promiscuous=False,
        mac_changes=host.index % 9 == 0,
        forged_transmits=False,
        teaming="failover_explicit" if host.index % 2 else "loadbalance_srcid",
        active=tuple(link.device for link in active),
        standby=tuple(link.device for link in standby),
        shaped_average=None,
    )
