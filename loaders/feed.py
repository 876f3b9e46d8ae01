"""The feed of changes: oldest first, and without gaps though syncs commit out of order.

A transaction that began early may commit late, so a reader who remembers how far it has read could
step over its rows. Only rows of transactions below `pg_snapshot_xmin` are shown: all of those have
ended. A standby knows it too.

Rows of one transaction carry the time it began; the partitions that a page may lie in follow from
the time in its cursor, less a margin that no merge outlasts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Integer, Select, bindparam, literal, literal_column, select, text
from sqlalchemy import tuple_ as row_of

from loaders.change import CHANGE, CHANGES
from loaders.condition import Condition, clause
from loaders.entity import visible
from loaders.reading import ReadLoader, Record

MARGIN = timedelta(days=1)
OLDEST_ACTIVE = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
ORDER = (CHANGES.c.xid, CHANGES.c.seq)

HEAD = text(f"""
    SELECT s.system_identifier::text || '.' || d.oid::text, {OLDEST_ACTIVE},
        (SELECT beat_at FROM heartbeat),
        (SELECT value::timestamptz FROM installation WHERE key = 'changes_purged_before')
    FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()
""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class Head:
    """Where the feed ends for this request's snapshot."""

    database: str
    """The database that numbers these transactions; another's numbers mean nothing to it."""
    oldest_active: int
    """Transactions from here on may be under way."""
    beat_at: datetime | None
    """The primary's clock as of the snapshot, at the latest."""
    purged_before: datetime | None
    """Changes recorded before are gone; None: none is."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the feed."""

    xid: int
    seq: int
    at: datetime | None
    """No later change was recorded earlier than this, less the margin; None: not known."""

    @property
    def not_before(self) -> datetime | None:
        """Return the moment from which partitions have to be read."""
        return None if self.at is None else self.at - MARGIN


@dataclass(frozen=True, slots=True)
class FeedKey:
    """One page of the feed."""

    first: int
    after: Position | None
    conditions: tuple[Condition, ...] = ()


class HeadOfFeed(ReadLoader[str, Head]):
    """Where the feed ends; the key says nothing, there is one feed."""

    async def batch_load_fn(self, keys: list[str]) -> list[Head]:
        """Ask the server that answers this request."""
        (row,) = await self.rows("head_of_feed", HEAD)
        return [Head(*row)] * len(keys)


class ChangesOfFeed(ReadLoader[FeedKey, list[Record]]):
    """The changes behind a position, and one more if there is a next page."""

    async def batch_load_fn(self, keys: list[FeedKey]) -> list[list[Record]]:
        """Load one page for each key."""
        return [list(await self.rows("changes_of_feed", page_of_feed(key))) for key in keys]


def page_of_feed(key: FeedKey) -> Select[tuple[object, ...]]:
    """Return the statement of one page."""
    rows = select(*visible(CHANGES)).where(CHANGES.c.xid < literal_column(OLDEST_ACTIVE))
    rows = rows.where(*(clause(CHANGE, condition) for condition in key.conditions))
    if key.after is not None:
        place = (literal(key.after.xid, BigInteger), literal(key.after.seq, BigInteger))
        rows = rows.where(row_of(*ORDER) > row_of(*place))
        if key.after.not_before is not None:
            rows = rows.where(CHANGES.c.at >= key.after.not_before)
    limit = bindparam(None, key.first + 1, Integer, literal_execute=True)
    page = rows.order_by(*ORDER).limit(limit).subquery("page")
    return CHANGE.rows_of(page).order_by(page.c.xid, page.c.seq)
