"""What requests ask for: a sample of an estate, the same for every system."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple
from uuid import UUID

from tests.benchmarks.peers.watched import Watched

SAMPLE = 20_000
SEED = "peers"


class Drawn(NamedTuple):
    """A VM of the estate."""

    vcenter_id: int
    vcenter_uuid: UUID
    moid: str
    name: str

    @property
    def part(self) -> str:
        """Return a part of its name."""
        return self.name[-7:-2].lower()


def sample(watched: Watched) -> list[Drawn]:
    """Return VMs of all vCenters, the same in every run over the same estate."""
    rows = watched.fetch(
        "SELECT m.vcenter_id, v.instance_uuid, m.moid, m.name FROM virtual_machines m"
        " JOIN vcenters v ON v.id = m.vcenter_id WHERE m.deleted_at IS NULL"
        f" ORDER BY md5(v.name || m.moid), v.name, m.moid LIMIT {SAMPLE}"
    )
    return [Drawn(*row) for row in rows]


def several(machines: Sequence[Drawn], query: str, count: int) -> list[Drawn]:
    """Return some of them for a query."""
    return Random(f"{SEED} {query}").choices(machines, k=count)
