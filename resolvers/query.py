"""Where queries begin: every kind of object by ID, and in lists over the whole estate."""

import asyncio
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from loaders.entity import (
    CLUSTER,
    DATACENTER,
    DATASTORE,
    DISTRIBUTED_SWITCH,
    ENTITIES,
    FOLDER,
    HOST,
    NETWORK,
    RESOURCE_POOL,
    STORAGE_POD,
    SYNC_RUN,
    VCENTER,
    VIRTUAL_MACHINE,
    Entity,
)
from loaders.row import IdKey
from resolvers import global_id
from resolvers.capacity import Capacity, capacity
from resolvers.change_feed import ChangeFeed, changes_since
from resolvers.cluster import Cluster
from resolvers.context import Info
from resolvers.datacenter import Datacenter
from resolvers.datastore import Datastore
from resolvers.declare import EDGE, Arity, Edge, to_all
from resolvers.distributed_switch import DistributedSwitch
from resolvers.duplicate import DuplicateConnection, duplicates
from resolvers.federation import FederatedEntity, Service, entities, service
from resolvers.folder import Folder
from resolvers.host import Host
from resolvers.hygiene import Hygiene, hygiene
from resolvers.network import Network
from resolvers.node import Node, from_row
from resolvers.reference import (
    ClusterConnection,
    DatacenterConnection,
    DatastoreConnection,
    DistributedSwitchConnection,
    FolderConnection,
    HostConnection,
    NetworkConnection,
    ResourcePoolConnection,
    StoragePodConnection,
    SyncRunConnection,
    VCenterConnection,
    VirtualMachineConnection,
)
from resolvers.resource_pool import ResourcePool
from resolvers.search import SearchHit, search
from resolvers.signature import argument, with_arguments
from resolvers.storage_pod import StoragePod
from resolvers.sync_run import SyncRun
from resolvers.unique import input_of, the_one
from resolvers.vcenter import VCenter
from resolvers.virtual_machine import VirtualMachine
from runtime.errors import InvalidArgumentError, PageSizeError

MOST_IDS = 500
IDENTIFIER = argument(
    str | None,
    "Only those that carry exactly this IP address, MAC address, UUID, serial number or host name, "
    "in any spelling.",
    UNSET,
)

WAIT = (
    "Seconds to wait for the run to end, before anything of the request is read; at most those of "
    "the server's VMINER_RUN_WAIT_SECONDS. It is shown as it stands then, ended or not."
)

