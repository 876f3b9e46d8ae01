"""The types by name, for edges that lead back and forth: resolved when the schema is assembled."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from loaders.entity import (
    CLUSTER,
    DATACENTER,
    DATASTORE,
    DISTRIBUTED_SWITCH,
    FOLDER,
    HOST,
    NETWORK,
    RESOURCE_POOL,
    STORAGE_POD,
    VCENTER,
    VIRTUAL_MACHINE,
)
from resolvers.aggregate import aggregates
from resolvers.connection import PAGE, Connection

if TYPE_CHECKING:
    from resolvers.change import Change
    from resolvers.cluster import Cluster
    from resolvers.datacenter import Datacenter
    from resolvers.datastore import Datastore
    from resolvers.distributed_switch import DistributedSwitch
    from resolvers.folder import Folder
    from resolvers.host import Host
    from resolvers.network import Network
    from resolvers.resource_pool import ResourcePool
    from resolvers.storage_pod import StoragePod
    from resolvers.sync_run import SyncRun
    from resolvers.vcenter import VCenter
    from resolvers.virtual_machine import VirtualMachine

VCenterRef = Annotated["VCenter", strawberry.lazy("resolvers.vcenter")]
DatacenterRef = Annotated["Datacenter", strawberry.lazy("resolvers.datacenter")]
FolderRef = Annotated["Folder", strawberry.lazy("resolvers.folder")]
ClusterRef = Annotated["Cluster", strawberry.lazy("resolvers.cluster")]
HostRef = Annotated["Host", strawberry.lazy("resolvers.host")]
DatastoreRef = Annotated["Datastore", strawberry.lazy("resolvers.datastore")]
VirtualMachineRef = Annotated["VirtualMachine", strawberry.lazy("resolvers.virtual_machine")]
ChangeRef = Annotated["Change", strawberry.lazy("resolvers.change")]
StoragePodRef = Annotated["StoragePod", strawberry.lazy("resolvers.storage_pod")]
ResourcePoolRef = Annotated["ResourcePool", strawberry.lazy("resolvers.resource_pool")]
NetworkRef = Annotated["Network", strawberry.lazy("resolvers.network")]
DistributedSwitchRef = Annotated[
    "DistributedSwitch", strawberry.lazy("resolvers.distributed_switch")
]
SyncRunRef = Annotated["SyncRun", strawberry.lazy("resolvers.sync_run")]


SyncRunConnection = Connection[SyncRunRef]
ChangeConnection = Connection[ChangeRef]


@strawberry.type(description=PAGE)
class VCenterConnection(Connection[VCenterRef]):
    """One page, and aggregates of the whole list."""

    aggregates = aggregates(VCENTER)


@strawberry.type(description=PAGE)
class DatacenterConnection(Connection[DatacenterRef]):
    """One page, and aggregates of the whole list."""

    aggregates = aggregates(DATACENTER)


@strawberry.type(description=PAGE)
class FolderConnection(Connection[FolderRef]):
    """One page, and aggregates of the whole list."""

    aggregates = aggregates(FOLDER)


@strawberry.type(description=PAGE)
class ClusterConnection(Connection[ClusterRef]):
    """One page, and aggregates of the whole list."""

    aggregates = aggregates(CLUSTER)


@strawberry.type(description=PAGE)
class HostConnection(Connection[HostRef]):
    """One page, and aggregates of the whole list."""

    aggregates = aggregates(HOST)


@strawberry.type(description=PAGE)
class DatastoreConnection(Connection[DatastoreRef]):
    """One page, and aggregates of the whole list."""

    aggregates = aggregates(DATASTORE)


@strawberry.type(description=PAGE)
class VirtualMachineConnection(Connection[VirtualMachineRef]):
    """One page, and aggregates of the whole list."""

    aggregates = aggregates(VIRTUAL_MACHINE)


@strawberry.type(description=PAGE)
class StoragePodConnection(Connection[StoragePodRef]):
    """One page, and aggregates of the whole list."""

    aggregates = aggregates(STORAGE_POD)


@strawberry.type(description=PAGE)
class ResourcePoolConnection(Connection[ResourcePoolRef]):
    """One page, and aggregates of the whole list."""

    aggregates = aggregates(RESOURCE_POOL)


@strawberry.type(description=PAGE)
class NetworkConnection(Connection[NetworkRef]):
    """One page, and aggregates of the whole list."""

    aggregates = aggregates(NETWORK)


@strawberry.type(description=PAGE)
class DistributedSwitchConnection(Connection[DistributedSwitchRef]):
    """One page, and aggregates of the whole list."""

    aggregates = aggregates(DISTRIBUTED_SWITCH)
