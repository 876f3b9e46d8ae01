"""The statements of the merge, made from the layouts. `$1` is the vCenter, `$2` the scan's time.

Names come from the models, never from outside; values are always parameters.
"""
# ruff: noqa: S608

from models.edge import EDGE_TABLES, EdgeTable
from models.enums import InventoryType
from sync_agent.writer.layout import HASH, Layout
from sync_agent.writer.staging import (
    IDENTIFIER_SCOPES,
    IDENTIFIERS,
    QUARANTINE,
    UNKNOWN,
    UNSEEN,
    edge_scopes,
    edge_stage,
)

IS_VAGUE = f"(s.{UNKNOWN} IS NOT NULL OR s.{UNSEEN} IS NOT NULL)"


def keep_unknown(layout: Layout) -> str:
    """Give staged rows the stored value of the columns that could not be read."""
    kept = ", ".join(
        f"{name} = CASE WHEN {_is_vague(name)} THEN t.{name} ELSE s.{name} END"
        for name in layout.columns
    )
    return (
        f"UPDATE pg_temp.{layout.stage} s SET {kept} FROM {layout.table} t"
        f" WHERE t.vcenter_id = $1 AND t.moid = s.moid AND {IS_VAGUE}"
    )


def changed_identity(layout: Layout, identity: tuple[str, str]) -> str:
    """Select moid, stored and staged identity of rows of which it is not the same."""
    first, second = identity
    return (
        f"SELECT s.moid, t.{first}, t.{second}, s.{first}, s.{second}"
        f" FROM pg_temp.{layout.stage} s JOIN {layout.table} t"
        " ON t.vcenter_id = $1 AND t.moid = s.moid"
        f" WHERE (t.{first}, t.{second}) IS DISTINCT FROM (s.{first}, s.{second})"
    )


def forget_kept(layout: Layout) -> str:
    """Take back what `keep_unknown` gave to rows that are another object now; `$1` their moids."""
    kept = ", ".join(
        f"{name} = CASE WHEN {_is_vague(name)} THEN NULL ELSE s.{name} END"
        for name in layout.columns
    )
    return (
        f"UPDATE pg_temp.{layout.stage} s SET {kept} WHERE s.moid = ANY($1::text[]) AND {IS_VAGUE}"
    )


def drop_parts(layout: Layout) -> str:
    """Delete what belonged to the object that carried a moid before; `$2` the moids."""
    return f"DELETE FROM {layout.table} WHERE vcenter_id = $1 AND moid = ANY($2::text[])"


def drop_unchanged(layout: Layout) -> str:
    """Unstage rows of which nothing known differs from what is stored; return their moids.

    `$2`: the moids whose edges or identifiers differ, which stay.
    """
    same = ", ".join(f"t.{name}" for name in layout.columns)
    staged = ", ".join(f"s.{name}" for name in layout.columns)
    return (
        f"DELETE FROM pg_temp.{layout.stage} s USING {layout.table} t"
        f" WHERE t.vcenter_id = $1 AND t.moid = s.moid AND {IS_VAGUE}"
        " AND t.missing_since IS NULL AND t.deleted_at IS NULL AND NOT s.moid = ANY($2::text[])"
        f" AND t.{UNKNOWN} IS NOT DISTINCT FROM s.{UNKNOWN}"
        f" AND ({same}) IS NOT DISTINCT FROM ({staged}) RETURNING s.moid"
    )


