"""The table of evidence, and the permissions that are trusted, read and written with the merge."""

import orjson

from models.commands.sync_run import Claim
from models.enums import HoldReason, InventoryType
from sync_agent.records import Proof
from sync_agent.writer.connection import Connection
from sync_agent.writer.missing import Verdict
from sync_agent.writer.stored import StoredInventory, Suspicion

LOAD = """
    SELECT type, moid, reason, since, approved_at IS NOT NULL
    FROM suspected_missing WHERE vcenter_id = $1"""

LOAD_PERMISSIONS = "SELECT permissions FROM vcenters WHERE id = $1"

FORGET = """
    DELETE FROM suspected_missing s
    WHERE s.vcenter_id = $1 AND s.type = ANY($4::text[]) AND NOT EXISTS (
        SELECT FROM unnest($2::text[], $3::text[]) AS held (type, moid)
        WHERE held.type = s.type AND held.moid = s.moid
    )"""

# A row keeps its moment while its reason stays the same; an approval given meanwhile stays too.
HOLD = """
    INSERT INTO suspected_missing AS s (vcenter_id, type, moid, reason, since, run_id)
    SELECT $1, type, moid, $4, $5, $6 FROM unnest($2::text[], $3::text[]) AS held (type, moid)
    ON CONFLICT (vcenter_id, type, moid) DO UPDATE
    SET reason = excluded.reason, since = excluded.since, run_id = excluded.run_id
    WHERE s.reason <> excluded.reason"""

TRUST = """
    UPDATE vcenters SET permissions = $2::jsonb
    WHERE id = $1 AND permissions IS DISTINCT FROM $2::jsonb"""


async def load_evidence(connection: Connection, vcenter_id: int, stored: StoredInventory) -> None:
    """Add what is suspected, and the permissions of the last scan that was believed."""
    for type_, moid, reason, since, is_approved in await connection.fetch(LOAD, vcenter_id):
        suspicion = Suspicion(HoldReason(reason), since, is_approved)
        stored.types[InventoryType(type_)].suspected[moid] = suspicion
    text = await connection.fetchval(LOAD_PERMISSIONS, vcenter_id)
    if text is not None:
        stored.permissions = {moid: tuple(roles) for moid, roles in orjson.loads(text).items()}


async def record_evidence(
    connection: Connection, claim: Claim, stored: StoredInventory, verdict: Verdict
) -> None:
    """Replace the evidence by what this scan held back."""
    held = [
        (type_.value, moid)
        for type_, missing in verdict.types.items()
        for moid in sorted(missing.held)
    ]
    vcenter_id = claim.vcenter_id
    types, moids = [type_ for type_, _ in held], [moid for _, moid in held]
    if any(known.suspected for known in stored.types.values()):
        judged = [type_.value for type_ in verdict.types]
        await connection.execute(FORGET, vcenter_id, types, moids, judged)
    if held and verdict.doubt is not None:
        reason = verdict.doubt.reason
        await connection.execute(HOLD, vcenter_id, types, moids, reason, stored.as_of, claim.run_id)


async def record_permissions(
    connection: Connection, claim: Claim, stored: StoredInventory, proof: Proof, verdict: Verdict
) -> None:
    """Trust the permissions of this scan from now on, unless they are what it is doubted for."""
    is_doubted = verdict.doubt is not None and verdict.doubt.reason is HoldReason.PERMISSION
    now = proof.permissions
    if now is not None and now != stored.permissions and not is_doubted:
        await connection.execute(TRUST, claim.vcenter_id, orjson.dumps(now).decode())
