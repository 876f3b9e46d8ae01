"""Lineage: which VM came where another went, maybe in another vCenter.

A VM that moves to another vCenter, or is registered again, gets another moid. No sync sees both
ends, and neither end is seen first by rule, so the leading scheduler compares them afterwards.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from models.commands.transaction import Primary, transaction
from models.enums import LineageEvidence

LEAST_EVIDENCE = 2
"""One sign is not enough: linked clones share a BIOS UUID, restored VMs an instance UUID."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What one look changed."""

    found: int
    """VMs of which it is known now, or known better, what they were before."""
    taken_back: int
    """Links to VMs that turned out not to have gone."""


# A copy beside a VM that is there is a copy, whatever it looked like while the VM was missing.
TAKE_BACK = text("""
    DELETE FROM vm_lineage l USING virtual_machines v
    WHERE v.vcenter_id = l.former_vcenter_id AND v.moid = l.former_moid
    AND v.generation = l.former_generation AND v.missing_since IS NULL""")


def _share(part: str, key: str) -> str:
    """Return the condition that a part of both VMs, `here` and `there`, has the same key."""
    return (
        f"EXISTS (SELECT FROM jsonb_array_elements(here.{part}) AS h"
        f" JOIN jsonb_array_elements(there.{part}) AS t ON h->>'{key}' = t->>'{key}'"
        f" WHERE h->>'{key}' > '')"
    )


AGREEMENT = {
    LineageEvidence.INSTANCE_UUID: "v.instance_uuid = g.instance_uuid",
    LineageEvidence.BIOS_UUID: "v.bios_uuid = g.bios_uuid",
    LineageEvidence.CREATED_AT: "v.created_at = g.created_at",
    LineageEvidence.DISK_UUID: _share("disks", "uuid"),
    LineageEvidence.MAC_ADDRESS: _share("nics", "mac_address"),
}
"""When a VM that came, `v`, agrees with one that went, `g`."""
EVIDENCE = ", ".join(f"CASE WHEN {when} THEN '{what}' END" for what, when in AGREEMENT.items())

# From the few that went, by their UUIDs in the index of identifiers, to those that are there.
LINK = text(f"""
    WITH gone AS (
        SELECT vcenter_id, moid, generation, name, instance_uuid, bios_uuid, created_at,
            missing_since
        FROM virtual_machines WHERE missing_since >= now() - 2 * CAST(:within AS interval)
    ), pair AS (
        SELECT DISTINCT g.vcenter_id AS former_vcenter_id, g.moid AS former_moid,
            i.vcenter_id, i.moid
        FROM gone g
        CROSS JOIN LATERAL (
            VALUES ('INSTANCE_UUID', g.instance_uuid::text), ('BIOS_UUID', g.bios_uuid::text)
        ) AS known (kind, value)
        JOIN identifiers i ON i.kind = known.kind AND i.value = known.value
        WHERE i.type = 'VirtualMachine'
    ), judged AS (
        SELECT v.vcenter_id, v.moid, v.generation, g.vcenter_id AS former_vcenter_id,
            g.moid AS former_moid, g.generation AS former_generation, g.name AS former_name,
            g.missing_since AS went_at, v.first_seen AS came_at,
            array_remove(ARRAY[{EVIDENCE}], NULL) AS evidence
        FROM pair p
        JOIN gone g ON g.vcenter_id = p.former_vcenter_id AND g.moid = p.former_moid
        JOIN virtual_machines v ON v.vcenter_id = p.vcenter_id AND v.moid = p.moid
        LEFT JOIN vm_hardware here ON here.vcenter_id = v.vcenter_id AND here.moid = v.moid
        LEFT JOIN vm_hardware there ON there.vcenter_id = g.vcenter_id AND there.moid = g.moid
        WHERE v.missing_since IS NULL
        AND v.first_seen BETWEEN g.missing_since - CAST(:within AS interval)
            AND g.missing_since + CAST(:within AS interval)
    )
    INSERT INTO vm_lineage AS l (vcenter_id, moid, generation, former_vcenter_id, former_moid,
        former_generation, former_name, went_at, came_at, evidence)
    SELECT DISTINCT ON (vcenter_id, moid) * FROM judged WHERE cardinality(evidence) >= :least
    ORDER BY vcenter_id, moid, cardinality(evidence) DESC,
        greatest(came_at - went_at, went_at - came_at), former_vcenter_id, former_moid
    ON CONFLICT (vcenter_id, moid) DO UPDATE SET generation = excluded.generation,
        former_vcenter_id = excluded.former_vcenter_id, former_moid = excluded.former_moid,
        former_generation = excluded.former_generation, former_name = excluded.former_name,
        went_at = excluded.went_at, came_at = excluded.came_at, evidence = excluded.evidence
    WHERE l.generation <> excluded.generation
    OR cardinality(l.evidence) < cardinality(excluded.evidence)""")  # noqa: S608


async def link_lineage(engine: Primary, *, within: timedelta) -> Linked:
    """Tie VMs that came to those that went, at most `within` before or after.

    Both must agree in a UUID and in one thing more. Of several that went, the one that agrees in
    most counts, then the one nearest in time. What is found already stays, unless more speaks for
    another. Idempotent.

    Raises:
        DatabaseUnavailableError: the primary is away; nothing was written.
    """
    async with transaction(engine) as connection:
        taken_back = await connection.execute(TAKE_BACK)
        found = await connection.execute(LINK, {"within": within, "least": LEAST_EVIDENCE})
    return Linked(int(found.rowcount), int(taken_back.rowcount))
