"""How much of its clusters' CPU and memory powered-on VMs were promised, made in SQL.

clusters  CROSS JOIN LATERAL  (powered-on VMs of the cluster, counted and summed)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Float,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
)

from loaders.condition import Where
from loaders.entity import CLUSTER, VIRTUAL_MACHINE
from loaders.keyset import limit_of
from loaders.page import Parent
from loaders.reading import ReadLoader, Record, grouped
from loaders.where import clause
from models.enums import PowerState

CLUSTERS, MACHINES = CLUSTER.table, VIRTUAL_MACHINE.table
KEYS = (
    "vcenter_id",
    "moid",
    "powered_on_count",
    "num_cpus",
    "num_cpu_cores",
    "cpu_ratio",
    "machine_memory_bytes",
    "total_memory_bytes",
    "memory_ratio",
)
"""What a row holds."""


class Resource(StrEnum):
    """What is promised."""

    CPU = "CPU"
    MEMORY = "MEMORY"


RATIOS = {Resource.CPU: "cpu_ratio", Resource.MEMORY: "memory_ratio"}


@dataclass(frozen=True, slots=True)
class MostOvercommitted:
    """The clusters of an estate that promised the most of a resource."""

    resource: Resource
    most: int
    conditions: tuple[Where, ...] = ()


class OvercommitKey(NamedTuple):
    """One cluster, or those that promised the most."""

    cluster: Parent | None
    among: MostOvercommitted | None = None


class OvercommitOfClusters(ReadLoader[OvercommitKey, Sequence[Record]]):
    """Rows of `KEYS`: of a cluster one, none where it is gone; of an estate the first ones."""

    async def batch_load_fn(self, keys: list[OvercommitKey]) -> list[Sequence[Record]]:
        """Load all clusters in one statement, and each ranking in its own."""
        found: dict[OvercommitKey, Sequence[Record]] = {key: [] for key in keys}
        for among, group in grouped(keys, lambda key: key.among):
            if among is not None:
                found[group[0]] = await self.rows("most_overcommitted_clusters", ranking(among))
                continue
            clusters = [key.cluster for key in group if key.cluster is not None]
            statement, of = overcommit_of(clusters), [key[0] for key in clusters]
            for row in await self.rows("overcommit_by_cluster", statement, of):
                found[OvercommitKey((row[0], row[1]))] = [row]
        return [found[key] for key in keys]


def overcommit_of(clusters: Sequence[Parent]) -> Select[Any]:
    """Return the statement for these clusters."""
    vcenter_ids = bindparam(None, [key[0] for key in clusters], ARRAY(Integer))
    moids = bindparam(None, [key[1] for key in clusters], ARRAY(Text))
    unnested = func.unnest(vcenter_ids, moids).table_valued("vcenter_id", "moid")
    wanted = unnested.render_derived(name="wanted")
    same = and_(wanted.c.vcenter_id == CLUSTERS.c.vcenter_id, wanted.c.moid == CLUSTERS.c.moid)
    return _overcommit().join(wanted, same)


def ranking(among: MostOvercommitted) -> Select[Any]:
    """Return the statement of the clusters that promised the most, without those unknown."""
    rows = _overcommit().where(
        CLUSTERS.c.deleted_at.is_(None), *(clause(CLUSTER, where) for where in among.conditions)
    )
    ratio = rows.selected_columns[RATIOS[among.resource]]
    ranked = rows.where(ratio.is_not(None)).order_by(
        ratio.desc(), CLUSTERS.c.vcenter_id, CLUSTERS.c.moid
    )
    return ranked.limit(limit_of(among.most))


def _overcommit() -> Select[Any]:
    machines = MACHINES.alias("machine")
    memory = func.coalesce(func.sum(machines.c.memory_bytes), 0)
    promised = (
        select(
            func.count().label("powered_on_count"),
            func.coalesce(func.sum(machines.c.num_cpus), 0).label("num_cpus"),
            cast(memory, BigInteger).label("memory_bytes"),
        )
        .where(
            machines.c.vcenter_id == CLUSTERS.c.vcenter_id,
            machines.c.cluster_moid == CLUSTERS.c.moid,
            machines.c.power_state == literal_column(f"'{PowerState.poweredOn.value}'"),
            machines.c.deleted_at.is_(None),
        )
        .correlate(CLUSTERS)
        .lateral("promised")
    )
    cores, total = CLUSTERS.c.num_cpu_cores, CLUSTERS.c.total_memory_bytes
    columns = (
        CLUSTERS.c.vcenter_id,
        CLUSTERS.c.moid,
        promised.c.powered_on_count,
        promised.c.num_cpus,
        cores,
        _ratio(promised.c.num_cpus, cores),
        promised.c.memory_bytes,
        total,
        _ratio(promised.c.memory_bytes, total),
    )
    labelled = (column.label(key) for key, column in zip(KEYS, columns, strict=True))
    return select(*labelled).select_from(CLUSTERS.join(promised, true()))


def _ratio(promised: ColumnElement[Any], there: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a ratio; null where nothing is there, as in a cluster without hosts."""
    return cast(promised, Float) / func.nullif(there, 0)
