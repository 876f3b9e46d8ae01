"""Standard networks, distributed port groups and the switch behind them."""

from collections.abc import Mapping

from vminer.simulator.inventory.dice import roll
from vminer.simulator.inventory.entity import NOTHING_HIDDEN
from vminer.simulator.inventory.frame import Frame
from vminer.simulator.inventory.hardware import network_name
from vminer.simulator.inventory.moid import network_ref, switch_ref, top_folder_ref
from vminer.simulator.inventory.ref import Ref


class Network:
    """A datacenter's standard network (number -1) or one of its distributed port groups."""

    overall_status = "green"
    hidden: Mapping[str, str] = NOTHING_HIDDEN

    def __init__(self, frame: Frame, datacenter: int, number: int) -> None:
        self.frame = frame
        self.datacenter = datacenter
        self.number = number

    @property
    def ref(self) -> Ref:
        return network_ref(self.datacenter, self.number)

    @property
    def name(self) -> str:
        return network_name(self.number)

    @property
    def parent(self) -> Ref | None:
        return top_folder_ref("n", self.datacenter)

    @property
    def switch(self) -> Ref:
        return switch_ref(self.datacenter)


class Switch:
    """A distributed switch."""

    overall_status = "green"
    hidden: Mapping[str, str] = NOTHING_HIDDEN

    def __init__(self, frame: Frame, datacenter: int) -> None:
        self.frame = frame
        self.datacenter = datacenter

    @property
    def ref(self) -> Ref:
        return switch_ref(self.datacenter)

    @property
    def name(self) -> str:
        return f"dvs-{self.frame.identity.site}-{self.datacenter + 1}"

    @property
    def parent(self) -> Ref | None:
        return top_folder_ref("n", self.datacenter)

    @property
    def uuid(self) -> str:
        return switch_uuid(self.frame, self.datacenter)


def switch_uuid(frame: Frame, datacenter: int) -> str:
    """Spelled the way vSphere spells switch UUIDs."""
    digits = roll(frame.identity.seed, frame.identity.number, "dvs", datacenter)[:16].hex()
    pairs = [digits[at : at + 2] for at in range(0, 32, 2)]
    return " ".join(pairs[:8]) + "-" + " ".join(pairs[8:])
