"""The types by name, for edges that lead back and forth: resolved when the schema is assembled."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.connection import Connection

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

VCenterConnection = Connection[VCenterRef]
DatacenterConnection = Connection[DatacenterRef]
FolderConnection = Connection[FolderRef]
ClusterConnection = Connection[ClusterRef]
HostConnection = Connection[HostRef]
DatastoreConnection = Connection[DatastoreRef]
VirtualMachineConnection = Connection[VirtualMachineRef]
StoragePodConnection = Connection[StoragePodRef]
ResourcePoolConnection = Connection[ResourcePoolRef]
NetworkConnection = Connection[NetworkRef]
DistributedSwitchConnection = Connection[DistributedSwitchRef]
SyncRunConnection = Connection[SyncRunRef]
ChangeConnection = Connection[ChangeRef]
