"""Clusters and the lone host's compute resource."""

from collections.abc import Mapping

from vminer.simulator.inventory.entity import NOTHING_HIDDEN
from vminer.simulator.inventory.frame import Frame
from vminer.simulator.inventory.host import Host, evc_mode_of, ha_enabled, server_of
from vminer.simulator.inventory.moid import (
    compute_ref,
    datastore_ref,
    host_ref,
    pool_ref,
    top_folder_ref,
)
from vminer.simulator.inventory.ref import Ref


class Compute:
    """A cluster, or with `cluster` None the compute resource around the lone host."""

    hidden: Mapping[str, str] = NOTHING_HIDDEN

    def __init__(self, frame: Frame, cluster: int | None) -> None:
        self.frame = frame
        self.cluster = cluster
        self.datacenter = frame.layout.datacenter_of_cluster(cluster)
        self.host_indexes = frame.layout.hosts_of_cluster(cluster)
        self.server = server_of(frame, cluster)

    @property
    def ref(self) -> Ref:
        return compute_ref(self.cluster)

    @property
    def name(self) -> str:
        if self.cluster is None:
            return Host(self.frame, self.frame.layout.standalone_host).name
        return f"cl-{self.frame.identity.site}-{self.cluster + 1:02d}"

    @property
    def parent(self) -> Ref | None:
        return top_folder_ref("h", self.datacenter)

    @property
    def overall_status(self) -> str:
        return "green" if len(self.effective_hosts) == len(self.host_indexes) else "yellow"

    @property
    def hosts(self) -> list[Ref]:
        return [host_ref(index) for index in self.host_indexes]

    @property
    def effective_hosts(self) -> list[int]:
        """Hosts that may run machines now."""
        every = (Host(self.frame, index) for index in self.host_indexes)
        return [host.index for host in every if host.is_connected and not host.in_maintenance]

    @property
    def datastores(self) -> list[Ref]:
        indexes = self.frame.layout.datastores_of_cluster(self.cluster)
        return [datastore_ref(index) for index in indexes]

    @property
    def networks(self) -> list[Ref]:
        return Host(self.frame, self.host_indexes[0]).networks if self.host_indexes else []

    @property
    def pool(self) -> Ref:
        return pool_ref(self.cluster)

    @property
    def total_cpu_mhz(self) -> int:
        return self.server.cpu_mhz * self.server.cores * len(self.host_indexes)

    @property
    def effective_cpu_mhz(self) -> int:
        return self.server.cpu_mhz * self.server.cores * len(self.effective_hosts) * 95 // 100

    @property
    def total_memory_bytes(self) -> int:
        return self.server.memory_gib * 1024**3 * len(self.host_indexes)

    @property
    def effective_memory_mb(self) -> int:
        """In MB, other than the total, as vSphere has it."""
        return self.server.memory_gib * 1024 * len(self.effective_hosts) * 95 // 100

    @property
    def core_count(self) -> int:
        return self.server.cores * len(self.host_indexes)

    @property
    def evc_mode(self) -> str | None:
        return None if self.cluster is None else evc_mode_of(self.cluster)

    @property
    def ha_enabled(self) -> bool:
        return ha_enabled(self.cluster or 0)

    @property
    def drs_enabled(self) -> bool:
        return (self.cluster or 0) % 5 != 4

    @property
    def drs_behavior(self) -> str:
        return ("fullyAutomated", "partiallyAutomated", "manual")[(self.cluster or 0) % 3]

    @property
    def vmotion_rate(self) -> int:
        return 1 + (self.cluster or 0) % 5

    @property
    def vmotions(self) -> int:
        """How many there were; moves with every other volatile number."""
        return self.vmotion_rate * 1000 + 3 * self.frame.overlay.tick

    @property
    def drs_score(self) -> int | None:
        """In percent; unset while DRS is off."""
        return 80 + (self.cluster or 0) % 20 if self.drs_enabled else None

    @property
    def admission_policy(self) -> str:
        """The type of the policy: percentages, slots, or hosts in reserve."""
        kinds = ("FailoverResources", "FailoverLevel", "FailoverHost")
        return f"Cluster{kinds[(self.cluster or 0) % 3]}AdmissionControlPolicy"

    @property
    def spare_hosts(self) -> list[Ref]:
        return self.hosts[-1:]

    @property
    def restart_priority(self) -> str:
        return ("medium", "high", "low")[(self.cluster or 0) % 3]

    @property
    def isolation_response(self) -> str:
        return ("none", "powerOff", "shutdown")[(self.cluster or 0) % 3]

    @property
    def monitors_machines(self) -> bool:
        return (self.cluster or 0) % 3 == 2

    @property
    def dpm_enabled(self) -> bool:
        return (self.cluster or 0) % 6 == 1

    @property
    def has_vsan(self) -> bool:
        return (self.cluster or 0) % 4 == 2
