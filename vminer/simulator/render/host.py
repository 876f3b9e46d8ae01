"""HostSystem."""

from collections.abc import Mapping
from typing import Any

from vminer.simulator.inventory.host import Host
from vminer.simulator.render.entity import ENTITY
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
    short,
    text,
)


def _identifiers(tag: str, host: Host) -> str:
    rows = (("AssetTag", "Asset Tag", " "), ("ServiceTag", "Service tag", host.serial_number))
    return "".join(
        f"<{tag}><identifierValue>{value}</identifierValue><identifierType>"
        f"<label>{label}</label><summary>{label} of the system</summary><key>{key}</key>"
        f"</identifierType></{tag}>"
        for key, label, value in rows
    )


def _nics(tag: str, host: Host) -> str:
    if not host.knows_hardware:
        return ""
    return (
        f"<{tag}><device>vmk0</device><key>key-vim.host.VirtualNic-vmk0</key>"
        f"<portgroup>Management Network</portgroup><spec><ip><dhcp>false</dhcp>"
        f"<ipAddress>{host.management_ip}</ipAddress><subnetMask>255.240.0.0</subnetMask></ip>"
        f"<mac>{host.management_mac}</mac><mtu>1500</mtu><tsoEnabled>true</tsoEnabled></spec>"
        f"<port>key-vim.host.PortGroup.Port-33554436</port></{tag}>"
    )


def _knows_hardware(host: Any) -> bool:
    return bool(host.knows_hardware)


_RUNTIME = Struct(
    "HostRuntimeInfo",
    {
        "connectionState": enum("HostSystemConnectionState", lambda host: host.connection_state),
        "powerState": enum("HostSystemPowerState", lambda host: host.power_state),
        "standbyMode": text(lambda _: "none"),
        "inMaintenanceMode": boolean(lambda host: host.in_maintenance),
        "inQuarantineMode": boolean(lambda host: host.in_quarantine),
        "bootTime": moment(lambda host: host.boot_time),
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
        "otherIdentifyingInfo": Items("HostSystemIdentificationInfo", _identifiers),
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
            "rebootRequired": boolean(lambda _: False),
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
                    "otherIdentifyingInfo": Items("HostSystemIdentificationInfo", _identifiers),
                    "serialNumber": text(lambda host: host.serial_number),
                },
                _knows_hardware,
            ),
            "memorySize": long(lambda host: host.server.memory_gib * 1024**3 - 65536 * 8),
        },
        _knows_hardware,
    ),
    "config": Struct(
        "HostConfigInfo",
        {
            "host": Link(lambda host: host.ref),
            "product": _PRODUCT,
            "network": Struct(
                "HostNetworkInfo", {"vnic": Items("HostVirtualNic", _nics)}, _knows_hardware
            ),
        },
        _knows_hardware,
    ),
    "vm": Links(lambda host, inventory: inventory.machines(host.ref)),
    "datastore": Links(lambda host, _: host.datastores),
    "network": Links(lambda host, _: host.networks),
}
