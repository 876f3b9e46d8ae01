"""Enumerations, spelled as vSphere spells them, and vMiner's own states.

Columns hold plain text: a newer vSphere may add a value, and an unknown value must not fail a scan.
The collector turns what it does not know into null and reports it.
"""

from enum import StrEnum


class PowerState(StrEnum):
    """VirtualMachinePowerState."""

    poweredOn = "poweredOn"
    poweredOff = "poweredOff"
    suspended = "suspended"


class VirtualMachineConnectionState(StrEnum):
    """VirtualMachineConnectionState."""

    connected = "connected"
    disconnected = "disconnected"
    orphaned = "orphaned"
    inaccessible = "inaccessible"
    invalid = "invalid"


class HostConnectionState(StrEnum):
    """HostSystemConnectionState."""

    connected = "connected"
    notResponding = "notResponding"
    disconnected = "disconnected"


class HostPowerState(StrEnum):
    """HostSystemPowerState."""

    poweredOn = "poweredOn"
    poweredOff = "poweredOff"
    standBy = "standBy"
    unknown = "unknown"


class ManagedEntityStatus(StrEnum):
    """ManagedEntityStatus: the coloured health of an entity."""

    gray = "gray"
    green = "green"
    yellow = "yellow"
    red = "red"


class ToolsRunningStatus(StrEnum):
    """VirtualMachineToolsRunningStatus."""

    guestToolsNotRunning = "guestToolsNotRunning"
    guestToolsRunning = "guestToolsRunning"
    guestToolsExecutingScripts = "guestToolsExecutingScripts"


class ToolsVersionStatus(StrEnum):
    """VirtualMachineToolsVersionStatus, as far as vMiner itself tells values apart."""

    guestToolsNotInstalled = "guestToolsNotInstalled"


class DrsBehavior(StrEnum):
    """DrsBehavior: how far DRS acts by itself."""

    manual = "manual"
    partiallyAutomated = "partiallyAutomated"
    fullyAutomated = "fullyAutomated"


class SharesLevel(StrEnum):
    """SharesLevel: how shares were chosen."""

    low = "low"
    normal = "normal"
    high = "high"
    custom = "custom"


class NetworkType(StrEnum):
    """The managed objects that are networks."""

    Network = "Network"
    DistributedVirtualPortgroup = "DistributedVirtualPortgroup"
    OpaqueNetwork = "OpaqueNetwork"


class InventoryType(StrEnum):
    """The kinds of inventory object, named as the GraphQL types are."""

    Datacenter = "Datacenter"
    Folder = "Folder"
    Cluster = "Cluster"
    Host = "Host"
    Datastore = "Datastore"
    VirtualMachine = "VirtualMachine"
    StoragePod = "StoragePod"
    ResourcePool = "ResourcePool"
    Network = "Network"
    DistributedSwitch = "DistributedSwitch"


class Tier(StrEnum):
    """How often a group of properties is read."""

    LIGHT = "LIGHT"
    HEAVY = "HEAVY"
    GUEST = "GUEST"


class IdentifierKind(StrEnum):
    """What an exact look-up over the estate can go by."""

    IP = "IP"
    MAC = "MAC"
    BIOS_UUID = "BIOS_UUID"
    INSTANCE_UUID = "INSTANCE_UUID"
    SERIAL = "SERIAL"
    FQDN = "FQDN"


class SearchMatch(StrEnum):
    """How a search found an object; the better ways come first."""

    IDENTIFIER = "IDENTIFIER"
    SUBNET = "SUBNET"
    MOID = "MOID"
    NAME = "NAME"
    PREFIX = "PREFIX"
    SUBSTRING = "SUBSTRING"
    SIMILAR = "SIMILAR"


class ChangeKind(StrEnum):
    """What a sync found to have happened to an object."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    HARDWARE = "HARDWARE"
    MISSING = "MISSING"
    REAPPEARED = "REAPPEARED"
    DELETED = "DELETED"


class LineageEvidence(StrEnum):
    """In what a VM that came agrees with one that went."""

    INSTANCE_UUID = "INSTANCE_UUID"
    BIOS_UUID = "BIOS_UUID"
    CREATED_AT = "CREATED_AT"
    DISK_UUID = "DISK_UUID"
    MAC_ADDRESS = "MAC_ADDRESS"


class VCenterState(StrEnum):
    """What the last contact with a vCenter was like."""

    NEW = "NEW"
    CONNECTED = "CONNECTED"
    UNREACHABLE = "UNREACHABLE"
    CREDENTIALS = "CREDENTIALS"
    PERMISSION = "PERMISSION"
    CERTIFICATE = "CERTIFICATE"
    ADDRESS = "ADDRESS"
    CHANGED = "CHANGED"


class SyncRunState(StrEnum):
    """The life of a sync run."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    QUARANTINED = "QUARANTINED"
    FAILED = "FAILED"
    DEAD = "DEAD"


ENDED = frozenset(SyncRunState) - {SyncRunState.QUEUED, SyncRunState.RUNNING}


class SyncKind(StrEnum):
    """What a run reads."""

    FULL = "FULL"


class HoldReason(StrEnum):
    """Why what a scan did not find is kept all the same."""

    SHRUNK = "SHRUNK"
    PERMISSION = "PERMISSION"
    UNSETTLED = "UNSETTLED"


class RequestClass(StrEnum):
    """Who waits for a run: each class has its own queue, and agents serve them in this order."""

    INTERACTIVE = "INTERACTIVE"
    SCHEDULED = "SCHEDULED"


class ApiOperation(StrEnum):
    """What an API key may do.

    SYNC is for mutations. Their answers lead on into the graph, so who may sync may read too.
    """

    READ = "READ"
    SYNC = "SYNC"
