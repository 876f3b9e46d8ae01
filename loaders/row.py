"""Single rows in batches: by the key an edge holds, and by global ID."""

from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    func,
    select,
)

from loaders.along import Taken
from loaders.entity import VCENTER, VCENTERS, Entity, Joined
from loaders.given import parameter
from loaders.keyed import (
    KEY,
    MOIDS,
    VCENTER_ID,
    VCENTER_IDS,
    by_keys,
    is_of_one_vcenter,
    parameters,
)
from loaders.prepared import MOST, PreparedLookUp, prepared
from loaders.reading import ReadLoader, Record, grouped
from loaders.scope import Reads
from loaders.vcenter_numbers import number_of, remember


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

    def __init__(self, reads: Reads, taken: Taken) -> None:
        super().__init__(reads)
        self._taken = taken

    async def batch_load_fn(self, keys: list[RowKey]) -> list[Record | None]:
        """Load the rows of all keys; None where there is none."""
        found: dict[Hashable, Record] = {}
        for entity, group in grouped(keys, lambda key: key.entity):
            width = len(entity.keys)
            records = await self.records(entity, [key[1:] for key in group], entity.keys)
            found |= {(entity, *key): record[:width] for key, record in records.items()}
        return [found.get(key if key.entity.is_inventory else (*key[:2], "")) for key in keys]

    async def records(
        self, entity: Entity, keys: Iterable[tuple[int, str]], columns: Sequence[str]
    ) -> dict[tuple[int, str], Record]:
        """Return some columns of one kind of rows first, by their keys; only those there are."""
        wanted, asked = list(keys), tuple(columns)
        if not wanted:
            return {}
        taken = self._taken.rows.get((entity, asked))
        if taken is not None and taken.keys() >= set(wanted):
            return {key: row for key in wanted if (row := taken[key]) is not None}
        name = f"{entity.phrase}_by_key"
        of = [key[0] for key in wanted]
        if not entity.is_inventory:
            rows = await self.fetch(name, prepared_by_key(entity, asked), {"of_vcenters": of}, of)
            return {(row[-1], ""): row for row in rows}
        one_vcenter = is_of_one_vcenter(wanted)
        statement = prepared_by_key(entity, asked, one_vcenter=one_vcenter)
        rows = await self.fetch(name, statement, parameters(wanted, one_vcenter=one_vcenter), of)
        return {(row[-2], row[-1]): row for row in rows}


class RowById(ReadLoader[IdKey, Record | None]):
    """`host_by_id`, `cluster_by_id`, …: one statement for each kind of object."""

    async def batch_load_fn(self, keys: list[IdKey]) -> list[Record | None]:
        """Load the rows of all keys; None where there is none."""
        found: dict[Hashable, Record] = {}
        for entity, group in grouped(keys, lambda key: key.entity):
            of = [key.uuid for key in group]
            asked = {"uuids": of, "moids": [key.moid for key in group]}
            rows = await self.fetch(f"{entity.phrase}_by_id", prepared_by_ids(entity), asked, of)
            places = [entity.keys.index(key) for key in entity.identity]
            found |= {(entity, *(row[place] for place in places)): row for row in rows}
        return [found.get(key if key.entity.is_inventory else key[:2]) for key in keys]

    async def record(
        self, key: IdKey, columns: Sequence[str], joined: Sequence[Joined] = ()
    ) -> Record | None:
        """Return some columns of one row, and of what it leads to; `vcenter_id` among them."""
        entity, name = key.entity, f"{key.entity.phrase}_by_id"
        asked: dict[str, Any] = {"uuid": key.uuid, "moid": key.moid}
        of = (key.uuid,)
        known = number_of(key.uuid) if entity.is_inventory else None
        if known is not None:
            look_up = look_up_by_id(entity, tuple(columns), tuple(joined))
            rows = await self.look_up(name, look_up, asked | {"of_vcenter": known}, of)
            if rows:
                return rows[0]
        statement = prepared_by_id(entity, tuple(columns), tuple(joined))
        rows = await self.fetch(name, statement, asked, of)
        if rows and entity.is_inventory:
            remember(key.uuid, rows[0][columns.index("vcenter_id")])
        return rows[0] if rows else None


