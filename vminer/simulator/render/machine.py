"""VirtualMachine."""

from collections.abc import Mapping
from typing import Any

from vminer.simulator.inventory import guest, usage
from vminer.simulator.render.device import devices
from vminer.simulator.render.entity import ENTITY
from vminer.simulator.render.guest import GUEST
from vminer.simulator.render.node import (
    Items,
    Link,
    Links,
    Node,
    Struct,
    boolean,
    enum,
    integer,
    long,
    moment,
    text,
)
from vminer.simulator.render.snapshot import current_snapshot, snapshot_tree


def _is_accessible(machine: Any) -> bool:
    return bool(machine.is_accessible)


_RUNTIME = Struct(
    "VirtualMachineRuntimeInfo",
    {
        "host": Link(lambda machine: machine.host),
        "connectionState": enum(
            "VirtualMachineConnectionState", lambda machine: machine.connection_state
        ),
        "powerState": enum("VirtualMachinePowerState", lambda machine: machine.power_state),
        "faultToleranceState": enum("VirtualMachineFaultToleranceState", lambda _: "notConfigured"),
        "toolsInstallerMounted": boolean(lambda _: False),
        "suspendTime": moment(lambda machine: machine.suspend_time),
        "bootTime": moment(lambda machine: machine.boot_time),
        "numMksConnections": integer(lambda _: 0),
        "recordReplayState": enum("VirtualMachineRecordReplayState", lambda _: "inactive"),
        "cleanPowerOff": boolean(lambda machine: machine.clean_power_off),
        "onlineStandby": boolean(lambda _: False),
        "consolidationNeeded": boolean(lambda machine: machine.consolidation_needed),
    },
)

_HARDWARE = Struct(
    "VirtualHardware",
    {
        "numCPU": integer(lambda machine: machine.cpu_count),
        "numCoresPerSocket": integer(lambda machine: machine.cores_per_socket),
        "memoryMB": integer(lambda machine: machine.memory_mb),
        "device": Items("VirtualDevice", devices),
    },
)

_CONFIG = Struct(
    "VirtualMachineConfigInfo",
    {
        "changeVersion": text(lambda machine: machine.change_version),
        "modified": moment(lambda machine: machine.modified),
        "name": text(lambda machine: machine.name),
        "guestFullName": text(lambda machine: machine.guest.full_name),
        "version": text(lambda machine: machine.hardware_version),
        "uuid": text(lambda machine: machine.bios_uuid),
        "createDate": moment(lambda machine: machine.create_date),
        "instanceUuid": text(lambda machine: machine.instance_uuid),
        "template": boolean(lambda machine: machine.is_template),
        "guestId": text(lambda machine: machine.guest.guest_id),
        "annotation": text(lambda machine: machine.annotation),
        "files": Struct(
            "VirtualMachineFileInfo",
            {
                "vmPathName": text(lambda machine: machine.vmx_path),
                "logDirectory": text(lambda machine: machine.directory),
            },
        ),
        "hardware": _HARDWARE,
        "firmware": text(lambda machine: machine.firmware),
        "managedBy": Struct(
            "ManagedByInfo",
            {
                "extensionKey": text(lambda machine: machine.managed_by[0]),
                "type": text(lambda machine: machine.managed_by[1]),
            },
            lambda machine: machine.managed_by is not None,
        ),
    },
    _is_accessible,
)

_STORAGE = Struct(
    "VirtualMachineStorageSummary",
    {
        "committed": long(usage.committed_bytes),
        "uncommitted": long(usage.uncommitted_bytes),
        "unshared": long(usage.unshared_bytes),
        "timestamp": moment(lambda machine: machine.modified),
    },
)

_QUICK_STATS = Struct(
    "VirtualMachineQuickStats",
    {
        "overallCpuUsage": integer(usage.cpu_mhz),
        "guestMemoryUsage": integer(usage.guest_memory_mb),
        "hostMemoryUsage": integer(usage.host_memory_mb),
        "guestHeartbeatStatus": enum(
            "ManagedEntityStatus",
            lambda machine: "green" if guest.tools_running(machine) else "gray",
        ),
        "swappedMemory": integer(usage.swapped_mb),
        "balloonedMemory": integer(usage.ballooned_mb),
        "uptimeSeconds": integer(lambda machine: machine.uptime_seconds),
    },
)

MACHINE: Mapping[str, Node] = {
    **ENTITY,
    "config": _CONFIG,
    "resourcePool": Link(lambda machine: machine.resource_pool),
    "parentVApp": Link(lambda machine: machine.parent_vapp),
    "runtime": _RUNTIME,
    "guest": GUEST,
    "summary": Struct(
        "VirtualMachineSummary",
        {
            "vm": Link(lambda machine: machine.ref),
            "runtime": _RUNTIME,
            "storage": _STORAGE,
            "quickStats": _QUICK_STATS,
            "overallStatus": enum("ManagedEntityStatus", lambda machine: machine.overall_status),
        },
    ),
    "datastore": Links(lambda machine, _: machine.datastores),
    "network": Links(lambda machine, _: machine.networks),
    "snapshot": Struct(
        "VirtualMachineSnapshotInfo",
        {
            "currentSnapshot": Link(current_snapshot),
            "rootSnapshotList": Items("VirtualMachineSnapshotTree", snapshot_tree),
        },
        lambda machine: bool(machine.snapshots),
    ),
}
