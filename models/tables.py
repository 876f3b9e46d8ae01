"""Every table in one import: for migrations, and for whoever maps a kind to its table."""

from models.api_key import ApiKey
from models.api_key_vcenter import ApiKeyVCenter
from models.base import Base, Inventory
from models.cluster import Cluster
from models.cluster_usage import ClusterUsage
from models.collection_problem import CollectionProblem
from models.collection_state import CollectionState
from models.datacenter import Datacenter
from models.datastore import Datastore
from models.datastore_usage import DatastoreUsage
from models.distributed_switch import DistributedSwitch
from models.enums import InventoryType
from models.folder import Folder
from models.heartbeat import Heartbeat
from models.host import Host
from models.host_datastore import HostDatastore
from models.host_hardware import HostHardware
from models.host_network import HostNetwork
from models.host_usage import HostUsage
from models.identifier import Identifier
from models.installation import Installation
from models.inventory_change import InventoryChange
from models.lease import Lease
from models.network import Network
from models.quarantined_object import QuarantinedObject
from models.resource_pool import ResourcePool
from models.resource_pool_usage import ResourcePoolUsage
from models.storage_pod import StoragePod
from models.storage_pod_usage import StoragePodUsage
from models.suspected_missing import SuspectedMissing
from models.switch_host import SwitchHost
from models.sync_run import SyncRun
from models.vcenter import VCenter
from models.virtual_machine import VirtualMachine
from models.vm_datastore import VmDatastore
from models.vm_guest import VmGuest
from models.vm_hardware import VmHardware
from models.vm_lineage import VmLineage
from models.vm_network import VmNetwork
from models.vm_usage import VmUsage

INVENTORY: dict[InventoryType, type[Inventory]] = {
    InventoryType.Datacenter: Datacenter,
    InventoryType.Folder: Folder,
    InventoryType.Cluster: Cluster,
    InventoryType.Host: Host,
    InventoryType.Datastore: Datastore,
    InventoryType.VirtualMachine: VirtualMachine,
    InventoryType.StoragePod: StoragePod,
    InventoryType.ResourcePool: ResourcePool,
    InventoryType.Network: Network,
    InventoryType.DistributedSwitch: DistributedSwitch,
}

__all__ = [
    "INVENTORY",
    "ApiKey",
    "ApiKeyVCenter",
    "Base",
    "Cluster",
    "ClusterUsage",
    "CollectionProblem",
    "CollectionState",
    "Datacenter",
    "Datastore",
    "DatastoreUsage",
    "DistributedSwitch",
    "Folder",
    "Heartbeat",
    "Host",
    "HostDatastore",
    "HostHardware",
    "HostNetwork",
    "HostUsage",
    "Identifier",
    "Installation",
    "InventoryChange",
    "Lease",
    "Network",
    "QuarantinedObject",
    "ResourcePool",
    "ResourcePoolUsage",
    "StoragePod",
    "StoragePodUsage",
    "SuspectedMissing",
    "SwitchHost",
    "SyncRun",
    "VCenter",
    "VirtualMachine",
    "VmDatastore",
    "VmGuest",
    "VmHardware",
    "VmLineage",
    "VmNetwork",
    "VmUsage",
]
