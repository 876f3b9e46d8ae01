"""HostSystem."""

from collections.abc import Mapping
from typing import Any

from vminer.simulator.render.array import Each
from vminer.simulator.render.entity import ENTITY
from vminer.simulator.render.host_network import NETWORK, ROLES
from vminer.simulator.render.host_service import CERTIFICATE, SERVICES, TIME
from vminer.simulator.render.host_storage import STORAGE
from vminer.simulator.render.node import (
    Link,
    Links,
    Node,
    Struct,
    boolean,
    enum,
    integer,
    long,
    moment,
    short,
    text,
)

_IDENTIFIERS = Each(
    "HostSystemIdentificationInfo",
    lambda host: host.identifiers,
    Struct(
        "HostSystemIdentificationInfo",
        {
            "identifierValue": text(lambda each: each.value),
            "identifierType": Struct(
                "ElementDescription",
                {
                    "label": text(lambda each: each.label),
                    "summary": text(lambda each: f"{each.label} of the system"),
                    "key": text(lambda each: each.key),
                },
            ),
        },
    ),
)


def _knows_hardware(host: Any) -> bool:
    return bool(host.knows_hardware)


_RUNTIME = Struct(
    "HostRuntimeInfo",
    {
        "connectionState": enum("HostSystemConnectionState", lambda host: host.connection_state),
        "powerState": enum("HostSystemPowerState", lambda host: host.power_state),
        "standbyMode": text(lambda host: host.standby_mode),
        "inMaintenanceMode": boolean(lambda host: host.in_maintenance),
        "inQuarantineMode": boolean(lambda host: host.in_quarantine),
        "bootTime": moment(lambda host: host.boot_time),
        "dasHostState": Struct(
            "ClusterDasFdmHostState",
            {"state": text(lambda host: host.das_state)},
            lambda host: host.das_state is not None,
        ),
    },
)

_PRODUCT = Struct(
    "AboutInfo",
    {
        "name": text(lambda _: "VMware ESXi"),
        "fullName": text(lambda host: f"VMware ESXi {host.esxi[0]} build-{host.esxi[1]}"),
        "vendor": text(lambda _: "VMware, Inc."),
        "version": text(lambda host: host.esxi[0]),
        "build": text(lambda host: host.esxi[1]),
        "osType": text(lambda _: "vmnix-x86"),
        "productLineId": text(lambda _: "embeddedEsx"),
        "apiType": text(lambda _: "HostAgent"),
        "apiVersion": text(lambda host: f"{host.esxi[0]}.0"),
    },
)

_HARDWARE_SUMMARY = Struct(
    "HostHardwareSummary",
    {
        "vendor": text(lambda host: host.server.vendor),
        "model": text(lambda host: host.server.model),
        "uuid": text(lambda host: host.uuid),
        "otherIdentifyingInfo": _IDENTIFIERS,
        "memorySize": long(lambda host: host.server.memory_gib * 1024**3 - 65536 * 8),
        "cpuModel": text(lambda host: host.server.cpu_model),
        "cpuMhz": integer(lambda host: host.server.cpu_mhz),
        "numCpuPkgs": short(lambda host: host.server.packages),
        "numCpuCores": short(lambda host: host.server.cores),
        "numCpuThreads": short(lambda host: host.server.cores * 2),
        "numNics": integer(lambda host: host.nic_count),
        "numHBAs": integer(lambda host: host.hba_count),
    },
)