Id = Annotated[strawberry.ID, strawberry.argument(description="Global ID.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="Global IDs, at most 500.")]


def by_id(entity: Entity, description: str) -> Any:
    """Lead from the query's root to one object; null if there is none."""

    async def resolve(info: Info, id: Id) -> Any:  # noqa: A002 - the argument's name in the graph
        return await _node(info, global_id.decode(id, entity.name))

    edge = Edge(f"{entity.phrase}_by_id", (), Arity.ONE, entity)
    return strawberry.field(resolver=resolve, description=description, metadata={EDGE: edge})


def one(entity: Entity, kind: str) -> Any:
    """Lead from the query's root to one object, by ID or by what it is known by."""

    async def resolve(info: Info, **arguments: Any) -> Any:
        id_, by = arguments.get("id"), arguments.get("by")
        if (id_ in (None, UNSET)) == (by in (None, UNSET)):
            raise InvalidArgumentError("Give either id or by.")
        if id_ in (None, UNSET):
            return await the_one(info, entity, by)
        return await _node(info, global_id.decode(id_, entity.name))

    edge = Edge(f"{entity.phrase}_by_id", (), Arity.ONE, entity)
    given = {
        "id": argument(strawberry.ID | None, "Global ID.", UNSET),
        "by": argument(input_of(entity) | None, "What it is known by, instead of its ID.", UNSET),
    }
    return strawberry.field(
        resolver=with_arguments(resolve, given),
        description=f"One {kind}; null if there is none. Several known by the same are refused "
        "(`AMBIGUOUS`), with a list of them.",
        metadata={EDGE: edge},
    )


def sync_run_by_id(description: str) -> Any:
    """Lead from the query's root to one sync run, once it has ended.

    The wait is the gateway's: by the time a resolver runs, its snapshot stands.
    """

    async def resolve(
        info: Info,
        id: Id,  # noqa: A002 - the argument's name in the graph
        wait_seconds: Annotated[float | None, strawberry.argument(description=WAIT)] = None,
    ) -> Any:
        if wait_seconds is not None and wait_seconds < 0:
            raise InvalidArgumentError("waitSeconds must not be negative.")
        return await _node(info, global_id.decode(id, SYNC_RUN.name))

    edge = Edge(f"{SYNC_RUN.phrase}_by_id", (), Arity.ONE, SYNC_RUN)
    return strawberry.field(resolver=resolve, description=description, metadata={EDGE: edge})


async def _node(info: Info, found: global_id.GlobalId) -> Any:
    entity = ENTITIES[found.type]
    row = await info.context.loaders.row_by_id.load(IdKey(entity, found.uuid, found.moid))
    return None if row is None else from_row(entity, row)


@strawberry.type(description="Where queries begin.")
class Query:
    """All roots; lists come in a total and stable order, by name where there is one."""

    @strawberry.field(description="Any object by its ID; null if there is none.")
    async def node(self, info: Info, id: Id) -> Node | None:  # noqa: A002
        """Read one object of any type."""
        found: Node | None = await _node(info, global_id.decode(id))
        return found

    @strawberry.field(description="Objects by their IDs, in that order; null where there is none.")
    async def nodes(self, info: Info, ids: Ids) -> list[Node | None]:
        """Read many objects: one statement for each type among them."""
        if len(ids) > MOST_IDS:
            raise PageSizeError(f"nodes takes at most {MOST_IDS} IDs, not {len(ids)}.")
        wanted = [global_id.decode(id_) for id_ in ids]
        return list(await asyncio.gather(*(_node(info, found) for found in wanted)))

    vcenter: VCenter | None = by_id(VCENTER, "One vCenter.")
    datacenter: Datacenter | None = one(DATACENTER, "datacenter")
    folder: Folder | None = one(FOLDER, "folder")
    cluster: Cluster | None = one(CLUSTER, "cluster")
    host: Host | None = one(HOST, "host")
    datastore: Datastore | None = one(DATASTORE, "datastore")
    virtual_machine: VirtualMachine | None = one(VIRTUAL_MACHINE, "virtual machine")
    storage_pod: StoragePod | None = one(STORAGE_POD, "storage pod")
    resource_pool: ResourcePool | None = one(RESOURCE_POOL, "resource pool or vApp")
    network: Network | None = one(NETWORK, "network")
    distributed_switch: DistributedSwitch | None = one(DISTRIBUTED_SWITCH, "distributed switch")
    sync_run: SyncRun | None = sync_run_by_id("One sync run; on request once it has ended.")

    vcenters: VCenterConnection = to_all("vcenters", "All vCenters, by name.")
    datacenters: DatacenterConnection = to_all("datacenters", "All datacenters, by name.")
    folders: FolderConnection = to_all("folders", "All folders, by name.")
    clusters: ClusterConnection = to_all("clusters", "All clusters, by name.")
    hosts: HostConnection = to_all("hosts", "All hosts, by name.", identifier=IDENTIFIER)
    datastores: DatastoreConnection = to_all("datastores", "All datastores, by name.")
    storage_pods: StoragePodConnection = to_all("storage_pods", "All storage pods, by name.")
    virtual_machines: VirtualMachineConnection = to_all(
        "virtual_machines",
        "All virtual machines and templates, by name.",
        identifier=IDENTIFIER,
    )
    resource_pools: ResourcePoolConnection = to_all(
        "resource_pools", "All resource pools and vApps, by name."
    )
    networks: NetworkConnection = to_all("networks", "All networks of every kind, by name.")
    distributed_switches: DistributedSwitchConnection = to_all(
        "distributed_switches", "All distributed switches, by name."
    )
    sync_runs: SyncRunConnection = to_all("sync_runs", "All sync runs, newest first.")
    search: list[SearchHit] = search()
    entities_: list[FederatedEntity | None] = entities()
    service_: Service = service()
    changes_since: ChangeFeed = changes_since()
    capacity: Capacity = capacity()
    hygiene: Hygiene = hygiene()
    duplicates: DuplicateConnection = duplicates()
