"""Standard and opaque networks, distributed port groups and the switch behind them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from vminer.simulator.inventory.dice import BASE_TIME, roll
from vminer.simulator.inventory.entity import NOTHING_HIDDEN
from vminer.simulator.inventory.frame import Frame
from vminer.simulator.inventory.hardware import network_name, opaque_network_id
from vminer.simulator.inventory.layout import UPLINK_PORTGROUP
from vminer.simulator.inventory.moid import host_ref, network_ref, switch_ref, top_folder_ref
from vminer.simulator.inventory.ref import Ref

UPLINKS = ("Uplink 1", "Uplink 2", "Uplink 3", "Uplink 4")
PRIMARY = 2_000


class PrivateVlan(NamedTuple):
    """An entry of a switch's map."""

    primary: int
    secondary: int
    kind: str


class Network:
    """A network of a datacenter: standard, opaque, or one of its distributed port groups."""

    overall_status = "green"
    hidden: Mapping[str, str] = NOTHING_HIDDEN

    def __init__(self, frame: Frame, datacenter: int, number: int) -> None:
        self.frame = frame
        self.datacenter = datacenter
        self.number = number

    @property
    def ref(self) -> Ref:
        return network_ref(self.datacenter, self.number)

    @property
    def name(self) -> str:
        if self.number == UPLINK_PORTGROUP:
            return f"{Switch(self.frame, self.datacenter).name}-DVUplinks-{self.datacenter + 20}"
        return network_name(self.number)

    @property
    def parent(self) -> Ref | None:
        return top_folder_ref("n", self.datacenter)

    @property
    def hosts(self) -> list[Ref]:
        """Every host of the datacenter."""
        return Switch(self.frame, self.datacenter).hosts

    @property
    def opaque_id(self) -> str:
        return opaque_network_id(self.frame, self.datacenter)

    # Of port groups only

    @property
    def switch(self) -> Ref:
        return switch_ref(self.datacenter)

    @property
    def is_uplink(self) -> bool:
        return self.number == UPLINK_PORTGROUP

    @property
    def port_count(self) -> int:
        return 4 * len(self.hosts) if self.is_uplink else 8 << self.number % 5

    @property
    def description(self) -> str | None:
        return f"VLAN {self.number + 100} & friends" if self.number % 2 else None

    @property
    def auto_expand(self) -> bool:
        return self.number % 3 != 0

    @property
    def segment(self) -> str | None:
        """Some port groups are NSX's."""
        return f"/infra/segments/seg-{self.number}" if self.number % 11 == 6 else None

    @property
    def vlan_kind(self) -> str:
        """The type of its VLAN: most tag one, some let several pass, some are private."""
        kind = {3: "TrunkVlan", 5: "Pvlan"}.get(self.number % 7, "VlanId")
        return f"VmwareDistributedVirtualSwitch{'TrunkVlan' if self.is_uplink else kind}Spec"

    @property
    def vlan_id(self) -> int:
        """Of a private VLAN too."""
        return 100 + self.number

    @property
    def vlan_ranges(self) -> list[tuple[int, int]]:
        return [(0, 4094)] if self.is_uplink else [(100, 199), (300, 300)]

    @property
    def is_promiscuous(self) -> bool:
        return self.number % 5 == 4

    @property
    def teaming_policy(self) -> str:
        policies = ("loadbalance_srcid", "loadbalance_ip", "loadbalance_loadbased")
        return policies[self.number % 3]

    @property
    def active_uplinks(self) -> list[str]:
        return list(UPLINKS[: 1 + self.number % 3])

    @property
    def standby_uplinks(self) -> list[str]:
        return list(UPLINKS[1 + self.number % 3 :][: self.number % 2])

    @property
    def is_shaped(self) -> bool:
        return self.number % 4 == 2


class Switch:
    """A distributed switch."""

    overall_status = "green"
    hidden: Mapping[str, str] = NOTHING_HIDDEN

    def __init__(self, frame: Frame, datacenter: int) -> None:
        self.frame = frame
        self.datacenter = datacenter

    @property
    def ref(self) -> Ref:
        return switch_ref(self.datacenter)

    @property
    def name(self) -> str:
        return f"dvs-{self.frame.identity.site}-{self.datacenter + 1}"

    @property
    def parent(self) -> Ref | None:
        return top_folder_ref("n", self.datacenter)

    @property
    def uuid(self) -> str:
        return switch_uuid(self.frame, self.datacenter)

    @property
    def hosts(self) -> list[Ref]:
        """Every host of its datacenter."""
        layout = self.frame.layout
        clusters: list[int | None] = list(layout.clusters_of_datacenter(self.datacenter))
        clusters += [None] if self.datacenter == 0 else []
        return [host_ref(host) for each in clusters for host in layout.hosts_of_cluster(each)]

    @property
    def portgroups(self) -> list[Ref]:
        numbers = (*range(self.frame.layout.portgroups(self.datacenter)), UPLINK_PORTGROUP)
        return [network_ref(self.datacenter, number) for number in numbers]

    @property
    def version(self) -> str:
        return ("6.6.0", "7.0.3", "8.0.0")[self.frame.identity.number % 3]

    @property
    def uplinks(self) -> list[Ref]:
        """The port group of its uplinks."""
        return [network_ref(self.datacenter, UPLINK_PORTGROUP)]

    @property
    def private_vlans(self) -> list[PrivateVlan]:
        """A primary VLAN, and below it the VLAN of each private port group."""
        groups = (Network(self.frame, self.datacenter, n) for n in range(len(self.portgroups) - 1))
        private = [group.vlan_id for group in groups if "Pvlan" in group.vlan_kind]
        kinds = ("community", "isolated")
        found = [PrivateVlan(PRIMARY, vlan, kinds[vlan % 2]) for vlan in private]
        return [*found, PrivateVlan(PRIMARY, PRIMARY, "promiscuous")]

    @property
    def port_count(self) -> int:
        groups = (Network(self.frame, self.datacenter, n) for n in range(len(self.portgroups) - 1))
        uplinks = Network(self.frame, self.datacenter, UPLINK_PORTGROUP)
        return sum(group.port_count for group in groups) + uplinks.port_count

    @property
    def mtu(self) -> int:
        return 9000 if self.datacenter % 2 == 0 else 1500

    @property
    def discovery(self) -> tuple[str, str]:
        """Protocol and operation."""
        return ("lldp", "both") if self.datacenter % 2 == 0 else ("cdp", "listen")

    @property
    def lags(self) -> list[tuple[str, str, str]]:
        """Name, mode and load balancing of its link aggregation groups."""
        return [("lag1", "active", "srcDestIpTcpUdpPort")] if self.datacenter % 2 == 0 else []

    @property
    def description(self) -> str | None:
        return f"Carries <{self.frame.identity.site}>" if self.datacenter == 0 else None

    @property
    def contact(self) -> tuple[str, str] | None:
        """Name and address of who looks after it."""
        return ("Network team", "noc@example.com") if self.datacenter == 0 else None

    @property
    def created(self) -> datetime:
        dice = roll(self.frame.identity.seed, self.frame.identity.number, "dvs", self.datacenter)
        return BASE_TIME - timedelta(days=400, seconds=int.from_bytes(dice[16:19]))


def switch_uuid(frame: Frame, datacenter: int) -> str:
    """Spelled the way vSphere spells switch UUIDs."""
    digits = roll(frame.identity.seed, frame.identity.number, "dvs", datacenter)[:16].hex()
    pairs = [digits[at : at + 2] for at in range(0, 32, 2)]
    return " ".join(pairs[:8]) + "-" + " ".join(pairs[8:])
