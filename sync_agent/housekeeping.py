"""What the leading scheduler tidies up: partitions made ahead, old changes dropped, rows purged.

And what one sync cannot see: which VM came where another went, maybe in another vCenter. Every step
is idempotent and bounded, so that a round is short and the next goes on where it ended.
"""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models.commands import change_partitions
from models.commands.lineage import link_lineage
from models.commands.purge import purge
from models.commands.transaction import Primary
from runtime.telemetry import meter
from sync_agent.settings import HousekeepingSettings

log = logging.getLogger(__name__)

Step = Callable[[], Coroutine[Any, Any, None]]

purged_rows = meter.create_counter(
    "vminer_purged_rows", description="Rows of deleted objects that were purged, by type."
)
stray_changes = meter.create_gauge(
    "vminer_changes_in_default_partition",
    description="Changes that no weekly partition took; anything but 0 wants a look.",
)
feed_delay = meter.create_gauge(
    "vminer_change_feed_delay",
    unit="s",
    description="Age of the oldest transaction that writes: changesSince shows nothing younger.",
)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is gone is remembered."""

    changes: timedelta
    deleted: timedelta

    @classmethod
    def of(cls, settings: HousekeepingSettings) -> "Retention":
        """Return what the settings say."""
        return cls(
            changes=timedelta(days=settings.history_days),
            deleted=timedelta(days=settings.purge_deleted_days),
        )


@dataclass(frozen=True, slots=True)
class Round:
    """Steps that are done one after another, now and again; one that fails keeps none from work."""

    name: str
    pause_seconds: float
    steps: tuple[Step, ...]


class Housekeeper:
    """Tidies up one database, round by round."""

    def __init__(self, engine: Primary, settings: HousekeepingSettings) -> None:
        self._engine = engine
        self._settings = settings
        self._keep = Retention.of(settings)

    @property
    def rounds(self) -> tuple[Round, ...]:
        """Return what is done how often."""
        tidy = (self.make_partitions, self.drop_partitions, self.purge, self.link, self.look)
        return (
            Round("housekeeping", self._settings.housekeeping_seconds, tidy),
            Round("lineage", self._settings.lineage_seconds, (self.link_recent,)),
        )

    async def make_partitions(self) -> None:
        """Make the partitions of the weeks to come."""
        ahead = self._settings.history_weeks_ahead
        if made := await change_partitions.make_partitions(self._engine, ahead=ahead):
            log.info("partitions made", extra={"partitions": [week.partition for week in made]})

    async def drop_partitions(self) -> None:
        """Drop the changes that are too old."""
        keep = self._keep.changes
        if dropped := await change_partitions.drop_partitions(self._engine, keep=keep):
            log.info(
                "old changes dropped", extra={"partitions": [week.partition for week in dropped]}
            )

    async def purge(self) -> None:
        """Remove some of the rows that were deleted long ago."""
        purged = await purge(
            self._engine,
            keep=self._keep.deleted,
            batch=self._settings.purge_batch,
            most=self._settings.purge_rows,
        )
        for type_, rows in purged.items():
            purged_rows.add(rows, {"type": type_})
        if purged:
            log.info("deleted objects purged", extra={"rows": purged.total()})

    async def link(self) -> None:
        """Tie VMs that came to all that went and may still have a match."""
        await self._link(None)

    async def link_recent(self) -> None:
        """Tie VMs that came to those that went since the round before, and a little longer."""
        seconds = self._settings.housekeeping_seconds + self._settings.lineage_seconds
        await self._link(timedelta(seconds=seconds))

    async def _link(self, gone: timedelta | None) -> None:
        within = timedelta(days=self._settings.lineage_days)
        linked = await link_lineage(self._engine, within=within, gone=gone)
        if linked.found or linked.taken_back:
            log.info(
                "lineage of VMs", extra={"found": linked.found, "taken_back": linked.taken_back}
            )

    async def look(self) -> None:
        """Measure what an operator should be told of."""
        health = await change_partitions.feed_health(self._engine)
        stray_changes.set(health.rows_in_default)
        feed_delay.set(health.oldest_writer_seconds)
        if health.rows_in_default:
            log.warning(
                "changes lie in the default partition", extra={"rows": health.rows_in_default}
            )
