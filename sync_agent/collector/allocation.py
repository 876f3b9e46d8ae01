"""How much of a resource is set aside for a VM, or for a pool of them."""

from sync_agent.collector import value
from sync_agent.collector.table import Property, Within
from sync_agent.collector.value import Converter


def allocation(
    parent: str,
    resource: str,
    *,
    unit: str,
    level: Converter,
    more: tuple[Property, ...] = (),
) -> Within:
    """Return how a ResourceAllocationInfo of a resource, `cpu` or `memory`, is read.

    `unit`: in which the columns are, MHz as vSphere has it or bytes; `more`: what only some have.
    """
    is_memory = unit == "bytes"
    shares = (
        Property("shares", f"{resource}_shares", value.integer),
        Property("level", f"{resource}_shares_level", level),
    )
    return Within(
        f"{parent}.{resource}Allocation",
        (
            Property(
                "reservation",
                f"{resource}_reservation_{unit}",
                value.mebibytes if is_memory else value.integer,
            ),
            Property(
                "limit",
                f"{resource}_limit_{unit}",
                value.limit_mebibytes if is_memory else value.limit,
            ),
            *more,
            Within("shares", shares),
        ),
    )