HOST: Mapping[str, Node] = {
    **ENTITY,
    "runtime": _RUNTIME,
    "summary": Struct(
        "HostListSummary",
        {
            "host": Link(lambda host: host.ref),
            "hardware": _HARDWARE_SUMMARY,
            "runtime": _RUNTIME,
            "config": Struct(
                "HostConfigSummary",
                {
                    "name": text(lambda host: host.name),
                    "port": integer(lambda _: 443),
                    "sslThumbprint": text(lambda host: host.thumbprint),
                    "product": _PRODUCT,
                    "vmotionEnabled": boolean(lambda _: True),
                    "faultToleranceEnabled": boolean(lambda _: False),
                },
            ),
            "quickStats": Struct(
                "HostListSummaryQuickStats",
                {
                    "overallCpuUsage": integer(lambda host: host.cpu_usage_mhz),
                    "overallMemoryUsage": integer(lambda host: host.memory_usage_mb),
                    "uptime": integer(lambda host: host.uptime_seconds),
                },
            ),
            "overallStatus": enum("ManagedEntityStatus", lambda host: host.overall_status),
            "rebootRequired": boolean(lambda host: host.needs_reboot),
            "managementServerIp": text(lambda host: host.frame.identity.address),
            "maxEVCModeKey": text(lambda host: host.max_evc_mode),
            "currentEVCModeKey": text(lambda host: host.evc_mode),
        },
    ),
    "hardware": Struct(
        "HostHardwareInfo",
        {
            "systemInfo": Struct(
                "HostSystemInfo",
                {
                    "vendor": text(lambda host: host.server.vendor),
                    "model": text(lambda host: host.server.model),
                    "uuid": text(lambda host: host.uuid),
                    "otherIdentifyingInfo": _IDENTIFIERS,
                    "serialNumber": text(lambda host: host.serial_number),
                },
                _knows_hardware,
            ),
            "cpuPowerManagementInfo": Struct(
                "HostCpuPowerManagementInfo",
                {
                    "currentPolicy": text(lambda _: "Balanced"),
                    "hardwareSupport": text(lambda _: "ACPI P-states, ACPI C-states"),
                },
            ),
            "memorySize": long(lambda host: host.server.memory_gib * 1024**3 - 65536 * 8),
            "biosInfo": Struct(
                "HostBIOSInfo",
                {
                    "biosVersion": text(lambda host: host.bios.version),
                    "releaseDate": moment(lambda host: host.bios.released),
                    "vendor": text(lambda host: host.bios.vendor),
                },
            ),
        },
        _knows_hardware,
    ),
    "capability": Struct(
        "HostCapability",
        {
            "vmotionSupported": boolean(lambda _: True),
            "storageVMotionSupported": boolean(lambda _: True),
        },
        _knows_hardware,
    ),
    "config": Struct(
        "HostConfigInfo",
        {
            "host": Link(lambda host: host.ref),
            "product": _PRODUCT,
            "hyperThread": Struct(
                "HostHyperThreadScheduleInfo",
                {
                    "available": boolean(lambda _: True),
                    "active": boolean(lambda host: host.has_threads),
                    "config": boolean(lambda _: True),
                },
            ),
            "storageDevice": STORAGE,
            "network": NETWORK,
            "virtualNicManagerInfo": ROLES,
            "service": SERVICES,
            "dateTimeInfo": TIME,
            "certificate": CERTIFICATE,
            "powerSystemInfo": Struct(
                "PowerSystemInfo",
                {
                    "currentPolicy": Struct(
                        "HostPowerPolicy",
                        {
                            "key": integer(lambda host: host.power_policy.key),
                            "name": text(lambda host: host.power_policy.name),
                            "shortName": text(lambda host: host.power_policy.short_name),
                            "description": text(lambda host: host.power_policy.name),
                        },
                    )
                },
            ),
            "vsanHostConfig": Struct(
                "VsanHostConfigInfo",
                {
                    "enabled": boolean(lambda host: host.fault_domain is not None),
                    "faultDomainInfo": Struct(
                        "VsanHostFaultDomainInfo",
                        {"name": text(lambda host: host.fault_domain)},
                        lambda host: host.fault_domain is not None,
                    ),
                },
            ),
        },
        _knows_hardware,
    ),
    "vm": Links(lambda host, inventory: inventory.machines(host.ref)),
    "datastore": Links(lambda host, _: host.datastores),
    "network": Links(lambda host, _: host.networks),
}
