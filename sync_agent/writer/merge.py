"""The merge: everything one sync changes, in one short transaction, fenced by the lease.

    COPY into staging ─► history ─► objects ─► usage, details, edges, identifiers ─► marks
    ─► freshness ─► vCenter ─► run ─► lease still ours? ─► COMMIT

COPY comes first: an agent that freezes while it sends holds no lock on any row. Readers see the old
inventory or the new one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import orjson

from models.commands.sync_run import Claim
from models.edge import EDGE_TABLES
from models.enums import InventoryType, Tier, VCenterState
from runtime.errors import LeaseLostError
from sync_agent.records import About, Definitions, Problem, Proof
from sync_agent.writer import history
from sync_agent.writer import statements as sql
from sync_agent.writer.changes import ChangeSet
from sync_agent.writer.connection import Connection, Pool, database_errors
from sync_agent.writer.doubt import Doubt
from sync_agent.writer.evidence import record_evidence, record_permissions
from sync_agent.writer.layout import DETAILS, OBJECTS, USAGE
from sync_agent.writer.missing import Missing
from sync_agent.writer.outcome import Outcome, outcome_of
from sync_agent.writer.rebirth import IDENTITY, is_another
from sync_agent.writer.staging import stage
from sync_agent.writer.unread import mark_unread

TIMEOUTS = """
    SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true),
           set_config('idle_in_transaction_session_timeout', $3, true)"""


@dataclass(frozen=True, slots=True)
class MergeLimits:
    """How long the transaction may wait and take before PostgreSQL ends it."""

    lock_seconds: float = 5.0
    statement_seconds: float = 120.0
    idle_seconds: float = 20.0
    """Below the lease: an agent frozen in mid merge must not block its successor."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a verified scan says beside its pages."""

    about: About
    complete: Collection[InventoryType]
    """Types of which every page was read: only these can miss anything."""
    proof: Proof = field(default_factory=Proof)
    second_look: timedelta = timedelta(minutes=10)
    """How much later a scan must be to confirm what an earlier one did not find."""
    problems: Mapping[Problem, int] = field(default_factory=dict)
    """Properties that could not be read, and of how many objects."""
    attribute_definitions: Definitions | None = None
    """The custom attributes that the vCenter knows; None: not told, so what is stored is kept."""


async def apply(
    pool: Pool, claim: Claim, changes: ChangeSet, scan: Scan, limits: MergeLimits
) -> Outcome:
    """Write what changed and end the run, or leave everything as it was.

    Raises:
        LeaseLostError: another agent holds this vCenter now; nothing was written.
        DatabaseUnavailableError: the primary went away; nothing was written.
    """
    with database_errors():
        async with pool.acquire() as connection, connection.transaction():
            await connection.fetchrow(TIMEOUTS, *_milliseconds(limits))
            await stage(connection, changes)
            await _settle_unknown(connection, claim.vcenter_id, changes)
            await _tell_generations_apart(connection, claim.vcenter_id, changes)
            verdict = changes.verdict(scan.complete, scan.proof, scan.second_look)
            outcome = outcome_of(changes, verdict)
            tracked = await history.load_tracked(connection, claim.vcenter_id)
            await history.record(connection, claim, changes, verdict.types, tracked)
            for merge in MERGES:
                await merge(connection, claim.vcenter_id, changes)
            await _mark(connection, claim.vcenter_id, changes, verdict.types)
            await record_evidence(connection, claim, changes.stored, verdict)
            await _record_freshness(connection, claim, changes, outcome, scan.complete)
            await history.remember(connection, claim, changes, scan.complete, tracked)
            await _record_problems(connection, claim.vcenter_id, changes, scan)
            await _record_contact(connection, claim.vcenter_id, scan, verdict.doubt)
            await record_permissions(connection, claim, changes.stored, scan.proof, verdict)
            await _end(connection, claim, changes, outcome)
    return outcome


def _milliseconds(limits: MergeLimits) -> tuple[str, str, str]:
    lock, statement, idle = (
        f"{seconds * 1000:.0f}ms"
        for seconds in (limits.lock_seconds, limits.statement_seconds, limits.idle_seconds)
    )
    return lock, statement, idle


