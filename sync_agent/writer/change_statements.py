"""The statements that append to `inventory_changes`: `$1` the vCenter, `$2` the run.

They compare what is staged with what is stored, so they run before the merge overwrites that. Names
come from the models, never from outside; values are always parameters.
"""
# ruff: noqa: S608

from collections.abc import Iterable
from functools import cache

from models.enums import ChangeKind, InventoryType
from models.tables import InventoryChange
from models.tracked import TRACKED_PARTS
from sync_agent.writer.layout import HARDWARE, OBJECTS

INSERT = (
    f"INSERT INTO {InventoryChange.__tablename__}"
    " (vcenter_id, type, moid, name, kind, fields, run_id)"
)

KNOWN_TRACKED = "SELECT type, tier, tracked FROM collection_state WHERE vcenter_id = $1"
REMEMBER_TRACKED = """
    UPDATE collection_state SET tracked = $4 WHERE vcenter_id = $1 AND type = $2 AND tier = $3"""


@cache
def record_objects(type_: InventoryType, compared: tuple[str, ...]) -> str:
    """Record staged objects that are new, back, or differ in one of these columns.

    `$3`: moids that are another object by now, new whatever the old one was.
    """
    layout = OBJECTS[type_]
    before, after = _row("t", compared), _row("s", compared)
    pairs = ", ".join(
        f"('{column}', to_jsonb(t.{column}), to_jsonb({_staged(column)}))" for column in compared
    )
    return (
        f"{INSERT} SELECT $1, '{type_}', s.moid, {_staged('name')},"
        f" CASE WHEN t.moid IS NULL THEN '{ChangeKind.CREATED}'"
        f" WHEN {_absent()} THEN '{ChangeKind.REAPPEARED}' ELSE '{ChangeKind.UPDATED}' END,"
        " differing.fields, $2"
        f" FROM pg_temp.{layout.stage} s"
        f" LEFT JOIN {layout.table} t ON t.vcenter_id = $1 AND t.moid = s.moid"
        " AND NOT t.moid = ANY($3::text[])"
        " CROSS JOIN LATERAL (SELECT jsonb_object_agg(f.name, jsonb_build_array(f.old, f.new))"
        f" AS fields FROM (VALUES {pairs or _NO_PAIR}) AS f (name, old, new)"
        " WHERE t.moid IS NOT NULL AND f.old IS DISTINCT FROM f.new) AS differing"
        f" WHERE t.moid IS NULL OR {_absent()} OR ({before}) IS DISTINCT FROM ({after})"
        " ORDER BY s.moid"
    )


@cache
def record_hardware(compared: tuple[str, ...]) -> str:
    """Record staged hardware that differs: of each part what is gone, and what is new.

    `compared` are keys as `part.key`; what differs in other keys only is no change.
    `$3`: moids that are another object by now.
    """
    machines = OBJECTS[InventoryType.VirtualMachine].table
    pairs = ", ".join(
        f"('{part}', {_beyond('t', 's', part, keys)}, {_beyond('s', 't', part, keys)})"
        for part, keys in _keys_by_part(compared)
    )
    return (
        f"{INSERT} SELECT $1, '{InventoryType.VirtualMachine}', s.moid, v.name,"
        f" '{ChangeKind.HARDWARE}', differing.fields, $2"
        f" FROM pg_temp.{HARDWARE.stage} s"
        f" JOIN {HARDWARE.table} t ON t.vcenter_id = $1 AND t.moid = s.moid"
        f" JOIN {machines} v ON v.vcenter_id = $1 AND v.moid = s.moid"
        " CROSS JOIN LATERAL (SELECT jsonb_object_agg(f.name, jsonb_build_array("
        "coalesce(f.old, '[]'), coalesce(f.new, '[]'))) AS fields"
        f" FROM (VALUES {pairs}) AS f (name, old, new)"
        " WHERE f.old IS NOT NULL OR f.new IS NOT NULL) AS differing"
        " WHERE differing.fields IS NOT NULL AND NOT s.moid = ANY($3::text[]) ORDER BY s.moid"
    )


@cache
def record_marks(type_: InventoryType, kind: ChangeKind) -> str:
    """Record that something happened to these objects as they are stored; `$3` their moids."""
    return (
        f"{INSERT} SELECT $1, '{type_}', t.moid, t.name, '{kind}', NULL, $2"
        f" FROM {OBJECTS[type_].table} t"
        " WHERE t.vcenter_id = $1 AND t.moid = ANY($3::text[]) ORDER BY t.moid"
    )


_NO_PAIR = "(NULL::text, NULL::jsonb, NULL::jsonb)"


def _absent() -> str:
    return "(t.missing_since IS NOT NULL OR t.deleted_at IS NOT NULL)"


def _staged(column: str) -> str:
    """Return the value that the merge will store: an object without name is called by its moid."""
    return "coalesce(s.name, s.moid)" if column == "name" else f"s.{column}"


def _row(alias: str, columns: Iterable[str]) -> str:
    values = [_staged(c) if alias == "s" else f"{alias}.{c}" for c in columns]
    return ", ".join(["NULL", *values])  # never empty: ROW() compares with nothing


def _keys_by_part(compared: Iterable[str]) -> list[tuple[str, list[str]]]:
    wanted = set(compared)
    found = [
        (part, [key for key in keys if f"{part}.{key}" in wanted])
        for part, keys in TRACKED_PARTS.items()
    ]
    return [(part, keys) for part, keys in found if keys]


def _beyond(one: str, other: str, part: str, keys: Iterable[str]) -> str:
    """Return the elements of one side's array, by these keys, that the other has not."""
    seen = ", ".join(f"'{key}', e->'{key}'" for key in keys)
    elements = "SELECT jsonb_build_object({seen}) AS e FROM jsonb_array_elements({of}.{part}) AS e"
    one_side = elements.format(seen=seen, of=one, part=part)
    other_side = elements.format(seen=seen, of=other, part=part)
    return f"(SELECT jsonb_agg(e ORDER BY e) FROM ({one_side} EXCEPT {other_side}) AS beyond)"
