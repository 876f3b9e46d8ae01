"""How often a vCenter is synced, its slower tiers are read, and how long that may take."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from sqlalchemy import func, select, update

from models.commands.transaction import Primary, clock_plus, transaction
from models.vcenter import VCenter
from runtime.errors import NotFoundError

Own = Mapping[str, int | None]
"""Columns in which a vCenter may differ from the agents' settings; None: as the setting says."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """What holds for one vCenter, in seconds; None: the agents' setting."""

    interval_seconds: int
    heavy_interval_seconds: int | None
    guest_interval_seconds: int | None
    scan_timeout_seconds: int | None


async def set_intervals(
    engine: Primary, name: str, *, interval_seconds: int | None = None, own: Own | None = None
) -> Intervals:
    """Change what is given, leave what is not, and return what holds now.

    The next sync comes no later than one new interval from now.

    Raises:
        NotFoundError: no vCenter has this name.
    """
    this = VCenter.name == name
    columns = (getattr(VCenter, field.name) for field in fields(Intervals))
    async with transaction(engine) as connection:
        if interval_seconds is not None:
            soon = func.least(VCenter.next_sync_at, clock_plus(interval_seconds))
            values = {"interval_seconds": interval_seconds, "next_sync_at": soon}
            await connection.execute(update(VCenter).where(this).values(values))
        if own:
            await connection.execute(update(VCenter).where(this).values(dict(own)))
        row = (await connection.execute(select(*columns).where(this))).one_or_none()
    if row is None:
        raise NotFoundError(f"no vCenter is registered by the name {name!r}")
    return Intervals(*row)