def links_moved(type_: InventoryType) -> str:
    """Select the moids whose staged edges or identifiers differ from the stored ones."""
    own = f"type = '{type_}'"
    selects = [
        f"SELECT moid FROM (SELECT moid, kind, value FROM pg_temp.{IDENTIFIERS} WHERE {own}"
        f" EXCEPT SELECT moid, kind, value FROM identifiers WHERE vcenter_id = $1 AND {own}) n",
        "SELECT moid FROM (SELECT i.moid, i.kind, i.value FROM identifiers i"
        f" JOIN pg_temp.{IDENTIFIER_SCOPES} c USING (type, moid, kind)"
        f" WHERE i.vcenter_id = $1 AND {own} EXCEPT"
        f" SELECT moid, kind, value FROM pg_temp.{IDENTIFIERS} WHERE {own}) g",
    ]
    for edge in _edges_from(type_):
        whole = ", ".join(f"e.{name}" for name in edge.columns)
        selects += [
            f"SELECT {edge.near} FROM (SELECT {whole} FROM pg_temp.{edge_stage(edge)} e"
            f" EXCEPT SELECT {whole} FROM {edge.name} e WHERE e.vcenter_id = $1) n",
            f"SELECT {edge.near} FROM (SELECT {whole} FROM {edge.name} e"
            f" JOIN pg_temp.{edge_scopes(edge)} c ON c.{edge.near} = e.{edge.near}"
            f" WHERE e.vcenter_id = $1 EXCEPT SELECT {whole} FROM pg_temp.{edge_stage(edge)} e) g",
        ]
    return " UNION ".join(selects)


def merge_objects(layout: Layout) -> str:
    """Insert or update objects; a row that comes back is present again.

    `$3`: the moids that are another object now, which begin a new generation. An object that never
    told its name is called by its moid.
    """
    columns = (*layout.columns, HASH, UNKNOWN)
    chosen = ", ".join("coalesce(name, moid)" if name == "name" else name for name in columns)
    is_reborn = "excluded.moid = ANY($3::text[])"
    return (
        f"INSERT INTO {layout.table} AS t (vcenter_id, moid, {', '.join(columns)},"
        " first_seen, changed_at, unknown_since)"
        f" SELECT $1, moid, {chosen}, $2, $2,"
        f" CASE WHEN {UNKNOWN} IS NOT NULL THEN $2::timestamptz END"
        f" FROM pg_temp.{layout.stage}"
        f" ON CONFLICT (vcenter_id, moid) DO UPDATE SET {_excluded(columns)},"
        " changed_at = excluded.changed_at, missing_since = NULL, deleted_at = NULL,"
        f" generation = t.generation + CASE WHEN {is_reborn} THEN 1 ELSE 0 END,"
        f" first_seen = CASE WHEN {is_reborn} THEN excluded.first_seen ELSE t.first_seen END,"
        f" unknown_since = CASE WHEN excluded.{UNKNOWN} IS NULL OR {is_reborn}"
        " THEN excluded.unknown_since ELSE coalesce(t.unknown_since, excluded.unknown_since) END"
    )


def merge_plain(layout: Layout, *, is_hashed: bool) -> str:
    """Insert or update rows without a life cycle: usage and slower tiers.

    What of a slower tier has been read again is known.
    """
    columns = (*layout.columns, HASH) if is_hashed else layout.columns
    known = ", unknown_since = NULL" if is_hashed else ""
    return (
        f"INSERT INTO {layout.table} (vcenter_id, moid, {', '.join(columns)})"
        f" SELECT $1, moid, {', '.join(columns)} FROM pg_temp.{layout.stage}"
        f" ON CONFLICT (vcenter_id, moid) DO UPDATE SET {_excluded(columns)}{known}"
    )


def drop_edges(edge: EdgeTable) -> str:
    """Delete the edges that changed objects no longer have."""
    return (
        f"DELETE FROM {edge.name} e USING pg_temp.{edge_scopes(edge)} c"
        f" WHERE e.vcenter_id = $1 AND e.{edge.near} = c.{edge.near}"
        f" AND NOT EXISTS (SELECT FROM pg_temp.{edge_stage(edge)} s"
        f" WHERE s.{edge.near} = e.{edge.near} AND s.{edge.far} = e.{edge.far})"
    )


