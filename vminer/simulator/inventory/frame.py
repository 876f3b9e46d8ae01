"""What every object of one vCenter is computed from: identity, layout and changes."""

from dataclasses import dataclass, field

from vminer.simulator.inventory.change import Overlay
from vminer.simulator.inventory.identity import Identity
from vminer.simulator.inventory.layout import Layout


@dataclass(slots=True)
class Frame:
    """Handed to every object; holds no object itself."""

    identity: Identity
    layout: Layout
    overlay: Overlay = field(default_factory=Overlay)

    @property
    def machine_count(self) -> int:
        """Indexes run up to here, removed ones included."""
        return self.layout.machines + self.overlay.added

    def machine_indexes(self) -> list[int]:
        """The machines that exist now, oldest first."""
        removed = self.overlay.removed
        return [index for index in range(self.machine_count) if index not in removed]

    def host_connection(self, host: int) -> str:
        """One host in 50 is disconnected, one does not respond; until that is changed."""
        seeded = {7: "disconnected", 9: "notResponding"}.get(host % 50, "connected")
        return self.overlay.host_connections.get(host, seeded)


def datastore_name(frame: Frame, index: int) -> str:
    """Datastore paths carry it too."""
    cluster = frame.layout.cluster_of_datastore(index)
    where = "shared" if cluster is None else f"cl{cluster + 1:02d}"
    return f"ds-{frame.identity.site}-{where}-{index + 1:03d}"
