"""What belongs to an inventory row and goes when the row is purged, as data.

Identifiers and quarantine name their object by type and moid, whatever the type: they are not
listed here.
"""

from models.base import Base
from models.enums import InventoryType
from models.tables import (
    ClusterUsage,
    DatastoreUsage,
    HostDatastore,
    HostHardware,
    HostNetwork,
    HostUsage,
    ResourcePoolUsage,
    StoragePodUsage,
    SwitchHost,
    VmDatastore,
    VmGuest,
    VmHardware,
    VmLineage,
    VmNetwork,
    VmUsage,
)

KIN: dict[InventoryType, tuple[tuple[type[Base], str], ...]] = {
    InventoryType.Cluster: ((ClusterUsage, "moid"),),
    InventoryType.Host: (
        (HostUsage, "moid"),
        (HostHardware, "moid"),
        (HostDatastore, "host_moid"),
        (HostNetwork, "host_moid"),
        (SwitchHost, "host_moid"),
    ),
    InventoryType.StoragePod: ((StoragePodUsage, "moid"),),
    InventoryType.Datastore: (
        (DatastoreUsage, "moid"),
        (HostDatastore, "datastore_moid"),
        (VmDatastore, "datastore_moid"),
    ),
    InventoryType.VirtualMachine: (
        (VmUsage, "moid"),
        (VmHardware, "moid"),
        (VmGuest, "moid"),
        (VmLineage, "moid"),
        (VmDatastore, "vm_moid"),
        (VmNetwork, "vm_moid"),
    ),
    InventoryType.Network: ((HostNetwork, "network_moid"), (VmNetwork, "network_moid")),
    InventoryType.DistributedSwitch: ((SwitchHost, "switch_moid"),),
    InventoryType.ResourcePool: ((ResourcePoolUsage, "moid"),),
}
"""Tables, and in each the column that holds the moid of the row they belong to."""
