"""What every managed entity has."""

from collections.abc import Mapping
from typing import Protocol

from vminer.simulator.inventory.ref import Ref

NOTHING_HIDDEN: Mapping[str, str] = {}


class Entity(Protocol):
    """A folder, a host, a machine, …"""

    @property
    def ref(self) -> Ref:
        """Its type and moid."""

    @property
    def name(self) -> str:
        """As on the wire: %, / and \\ percent-encoded."""

    @property
    def parent(self) -> Ref | None:
        """The entity that holds it."""

    @property
    def overall_status(self) -> str:
        """green, yellow, red or gray."""

    @property
    def hidden(self) -> Mapping[str, str]:
        """Property paths that cannot be read now, with the fault that says why."""
