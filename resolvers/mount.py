"""Mounts of datastores on hosts: the edge between them with what it holds."""

from typing import Any

import strawberry

from loaders.detail import EdgeKey
from loaders.entity import DATASTORE, HOST
from models.edge import HOST_DATASTORES
from models.host_datastore import HostDatastore as Table
from resolvers.context import Info
from resolvers.declare import EDGE, Arity, Edge, column, to_one
from resolvers.reference import DatastoreRef, HostRef

NAMES = ("vcenter_id", *HOST_DATASTORES.columns)


@strawberry.type(description="How a host sees a datastore.")
class Mount:
    """One row of host_datastores."""

    access_mode: str | None = column(Table.access_mode)
    mounted: bool | None = column(Table.mounted)
    accessible: bool | None = column(Table.accessible)
    inaccessible_reason: str | None = column(Table.inaccessible_reason)
    host: HostRef | None = to_one(HOST, "vcenter_id", "host_moid", description="The host.")
    datastore: DatastoreRef | None = to_one(
        DATASTORE, "vcenter_id", "datastore_moid", description="The datastore."
    )


def mounts(end: str, description: str) -> Any:
    """Lead from a host or a datastore, named by the column that holds its moid, to its mounts."""

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        key = EdgeKey(HOST_DATASTORES, end, root.vcenter_id, root.moid)
        rows = await info.context.loaders.edges_by_end.load(key)
        info.context.loaders.budget.spend(len(rows))
        return [_mount(row) for row in rows]

    edge = Edge("edges_by_end", ("vcenter_id", "moid"), Arity.PART, None)
    return strawberry.field(resolver=resolve, description=description, metadata={EDGE: edge})


def _mount(row: Any) -> Mount:
    made = object.__new__(Mount)
    made.__dict__.update(zip(NAMES, row, strict=True))
    return made
