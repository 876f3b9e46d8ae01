"""Who a simulated vCenter is: name, versions, credentials, its share of the estate's numbers."""

from dataclasses import dataclass

from vminer.simulator.inventory.dice import roll, uuid_text
from vminer.simulator.inventory.words import RELEASES, SITES, Release

USERNAME = "vminer-reader@vsphere.local"
SPARE_MACHINES = 1_000  # numbers kept free per vCenter for machines added at run time


@dataclass(frozen=True, slots=True)
class Identity:
    """A vCenter's own facts, drawn from the seed and its number in the estate."""

    seed: int
    number: int
    first_machine: int = 0
    """The estate-wide number of its first machine: names, addresses and MACs count from here."""

    @property
    def site(self) -> str:
        """The short name of the place it stands in."""
        return SITES[self.number % len(SITES)]

    @property
    def name(self) -> str:
        """The host name an operator would register."""
        return f"vcsa-{self.site}-{self.number + 1:04d}"

    @property
    def instance_uuid(self) -> str:
        """about.instanceUuid: distinct for every vCenter, the same in every run of a seed."""
        return uuid_text(roll(self.seed, "vcenter", self.number))

    @property
    def release(self) -> Release:
        """Product version and build; versions vary over the estate."""
        return RELEASES[self.number % len(RELEASES)]

    @property
    def username(self) -> str:
        """The one account that may log in."""
        return USERNAME

    @property
    def password(self) -> str:
        """Each vCenter has its own."""
        return "Vm!" + roll(self.seed, "password", self.number)[:9].hex()

    @property
    def address(self) -> str:
        """What hosts report as summary.managementServerIp."""
        return f"192.168.{(self.number >> 8) & 255}.{self.number & 255}"


def identities(seed: int, sizes: list[int]) -> list[Identity]:
    """One identity per size, with numbers that never overlap."""
    found: list[Identity] = []
    first = 0
    for number, machines in enumerate(sizes):
        found.append(Identity(seed, number, first))
        first += machines + SPARE_MACHINES
    return found
