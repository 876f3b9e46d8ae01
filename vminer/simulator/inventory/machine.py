"""A virtual machine: identity, placement, state and configuration."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from vminer.simulator.inventory.change import Origin, Snapshot
from vminer.simulator.inventory.dice import BASE_TIME, roll, uuid_text
from vminer.simulator.inventory.entity import NOTHING_HIDDEN
from vminer.simulator.inventory.files import FileLayout, file_layout
from vminer.simulator.inventory.frame import Frame, datastore_name
from vminer.simulator.inventory.hardware import Disk, Nic, disks_of, nics_of
from vminer.simulator.inventory.layout import Placement, environment_of, role_of
from vminer.simulator.inventory.moid import (
    datastore_ref,
    host_ref,
    leaf_folder_ref,
    machine_ref,
    network_ref,
    pool_ref,
    vapp_ref,
)
from vminer.simulator.inventory.ref import Ref
from vminer.simulator.inventory.snapshot import generated_snapshots
from vminer.simulator.inventory.words import (
    EXOTIC,
    GUESTS,
    HARDWARE_VERSIONS,
    Guest,
)

TEMPLATE_EVERY = 500
INACCESSIBLE_EVERY = 400
CLONE_EVERY = 997


class Machine:
    """Computed when asked for and thrown away afterwards."""

    def __init__(self, frame: Frame, index: int) -> None:
        self.frame = frame
        self.index = index
        self.change = frame.overlay.machine(index)
        self.origin = self.change.origin or Origin(frame.identity, index)
        identity = self.origin.identity
        lives = (self.change.life,) if self.change.life else ()
        self.dice = roll(identity.seed, identity.number, "vm", self.origin.index, *lives)
        self.placement: Placement = frame.layout.placement(index, self.change.host)
        self.is_template = index % TEMPLATE_EVERY == 50  # small estates have one
        self.is_accessible = index % INACCESSIBLE_EVERY != 61
        self.power_state = self.change.power_state or self._first_power_state()
        self.guest: Guest = GUESTS[self.dice[33] % len(GUESTS)]
        self.plain_name = (
            f"{environment_of(self.origin.index)}-{role_of(self.origin.index)}"
            f"-{identity.site}-{self.number:07d}"
        )
        self.connection_state = self._connection_state()
        self._nics: list[Nic] | None = None
        self._more_dice: bytes | None = None
        self._files: FileLayout | None = None
        self.uptime_seconds = 0
        if self.power_state == "poweredOn":
            shift = self.change.usage_shift + frame.overlay.tick
            self.uptime_seconds = 600 + int.from_bytes(self.dice[34:37]) + 60 * shift

    def _first_power_state(self) -> str:
        if self.is_template:
            return "poweredOff"
        percent = self.dice[32] * 100 // 256
        if percent < 70:  # 70 % on, 20 % off, 10 % suspended
            return "poweredOn"
        return "poweredOff" if percent < 90 else "suspended"

    @property
    def more_dice(self) -> bytes:
        """Drawn when a setting, a file or the guest is asked for: most readers never do."""
        if self._more_dice is None:
            identity, index = self.origin.identity, self.origin.index
            self._more_dice = roll(identity.seed, identity.number, "vm details", index)
        return self._more_dice

    # Identity and place

    @property
    def ref(self) -> Ref:
        return machine_ref(self.index)

    @property
    def number(self) -> int:
        """The machine's number in the whole estate."""
        return self.origin.identity.first_machine + self.origin.index

    @property
    def name(self) -> str:
        if self.change.name is not None:
            return self.change.name
        if self.is_cluster_agent:
            return f"vCLS-{self.instance_uuid}"
        if self.index % 97 == 13:  # percent-encoded, as vCenter writes / and %
            return self.plain_name.replace("-", "%2f" if self.index % 2 else "%25", 1)
        if self.index % 89 == 5:
            return f"{EXOTIC[self.index % len(EXOTIC)]} & {self.plain_name}"
        return self.plain_name

    @property
    def parent(self) -> Ref | None:
        place = self.placement
        return None if place.in_vapp else leaf_folder_ref(place.datacenter, *place.folder)

    @property
    def parent_vapp(self) -> Ref | None:
        cluster = self.placement.cluster
        return vapp_ref(cluster) if self.placement.in_vapp and cluster is not None else None

    @property
    def resource_pool(self) -> Ref | None:
        if self.is_template:
            return None
        return self.parent_vapp or pool_ref(self.placement.cluster, self.placement.pool_level)

    @property
    def host(self) -> Ref:
        return host_ref(self.placement.host)

    @property
    def datastores(self) -> list[Ref]:
        return [datastore_ref(index) for index in self.placement.datastores]

    @property
    def networks(self) -> list[Ref]:
        layout, datacenter = self.frame.layout, self.placement.datacenter
        numbers = (layout.network_of(self.index, nic, datacenter) for nic in range(self.nic_count))
        return [network_ref(datacenter, number) for number in dict.fromkeys(numbers)]

    # State

    def _connection_state(self) -> str:
        if not self.is_accessible:
            return "inaccessible"
        connected = self.frame.host_connection(self.placement.host) == "connected"
        return "connected" if connected else "disconnected"

    @property
    def overall_status(self) -> str:
        if self.connection_state != "connected":
            return "gray"
        return _STATUS[self.dice[37] % len(_STATUS)]

    @property
    def hidden(self) -> Mapping[str, str]:
        return NOTHING_HIDDEN

    @property
    def boot_time(self) -> datetime | None:
        if self.power_state != "poweredOn":
            return None
        return BASE_TIME - timedelta(seconds=int.from_bytes(self.dice[34:37]))

    @property
    def suspend_time(self) -> datetime | None:
        if self.power_state != "suspended":
            return None
        return BASE_TIME - timedelta(seconds=int.from_bytes(self.dice[38:41]))

    @property
    def consolidation_needed(self) -> bool:
        return self.dice[41] < 4

    @property
    def clean_power_off(self) -> bool | None:
        return self.dice[41] < 250 if self.power_state == "poweredOff" else None

    # Configuration

    @property
    def bios_uuid(self) -> str:
        """One in a thousand is a clone that kept its neighbour's."""
        if self.index % CLONE_EVERY == 77:
            return Machine(self.frame, self.index - 1).bios_uuid
        return uuid_text(self.dice[0:16], "42")

    @property
    def instance_uuid(self) -> str:
        """Machine 7 of every second vCenter was copied from the vCenter before it."""
        identity = self.frame.identity
        if self.index == 7 and identity.number % 2:
            return uuid_text(roll(identity.seed, identity.number - 1, "vm", 7)[16:32], "50")
        return uuid_text(self.dice[16:32], "50")

    @property
    def create_date(self) -> datetime:
        return BASE_TIME - timedelta(days=30, seconds=int.from_bytes(self.dice[42:45]) * 12)

    @property
    def modified(self) -> datetime:
        """Moves with every change of the configuration."""
        seconds = int.from_bytes(self.dice[45:48]) // 8
        return BASE_TIME - timedelta(seconds=seconds, days=1 - 2 * self.change.config_version)

    @property
    def change_version(self) -> str:
        """What real ones look like: the time of the last change, in microseconds."""
        return f"{self.modified.isoformat()[:19]}.{int.from_bytes(self.dice[48:50]):06d}Z"

    @property
    def hardware_version(self) -> str:
        return HARDWARE_VERSIONS[self.dice[50] % len(HARDWARE_VERSIONS)]

    @property
    def firmware(self) -> str:
        return "efi" if self.dice[51] & 1 else "bios"

    @property
    def annotation(self) -> str:
        if self.change.annotation is not None:
            return self.change.annotation
        if self.dice[52] < 160:
            return ""
        return f"Owner: team-{self.dice[52] % 40}\nTicket <CHG{self.number:08d}> & approved"

    @property
    def managed_by(self) -> tuple[str, str] | None:
        """(extension, type) for the few machines a solution looks after."""
        if self.dice[53] < 3:
            return ("com.vmware.vcDr", "placeholderVm")
        return ("com.vmware.vim.eam", "cluster-agent") if self.is_cluster_agent else None

    @property
    def is_cluster_agent(self) -> bool:
        """Whether vSphere Cluster Services runs it for itself."""
        return self.dice[53] == 3

    @property
    def ft_role(self) -> int | None:
        """Two in 256 are a Fault Tolerance primary, two a secondary."""
        return {4: 1, 5: 1, 6: 2, 7: 2}.get(self.dice[53])

    @property
    def cpu_count(self) -> int:
        return (1, 2, 2, 2, 4, 4, 8, 16)[self.dice[54] % 8]

    @property
    def cores_per_socket(self) -> int:
        return 2 if self.cpu_count > 2 and self.dice[55] & 1 else 1

    @property
    def memory_mb(self) -> int:
        return self.change.memory_mb or 1024 << (self.dice[56] % 7)

    @property
    def directory(self) -> str:
        """Where its files are, as datastore paths are written."""
        return f"[{self.datastore_name(0)}] {self.plain_name}"

    @property
    def vmx_path(self) -> str:
        return f"{self.directory}/{self.plain_name}.vmx"

    def datastore_name(self, disk: int) -> str:
        stores = self.placement.datastores
        return datastore_name(self.frame, stores[disk % len(stores)])

    # Devices and snapshots

    @property
    def nic_count(self) -> int:
        return 2 if self.dice[57] < 64 else 1

    @property
    def disks(self) -> list[Disk]:
        return disks_of(self)

    @property
    def nics(self) -> list[Nic]:
        """Worked out once: guest addresses need them too."""
        if self._nics is None:
            self._nics = nics_of(self)
        return self._nics

    @property
    def files(self) -> FileLayout:
        """Worked out once: its parts are asked for one by one."""
        if self._files is None:
            self._files = file_layout(self)
        return self._files

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """Flat, parents before children; the last one is the current one."""
        if self.change.snapshots is not None:
            return self.change.snapshots
        return generated_snapshots(self)


_STATUS = ("green",) * 14 + ("yellow", "red")
