"""What requests ask for: a sample of an estate, the same for every system."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple
from uuid import UUID

from tests.benchmarks.peers.watched import Watched

SAMPLE = 20_000
SCOPE = 100
"""vCenters that the key of a run may see, if there are twice as many."""
SEED = "peers"
NEEDED = {"C1": "ip_address", "C2": "cluster_moid"}
"""What a VM must have to be asked for."""


class Drawn(NamedTuple):
    """A VM of the estate."""

    vcenter_id: int
    vcenter_uuid: UUID
    moid: str
    name: str
    cluster_moid: str | None
    ip_address: str | None

    @property
    def part(self) -> str:
        """Return a part of its name."""
        return self.name[-7:-2].lower()


class VCenter(NamedTuple):
    """A vCenter of the estate."""

    number: int
    name: str
    uuid: UUID


@dataclass(frozen=True, slots=True)
class Sample:
    """What is asked for, and what may be seen."""

    vcenters: Sequence[VCenter]
    """All."""
    scope: Sequence[VCenter]
    """Some of them."""
    machines: Sequence[Drawn]
    """VMs of those."""

    def several(self, question: str, count: int) -> list[Drawn]:
        """Return some of the VMs for a question, the same ones every time."""
        needed = NEEDED.get(question, "moid")
        fit = [machine for machine in self.machines if getattr(machine, needed) is not None]
        return Random(f"{SEED} {question}").choices(fit, k=count)


def sample(watched: Watched) -> Sample:
    """Return VMs of some vCenters, the same in every run over the same estate."""
    found = watched.fetch("SELECT id, name, instance_uuid FROM vcenters ORDER BY md5(name), name")
    vcenters = [VCenter(*row) for row in found]
    scope = vcenters[: min(SCOPE, max(1, len(vcenters) // 2))]
    rows = watched.fetch(
        "SELECT m.vcenter_id, v.instance_uuid, m.moid, m.name, m.cluster_moid, host(m.ip_address)"
        " FROM virtual_machines m JOIN vcenters v ON v.id = m.vcenter_id"
        " WHERE m.vcenter_id = ANY ($1) AND m.deleted_at IS NULL"
        f" ORDER BY md5(v.name || m.moid), v.name, m.moid LIMIT {SAMPLE}",
        [vcenter.number for vcenter in scope],
    )
    return Sample(vcenters, scope, [Drawn(*row) for row in rows])
