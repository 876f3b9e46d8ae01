"""How much of a cluster's CPU and memory its powered-on VMs were promised."""

from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from loaders.entity import CLUSTER
from loaders.overcommit import KEYS, MostOvercommitted, OvercommitKey, Resource
from loaders.reading import Record
from resolvers.context import Info
from resolvers.declare import to_one
from resolvers.enums import publish
from resolvers.filter import conditions_of
from resolvers.reference import ClusterRef
from resolvers.scalar import BigInt
from resolvers.signature import argument, with_arguments
from runtime.errors import PageSizeError

MOST = 1000
DEFAULT_FIRST = 20

publish(
    Resource,
    "A resource that is promised to VMs.",
    CPU="Virtual CPUs on physical cores.",
    MEMORY="Configured memory in the hosts' memory.",
)


@strawberry.type(
    description="What the powered-on VMs of a cluster were promised, and what its hosts have."
)
class Overcommit:
    """One row of `loaders.overcommit`."""

    cluster: ClusterRef | None = to_one(CLUSTER, "vcenter_id", "moid", description="The cluster.")
    powered_on_count: int = strawberry.field(description="Its powered-on VMs.")
    num_cpus: BigInt = strawberry.field(description="Virtual CPUs of those.")
    num_cpu_cores: int | None = strawberry.field(description="Cores of its hosts.")
    cpu_ratio: float | None = strawberry.field(
        description="Virtual CPUs for each core; null where it has no core."
    )
    machine_memory_bytes: BigInt = strawberry.field(
        description="Configured memory of its powered-on VMs."
    )
    total_memory_bytes: BigInt | None = strawberry.field(description="Memory of its hosts.")
    memory_ratio: float | None = strawberry.field(
        description="Configured memory for each byte of its hosts'; null where they have none."
    )


def _shown(row: Record) -> Overcommit:
    made = object.__new__(Overcommit)
    made.__dict__.update(zip(KEYS, row, strict=True))
    return made


def overcommit() -> Any:
    """Show it of a cluster; of many in one statement."""

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        key = OvercommitKey((root.vcenter_id, root.moid))
        rows = await info.context.loaders.overcommit.load(key)
        return _shown(rows[0]) if rows else None

    return strawberry.field(
        resolver=resolve,
        description="What its powered-on VMs were promised of its CPU and memory.",
    )


async def _ranking(info: Info, **arguments: Any) -> Any:
    first = arguments["first"]
    if not 1 <= first <= MOST:
        raise PageSizeError(f"first must lie between 1 and {MOST}, not {first}.")
    conditions = conditions_of(arguments.get("filter"))
    among = MostOvercommitted(Resource(arguments["by"]), first, conditions)
    rows = await info.context.loaders.overcommit.load(OvercommitKey(None, among))
    return [_shown(row) for row in rows]


def most_overcommitted() -> Any:
    """Lead to the clusters that promised the most."""
    own = Annotated[f"{CLUSTER.name}Filter", strawberry.lazy("resolvers.filter_inputs")]  # type: ignore[valid-type]
    given = {
        "by": argument(Resource, "Of which resource.", Resource.CPU),
        "first": argument(int, f"Most clusters: 1 to {MOST}.", DEFAULT_FIRST),
        "filter": argument(own | None, "Only clusters that meet all of it.", UNSET),
    }
    return strawberry.field(
        resolver=with_arguments(_ranking, given),
        description="Clusters by how much of a resource they promised, the most first. Counts all "
        "powered-on VMs of the clusters that the filter leaves.",
    )
