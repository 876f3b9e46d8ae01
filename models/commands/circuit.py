"""The circuit of a vCenter: after some failures in a row it is left alone for a while.

    closed ──`failures` in a row──► open for base, 2 x base, … max ──over──► half-open: one run
       ▲                              ▲                                        │
       └──── a sync succeeds          └────────────── it fails ────────────────┘

Only what the schedule asks for waits: a person's request is carried out, and is the one run. One
run at a time is what the queue guarantees anyway, so half-open needs no state of its own.
"""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from models.commands.transaction import clock_plus
from models.vcenter import VCenter

MOST_DOUBLINGS = 32


@dataclass(frozen=True, slots=True)
class CircuitPolicy:
    """When circuits open, and for how long."""

    failures: int = 5
    base_seconds: float = 60.0
    max_seconds: float = 900.0


def open_seconds(failures_in_a_row: int, policy: CircuitPolicy) -> float:
    """Return for how long the circuit opens after so many failures in a row; 0: it stays closed.

    >>> [open_seconds(n, CircuitPolicy()) for n in (0, 4, 5, 6, 8, 9, 10_000)]
    [0.0, 0.0, 60.0, 120.0, 480.0, 900.0, 900.0]
    """
    beyond = failures_in_a_row - policy.failures
    if beyond < 0:
        return 0.0
    doubled: float = policy.base_seconds * 2 ** min(beyond, MOST_DOUBLINGS)
    return min(policy.max_seconds, doubled)


async def record_failure(
    connection: AsyncConnection, vcenter_id: int, policy: CircuitPolicy
) -> float:
    """Count a failure in the caller's transaction; return for how long the circuit opens by it."""
    own = update(VCenter).where(VCenter.id == vcenter_id)
    counted = own.values(failures_in_a_row=VCenter.failures_in_a_row + 1)
    failures = await connection.scalar(counted.returning(VCenter.failures_in_a_row))
    seconds = open_seconds(int(failures or 0), policy)
    if seconds:
        await connection.execute(own.values(circuit_open_until=clock_plus(seconds)))
    return seconds
