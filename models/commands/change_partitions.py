"""Partitions of `inventory_changes`: made weeks ahead, dropped when nothing in them is kept.

One process at a time, by an advisory lock. Every step is a short transaction that finds nothing to
do when it is done already, and gives up on a lock that is not free soon: the next round tries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from models.change_partition import DEFAULT_PARTITION, Week, expired, weeks_ahead, weeks_of
from models.commands.transaction import Primary, clock, transaction
from models.installation import Installation
from models.inventory_change import InventoryChange

LOCK_SECONDS = 2.0
UPKEEP_LOCK = 0x764D6368  # "vMch"
PURGED_BEFORE = "changes_purged_before"
"""Fact of the installation: changes recorded before that moment are gone."""

TABLE = InventoryChange.__tablename__
PARTITIONS = text(f"""
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '{TABLE}'::regclass""")  # noqa: S608
IN_DEFAULT = text(f"SELECT count(*) FROM {DEFAULT_PARTITION}")  # noqa: S608
OLDEST_WRITER = text("""
    SELECT coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)::float
    FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()""")


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """What makes the feed of changes late, or its partitions miss their purpose."""

    rows_in_default: int
    """Rows that no week took: the scheduler was late."""
    oldest_writer_seconds: float
    """Age of the oldest transaction that writes: the feed shows nothing younger."""


async def make_partitions(engine: Primary, *, ahead: int) -> list[Week]:
    """Make the partitions of this week and the next ones that do not exist; return them."""
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        existing, now = await _look(connection)
        absent = [week for week in weeks_ahead(now, ahead) if week not in existing]
        for week in absent:
            for statement in _make(week):
                await connection.execute(text(statement))
    return absent


async def expired_partitions(engine: Primary, *, keep: timedelta) -> list[Week]:
    """Return the partitions that `drop_partitions` would drop."""
    async with transaction(engine) as connection:
        existing, now = await _look(connection)
    return expired(existing, now, keep)


async def drop_partitions(engine: Primary, *, keep: timedelta) -> list[Week]:
    """Drop the partitions of which nothing is to be kept; return them."""
    weeks = await expired_partitions(engine, keep=keep)
    for week in weeks:
        async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
            await _look(connection)
            await connection.execute(text(f"DROP TABLE IF EXISTS {week.partition}"))
            await _note_purged(connection, week.ends)
    return weeks


async def feed_health(engine: Primary) -> FeedHealth:
    """Return what an operator should be told of."""
    async with transaction(engine) as connection:
        rows = await connection.scalar(IN_DEFAULT)
        seconds = await connection.scalar(OLDEST_WRITER)
    return FeedHealth(int(rows or 0), float(seconds or 0.0))


async def _look(connection: AsyncConnection) -> tuple[list[Week], datetime]:
    """Wait for whoever is at it; then return the weeks that exist, and the primary's clock."""
    await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPKEEP_LOCK})
    names: Iterable[str] = await connection.scalars(PARTITIONS)
    existing = weeks_of(names)
    now = await connection.scalar(select(clock()))
    assert now is not None
    return existing, now


def _make(week: Week) -> tuple[str, ...]:
    """Return the statements that make one partition, with the rows the default one holds of it.

    Attaching a table locks out nobody but those who use the default partition; creating it as a
    partition would lock out every merge. Merges that run meanwhile may fill the default partition
    further, so it is locked before its rows are moved.
    """
    begins, ends = week.begins.isoformat(), week.ends.isoformat()
    return (
        f"CREATE TABLE {week.partition} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        f"LOCK TABLE {DEFAULT_PARTITION} IN ACCESS EXCLUSIVE MODE",
        f"WITH moved AS (DELETE FROM {DEFAULT_PARTITION}"  # noqa: S608 - names are ours
        f" WHERE at >= '{begins}' AND at < '{ends}' RETURNING *)"
        f" INSERT INTO {week.partition} SELECT * FROM moved",
        f"ALTER TABLE {TABLE} ATTACH PARTITION {week.partition}"
        f" FOR VALUES FROM ('{begins}') TO ('{ends}')",
    )


async def _note_purged(connection: AsyncConnection, moment: datetime) -> None:
    new = insert(Installation).values(key=PURGED_BEFORE, value=moment.isoformat())
    later = new.on_conflict_do_update(
        index_elements=[Installation.key],
        set_={"value": new.excluded.value},
        where=Installation.value < new.excluded.value,  # both in UTC, so text compares like time
    )
    await connection.execute(later)
