"""Cursors of the feed of changes: which database, how far, and when that was.

    base64url of ["7301….16384", 815, 3, "2026-11-24T12:00:00+00:00"]

Transactions are numbered by one database: in another the same numbers mean other changes, so a
cursor names its database and is refused elsewhere. The time says which partitions can hold what
comes next, and whether any of those is gone already.
"""

import json
from datetime import datetime

from loaders.feed import Head, Position
from resolvers.opaque import seal, unseal
from runtime.errors import ExpiredCursorError, ForeignCursorError, InvalidCursorError

LONGEST = 400
MOST = 2**63 - 1


def encode(database: str, position: Position) -> str:
    """Return the cursor of a place in the feed."""
    at = None if position.at is None else position.at.isoformat()
    raw = json.dumps([database, position.xid, position.seq, at], separators=(",", ":"))
    return seal(raw.encode())


def decode(text: str, head: Head) -> Position:
    """Return the place that a cursor names.

    Raises:
        InvalidCursorError: it is no cursor of a feed.
        ForeignCursorError: another database issued it.
        ExpiredCursorError: changes that follow it are purged.
    """
    try:
        database, xid, seq, at = json.loads(unseal(text, longest=LONGEST))
        position = Position(_number(xid), _number(seq), _moment(at))
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InvalidCursorError from None
    if database != head.database:
        raise ForeignCursorError
    if _has_expired(position, head.purged_before):
        raise ExpiredCursorError
    return position


def end_of(head: Head, after: Position | None = None) -> Position:
    """Return the place behind everything that the snapshot can show.

    A replica that lags must not send a reader back who has read further elsewhere.
    """
    latest = Position(head.oldest_active, 0, head.beat_at)
    if after is None:
        return latest
    known = [moment for moment in (after.at, latest.at) if moment is not None]
    xid, seq = max((latest.xid, latest.seq), (after.xid, after.seq))
    return Position(xid, seq, max(known, default=None))


def _has_expired(position: Position, purged_before: datetime | None) -> bool:
    if purged_before is None:
        return False
    return position.not_before is None or position.not_before < purged_before


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MOST:
        raise ValueError("not a number of a transaction")
    return value


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError("not a moment of ours")
    return moment