def add_edges(edge: EdgeTable) -> str:
    """Insert the edges that are new, and update those that hold something else by now."""
    columns = ", ".join(edge.columns)
    return (
        f"INSERT INTO {edge.name} AS e (vcenter_id, {columns})"
        f" SELECT $1, {columns} FROM pg_temp.{edge_stage(edge)} {_on_conflict(edge)}"
    )


def _on_conflict(edge: EdgeTable) -> str:
    if not edge.held:
        return "ON CONFLICT DO NOTHING"
    stored = ", ".join(f"e.{name}" for name in edge.held)
    staged = ", ".join(f"excluded.{name}" for name in edge.held)
    return (
        f"ON CONFLICT (vcenter_id, {edge.near}, {edge.far}) DO UPDATE SET {_excluded(edge.held)}"
        f" WHERE ({stored}) IS DISTINCT FROM ({staged})"
    )


DROP_IDENTIFIERS = f"""
    DELETE FROM identifiers i USING pg_temp.{IDENTIFIER_SCOPES} c
    WHERE i.vcenter_id = $1 AND i.type = c.type AND i.moid = c.moid AND i.kind = c.kind
    AND NOT EXISTS (
        SELECT FROM pg_temp.{IDENTIFIERS} s
        WHERE s.type = i.type AND s.moid = i.moid AND s.kind = i.kind AND s.value = i.value
    )"""

ADD_IDENTIFIERS = f"""
    INSERT INTO identifiers (vcenter_id, type, moid, kind, value, address)
    SELECT $1, type, moid, kind, value, address FROM pg_temp.{IDENTIFIERS}
    ON CONFLICT DO NOTHING"""

FREE_FROM_QUARANTINE = f"""
    DELETE FROM quarantined_objects q
    WHERE q.vcenter_id = $1 AND NOT EXISTS (
        SELECT FROM pg_temp.{QUARANTINE} s WHERE s.type = q.type AND s.moid = q.moid
    )"""

QUARANTINE_OBJECTS = f"""
    INSERT INTO quarantined_objects AS q (vcenter_id, type, moid, reason, since)
    SELECT $1, type, moid, reason, $2 FROM pg_temp.{QUARANTINE}
    ON CONFLICT (vcenter_id, type, moid) DO UPDATE SET reason = excluded.reason
    WHERE q.reason <> excluded.reason"""


FORGET_PROBLEMS = """
    DELETE FROM collection_problems p
    USING unnest($2::text[], $3::text[]) AS whole (type, tier)
    WHERE p.vcenter_id = $1 AND p.type = whole.type AND p.tier = whole.tier AND NOT EXISTS (
        SELECT FROM unnest($4::text[], $5::text[], $6::text[]) AS s (type, path, fault)
        WHERE (s.type, s.path, s.fault) = (p.type, p.path, p.fault)
    )"""

# Of a tier that was read of some objects only, the others may have the problem still.
OBJECTS_NOW = """
    CASE WHEN (excluded.type, excluded.tier) IN (SELECT * FROM unnest($8::text[], $9::text[]))
    THEN excluded.objects ELSE greatest(p.objects, excluded.objects) END"""

RECORD_PROBLEMS = f"""
    INSERT INTO collection_problems AS p (vcenter_id, type, path, fault, tier, objects, since)
    SELECT $1, s.type, s.path, s.fault, s.tier, s.objects, $2
    FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::int[])
        AS s (type, path, fault, tier, objects)
    ON CONFLICT (vcenter_id, type, path, fault) DO UPDATE
    SET tier = excluded.tier, objects = {OBJECTS_NOW}
    WHERE (p.tier, p.objects) IS DISTINCT FROM (excluded.tier, {OBJECTS_NOW})"""


def mark_missing(layout: Layout) -> str:
    """Mark rows that the scan did not find; `$3` their moids."""
    return (
        f"UPDATE {layout.table} SET missing_since = $2"
        " WHERE vcenter_id = $1 AND moid = ANY($3::text[]) AND missing_since IS NULL"
    )


