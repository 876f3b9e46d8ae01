"""Holding a vCenter while its sync runs: the lease is renewed in the background.

A lease that is lost, or that could not be renewed twice in a row, ends the sync at once: before
another agent may take the vCenter, this one has stopped.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

from models.commands.lease import HeldLease, renew
from models.commands.transaction import Primary
from runtime.errors import DatabaseUnavailableError, LeaseLostError

log = logging.getLogger(__name__)

FAILURES_ALLOWED = 1


@asynccontextmanager
async def held(
    engine: Primary, lease: HeldLease, *, seconds: float, renew_seconds: float
) -> AsyncIterator[None]:
    """Keep the lease during the block.

    Raises:
        LeaseLostError: it was lost, and the block was cancelled.
    """
    try:
        async with asyncio.TaskGroup() as group:
            keeper = group.create_task(
                _keep(engine, lease, seconds=seconds, renew_seconds=renew_seconds),
                name=f"keep {lease.resource}",
            )
            yield
            keeper.cancel()
    except BaseExceptionGroup as failures:
        raise _first(failures) from failures


async def _keep(
    engine: Primary, lease: HeldLease, *, seconds: float, renew_seconds: float
) -> NoReturn:
    failures = 0
    while True:
        await asyncio.sleep(renew_seconds)
        try:
            async with asyncio.timeout(renew_seconds / 2):
                is_held = await renew(engine, lease, seconds=seconds)
        except (DatabaseUnavailableError, TimeoutError) as error:
            failures += 1
            log.warning("lease not renewed", extra={"resource": lease.resource, "why": str(error)})
            if failures > FAILURES_ALLOWED:
                raise LeaseLostError("The lease could not be renewed twice in a row.") from error
            continue
        if not is_held:
            raise LeaseLostError
        failures = 0


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the one exception to go on with: a lost lease explains every other."""
    lost = failures.subgroup(LeaseLostError)
    group: BaseException = lost or failures
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group
