"""Single rows in batches: by the key an edge holds, and by global ID."""

from collections.abc import Hashable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Select, Text, Uuid, and_, any_, bindparam, func, literal

from loaders.entity import VCENTER, VCENTERS, Entity
from loaders.keyed import of_keys
from loaders.reading import ReadLoader, Record, grouped


class RowKey(NamedTuple):
    """What a to-one edge knows of its end."""

    entity: Entity
    vcenter_id: int
    moid: str = ""
    """Empty where the entity is the vCenter itself."""


class IdKey(NamedTuple):
    """What a global ID says."""

    entity: Entity
    uuid: UUID
    """The run's own for a sync run, else the vCenter's instanceUuid."""
    moid: str = ""


class RowByKey(ReadLoader[RowKey, Record | None]):
    """`host_by_key`, `cluster_by_key`, …: one statement for each kind of object."""

    async def batch_load_fn(self, keys: list[RowKey]) -> list[Record | None]:
        """Load the rows of all keys; None where there is none."""
        found: dict[Hashable, Record] = {}
        for entity, group in grouped(keys, lambda key: key.entity):
            rows = await self.rows(f"{entity.phrase}_by_key", rows_by_key(entity, group))
            width = 2 if entity.is_inventory else 1
            found |= {(entity, *row[:width]): row for row in rows}
        return [found.get(key if key.entity.is_inventory else key[:2]) for key in keys]


class RowById(ReadLoader[IdKey, Record | None]):
    """`host_by_id`, `cluster_by_id`, …: one statement for each kind of object."""

    async def batch_load_fn(self, keys: list[IdKey]) -> list[Record | None]:
        """Load the rows of all keys; None where there is none."""
        found: dict[Hashable, Record] = {}
        for entity, group in grouped(keys, lambda key: key.entity):
            rows = await self.rows(f"{entity.phrase}_by_id", rows_by_id(entity, group))
            places = [entity.keys.index(key) for key in entity.identity]
            found |= {(entity, *(row[place] for place in places)): row for row in rows}
        return [found.get(key if key.entity.is_inventory else key[:2]) for key in keys]


def rows_by_key(entity: Entity, keys: list[RowKey]) -> Select[Any]:
    """Return the statement for these keys."""
    if entity is VCENTER:
        numbers = [key.vcenter_id for key in keys]
        return entity.rows.where(VCENTERS.c.id == any_(literal(numbers, ARRAY(Integer))))
    pairs = [(key.vcenter_id, key.moid) for key in keys]
    return of_keys(entity.rows, entity.table.c.vcenter_id, entity.table.c.moid, pairs)


def rows_by_id(entity: Entity, keys: list[IdKey]) -> Select[Any]:
    """Return the statement for these global IDs."""
    uuids = bindparam(None, [key.uuid for key in keys], ARRAY(Uuid))
    if not entity.is_inventory:
        column = VCENTERS.c.instance_uuid if entity is VCENTER else entity.table.c.id
        return entity.rows.where(column == any_(uuids))
    moids = bindparam(None, [key.moid for key in keys], ARRAY(Text))
    wanted = func.unnest(uuids, moids).table_valued("uuid", "moid")
    key = wanted.render_derived(name="wanted")
    named = VCENTERS.alias("named")
    table = entity.table
    return entity.rows.join(named, named.c.id == table.c.vcenter_id).join(
        key, and_(named.c.instance_uuid == key.c.uuid, table.c.moid == key.c.moid)
    )
