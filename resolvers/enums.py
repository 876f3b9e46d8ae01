"""The enumerations of `models.enums` as GraphQL shows them: spelled as vSphere does, described."""

from enum import StrEnum

import strawberry

from models.enums import (
    ChangeKind,
    DrsBehavior,
    HostConnectionState,
    HostPowerState,
    IdentifierKind,
    InventoryType,
    LineageEvidence,
    ManagedEntityStatus,
    NetworkType,
    PowerState,
    RequestClass,
    SearchMatch,
    SharesLevel,
    SyncKind,
    SyncRunState,
    Tier,
    ToolsRunningStatus,
    VCenterState,
    VirtualMachineConnectionState,
)

__all__ = [
    "ChangeKind",
    "DrsBehavior",
    "HostConnectionState",
    "HostPowerState",
    "IdentifierKind",
    "InventoryType",
    "LineageEvidence",
    "ManagedEntityStatus",
    "NetworkType",
    "PowerState",
    "RequestClass",
    "SearchMatch",
    "SharesLevel",
    "SyncKind",
    "SyncRunState",
    "Tier",
    "ToolsRunningStatus",
    "VCenterState",
    "VirtualMachineConnectionState",
]


def publish(enum: type[StrEnum], description: str, **values: str) -> None:
    """Make an enumeration part of the graph, with a description of itself and of each value."""
    strawberry.enum(enum, description=description)
    for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[value.name]


publish(
    PowerState,
    "Power state of a virtual machine (VirtualMachinePowerState).",
    poweredOn="Running.",
    poweredOff="Switched off.",
    suspended="Suspended, its memory kept on disk.",
)
publish(
    VirtualMachineConnectionState,
    "Whether a virtual machine can be managed (VirtualMachineConnectionState).",
    connected="vCenter can reach it.",
    disconnected="Its host is disconnected; what is shown is as of then.",
    orphaned="vCenter knows it, but no host does.",
    inaccessible="Its files cannot be read; often the storage is away.",
    invalid="Its configuration cannot be read.",
)
publish(
    HostConnectionState,
    "Whether vCenter reaches a host (HostSystemConnectionState).",
    connected="vCenter reaches it.",
    notResponding="It does not answer vCenter.",
    disconnected="An administrator disconnected it.",
)
publish(
    HostPowerState,
    "Power state of a host (HostSystemPowerState).",
    poweredOn="Running.",
    poweredOff="Switched off.",
    standBy="In standby by power management.",
    unknown="vCenter cannot tell.",
)
publish(
    ManagedEntityStatus,
    "Coloured health as vSphere shows it (ManagedEntityStatus).",
    gray="Unknown.",
    green="Healthy.",
    yellow="Something may be wrong.",
    red="Something is wrong.",
)
publish(
    ToolsRunningStatus,
    "Whether VMware Tools runs in the guest (VirtualMachineToolsRunningStatus).",
    guestToolsNotRunning="Tools does not run.",
    guestToolsRunning="Tools runs.",
    guestToolsExecutingScripts="Tools is starting and runs its scripts.",
)
publish(
    DrsBehavior,
    "How far DRS acts by itself (DrsBehavior).",
    manual="It recommends; a person decides.",
    partiallyAutomated="It places VMs at power on and recommends migrations.",
    fullyAutomated="It places and migrates VMs.",
)
publish(
    SharesLevel,
    "How a weight among others was chosen (SharesLevel).",
    low="Half of normal.",
    normal="As much as most have.",
    high="Twice as much as normal.",
    custom="A number somebody chose.",
)
publish(
    NetworkType,
    "Kinds of network, named as vSphere's managed objects are.",
    Network="A network of standard switches, the same on every host that has one of its name.",
    DistributedVirtualPortgroup="A port group of a distributed switch.",
    OpaqueNetwork="A network that NSX manages.",
)
publish(
    InventoryType,
    "Kinds of inventory object.",
    Datacenter="Datacenters.",
    Folder="Folders.",
    Cluster="Clusters.",
    Host="ESXi hosts.",
    Datastore="Datastores.",
    VirtualMachine="Virtual machines and templates.",
    StoragePod="Storage pods (datastore clusters).",
    ResourcePool="Resource pools and vApps.",
    Network="Networks of every kind.",
    DistributedSwitch="Distributed switches.",
)
publish(
    Tier,
    "Groups of properties by how often they are read.",
    LIGHT="What every sync reads.",
    HEAVY="Devices, settings and snapshots, read where they changed, and daily.",
    GUEST="What Tools reports from inside a VM, read on its own interval.",
)
publish(
    VCenterState,
    "What the last contact with a vCenter was like.",
    NEW="Registered; no contact yet.",
    CONNECTED="It answered.",
    UNREACHABLE="It could not be reached, or did not answer in time.",
    CREDENTIALS="It refused user name or password; not tried again until they change.",
    PERMISSION="The account lacks a privilege that reading needs.",
    CERTIFICATE="Its certificate is not trusted, or is not the pinned one.",
    ADDRESS="Agents may not connect to its address.",
    CHANGED="Another vCenter answers at its address.",
)
publish(
    SyncRunState,
    "Where a sync run stands.",
    QUEUED="Asked for, not yet started, or waiting to be tried again.",
    RUNNING="An agent reads the vCenter.",
    SUCCEEDED="Read and stored.",
    QUARANTINED="Read, but too much was gone: stored without deletions, awaiting proof.",
    FAILED="Ended in an error that waiting does not mend.",
    DEAD="Tried too often.",
)
publish(SyncKind, "What a sync run reads.", FULL="The whole inventory of the vCenter.")
publish(
    ChangeKind,
    "What a sync found to have happened to an object.",
    CREATED="It is new; not said of what the first complete scan of a vCenter finds.",
    UPDATED="Some of its properties differ.",
    HARDWARE="Disks, network adapters or snapshots of a virtual machine differ.",
    MISSING="A complete scan did not find it.",
    REAPPEARED="It is there again; fields say what differs from before.",
    DELETED="A later complete scan confirmed that it is gone.",
)
publish(
    IdentifierKind,
    "What objects can be told apart by, over the whole estate.",
    IP="IP address, IPv4 or IPv6.",
    MAC="MAC address.",
    BIOS_UUID="UUID of the BIOS or SMBIOS, in either byte order.",
    INSTANCE_UUID="UUID that a vCenter gave a virtual machine.",
    SERIAL="Serial number or service tag.",
    FQDN="Host name.",
)
publish(
    SearchMatch,
    "How a search found an object; the better ways come first.",
    IDENTIFIER="It carries this very identifier.",
    SUBNET="It has an address in this network.",
    MOID="It has this managed object id in its vCenter.",
    NAME="This is its name.",
    PREFIX="Its name begins so, in upper or lower case.",
    SUBSTRING="Its name contains this, in upper or lower case.",
    SIMILAR="Its name is like this; only where nothing else was found.",
)
publish(
    LineageEvidence,
    "In what a virtual machine that came agrees with one that went.",
    INSTANCE_UUID="The UUID that a vCenter gave the instance.",
    BIOS_UUID="The UUID of the BIOS.",
    CREATED_AT="The moment of creation.",
    DISK_UUID="The UUID of a disk.",
    MAC_ADDRESS="The MAC address of an adapter.",
)
publish(
    RequestClass,
    "Which queue a sync run waits in; agents serve the first before the second.",
    INTERACTIVE="A person or a program waits for it.",
    SCHEDULED="Nobody waits: asked for by the schedule, or for many vCenters at once.",
)