async def _settle_unknown(connection: Connection, vcenter_id: int, changes: ChangeSet) -> None:
    """Let unknown columns keep their values; where nothing else differs, nothing has changed.

    The hash of a record covers what is unknown, so it alone cannot tell.
    """
    for type_, layout in OBJECTS.items():
        found = changes.types[type_]
        if found.has_unknown:
            await connection.execute(sql.keep_unknown(layout), vcenter_id)
            moved = [row[0] for row in await connection.fetch(sql.links_moved(type_), vcenter_id)]
            for row in await connection.fetch(sql.drop_unchanged(layout), vcenter_id, moved):
                del found.updated[row["moid"]]


async def _tell_generations_apart(
    connection: Connection, vcenter_id: int, changes: ChangeSet
) -> None:
    """Find moids that are another object by now; what belonged to the old one goes."""
    for type_, identity in IDENTITY.items():
        found, layout = changes.types[type_], OBJECTS[type_]
        if not found.updated:
            continue
        rows = await connection.fetch(sql.changed_identity(layout, identity), vcenter_id)
        found.reborn = {moid for moid, *parts in rows if is_another(parts[:2], parts[2:])}
        if not found.reborn:
            continue
        await connection.execute(sql.forget_kept(layout), sorted(found.reborn))
        await _drop_parts(connection, vcenter_id, type_, changes)


async def _drop_parts(
    connection: Connection, vcenter_id: int, type_: InventoryType, changes: ChangeSet
) -> None:
    """Delete what the scan has nothing new in place of: it belonged to another object."""
    found = changes.types[type_]
    for statement in sql.forget_deleted(type_):
        await connection.execute(statement, vcenter_id, sorted(found.reborn))
    if type_ in USAGE:
        silent = [
            moid
            async for moid, record in found.updated.items()
            if moid in found.reborn and record.usage is None
        ]
        await connection.execute(sql.drop_parts(USAGE[type_]), vcenter_id, sorted(silent))
    for detail in DETAILS:
        if detail.type is type_:
            unread = sorted(found.reborn - changes.details[detail.key].records.moids())
            await connection.execute(sql.drop_parts(detail.layout), vcenter_id, unread)


async def _merge_objects(connection: Connection, vcenter_id: int, changes: ChangeSet) -> None:
    """Merge what was staged of objects; a table without changes is not touched."""
    for type_, layout in OBJECTS.items():
        if changes.types[type_].is_written:
            as_of, reborn = changes.stored.as_of, sorted(changes.types[type_].reborn)
            await connection.execute(sql.merge_objects(layout), vcenter_id, as_of, reborn)


async def _merge_numbers(connection: Connection, vcenter_id: int, changes: ChangeSet) -> None:
    """Merge volatile numbers and slower tiers."""
    for type_, layout in USAGE.items():
        if changes.types[type_].usage:
            await connection.execute(sql.merge_plain(layout, is_hashed=False), vcenter_id)
    for detail in DETAILS:
        if changes.details[detail.key].records:
            await connection.execute(sql.merge_plain(detail.layout, is_hashed=True), vcenter_id)


async def _merge_links(connection: Connection, vcenter_id: int, changes: ChangeSet) -> None:
    """Replace the edges and identifiers of changed objects."""
    for edge in EDGE_TABLES:
        if changes.types[edge.start].updated:
            await connection.execute(sql.drop_edges(edge), vcenter_id)
        if changes.types[edge.start].is_written:
            await connection.execute(sql.add_edges(edge), vcenter_id)
    is_detailed = any(found.records for found in changes.details.values())
    if is_detailed or any(found.is_written for found in changes.types.values()):
        await connection.execute(sql.DROP_IDENTIFIERS, vcenter_id)
        await connection.execute(sql.ADD_IDENTIFIERS, vcenter_id)


async def _quarantine(connection: Connection, vcenter_id: int, changes: ChangeSet) -> None:
    if changes.stored.quarantined:
        await connection.execute(sql.FREE_FROM_QUARANTINE, vcenter_id)
    if changes.quarantined:
        await connection.execute(sql.QUARANTINE_OBJECTS, vcenter_id, changes.stored.as_of)


MERGES = (_merge_objects, _merge_numbers, mark_unread, _merge_links, _quarantine)


