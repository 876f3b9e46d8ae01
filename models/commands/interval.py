"""How often a vCenter is synced, and how often all of its devices are read."""

from dataclasses import dataclass

from sqlalchemy import func, select, update

from models.commands.transaction import Primary, clock_plus, transaction
from models.vcenter import VCenter
from runtime.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Intervals:
    """What holds for one vCenter; heavy None: the agents' setting."""

    interval_seconds: int
    heavy_seconds: int | None


async def set_intervals(
    engine: Primary,
    name: str,
    *,
    interval_seconds: int | None = None,
    heavy_seconds: tuple[int | None] | None = None,
) -> Intervals:
    """Change what is given, leave what is None, and return what holds now.

    The next sync comes no later than one new interval from now. `heavy_seconds` wraps its value,
    which may be None itself.

    Raises:
        NotFoundError: no vCenter has this name.
    """
    own = VCenter.name == name
    async with transaction(engine) as connection:
        if interval_seconds is not None:
            soon = func.least(VCenter.next_sync_at, clock_plus(interval_seconds))
            await connection.execute(
                update(VCenter)
                .where(own)
                .values(interval_seconds=interval_seconds, next_sync_at=soon)
            )
        if heavy_seconds is not None:
            await connection.execute(
                update(VCenter).where(own).values(heavy_interval_seconds=heavy_seconds[0])
            )
        now = select(VCenter.interval_seconds, VCenter.heavy_interval_seconds).where(own)
        row = (await connection.execute(now)).one_or_none()
    if row is None:
        raise NotFoundError(f"no vCenter is registered by the name {name!r}")
    return Intervals(*row)
