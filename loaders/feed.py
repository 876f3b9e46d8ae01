"""The feed of changes: oldest first, and without gaps though syncs commit out of order.

A transaction that began early may commit late, so a reader who remembers how far it has read could
step over its rows. Only rows of transactions below `pg_snapshot_xmin` are shown: all of those have
ended. A standby knows it too.

Rows of one transaction carry the time it began; the partitions that a page may lie in follow from
the time in its cursor, less a margin that no merge outlasts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy import tuple_ as row_of

from loaders.change import CHANGE, CHANGES
from loaders.condition import Where
from loaders.entity import visible
from loaders.reading import ReadLoader, Record
from loaders.scope import estate_wide
from loaders.where import clause

MARGIN = timedelta(days=1)
STRETCH = 20_000
"""Changes that one page of a narrowed feed looks through; else a rare one costs all there are."""
OLDEST_ACTIVE = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
ORDER = (CHANGES.c.xid, CHANGES.c.seq)

HEAD = estate_wide(
    text(f"""
    SELECT s.system_identifier::text || '.' || d.oid::text, {OLDEST_ACTIVE},
        (SELECT beat_at FROM heartbeat),
        (SELECT value::timestamptz FROM installation WHERE key = 'changes_purged_before')
    FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()
""")  # noqa: S608
)


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
    conditions: tuple[Where, ...] = ()
    until: Position | None = None
    """Where the page has to end, found or not; None: nowhere before the feed's end."""


class HeadOfFeed(ReadLoader[str, Head]):
    """Where the feed ends; the key says nothing, there is one feed."""

    async def batch_load_fn(self, keys: list[str]) -> list[Head]:
        """Ask the server that answers this request."""
        (row,) = await self.rows("head_of_feed", HEAD)
        return [Head(*row)] * len(keys)


class StretchOfFeed(ReadLoader[FeedKey, Position | None]):
    """Where a page has to end that only shows some of the changes; None: it may reach the end."""

    async def batch_load_fn(self, keys: list[FeedKey]) -> list[Position | None]:
        """Look for the end of each page's stretch."""
        found = [await self.rows("stretch_of_feed", end_of_stretch(key)) for key in keys]
        return [Position(*rows[0]) if rows else None for rows in found]


class ChangesOfFeed(ReadLoader[FeedKey, list[Record]]):
    """The changes behind a position, and one more if there is a next page."""

    async def batch_load_fn(self, keys: list[FeedKey]) -> list[list[Record]]:
        """Load one page for each key."""
        return [list(await self.rows("changes_of_feed", page_of_feed(key))) for key in keys]


def end_of_stretch(key: FeedKey) -> Select[Any]:
    """Return the statement of the last change that a page may look at, if there are that many.

    Of all changes, also of those that conditions or the caller's scope leave out: it bounds what a
    page looks through, and a place in the feed tells nothing of what stands there.
    """
    places = select(*ORDER, CHANGES.c.at).where(*_behind(key.after))
    last = bindparam(None, STRETCH - 1, Integer, literal_execute=True)
    places = places.order_by(*ORDER).offset(last).limit(bindparam(None, 1, literal_execute=True))
    return estate_wide(places)


def page_of_feed(key: FeedKey) -> Select[Any]:
    """Return the statement of one page."""
    rows = select(*visible(CHANGES)).where(*_behind(key.after))
    rows = rows.where(*(clause(CHANGE, condition) for condition in key.conditions))
    if key.until is not None:
        rows = rows.where(row_of(*ORDER) <= _place(key.until))
    limit = bindparam(None, key.first + 1, Integer, literal_execute=True)
    page = rows.order_by(*ORDER).limit(limit).subquery("page")
    return CHANGE.rows_of(page).order_by(page.c.xid, page.c.seq)


def _behind(after: Position | None) -> list[ColumnElement[bool]]:
    """Return the conditions of changes that can be shown and follow a place."""
    conditions = [CHANGES.c.xid < literal_column(OLDEST_ACTIVE)]
    if after is not None:
        conditions.append(row_of(*ORDER) > _place(after))
        if after.not_before is not None:
            conditions.append(CHANGES.c.at >= after.not_before)
    return conditions


def _place(position: Position) -> ColumnElement[Any]:
    return row_of(literal(position.xid, BigInteger), literal(position.seq, BigInteger))