async def _mark(
    connection: Connection,
    vcenter_id: int,
    changes: ChangeSet,
    missing: Mapping[InventoryType, Missing],
) -> None:
    as_of = changes.stored.as_of
    for type_, layout in OBJECTS.items():
        if again := changes.found_again(type_):
            await connection.execute(sql.mark_found(layout), vcenter_id, again)
        marks = missing.get(type_, Missing())
        if marks.newly:
            moids = sorted(marks.newly)
            await connection.execute(sql.mark_missing(layout), vcenter_id, as_of, moids)
        if marks.confirmed:
            moids = sorted(marks.confirmed)
            await connection.execute(sql.mark_deleted(layout), vcenter_id, as_of, moids)
            for statement in sql.forget_deleted(type_):
                await connection.execute(statement, vcenter_id, moids)


async def _record_freshness(
    connection: Connection,
    claim: Claim,
    changes: ChangeSet,
    outcome: Outcome,
    complete: Collection[InventoryType],
) -> None:
    vcenter_id, run_id, as_of = claim.vcenter_id, claim.run_id, changes.stored.as_of
    rows = [
        (vcenter_id, as_of, type_, Tier.LIGHT, run_id, int(of_type.has_changed), of_type.present,
         of_type.suspect)
        for type_, of_type in outcome.types.items()
        if type_ in complete
    ]  # fmt: skip
    raised = [
        (vcenter_id, type_, Tier.LIGHT, run_id)
        for type_, of_type in outcome.types.items()
        if type_ not in complete and of_type.has_changed
    ]
    for (type_, tier), found in changes.details.items():
        if found.is_complete and type_ in complete:
            present, epoch = outcome.types[type_].present, int(bool(found.rows_written))
            rows.append((vcenter_id, as_of, type_, tier, run_id, epoch, present, None))
        elif found.rows_written:
            raised.append((vcenter_id, type_, tier, run_id))
    await connection.executemany(sql.RECORD_STATE, rows)
    await connection.executemany(sql.RAISE_EPOCH, raised)


async def _record_problems(
    connection: Connection, vcenter_id: int, changes: ChangeSet, scan: Scan
) -> None:
    """Replace what could not be read of the tiers that were read to the end."""
    whole = [(type_, Tier.LIGHT) for type_ in scan.complete]
    whole += [key for key, found in changes.details.items() if found.is_complete]
    whole = [(type_, tier) for type_, tier in whole if type_ in scan.complete]
    met: dict[tuple[str, str, str], tuple[Tier, int]] = {}
    for problem, count in scan.problems.items():
        if problem.type in scan.complete:  # what two tiers met is that of the first
            met.setdefault((problem.type, problem.path, problem.fault), (problem.tier, count))
    keys = ([type_ for type_, _ in whole], [tier for _, tier in whole])
    columns = [list(column) for column in zip(*met, strict=True)] or [[], [], []]
    await connection.execute(sql.FORGET_PROBLEMS, vcenter_id, *keys, *columns)
    if met:
        tiers, counts = zip(*met.values(), strict=True)
        more = (list(tiers), list(counts), *keys)
        as_of = changes.stored.as_of
        await connection.execute(sql.RECORD_PROBLEMS, vcenter_id, as_of, *columns, *more)


async def _record_contact(
    connection: Connection, vcenter_id: int, scan: Scan, doubt: Doubt | None
) -> None:
    about = scan.about
    said = (about.version, about.build, about.api_version, about.full_name)
    reason = doubt.message if doubt else None
    await connection.execute(sql.RECORD_CONTACT, vcenter_id, *said, VCenterState.CONNECTED, reason)
    await connection.execute(sql.CLOSE_CIRCUIT, vcenter_id)
    if scan.attribute_definitions is not None:
        known = orjson.dumps(scan.attribute_definitions).decode()
        await connection.execute(sql.RECORD_ATTRIBUTES, vcenter_id, known)


async def _end(connection: Connection, claim: Claim, changes: ChangeSet, outcome: Outcome) -> None:
    """End the run and make sure, last of all, that this vCenter is still ours."""
    lease, doubt = claim.lease, outcome.doubt
    why = (doubt.code, doubt.message) if doubt else (None, None)
    told = (outcome.state, changes.objects_read, outcome.json(), *why)
    ended = await connection.fetchval(sql.END_RUN, claim.run_id, lease.token, *told)
    held = await connection.fetchval(sql.HOLD_LEASE, lease.resource, lease.owner, lease.token)
    if ended is None or held is None:
        raise LeaseLostError
