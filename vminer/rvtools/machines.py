"""The sheets of virtual machines, those of their devices left to `devices`."""

from typing import Any

from vminer.rvtools.conversion import (
    first_known,
    kib,
    mib,
    mib_of_all,
    moment,
    nth,
    quotient,
)
from vminer.rvtools.tab import Column, Tab, below

ROOT = "virtualMachines"
ATTRIBUTES_BEHIND = "Annotation"
OLD_TOOLS = {"guestToolsSupportedOld", "guestToolsTooOld", "guestToolsNeedUpgrade"}

START = (
    Column("VM", "name"),
    Column("Powerstate", "powerState"),
    Column("Template", "isTemplate"),
    Column("SRM Placeholder", "isSrmPlaceholder"),
)
PLACE = (
    Column("Datacenter", "datacenter.name"),
    Column("Cluster", "cluster.name"),
    Column("Host", "host.name"),
)
SYSTEM = (
    Column("OS according to the configuration file", "guestFullName"),
    Column("OS according to the VMware Tools", "toolsGuestFullName"),
)
SERVER = (
    Column("VI SDK Server", "vcenter.host"),
    Column("VI SDK UUID", "vcenter.instanceUuid"),
)
END = (
    Column("Annotation", "annotation"),
    *PLACE,
    Column("Folder", "folder.path"),
    *SYSTEM,
    Column("VM ID", "moid"),
    Column("VM UUID", "biosUuid"),
    *SERVER,
)


def machine_tab(name: str, *columns: Column, rows: str = "") -> Tab:
    """Return a sheet that begins and ends as all of virtual machines but vInfo do."""
    own = below(rows, *columns) if rows else columns
    return Tab(name, ROOT, (*START, *own, *END), rows=rows, attributes_behind=ATTRIBUTES_BEHIND)


def tools(running: str | None, version: str | None) -> str | None:
    """Show the state of Tools in RVTools' words."""
    if running is None and version is None:
        return None
    if version == "guestToolsNotInstalled":
        return "toolsNotInstalled"
    if running == "guestToolsNotRunning":
        return "toolsNotRunning"
    return "toolsOld" if version in OLD_TOOLS else "toolsOk"


def upgradeable(version: str | None) -> str | None:
    """Show whether Tools is older than its host would have it."""
    if version is None:
        return None
    return "Yes" if version in OLD_TOOLS else "No"


def ft_role(role: int | None, is_secondary: bool | None) -> str | None:
    """Show a role in Fault Tolerance."""
    if is_secondary:
        return "secondary"
    return None if role is None else "primary" if role == 1 else "secondary"


def change(version: str | None, at: str | None) -> Any:
    """Show when something was last changed, or else what vSphere calls that state."""
    return version if at is None else moment(at)


def _networks() -> tuple[Column, ...]:
    paths = ("networkAdapters.networkName", "networkAdapters.networkMoid")
    return tuple(Column(f"Network #{n}", *paths, as_=nth(n)) for n in range(1, 9))


