"""Rows of slower tiers that could not be read again: they say since when they are out of date.

The tier's own `as_of` moves on when it was read of all objects that told. What a disconnected host
or VM told earlier stays stored, and would pass for as fresh as the rest. A row that is as it was is
written only where it begins or ceases to be unread.
"""
# ruff: noqa: S608

from sync_agent.writer.changes import ChangeSet
from sync_agent.writer.connection import Connection
from sync_agent.writer.layout import DETAILS, Layout


async def mark_unread(connection: Connection, vcenter_id: int, changes: ChangeSet) -> None:
    """Mark the rows that were due and did not come, and unmark those that came again."""
    as_of = changes.stored.as_of
    for detail in DETAILS:
        found = changes.details[detail.key]
        if found.unread:
            await connection.execute(_mark(detail.layout), vcenter_id, as_of, sorted(found.unread))
        if found.again:
            await connection.execute(_unmark(detail.layout), vcenter_id, sorted(found.again))


def _mark(layout: Layout) -> str:
    return (
        f"UPDATE {layout.table} SET unknown_since = $2"
        " WHERE vcenter_id = $1 AND moid = ANY($3::text[]) AND unknown_since IS NULL"
    )


def _unmark(layout: Layout) -> str:
    return (
        f"UPDATE {layout.table} SET unknown_since = NULL"
        " WHERE vcenter_id = $1 AND moid = ANY($2::text[])"
    )