@prepared()
def prepared_by_key(
    entity: Entity, columns: tuple[str, ...], *, one_vcenter: bool = False
) -> Select[Any]:
    """Return the statement of rows by their keys, which stand behind these columns."""
    if not entity.is_inventory:
        rows = entity.rows_of(entity.table, (*columns, KEY[0]))
        return rows.where(entity.table.c.id == any_(VCENTER_IDS))
    rows = entity.rows_of(entity.table, (*columns, *KEY))
    table = entity.table.c
    return by_keys(rows, table.vcenter_id, table.moid, one_vcenter=one_vcenter)


@prepared()
def prepared_by_id(
    entity: Entity, columns: tuple[str, ...], joined: tuple[Joined, ...], *, is_known: bool = False
) -> Select[Any]:
    """Return the statement of one row by what its global ID says, `uuid` and `moid`.

    `is_known`: with the vCenter's number, `of_vcenter`, so that one partition alone is opened; a
    number that is not this vCenter's any more finds nothing.
    """
    table, uuid = entity.table, parameter("uuid", Uuid)
    number = VCENTER_ID if is_known else None
    rows = entity.rows_of(table, columns, joined, number)
    if not entity.is_inventory:
        own = table.c.instance_uuid if entity is VCENTER else table.c.id
        return rows.where(own == uuid)
    vcenter = select(VCENTERS.c.id).where(VCENTERS.c.instance_uuid == uuid)
    rows = rows.where(table.c.moid == parameter("moid", Text))
    if is_known:
        is_its = vcenter.where(VCENTERS.c.id == VCENTER_ID).correlate(None).exists()
        return rows.where(table.c.vcenter_id == VCENTER_ID, is_its)
    return rows.where(table.c.vcenter_id == vcenter.correlate(None).scalar_subquery())


@lru_cache(MOST)
def look_up_by_id(
    entity: Entity, columns: tuple[str, ...], joined: tuple[Joined, ...]
) -> PreparedLookUp:
    """Return the statement of `prepared_by_id` where the number is known, for one and for many."""
    one = prepared_by_id(entity, columns, joined, is_known=True)
    return PreparedLookUp(one, _many_by_id(entity, columns, joined))


@prepared()
def _many_by_id(
    entity: Entity, columns: tuple[str, ...], joined: tuple[Joined, ...]
) -> Select[Any]:
    number, moid, uuid = (
        parameter(name, ARRAY(type_))
        for name, type_ in (("of_vcenter", Integer), ("moid", Text), ("uuid", Uuid))
    )
    wanted = (
        func.unnest(number, moid, uuid)
        .table_valued("vcenter_id", "moid", "uuid", with_ordinality="place")
        .render_derived(name="wanted")
    )
    named, table = VCENTERS.alias("named"), entity.table
    is_its = and_(named.c.id == wanted.c.vcenter_id, named.c.instance_uuid == wanted.c.uuid)
    rows = entity.rows_of(table, columns, joined).add_columns(wanted.c.place)
    rows = rows.join(wanted, entity.is_keyed(table, (wanted.c.vcenter_id, wanted.c.moid)))
    return rows.join(named, is_its)


@prepared()
def prepared_by_ids(entity: Entity) -> Select[Any]:
    """Return the statement of all columns of rows by what their global IDs say."""
    rows, uuids = entity.rows, parameter("uuids", ARRAY(Uuid))
    if not entity.is_inventory:
        column = VCENTERS.c.instance_uuid if entity is VCENTER else entity.table.c.id
        return rows.where(column == any_(uuids))
    wanted = func.unnest(uuids, MOIDS).table_valued("uuid", "moid")
    key = wanted.render_derived(name="wanted")
    named, table = VCENTERS.alias("named"), entity.table
    own = and_(named.c.instance_uuid == key.c.uuid, table.c.moid == key.c.moid)
    return rows.join(named, named.c.id == table.c.vcenter_id).join(key, own)
