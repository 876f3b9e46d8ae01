"""Resource pools and vApps."""

from collections.abc import Mapping
from typing import NamedTuple

from vminer.simulator.inventory.compute import Compute
from vminer.simulator.inventory.dice import roll
from vminer.simulator.inventory.entity import NOTHING_HIDDEN
from vminer.simulator.inventory.frame import Frame
from vminer.simulator.inventory.moid import (
    POOL_LETTERS,
    compute_ref,
    pool_ref,
    top_folder_ref,
    vapp_ref,
)
from vminer.simulator.inventory.ref import Ref

NAMES = ("Resources", "Production", "Critical%2f24x7")
MIB = 1024 * 1024


class Allocation(NamedTuple):
    """What a pool may take of one resource, in MHz or MB; a limit of -1 is none."""

    reservation: int
    limit: int
    expandable: bool
    shares: int
    level: str


class Usage(NamedTuple):
    """What of one resource is used and reserved, in MHz or bytes."""

    used: int
    reserved: int
    available: int


class Pool:
    """A root resource pool, one of the two below it, or with `is_vapp` the vApp beneath it."""

    overall_status = "green"
    hidden: Mapping[str, str] = NOTHING_HIDDEN

    def __init__(
        self, frame: Frame, cluster: int | None, *, level: int = 0, is_vapp: bool = False
    ) -> None:
        self.frame = frame
        self.cluster = cluster
        self.level = level
        self.is_vapp = is_vapp
        self.compute = Compute(frame, cluster)
        identity = frame.identity
        self.dice = roll(identity.seed, identity.number, "pool", cluster, level, is_vapp)

    @property
    def ref(self) -> Ref:
        if self.is_vapp and self.cluster is not None:
            return vapp_ref(self.cluster)
        return pool_ref(self.cluster, self.level)

    @property
    def name(self) -> str:
        return f"vapp-{(self.cluster or 0) + 1:02d}" if self.is_vapp else NAMES[self.level]

    @property
    def parent(self) -> Ref | None:
        if self.is_vapp:
            return pool_ref(self.cluster)
        return pool_ref(self.cluster, self.level - 1) if self.level else compute_ref(self.cluster)

    @property
    def owner(self) -> Ref:
        return compute_ref(self.cluster)

    @property
    def folder(self) -> Ref:
        """Of a vApp: the datacenter's folder of machines."""
        return top_folder_ref("v", self.compute.datacenter)

    @property
    def pools(self) -> list[Ref]:
        if self.is_vapp or self.cluster is None or self.level + 1 == len(POOL_LETTERS):
            return []
        below = pool_ref(self.cluster, self.level + 1)
        return [below] if self.level else [below, vapp_ref(self.cluster)]

    @property
    def cpu(self) -> Allocation:
        return self._allocation(self.compute.effective_cpu_mhz, 4000, self.dice[0])

    @property
    def memory(self) -> Allocation:
        return self._allocation(self.compute.effective_memory_mb, 163_840, self.dice[1])

    def _allocation(self, whole: int, normal_shares: int, dice: int) -> Allocation:
        """A root pool has all there is; those below have shares of it, a few a limit."""
        if not self.level and not self.is_vapp:
            return Allocation(whole, whole, expandable=True, shares=normal_shares, level="normal")
        level, factor = (("normal", 1.0), ("high", 2.0), ("low", 0.5), ("custom", 1.25))[dice % 4]
        limit = whole * 3 // 4 if dice % 5 == 2 else -1
        return Allocation(
            whole // 10 if dice % 2 else 0,
            limit,
            expandable=dice % 3 != 1,
            shares=int(normal_shares * factor),
            level=level,
        )

    @property
    def cpu_usage(self) -> Usage:
        """Stable between two scans unless something moved it."""
        whole = self.compute.effective_cpu_mhz
        used = (whole * self.dice[2] // 512 + 17 * self.frame.overlay.tick) % max(whole, 1)
        return Usage(used, self.cpu.reservation // 2, whole - self.cpu.reservation // 2)

    @property
    def memory_usage(self) -> Usage:
        whole = self.compute.effective_memory_mb * MIB
        used = (whole * self.dice[3] // 512 + MIB * self.frame.overlay.tick) % max(whole, 1)
        reserved = self.memory.reservation * MIB // 2
        return Usage(used, reserved, whole - reserved)

    @property
    def configured_memory_mb(self) -> int:
        return 1024 * (16 + self.dice[4])

    @property
    def state(self) -> str:
        """Of a vApp."""
        return "started" if self.dice[5] % 3 else "stopped"
