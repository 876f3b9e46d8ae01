"""Where things stand: how many there are of each, and which belongs to which.

Pure arithmetic on indexes, so that both directions (a machine's host, a host's machines) are cheap
and nothing has to be stored.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Self

from vminer.simulator.inventory.words import (
    ENVIRONMENT_FOLDERS,
    ENVIRONMENTS,
    ROLE_FOLDERS,
    ROLES,
)

STANDARD_NETWORK = -1
OPAQUE_NETWORK = -2
UPLINK_PORTGROUP = 999


class Placement(NamedTuple):
    """Where one machine stands, as indexes."""

    host: int
    cluster: int | None
    datacenter: int
    datastores: tuple[int, ...]
    folder: tuple[int, int]
    """Which environment's folder, and which child of it."""
    in_vapp: bool
    pool_level: int
    """How far below the root pool of its cluster its own pool is."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The counts of one vCenter; the last host stands alone, all others in clusters."""

    machines: int
    hosts: int
    clusters: int
    datastores: int
    datacenters: int

    @classmethod
    def of(cls, machines: int, extra_datacenters: int = 0) -> Self:
        """The usual proportions: per 1,000 machines 100 hosts, 10 clusters, 20 datastores."""
        datacenters = 1 + machines // 2_500 + extra_datacenters
        clusters = max(datacenters, round(machines / 100))
        return cls(
            machines=machines,
            hosts=max(clusters + 1, round(machines / 10)),
            clusters=clusters,
            datastores=max(clusters + datacenters, round(machines / 50)),
            datacenters=datacenters,
        )

    @property
    def standalone_host(self) -> int:
        """The one host that is in no cluster."""
        return self.hosts - 1

    def cluster_of_host(self, host: int) -> int | None:
        """None for the host that stands alone."""
        return None if host == self.standalone_host else host % self.clusters

    def hosts_of_cluster(self, cluster: int | None) -> range:
        """The other direction of `cluster_of_host`."""
        if cluster is None:
            return range(self.standalone_host, self.hosts)
        return range(cluster, self.hosts - 1, self.clusters)

    def datacenter_of_cluster(self, cluster: int | None) -> int:
        """The host that stands alone is in the first datacenter."""
        return 0 if cluster is None else cluster % self.datacenters

    def clusters_of_datacenter(self, datacenter: int) -> range:
        """The other direction of `datacenter_of_cluster`."""
        return range(datacenter, self.clusters, self.datacenters)

    @property
    def shared_datastores(self) -> int:
        """The first so many datastores serve a whole datacenter, the others one cluster each."""
        return max(self.datacenters, self.datastores // 10)

    def cluster_of_datastore(self, datastore: int) -> int | None:
        """None for a datastore shared by its datacenter."""
        own = datastore - self.shared_datastores
        return None if own < 0 else own % self.clusters

    def datacenter_of_datastore(self, datastore: int) -> int:
        """Shared datastores are dealt out over the datacenters."""
        cluster = self.cluster_of_datastore(datastore)
        return datastore % self.datacenters if cluster is None else cluster % self.datacenters

    def is_in_pod(self, datastore: int) -> bool:
        """One datastore in three lies in its datacenter's storage pod."""
        return datastore % 3 == 1

    def datastores_of_pod(self, datacenter: int) -> list[int]:
        """The other direction."""
        every = (n for n in range(self.datastores) if self.is_in_pod(n))
        return [n for n in every if self.datacenter_of_datastore(n) == datacenter]

    def datastores_of_cluster(self, cluster: int | None) -> tuple[int, ...]:
        """What every host of the cluster mounts: its own, then its datacenter's."""
        return _datastores(self, cluster)

    def hosts_of_datastore(self, datastore: int) -> list[int]:
        """Every host that mounts it."""
        cluster = self.cluster_of_datastore(datastore)
        if cluster is not None:
            return list(self.hosts_of_cluster(cluster))
        datacenter = self.datacenter_of_datastore(datastore)
        clusters: list[int | None] = list(self.clusters_of_datacenter(datacenter))
        if datacenter == 0:
            clusters.append(None)
        return [host for each in clusters for host in self.hosts_of_cluster(each)]

    def portgroups(self, datacenter: int) -> int:
        """How many distributed port groups a datacenter has."""
        return 2 * len(self.clusters_of_datacenter(datacenter)) + 1

    def networks(self, datacenter: int) -> tuple[int, ...]:
        """Numbers of everything a datacenter's hosts are attached to."""
        groups = range(self.portgroups(datacenter))
        return (STANDARD_NETWORK, OPAQUE_NETWORK, *groups, UPLINK_PORTGROUP)

    def network_of(self, machine: int, nic: int, datacenter: int) -> int:
        """The network of a card: of one machine in ten the standard one, of few an opaque one."""
        if machine % 10 == 3 and nic == 0:  # any remainder would do
            return STANDARD_NETWORK
        if machine % 20 == 16 and nic == 0:
            return OPAQUE_NETWORK
        return (machine + nic) % self.portgroups(datacenter)

    def placement(self, machine: int, moved_to: int | None = None) -> Placement:
        """Where a machine stands; `moved_to` is the host it was moved to since."""
        host = machine % self.hosts if moved_to is None else moved_to
        cluster = self.cluster_of_host(host)
        # A machine keeps its disks when it changes its host.
        storage = self.datastores_of_cluster(self.cluster_of_host(machine % self.hosts))
        turn = machine // self.hosts
        datastores: tuple[int, ...] = (storage[turn % len(storage)],)
        if machine % 2 and len(storage) > 1:
            datastores = (*datastores, storage[(turn + 1) % len(storage)])
        folder = (
            ENVIRONMENT_FOLDERS.index(environment_of(machine)),
            (machine * 7 % len(ROLES)) % len(ROLE_FOLDERS),
        )
        datacenter = self.datacenter_of_cluster(cluster)
        in_vapp = cluster is not None and machine % 120 == 35
        level = 0 if cluster is None else (0, 1, 2, 0, 1)[machine % 5]
        return Placement(host, cluster, datacenter, datastores, folder, in_vapp, level)


def environment_of(machine: int) -> str:
    """prod for half of the machines, test, dev and stage for the rest."""
    return ENVIRONMENTS[(machine * 7 + machine // 10) % len(ENVIRONMENTS)]


def role_of(machine: int) -> str:
    """What the machine is for; decides its folder."""
    return ROLES[machine * 7 % len(ROLES)]


@lru_cache(maxsize=65_536)
def _datastores(layout: Layout, cluster: int | None) -> tuple[int, ...]:
    shared = layout.shared_datastores
    datacenter = layout.datacenter_of_cluster(cluster)
    common = range(datacenter, shared, layout.datacenters)
    own: tuple[int, ...] = ()
    if cluster is not None:
        own = tuple(range(shared + cluster, layout.datastores, layout.clusters))
    return (*own, *common)