def mark_deleted(layout: Layout) -> str:
    """Mark rows that a second scan did not find either; `$3` their moids."""
    return (
        f"UPDATE {layout.table} SET deleted_at = $2"
        " WHERE vcenter_id = $1 AND moid = ANY($3::text[]) AND deleted_at IS NULL"
    )


def mark_found(layout: Layout) -> str:
    """Unmark rows that are there again but could not be decoded; `$2` their moids."""
    return (
        f"UPDATE {layout.table} SET missing_since = NULL"
        " WHERE vcenter_id = $1 AND moid = ANY($2::text[])"
    )


def forget_deleted(type_: InventoryType) -> list[str]:
    """Delete the identifiers of deleted objects and the edges that start there; `$2` moids.

    Edges that end there belong to their starts, and go when those are read without them.
    """
    statements = [
        f"DELETE FROM identifiers WHERE vcenter_id = $1 AND type = '{type_}'"
        " AND moid = ANY($2::text[])"
    ]
    statements += [
        f"DELETE FROM {edge.name} WHERE vcenter_id = $1 AND {edge.near} = ANY($2::text[])"
        for edge in _edges_from(type_)
    ]
    return statements


RECORD_STATE = """
    INSERT INTO collection_state AS c
        (vcenter_id, as_of, type, tier, run_id, epoch, row_count, suspect_missing)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (vcenter_id, type, tier) DO UPDATE SET
        as_of = excluded.as_of, run_id = excluded.run_id, epoch = c.epoch + excluded.epoch,
        row_count = excluded.row_count, suspect_missing = excluded.suspect_missing"""

RAISE_EPOCH = """
    UPDATE collection_state SET epoch = epoch + 1, run_id = $4
    WHERE vcenter_id = $1 AND type = $2 AND tier = $3"""

RECORD_CONTACT = """
    UPDATE vcenters SET version = $2, build = $3, api_version = $4, full_name = $5,
        state = $6, state_reason = $7,
        state_since = CASE WHEN state = $6 THEN state_since ELSE now() END
    WHERE id = $1 AND (version, build, api_version, full_name, state, state_reason)
        IS DISTINCT FROM ($2, $3, $4, $5, $6, $7::text)"""

RECORD_ATTRIBUTES = """
    UPDATE vcenters SET custom_attribute_definitions = $2::jsonb
    WHERE id = $1 AND custom_attribute_definitions IS DISTINCT FROM $2::jsonb"""

CLOSE_CIRCUIT = """
    UPDATE vcenters SET failures_in_a_row = 0, circuit_open_until = NULL
    WHERE id = $1 AND failures_in_a_row > 0"""

END_RUN = """
    UPDATE sync_runs SET state = $3, finished_at = clock_timestamp(), objects_read = $4,
        outcome = $5::jsonb, error_code = $6, error_message = $7, epochs = coalesce((
            SELECT jsonb_agg(jsonb_build_object('type', type, 'tier', tier, 'epoch', epoch)
                ORDER BY type, tier)
            FROM collection_state AS c
            WHERE c.vcenter_id = sync_runs.vcenter_id AND c.run_id = $1), '[]')
    WHERE id = $1 AND token = $2 AND state = 'RUNNING' RETURNING id"""

# Last before COMMIT: the row stays locked only until then, so renewal and takeover hardly wait.
HOLD_LEASE = """
    SELECT token FROM leases
    WHERE resource = $1 AND owner = $2 AND token = $3 AND expires_at > clock_timestamp()
    FOR UPDATE"""


def _edges_from(type_: InventoryType) -> list[EdgeTable]:
    return [edge for edge in EDGE_TABLES if edge.start is type_]


def _excluded(columns: tuple[str, ...]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in columns)


def _is_vague(name: str) -> str:
    return f"'{name}' = ANY(coalesce(s.{UNKNOWN}, '{{}}') || coalesce(s.{UNSEEN}, '{{}}'))"
