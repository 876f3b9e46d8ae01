"""Which objects a container view shows while something keeps others out of sight."""

from vminer.simulator.inventory.ref import Ref
from vminer.simulator.trouble import TroubleKind, Troubles

INVISIBLE_EVERY = 50
WARMING_KINDS = frozenset({"HostSystem", "VirtualMachine"})
WARMING_SHARE = 0.5


def visible(refs: list[Ref], kinds: frozenset[str], troubles: Troubles) -> list[Ref]:
    """What is left of a view's objects under `empty`, `less_permission` and `warming_up`."""
    if troubles.take(TroubleKind.EMPTY, kinds=kinds or None):
        return []
    trouble = troubles.peek(TroubleKind.LESS_PERMISSION)
    if trouble is not None and (trouble.entity or "VirtualMachine") in kinds:
        refs = [ref for number, ref in enumerate(refs) if number % INVISIBLE_EVERY]
    if kinds & WARMING_KINDS:
        refs = refs[: len(refs) - _still_missing(len(refs), troubles)]
    return refs


def _still_missing(count: int, troubles: Troubles) -> int:
    trouble = troubles.peek(TroubleKind.WARMING_UP)
    if trouble is None:
        return 0
    left = trouble.times or 0
    share = float(trouble.value or WARMING_SHARE) * left / (left + trouble.struck or 1)
    troubles.count(trouble)
    return round(count * share)
