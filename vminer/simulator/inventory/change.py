"""What was changed since the start: the only inventory that is stored."""

from dataclasses import dataclass, field
from datetime import datetime

from vminer.simulator.inventory.identity import Identity


@dataclass(frozen=True, slots=True)
class Origin:
    """Which machine of which vCenter it was at first: what is drawn for it is drawn of these."""

    identity: Identity
    index: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot; `parent` is another one's number."""

    number: int
    parent: int | None
    name: str
    description: str
    created: datetime
    power_state: str
    quiesced: bool


@dataclass(slots=True)
class MachineChange:
    """How one machine differs from what its seed says; None means it does not."""

    name: str | None = None
    annotation: str | None = None
    memory_mb: int | None = None
    power_state: str | None = None
    host: int | None = None
    snapshots: tuple[Snapshot, ...] | None = None
    config_version: int = 0
    """How often its configuration changed; config.changeVersion moves with it."""
    life: int = 0
    """How many machines carried its moid before it."""
    origin: Origin | None = None
    """Where it came from; None: it was always here."""
    usage_shift: int = 0
    """Moves the volatile numbers (usage, uptime)."""


UNCHANGED = MachineChange()


@dataclass(slots=True)
class Overlay:
    """All changes of one vCenter; `version` counts them, so that indexes know when they are old."""

    machines: dict[int, MachineChange] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    added: int = 0
    free_space: dict[int, int] = field(default_factory=dict)
    host_connections: dict[int, str] = field(default_factory=dict)
    version: int = 0
    tick: int = 0
    """Moves every volatile number of the vCenter at once."""

    def machine(self, index: int) -> MachineChange:
        """For reading."""
        return self.machines.get(index, UNCHANGED)

    def edit(self, index: int, *, config: bool = False) -> MachineChange:
        """For writing; `config` says that config.changeVersion must move."""
        change = self.machines.setdefault(index, MachineChange())
        change.config_version += config
        self.version += 1
        return change
