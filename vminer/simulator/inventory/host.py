"""An ESXi host."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from vminer.simulator.inventory.dice import BASE_TIME, roll, uuid_text
from vminer.simulator.inventory.entity import NOTHING_HIDDEN
from vminer.simulator.inventory.frame import Frame
from vminer.simulator.inventory.moid import compute_ref, datastore_ref, host_ref, network_ref
from vminer.simulator.inventory.ref import Ref
from vminer.simulator.inventory.words import EVC_MODES, SERVERS, Server

UNREACHABLE: Mapping[str, str] = {
    "hardware": "HostNotConnected",
    "config": "HostNotConnected",
}


class Identifier(NamedTuple):
    """One of otherIdentifyingInfo."""

    key: str
    label: str
    value: str


class PowerPolicy(NamedTuple):
    """How a host trades power for speed."""

    key: int
    name: str
    short_name: str


class Bios(NamedTuple):
    """The firmware of a host."""

    vendor: str
    version: str
    released: datetime


POWER_POLICIES = (
    PowerPolicy(2, "PowerPolicy.dynamic.name", "dynamic"),
    PowerPolicy(1, "PowerPolicy.static.name", "static"),
    PowerPolicy(2, "PowerPolicy.dynamic.name", "dynamic"),
    PowerPolicy(3, "PowerPolicy.low.name", "low"),
    PowerPolicy(4, "PowerPolicy.custom.name", "custom"),
)


class Host:
    """Computed when asked for and thrown away afterwards."""

    def __init__(self, frame: Frame, index: int) -> None:
        identity, layout = frame.identity, frame.layout
        self.frame = frame
        self.index = index
        self.dice = roll(identity.seed, identity.number, "host", index)
        self.cluster = layout.cluster_of_host(index)
        self.datacenter = layout.datacenter_of_cluster(self.cluster)
        self.server: Server = server_of(frame, self.cluster)

    @property
    def ref(self) -> Ref:
        return host_ref(self.index)

    @property
    def name(self) -> str:
        return f"esx{self.index + 1:04d}.{self.frame.identity.name}.example.com"

    @property
    def parent(self) -> Ref | None:
        return compute_ref(self.cluster)

    @property
    def connection_state(self) -> str:
        return self.frame.host_connection(self.index)

    @property
    def is_connected(self) -> bool:
        return self.connection_state == "connected"

    @property
    def overall_status(self) -> str:
        return {"connected": "green", "disconnected": "gray"}.get(self.connection_state, "red")

    @property
    def hidden(self) -> Mapping[str, str]:
        """A host that does not respond keeps its hardware to itself."""
        return UNREACHABLE if self.connection_state == "notResponding" else NOTHING_HIDDEN

    @property
    def knows_hardware(self) -> bool:
        """A disconnected host leaves `hardware` and `config` unset."""
        return self.is_connected

    @property
    def power_state(self) -> str:
        return "unknown" if self.connection_state == "notResponding" else "poweredOn"

    @property
    def in_maintenance(self) -> bool:
        return self.is_connected and self.index % 25 == 11

    @property
    def in_quarantine(self) -> bool:
        return self.is_connected and self.index % 40 == 16

    @property
    def standby_mode(self) -> str:
        return "none"

    @property
    def das_state(self) -> str | None:
        """Unset outside a cluster with HA."""
        if self.cluster is None or not ha_enabled(self.cluster) or not self.is_connected:
            return None
        return "master" if self.index < self.frame.layout.clusters else "connectedToMaster"

    @property
    def has_threads(self) -> bool:
        """Whether hyper-threading is on; it is switched off in one BIOS in twelve."""
        return self.index % 12 != 5

    @property
    def identifiers(self) -> list[Identifier]:
        """Some vendors fill every tag, some leave blanks or say that they did not."""
        tag = self.serial_number
        rows = [
            Identifier("AssetTag", "Asset Tag", (" ", "unknown", f"INV-{tag}")[self.index % 3]),
            Identifier("ServiceTag", "Service tag", tag),
        ]
        if self.server.vendor == "Dell Inc.":
            rows.append(Identifier("OemSpecificString", "OEM specific string", "Dell System"))
            rows.append(Identifier("OemSpecificString", "OEM specific string", "5[0000]"))
        return rows

    @property
    def thumbprint(self) -> str | None:
        """Of the certificate; a host that never connected has none."""
        return ":".join(f"{byte:02X}" for byte in roll(self.dice, "certificate")[:20])

    @property
    def power_policy(self) -> PowerPolicy:
        return POWER_POLICIES[self.index % len(POWER_POLICIES)]

    @property
    def bios(self) -> Bios:
        version = f"{1 + self.dice[31] % 3}.{self.dice[32] % 20}.{self.dice[33] % 10}"
        released = BASE_TIME - timedelta(days=30 + self.dice[34] * 5)
        return Bios(self.server.vendor, version, released)

    @property
    def fault_domain(self) -> str | None:
        """Of vSAN: the rack, in some clusters."""
        return f"rack-{1 + self.index % 4}" if (self.cluster or 0) % 4 == 2 else None

    @property
    def needs_reboot(self) -> bool:
        return self.index % 45 == 22

    @property
    def boot_time(self) -> datetime | None:
        if not self.is_connected:
            return None
        return BASE_TIME - timedelta(seconds=int.from_bytes(self.dice[22:25]))

    @property
    def uuid(self) -> str:
        """The BIOS UUID; one in a hundred boards left the factory without one."""
        if self.index % 100 == 42:
            return "00000000-0000-0000-0000-000000000000"
        return uuid_text(self.dice)

    @property
    def serial_number(self) -> str:
        return self.dice[16:20].hex().upper()[:7]

    @property
    def esxi(self) -> tuple[str, str]:
        """Version and build; the clusters of one vCenter are not all on the same."""
        releases = self.frame.identity.release.esxi
        return releases[(self.cluster or 0) % len(releases)]

    @property
    def evc_mode(self) -> str | None:
        return None if self.cluster is None else evc_mode_of(self.cluster)

    @property
    def max_evc_mode(self) -> str:
        return "amd-zen3" if "AMD" in self.server.cpu_model else "intel-icelake"

    @property
    def nic_count(self) -> int:
        return 4 + self.dice[25] % 2 * 2

    @property
    def hba_count(self) -> int:
        return 2 + self.dice[26] % 3

    @property
    def management_ip(self) -> str:
        """vmk0's address: within 172.16.0.0/12."""
        number = self.frame.identity.number * 1024 + self.index + 1
        return f"172.{16 + (number >> 16 & 15)}.{number >> 8 & 255}.{number & 255}"

    @property
    def management_mac(self) -> str:
        return "00:25:b5:" + ":".join(f"{byte:02x}" for byte in self.dice[27:30])

    @property
    def cpu_usage_mhz(self) -> int:
        """Stable between two scans, as all volatile numbers are, unless something moved them."""
        full = self.server.cpu_mhz * self.server.cores
        usage = full * self.dice[20] // 300 + 31 * self.frame.overlay.tick
        return usage % full if self.is_connected else 0

    @property
    def memory_usage_mb(self) -> int:
        full = self.server.memory_gib * 1024
        usage = full * (80 + self.dice[21] // 2) // 256 + 13 * self.frame.overlay.tick
        return usage % full if self.is_connected else 0

    @property
    def uptime_seconds(self) -> int:
        uptime = int.from_bytes(self.dice[22:25]) + 600 + 60 * self.frame.overlay.tick
        return uptime if self.is_connected else 0

    @property
    def datastores(self) -> list[Ref]:
        indexes = self.frame.layout.datastores_of_cluster(self.cluster)
        return [datastore_ref(index) for index in indexes]

    @property
    def networks(self) -> list[Ref]:
        numbers = self.frame.layout.networks(self.datacenter)
        return [network_ref(self.datacenter, number) for number in numbers]


def server_of(frame: Frame, cluster: int | None) -> Server:
    """Hosts of a cluster are alike."""
    dice = roll(frame.identity.seed, frame.identity.number, "server", cluster)
    return SERVERS[dice[0] % len(SERVERS)]


def evc_mode_of(cluster: int) -> str | None:
    """Some clusters have EVC switched off."""
    return EVC_MODES[cluster % len(EVC_MODES)]


def ha_enabled(cluster: int) -> bool:
    """Most clusters have HA."""
    return cluster % 7 != 3
