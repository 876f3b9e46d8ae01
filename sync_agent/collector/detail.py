"""The slower tiers: which objects they read, what they ask for, and what makes a record of it."""

from collections.abc import Callable
from dataclasses import dataclass

from models.enums import InventoryType, Tier
from sync_agent.collector.guest import PATHS as GUEST_PATHS
from sync_agent.collector.guest import guest
from sync_agent.collector.hardware import LAYOUT_PATHS, hardware
from sync_agent.collector.hardware import PATHS as HARDWARE_PATHS
from sync_agent.collector.host_hardware import PATHS as HOST_PATHS
from sync_agent.collector.host_hardware import host_hardware
from sync_agent.collector.reply import RawObject
from sync_agent.collector.tree import Tree
from sync_agent.records import DetailPage, DetailRecord, Quarantined


@dataclass(frozen=True, slots=True)
class Reading:
    """How one slower tier of a type of object is read."""

    managed: str
    """The managed object it is read from."""
    paths: tuple[str, ...]
    build: Callable[[Tree, RawObject], DetailRecord | None]
    snapshot_paths: tuple[str, ...] = ()
    """Asked for beside of objects that have snapshots."""


READINGS: dict[tuple[InventoryType, Tier], Reading] = {
    (InventoryType.Host, Tier.HEAVY): Reading(
        "HostSystem", HOST_PATHS, lambda _tree, raw: host_hardware(raw)
    ),
    (InventoryType.VirtualMachine, Tier.HEAVY): Reading(
        "VirtualMachine",
        HARDWARE_PATHS,
        lambda tree, raw: hardware(raw, tree.networks),
        LAYOUT_PATHS,
    ),
    (InventoryType.VirtualMachine, Tier.GUEST): Reading(
        "VirtualMachine", GUEST_PATHS, lambda _tree, raw: guest(raw)
    ),
}


def detail_page(
    type_: InventoryType,
    build: Callable[[RawObject], DetailRecord | None],
    objects: list[RawObject],
) -> DetailPage:
    """Build the records of a page; an object with an odd part keeps the others, and says so."""
    records: list[DetailRecord] = []
    odd: list[Quarantined] = []
    for raw in objects:
        try:
            record = build(raw)
        except (ValueError, TypeError, AttributeError, IndexError) as error:
            odd.append(Quarantined(type_, raw.moid, str(error) or type(error).__name__))
            continue
        if record is not None:
            records.append(record)
            odd += [Quarantined(type_, raw.moid, problem) for problem in record.problems[:1]]
    return DetailPage(tuple(records), tuple(odd))
