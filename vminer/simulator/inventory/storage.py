"""Datastores and who mounts them."""

from collections.abc import Mapping
from typing import NamedTuple

from vminer.simulator.inventory.dice import roll, uuid_text
from vminer.simulator.inventory.entity import NOTHING_HIDDEN
from vminer.simulator.inventory.frame import Frame, datastore_name
from vminer.simulator.inventory.moid import datastore_ref, host_ref, storage_pod_ref, top_folder_ref
from vminer.simulator.inventory.ref import Ref


class Mount(NamedTuple):
    """One host's view of a datastore."""

    host: Ref
    path: str
    access_mode: str
    mounted: bool
    accessible: bool
    reason: str | None
    """Why it is inaccessible."""


class Extent(NamedTuple):
    """One disk partition under a VMFS datastore."""

    disk: str
    partition: int


class Datastore:
    """Computed when asked for and thrown away afterwards."""

    hidden: Mapping[str, str] = NOTHING_HIDDEN

    def __init__(self, frame: Frame, index: int) -> None:
        self.frame = frame
        self.index = index
        self.dice = roll(frame.identity.seed, frame.identity.number, "datastore", index)

    @property
    def ref(self) -> Ref:
        return datastore_ref(self.index)

    @property
    def name(self) -> str:
        return datastore_name(self.frame, self.index)

    @property
    def parent(self) -> Ref | None:
        datacenter = self.frame.layout.datacenter_of_datastore(self.index)
        if self.frame.layout.is_in_pod(self.index):
            return storage_pod_ref(datacenter)
        return top_folder_ref("s", datacenter)

    @property
    def overall_status(self) -> str:
        return "green" if self.accessible else "red"

    @property
    def kind(self) -> str:
        return ("VMFS", "VMFS", "VMFS", "NFS", "NFS41", "vsan")[self.dice[0] % 6]

    @property
    def capacity_bytes(self) -> int:
        return (2 + self.dice[1] % 62) * 1024**4

    @property
    def free_bytes(self) -> int:
        free = self.capacity_bytes // 256 * (10 + self.dice[2] * 3 // 4)
        return self.frame.overlay.free_space.get(self.index, free)

    @property
    def uncommitted_bytes(self) -> int | None:
        """Unset while nothing on it is thin."""
        return self.capacity_bytes // 256 * self.dice[3] if self.dice[3] > 20 else None

    @property
    def accessible(self) -> bool:
        return self.index % 40 != 23

    @property
    def maintenance_mode(self) -> str:
        return "inMaintenance" if self.index % 60 == 31 else "normal"

    @property
    def is_shared(self) -> bool:
        return len(self.frame.layout.hosts_of_datastore(self.index)) > 1

    @property
    def url(self) -> str:
        return f"ds:///vmfs/volumes/{uuid_text(self.dice)}/"

    @property
    def uuid(self) -> str:
        """Of the volume, as VMFS spells it: four groups."""
        digits = self.dice[:16].hex()
        return f"{digits[:8]}-{digits[8:16]}-{digits[16:20]}-{digits[20:]}"

    @property
    def extents(self) -> list[Extent]:
        """The disks under it, all seen by every host that mounts it; one in eight has two."""
        count = (1 + (self.dice[4] % 8 == 0)) if self.kind == "VMFS" else 0
        return [Extent(f"naa.600a0980{self.dice[16:27].hex()}{n:02x}", 1) for n in range(count)]

    @property
    def is_ssd(self) -> bool:
        return self.dice[5] % 3 == 0

    @property
    def vmfs_version(self) -> tuple[int, str]:
        """Major and whole version."""
        return (6, "6.82") if self.dice[6] % 5 else (5, "5.61")

    @property
    def server(self) -> str:
        return f"nas{1 + self.dice[7] % 4:02d}.example.com"

    @property
    def export(self) -> str:
        return f"/export/{self.name}"

    @property
    def servers(self) -> list[str]:
        """NFS 4.1 may have several."""
        return [self.server, "10.9.8.7"] if self.kind == "NFS41" else [self.server]

    @property
    def has_sioc(self) -> bool:
        return self.kind in {"VMFS", "NFS"} and self.dice[8] % 2 == 0

    @property
    def mounts(self) -> list[Mount]:
        return [
            Mount(
                host=host_ref(host),
                path=self.url.removeprefix("ds://").rstrip("/"),
                access_mode="readOnly" if (host + self.index) % 53 == 0 else "readWrite",
                mounted=True,
                accessible=self.accessible and self.frame.host_connection(host) == "connected",
                reason=None if self.accessible else "AllPathsDown_Start",
            )
            for host in self.frame.layout.hosts_of_datastore(self.index)
        ]


class StoragePod:
    """A cluster of datastores: a folder to vSphere, and more than one to people."""

    overall_status = "green"
    hidden: Mapping[str, str] = NOTHING_HIDDEN

    def __init__(self, frame: Frame, datacenter: int) -> None:
        self.frame = frame
        self.datacenter = datacenter

    @property
    def ref(self) -> Ref:
        return storage_pod_ref(self.datacenter)

    @property
    def name(self) -> str:
        return f"pod-{self.frame.identity.site}-{self.datacenter + 1}%2fgold"

    @property
    def parent(self) -> Ref | None:
        return top_folder_ref("s", self.datacenter)

    @property
    def datastores(self) -> list[Datastore]:
        indexes = self.frame.layout.datastores_of_pod(self.datacenter)
        return [Datastore(self.frame, index) for index in indexes]

    @property
    def capacity_bytes(self) -> int:
        return sum(datastore.capacity_bytes for datastore in self.datastores)

    @property
    def free_bytes(self) -> int:
        return sum(datastore.free_bytes for datastore in self.datastores)

    @property
    def is_automated(self) -> bool:
        return self.datacenter % 2 == 0
