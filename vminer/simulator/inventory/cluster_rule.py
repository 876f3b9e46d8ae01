"""Rules and groups of a cluster: which machines stay together, apart, or on which hosts."""

from typing import TYPE_CHECKING, NamedTuple

from vminer.simulator.inventory.dice import roll, uuid_text
from vminer.simulator.inventory.moid import host_ref, machine_ref
from vminer.simulator.inventory.ref import Ref

if TYPE_CHECKING:
    from vminer.simulator.inventory.compute import Compute


class Group(NamedTuple):
    """Machines or hosts under a name."""

    kind: str
    """Type of the API: ClusterVmGroup or ClusterHostGroup."""
    name: str
    members: tuple[Ref, ...]


class Rule(NamedTuple):
    """A rule of DRS; which of the fields count depends on its type."""

    kind: str
    key: int
    name: str
    enabled: bool
    mandatory: bool
    is_met: bool | None
    uuid: str
    machines: tuple[Ref, ...] = ()
    vm_group: str | None = None
    affine: str | None = None
    anti_affine: str | None = None
    depends_on: str | None = None


def has_rules(cluster: "Compute") -> bool:
    """Three clusters of four have some."""
    return (cluster.cluster or 0) % 4 != 3


def machines_of(cluster: "Compute", count: int) -> tuple[Ref, ...]:
    """Some machines that began in the cluster and still exist."""
    frame, hosts = cluster.frame, cluster.frame.layout.hosts
    indexes = (host + turn * hosts for turn in range(4) for host in cluster.host_indexes)
    exist = (n for n in indexes if n < frame.machine_count and n not in frame.overlay.removed)
    return tuple(machine_ref(n) for n, _ in zip(exist, range(count), strict=False))


def groups(cluster: "Compute") -> tuple[Group, ...]:
    """Licensed hosts and the machines that may run there, front ends, back ends."""
    if not has_rules(cluster):
        return ()
    machines = machines_of(cluster, 8)
    licensed = list(cluster.host_indexes)[: (len(cluster.host_indexes) + 1) // 2]
    return (
        Group("ClusterHostGroup", "licensed-hosts", tuple(host_ref(n) for n in licensed)),
        Group("ClusterVmGroup", "sql <licensed> & co", machines[:3]),
        Group("ClusterVmGroup", "front", machines[3:5]),
        Group("ClusterVmGroup", "empty", ()),
    )


def rules(cluster: "Compute") -> tuple[Rule, ...]:
    """One of each type."""
    if not has_rules(cluster):
        return ()
    number = cluster.cluster or 0
    machines = machines_of(cluster, 8)
    identity = cluster.frame.identity

    def made(
        kind: str, key: int, name: str, *, enabled: bool = True, mandatory: bool = False
    ) -> Rule:
        dice = roll(identity.seed, identity.number, "rule", number, key)
        is_met = None if not enabled else dice[20] % 9 != 0
        return Rule(kind, key, name, enabled, mandatory, is_met, uuid_text(dice))

    return (
        made("ClusterAffinityRuleSpec", 1, "web with cache")._replace(machines=machines[5:7]),
        made(
            "ClusterAntiAffinityRuleSpec", 2, "dc1 apart from dc2", enabled=number % 3 != 1
        )._replace(machines=machines[:2]),
        made("ClusterVmHostRuleInfo", 3, "SQL only where licensed", mandatory=True)._replace(
            vm_group="sql <licensed> & co", affine="licensed-hosts"
        ),
        made("ClusterDependencyRuleInfo", 4, "front after SQL")._replace(
            vm_group="front", depends_on="sql <licensed> & co"
        ),
    )