VINFO = Tab(
    "vInfo",
    ROOT,
    attributes_behind=ATTRIBUTES_BEHIND,
    columns=(
        *START,
        Column("Config status", "overallStatus"),
        Column("DNS Name", "guestHostname"),
        Column("Connection state", "connectionState"),
        Column("Guest state", "guestState"),
        Column("Heartbeat", "heartbeatStatus"),
        Column("Consolidation Needed", "consolidationNeeded"),
        Column("PowerOn", "bootTime", as_=moment),
        Column("Suspend time", "suspendTime", as_=moment),
        Column("Creation date", "createdAt", as_=moment),
        Column("Change Version", "changeVersion", "modifiedAt", as_=change),
        Column("CPUs", "numCpus"),
        Column("Overall Cpu Readiness", "cpuReadinessPercent"),
        Column("Memory", "memoryBytes", as_=mib),
        Column("Active Memory", "activeMemoryBytes", as_=mib),
        Column("NICs", "networkAdapterCount"),
        Column("Disks", "diskCount"),
        Column("Total disk capacity MiB", "diskCapacityBytes", as_=mib),
        Column("Latency Sensitivity", "latencySensitivity"),
        Column("EnableUUID", "diskUuidEnabled"),
        Column("CBT", "changeTrackingEnabled"),
        Column("Primary IP Address", "ipAddress"),
        *_networks(),
        Column("Num Monitors", "displayCount"),
        Column("Video Ram KiB", "videoRamBytes", as_=kib),
        Column("Resource pool", "resourcePool.path"),
        Column("Folder ID", "folder.moid"),
        Column("Folder", "folder.path"),
        Column("vApp", "vapp.name"),
        Column("FT Role", "ftRole", "isFtSecondary", as_=ft_role),
        Column(
            "Provisioned MiB", "storageCommittedBytes", "storageUncommittedBytes", as_=mib_of_all
        ),
        Column("In Use MiB", "storageCommittedBytes", as_=mib),
        Column("Unshared MiB", "storageUnsharedBytes", as_=mib),
        Column("Boot delay", "bootDelayMilliseconds"),
        Column("Boot retry delay", "bootRetryDelayMilliseconds"),
        Column("Boot retry enabled", "bootRetryEnabled"),
        Column("Boot BIOS setup", "enterBiosSetup"),
        Column("EFI Secure boot", "secureBootEnabled"),
        Column("Firmware", "firmware"),
        Column("HW version", "hardwareVersion"),
        Column("Path", "vmPathName"),
        Column("Log directory", "logDirectory"),
        Column("Snapshot directory", "snapshotDirectory"),
        Column("Suspend directory", "suspendDirectory"),
        Column("Annotation", "annotation"),
        *PLACE,
        *SYSTEM,
        Column("VM ID", "moid"),
        Column("SMBIOS UUID", "biosUuid"),
        Column("VM UUID", "instanceUuid"),
        Column("VI SDK Server type", "vcenter.fullName"),
        Column("VI SDK API Version", "vcenter.apiVersion"),
        *SERVER,
    ),
)

VCPU = machine_tab(
    "vCPU",
    Column("CPUs", "numCpus"),
    Column("Sockets", "numCpus", "coresPerSocket", as_=quotient),
    Column("Cores p/s", "coresPerSocket"),
    Column("Overall", "cpuUsageMhz"),
    Column("Level", "cpuSharesLevel"),
    Column("Shares", "cpuShares"),
    Column("Reservation", "cpuReservationMhz"),
    Column("Entitlement", "cpuEntitlementMhz"),
    Column("DRS Entitlement", "cpuDrsEntitlementMhz"),
    Column("Limit", "cpuLimitMhz"),
    Column("Hot Add", "cpuHotAddEnabled"),
    Column("Hot Remove", "cpuHotRemoveEnabled"),
)

VMEMORY = machine_tab(
    "vMemory",
    Column("Size MiB", "memoryBytes", as_=mib),
    Column("Memory Reservation Locked To Max", "memoryReservationLocked"),
    Column("Consumed", "hostMemoryUsageBytes", as_=mib),
    Column("Consumed Overhead", "overheadMemoryBytes", as_=mib),
    Column("Private", "privateMemoryBytes", as_=mib),
    Column("Shared", "sharedMemoryBytes", as_=mib),
    Column("Swapped", "swappedMemoryBytes", as_=mib),
    Column("Ballooned", "balloonedMemoryBytes", as_=mib),
    Column("Active", "guestMemoryUsageBytes", as_=mib),
    Column("Entitlement", "memoryEntitlementBytes", as_=mib),
    Column("DRS Entitlement", "memoryDrsEntitlementBytes", as_=mib),
    Column("Level", "memorySharesLevel"),
    Column("Shares", "memoryShares"),
    Column("Reservation", "memoryReservationBytes", as_=mib),
    Column("Limit", "memoryLimitBytes", as_=mib),
    Column("Hot Add", "memoryHotAddEnabled"),
)


VTOOLS = machine_tab(
    "vTools",
    Column("VM Version", "hardwareVersion"),
    Column("Tools", "toolsRunningStatus", "toolsVersionStatus", as_=tools),
    Column("Tools Version", "toolsVersion"),
    Column("Upgradeable", "toolsVersionStatus", as_=upgradeable),
    Column("Upgrade Policy", "toolsUpgradePolicy"),
    Column("Sync time", "toolsSyncTime"),
    Column("App status", "guestAppState", "guestAppHeartbeatStatus", as_=first_known),
    Column("Heartbeat status", "heartbeatStatus"),
    Column("Kernel Crash state", "guestKernelCrashed"),
    Column("Operation Ready", "guestOperationsReady"),
    Column("State change support", "guestStateChangeSupported"),
    Column("Interactive Guest", "guestInteractiveOperationsReady"),
)
