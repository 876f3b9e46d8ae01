"""Mounts: edges between hosts and datastores, listed by the datastore with how each host sees it.

staged mounts of changed datastores ─► edges that are gone ─► edges that are new or differ
"""

from collections.abc import Iterable

from models.enums import InventoryType
from models.host_datastore import HostDatastore
from sync_agent.records import Record

TABLE = HostDatastore.__tablename__
STAGE = f"stage_{TABLE}"
SCOPES = f"{STAGE}_scopes"
ATTRIBUTES = ("access_mode", "mounted", "accessible", "inaccessible_reason")
COLUMNS = ("datastore_moid", "host_moid", *ATTRIBUTES)
LISTER = InventoryType.Datastore

Row = tuple[object, ...]
_ALL, _SET = ", ".join(COLUMNS), ", ".join(f"{name} = excluded.{name}" for name in ATTRIBUTES)
_OLD = ", ".join(f"e.{name}" for name in ATTRIBUTES)
_NEW = ", ".join(f"excluded.{name}" for name in ATTRIBUTES)

DROP = f"""
    DELETE FROM {TABLE} e USING pg_temp.{SCOPES} c
    WHERE e.vcenter_id = $1 AND e.datastore_moid = c.datastore_moid AND NOT EXISTS (
        SELECT FROM pg_temp.{STAGE} s
        WHERE s.datastore_moid = e.datastore_moid AND s.host_moid = e.host_moid
    )"""  # noqa: S608 - names come from the models

ADD = f"""
    INSERT INTO {TABLE} AS e (vcenter_id, {_ALL}) SELECT $1, {_ALL} FROM pg_temp.{STAGE}
    ON CONFLICT (vcenter_id, host_moid, datastore_moid) DO UPDATE SET {_SET}
    WHERE ({_OLD}) IS DISTINCT FROM ({_NEW})"""  # noqa: S608

FORGET = f"DELETE FROM {TABLE} WHERE vcenter_id = $1 AND datastore_moid = ANY($2::text[])"  # noqa: S608

MOVED = (
    f"SELECT datastore_moid FROM (SELECT {_ALL} FROM pg_temp.{STAGE}"  # noqa: S608
    f" EXCEPT SELECT {_ALL} FROM {TABLE} WHERE vcenter_id = $1) n",
    f"SELECT datastore_moid FROM (SELECT {', '.join(f'e.{name}' for name in COLUMNS)}"  # noqa: S608
    f" FROM {TABLE} e JOIN pg_temp.{SCOPES} c USING (datastore_moid) WHERE e.vcenter_id = $1"
    f" EXCEPT SELECT {_ALL} FROM pg_temp.{STAGE}) g",
)
"""Datastores whose mounts differ from what is stored."""


def rows(records: Iterable[Record]) -> Iterable[Row]:
    """Return what is staged of these datastores."""
    return (
        (record.moid, host, *(seen.get(name) for name in ATTRIBUTES))
        for record in records
        for host, seen in (record.mounts or {}).items()
    )


def scopes(records: Iterable[Record]) -> Iterable[Row]:
    """Return the datastores whose mounts are replaced: where they are unknown, they stay."""
    return ((record.moid,) for record in records if record.mounts is not None)
