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
MOST_CARRIERS = 20
"""A UUID that more VMs carry is that of a template, and says nothing of one of them."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What one look changed."""

    found: int = 0
    """VMs of which it is known now, or known better, what they were before."""
    taken_back: int = 0
    """Links to VMs that turned out not to have gone."""


WHERE_FROM = text("""
    SELECT DISTINCT vcenter_id FROM virtual_machines
    WHERE missing_since >= now() - CAST(:gone AS interval) ORDER BY vcenter_id""")

# A copy beside a VM that is there is a copy, whatever it looked like while the VM was missing.
TAKE_BACK = text("""
    DELETE FROM vm_lineage l WHERE (
        SELECT v.missing_since IS NULL FROM virtual_machines v
        WHERE v.vcenter_id = l.former_vcenter_id AND v.moid = l.former_moid
        AND v.generation = l.former_generation
    )""")


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


# From the few that went, by their UUIDs in the index of identifiers, to those that are there. Each
# LIMIT makes a look-up by key of what the planner would take for a join of whole tables.
LINK = text(f"""
    WITH gone AS (
        SELECT vcenter_id, moid, generation, name, instance_uuid, bios_uuid, created_at,
            missing_since
        FROM virtual_machines
        WHERE vcenter_id = :vcenter_id AND missing_since >= now() - CAST(:gone AS interval)
        AND is_ft_secondary IS NOT TRUE
    ), pair AS (
        SELECT DISTINCT g.*, i.vcenter_id AS new_vcenter_id, i.moid AS new_moid FROM gone g
        CROSS JOIN LATERAL (
            VALUES ('INSTANCE_UUID', g.instance_uuid::text), ('BIOS_UUID', g.bios_uuid::text)
        ) AS known (kind, value)
        CROSS JOIN LATERAL (
            SELECT few.*, count(*) OVER () AS carriers FROM (
                SELECT vcenter_id, moid FROM identifiers
                WHERE kind = known.kind AND value = known.value AND type = 'VirtualMachine'
                LIMIT {MOST_CARRIERS + 1}
            ) AS few
        ) AS i
        WHERE i.carriers <= {MOST_CARRIERS}
    ), judged AS (
        SELECT v.vcenter_id, v.moid, v.generation, g.vcenter_id AS former_vcenter_id,
            g.moid AS former_moid, g.generation AS former_generation, g.name AS former_name,
            g.missing_since AS went_at, v.first_seen AS came_at,
            array_remove(ARRAY[{EVIDENCE}], NULL) AS evidence
        FROM pair g
        CROSS JOIN LATERAL (
            SELECT vcenter_id, moid, generation, instance_uuid, bios_uuid, created_at, first_seen
            FROM virtual_machines w
            WHERE w.vcenter_id = g.new_vcenter_id AND w.moid = g.new_moid
            AND w.missing_since IS NULL AND w.is_ft_secondary IS NOT TRUE LIMIT 1
        ) AS v
        LEFT JOIN LATERAL (
            SELECT disks, nics FROM vm_hardware h
            WHERE h.vcenter_id = v.vcenter_id AND h.moid = v.moid LIMIT 1
        ) AS here ON true
        LEFT JOIN LATERAL (
            SELECT disks, nics FROM vm_hardware h
            WHERE h.vcenter_id = g.vcenter_id AND h.moid = g.moid LIMIT 1
        ) AS there ON true
        WHERE v.first_seen BETWEEN g.missing_since - CAST(:within AS interval)
            AND g.missing_since + CAST(:within AS interval)
    ), best AS (
        SELECT DISTINCT ON (vcenter_id, moid) * FROM judged
        WHERE cardinality(evidence) >= {LEAST_EVIDENCE}
        ORDER BY vcenter_id, moid, cardinality(evidence) DESC,
            greatest(came_at - went_at, went_at - came_at), former_moid
    )
    INSERT INTO vm_lineage AS l (vcenter_id, moid, generation, former_vcenter_id, former_moid,
        former_generation, former_name, went_at, came_at, evidence)
    SELECT * FROM best
    ON CONFLICT (vcenter_id, moid) DO UPDATE SET generation = excluded.generation,
        former_vcenter_id = excluded.former_vcenter_id, former_moid = excluded.former_moid,
        former_generation = excluded.former_generation, former_name = excluded.former_name,
        went_at = excluded.went_at, came_at = excluded.came_at, evidence = excluded.evidence
    WHERE l.generation <> excluded.generation OR
        (cardinality(excluded.evidence),
            -greatest(excluded.came_at - excluded.went_at, excluded.went_at - excluded.came_at))
        > (cardinality(l.evidence), -greatest(l.came_at - l.went_at, l.went_at - l.came_at))""")  # noqa: S608


async def link_lineage(
    engine: Primary, *, within: timedelta, gone: timedelta | None = None
) -> Linked:
    """Tie VMs that came to those that went, at most `within` before or after.

    `gone`: looks only at what went so recently; None: at all that may still have a match, and takes
    links back whose former VM is there again.

    Both must agree in a UUID and in one thing more. Of several that went, the one that agrees in
    most counts, then the one nearest in time. Idempotent; one short transaction for each vCenter
    that something went from.

    Raises:
        DatabaseUnavailableError: the primary is away; what was written stays.
    """
    since = 2 * within if gone is None else gone
    taken_back = found = 0
    if gone is None:
        async with transaction(engine) as connection:
            taken_back = int((await connection.execute(TAKE_BACK)).rowcount)
    async with transaction(engine) as connection:
        left = list(await connection.scalars(WHERE_FROM, {"gone": since}))
    for vcenter_id in left:
        bound = {"vcenter_id": vcenter_id, "gone": since, "within": within}
        async with transaction(engine) as connection:
            found += int((await connection.execute(LINK, bound)).rowcount)
    return Linked(found, taken_back)
