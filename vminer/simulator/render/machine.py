"""VirtualMachine."""

from collections.abc import Callable, Mapping
from typing import Any

from vminer.simulator.inventory import guest, setting, usage
from vminer.simulator.inventory.setting import Allocation
from vminer.simulator.render.array import Each, Varied
from vminer.simulator.render.device import devices
from vminer.simulator.render.entity import ENTITY
from vminer.simulator.render.files import LAYOUT
from vminer.simulator.render.guest import GUEST
from vminer.simulator.render.node import (
    Integers,
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

_KEYED: Mapping[str, Node] = {"deviceKey": integer(lambda device: device[1])}
_BOOTABLE = {
    struct.xsi: struct
    for struct in (
        Struct("VirtualMachineBootOptionsBootableDiskDevice", _KEYED),
        Struct("VirtualMachineBootOptionsBootableEthernetDevice", _KEYED),
        Struct("VirtualMachineBootOptionsBootableCdromDevice", {}),
        Struct("VirtualMachineBootOptionsBootableFloppyDevice", {}),
    )
}

_BOOT_OPTIONS = Struct(
    "VirtualMachineBootOptions",
    {
        "bootDelay": long(setting.boot_delay),
        "enterBIOSSetup": boolean(setting.bios_setup),
        "efiSecureBootEnabled": boolean(setting.secure_boot),
        "bootRetryEnabled": boolean(setting.boot_retry),
        "bootRetryDelay": long(lambda _: 10_000),
        "bootOrder": Each(
            "VirtualMachineBootOptionsBootableDevice",
            setting.boot_order,
            Varied(lambda device: f"VirtualMachineBootOptionsBootable{device[0]}Device", _BOOTABLE),
        ),
        "networkBootProtocol": text(lambda _: "ipv4"),
    },
)

_TOOLS = Struct(
    "ToolsConfigInfo",
    {
        "afterPowerOn": boolean(lambda _: True),
        "beforeGuestShutdown": boolean(lambda _: True),
        "toolsUpgradePolicy": text(setting.tools_policy),
        "syncTimeWithHost": boolean(setting.tools_sync_time),
    },
)


def _allocation(read: Callable[[Any], Allocation]) -> Struct:
    return Struct(
        "ResourceAllocationInfo",
        {
            "reservation": long(lambda machine: read(machine).reservation),
            "expandableReservation": boolean(lambda _: False),
            "limit": long(lambda machine: read(machine).limit),
            "shares": Struct(
                "SharesInfo",
                {
                    "shares": integer(lambda machine: read(machine).shares),
                    "level": enum("SharesLevel", lambda machine: read(machine).level),
                },
            ),
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
                "snapshotDirectory": text(lambda machine: machine.directory),
                "suspendDirectory": text(lambda machine: machine.directory),
                "logDirectory": text(lambda machine: machine.directory),
            },
        ),
        "tools": _TOOLS,
        "flags": Struct(
            "VirtualMachineFlagInfo",
            {
                "enableLogging": boolean(lambda _: True),
                "diskUuidEnabled": boolean(setting.disk_uuids),
            },
        ),
        "hardware": _HARDWARE,
        "latencySensitivity": Struct(
            "LatencySensitivity",
            {"level": enum("LatencySensitivitySensitivityLevel", setting.latency_sensitivity)},
        ),
        "memoryHotAddEnabled": boolean(setting.memory_hot_add),
        "cpuHotAddEnabled": boolean(setting.cpu_hot_add),
        "cpuHotRemoveEnabled": boolean(setting.cpu_hot_remove),
        "cpuAffinity": Struct(
            "VirtualMachineAffinityInfo",
            {"affinitySet": Integers(setting.cpu_affinity)},
            lambda machine: bool(setting.cpu_affinity(machine)),
        ),
        "bootOptions": _BOOT_OPTIONS,
        "ftInfo": Struct(
            "FaultToleranceConfigInfo",
            {"role": integer(lambda machine: machine.ft_role)},
            lambda machine: machine.ft_role is not None,
        ),
        "changeTrackingEnabled": boolean(setting.change_tracking),
        "firmware": text(lambda machine: machine.firmware),
        "memoryReservationLockedToMax": boolean(setting.is_reservation_locked),
        "nestedHVEnabled": boolean(setting.nested_virtualization),
        "keyId": Struct(
            "CryptoKeyId",
            {
                "keyId": text(setting.encryption_key),
                "providerId": Struct("KeyProviderId", {"id": text(lambda _: "kms-east")}),
            },
            lambda machine: setting.encryption_key(machine) is not None,
        ),
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

_ON_DATASTORE = Struct(
    "VirtualMachineUsageOnDatastore",
    {
        "datastore": Link(lambda on: on.datastore),
        "committed": long(lambda on: on.committed),
        "uncommitted": long(lambda on: on.uncommitted),
        "unshared": long(lambda on: on.unshared),
    },
)

_QUICK_STATS = Struct(
    "VirtualMachineQuickStats",
    {
        "overallCpuUsage": integer(usage.cpu_mhz),
        "overallCpuDemand": integer(usage.cpu_demand_mhz),
        "overallCpuReadiness": integer(usage.cpu_readiness),
        "guestMemoryUsage": integer(usage.guest_memory_mb),
        "hostMemoryUsage": integer(usage.host_memory_mb),
        "guestHeartbeatStatus": enum(
            "ManagedEntityStatus",
            lambda machine: "green" if guest.tools_running(machine) else "gray",
        ),
        "distributedCpuEntitlement": integer(usage.cpu_drs_entitlement_mhz),
        "distributedMemoryEntitlement": integer(usage.memory_drs_entitlement_mb),
        "staticCpuEntitlement": integer(usage.cpu_entitlement_mhz),
        "staticMemoryEntitlement": integer(usage.memory_entitlement_mb),
        "grantedMemory": integer(usage.granted_mb),
        "privateMemory": integer(usage.private_mb),
        "sharedMemory": integer(usage.shared_mb),
        "swappedMemory": integer(usage.swapped_mb),
        "balloonedMemory": integer(usage.ballooned_mb),
        "consumedOverheadMemory": integer(usage.overhead_mb),
        "compressedMemory": long(usage.compressed_kb),
        "uptimeSeconds": integer(lambda machine: machine.uptime_seconds),
        "activeMemory": integer(usage.active_mb),
    },
)

MACHINE: Mapping[str, Node] = {
    **ENTITY,
    "config": _CONFIG,
    "resourceConfig": Struct(
        "ResourceConfigSpec",
        {
            "entity": Link(lambda machine: machine.ref),
            "changeVersion": text(lambda machine: machine.change_version),
            "cpuAllocation": _allocation(setting.cpu_allocation),
            "memoryAllocation": _allocation(setting.memory_allocation),
        },
        _is_accessible,
    ),
    "layoutEx": LAYOUT,
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
    "storage": Struct(
        "VirtualMachineStorageInfo",
        {
            "perDatastoreUsage": Each(
                "VirtualMachineUsageOnDatastore", usage.by_datastore, _ON_DATASTORE
            ),
            "timestamp": moment(lambda machine: machine.modified),
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
