"""The memory of a merge: what it changes is appended to `inventory_changes`, in its transaction.

Nothing is recorded of a type before a first complete scan of it is stored: that would be a million
objects "created" on the day vMiner was installed. Columns that an upgrade has added are compared
only from the second complete scan on, so no new version of a mapper invents a million "updates".
"""

from collections.abc import Collection, Mapping

from models.commands.sync_run import Claim
from models.enums import ChangeKind, InventoryType, Tier
from models.tracked import tracked_of, tracked_parts
from sync_agent.writer import change_statements as sql
from sync_agent.writer.changes import ChangeSet
from sync_agent.writer.connection import Connection
from sync_agent.writer.missing import Missing

Collected = tuple[InventoryType, Tier]
Tracked = Mapping[Collected, tuple[str, ...]]
"""The columns that complete scans have stored, by what was scanned."""

MACHINES = InventoryType.VirtualMachine
HARDWARE = (MACHINES, Tier.HEAVY)


def compared(now: tuple[str, ...], before: Collection[str]) -> tuple[str, ...]:
    """Return the columns to compare: those tracked now that the last complete scan stored.

    >>> compared(("name", "power_state", "added_since"), ("power_state", "name", "dropped"))
    ('name', 'power_state')
    """
    return tuple(column for column in now if column in before)


async def load_tracked(connection: Connection, vcenter_id: int) -> Tracked:
    """Read which columns have a past; of what was never scanned completely there is no entry."""
    rows = await connection.fetch(sql.KNOWN_TRACKED, vcenter_id)
    return {
        (InventoryType(type_), Tier(tier)): tuple(tracked or ()) for type_, tier, tracked in rows
    }


async def record(
    connection: Connection,
    claim: Claim,
    changes: ChangeSet,
    missing: Mapping[InventoryType, Missing],
    tracked: Tracked,
) -> None:
    """Append what the merge is about to change; call it before anything is merged."""
    vcenter_id, run_id = claim.vcenter_id, claim.run_id
    for type_, found in changes.types.items():
        marks, reborn = missing.get(type_, Missing()), sorted(found.reborn)
        if reborn:  # the old object went before the new one came
            statement = sql.record_marks(type_, ChangeKind.DELETED)
            await connection.execute(statement, vcenter_id, run_id, reborn)
        before = tracked.get((type_, Tier.LIGHT))
        if found.is_written and before is not None:
            statement = sql.record_objects(type_, compared(tracked_of(type_), before))
            await connection.execute(statement, vcenter_id, run_id, reborn)
        for kind, moids in (
            (ChangeKind.REAPPEARED, changes.found_again(type_)),
            (ChangeKind.MISSING, sorted(marks.newly)),
            (ChangeKind.DELETED, sorted(marks.confirmed)),
        ):
            if moids:
                statement = sql.record_marks(type_, kind)
                await connection.execute(statement, vcenter_id, run_id, moids)
    keys = compared(tracked_parts(), tracked.get(HARDWARE, ()))
    if changes.details[HARDWARE].records and keys:
        reborn = sorted(changes.types[MACHINES].reborn)
        await connection.execute(sql.record_hardware(keys), vcenter_id, run_id, reborn)


async def remember(
    connection: Connection,
    claim: Claim,
    changes: ChangeSet,
    complete: Collection[InventoryType],
    tracked: Tracked,
) -> None:
    """Note which columns have a past from now on; call it once the freshness is recorded."""
    stored = {(type_, Tier.LIGHT): tracked_of(type_) for type_ in complete}
    if changes.details[HARDWARE].is_complete and MACHINES in complete:
        stored[HARDWARE] = tracked_parts()
    rows = [
        (claim.vcenter_id, type_, tier, list(columns))
        for (type_, tier), columns in stored.items()
        if tracked.get((type_, tier)) != columns
    ]
    if rows:
        await connection.executemany(sql.REMEMBER_TRACKED, rows)
