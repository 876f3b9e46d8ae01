"""The sheets of hosts, of their adapters and of their disks."""

from typing import Any

from vminer.rvtools.conversion import first_known, hours, listed, mib, moment, nth, percent
from vminer.rvtools.machines import SERVER
from vminer.rvtools.tab import Column, Tab, below

ROOT = "hosts"
START = (
    Column("Host", "name"),
    Column("Datacenter", "datacenter.name"),
    Column("Cluster", "cluster.name"),
)
PATHS = 8


def host_tab(name: str, rows: str, *columns: Column) -> Tab:
    """Return a sheet with a row for each element of a list of hosts."""
    return Tab(name, ROOT, (*START, *below(rows, *columns), *SERVER), rows=rows)


VHOST = Tab(
    "vHost",
    ROOT,
    calls={"virtualMachines": "virtualMachines(first: 0)"},
    columns=(
        *START,
        Column("Config status", "overallStatus"),
        Column("in Maintenance Mode", "inMaintenanceMode"),
        Column("in Quarantine Mode", "inQuarantineMode"),
        Column("vSAN Fault Domain Name", "vsanFaultDomain"),
        Column("CPU Model", "cpuModel"),
        Column("Speed", "cpuMhz"),
        Column("HT Available", "hyperThreadingAvailable"),
        Column("HT Active", "hyperThreadingActive"),
        Column("# CPU", "numCpuPackages"),
        Column("# Cores", "numCpuCores"),
        Column("CPU usage %", "cpuUsageMhz", "cpuMhz", "numCpuCores", as_=percent),
        Column("# Memory", "memoryBytes", as_=mib),
        Column("Memory usage %", "memoryUsageBytes", "memoryBytes", as_=percent),
        Column("# NICs", "numNics"),
        Column("# HBAs", "numHbas"),
        Column("# VMs total", "virtualMachines.totalCount"),
        Column("VMotion support", "vmotionSupported"),
        Column("Storage VMotion support", "storageVmotionSupported"),
        Column("Current EVC", "evcMode"),
        Column("Max EVC", "maxEvcMode"),
        Column("Current CPU power man. policy", "cpuPowerPolicy"),
        Column("Supported CPU power man.", "cpuPowerSupport"),
        Column("Host Power Policy", "powerPolicy"),
        Column("ESX Version", "productFullName"),
        Column("Boot time", "bootTime", as_=moment),
        Column("DNS Servers", "dnsServers", as_=listed),
        Column("DHCP", "dnsFromDhcp"),
        Column("Domain", "dnsDomain"),
        Column("Domain List", "dnsSearchDomains", as_=listed),
        Column("DNS Search Order", "dnsSearchDomains", as_=listed),
        Column("NTP Server(s)", "ntpServers", as_=listed),
        Column("NTPD running", "ntpdRunning"),
        Column("Time Zone", "timeZone"),
        Column("Time Zone Name", "timeZoneName"),
        Column("GMT Offset", "gmtOffsetSeconds", as_=hours),
        Column("Vendor", "vendor"),
        Column("Model", "model"),
        Column("Serial number", "serialNumber"),
        Column("Service tag", "serviceTag"),
        Column("OEM specific string", "oemStrings", as_=listed),
        Column("BIOS Vendor", "biosVendor"),
        Column("BIOS Version", "biosVersion"),
        Column("BIOS Date", "biosDate", as_=moment),
        Column("Certificate Issuer", "certificateIssuer"),
        Column("Certificate Start Date", "certificateNotBefore", as_=moment),
        Column("Certificate Expiry Date", "certificateNotAfter", as_=moment),
        Column("Certificate Subject", "certificateSubject"),
        Column("Object ID", "moid"),
        Column("UUID", "biosUuid"),
        *SERVER,
    ),
)

VHBA = host_tab(
    "vHBA",
    "busAdapters",
    Column("Device", "device"),
    Column("Type", "type"),
    Column("Status", "status"),
    Column("Bus", "bus"),
    Column("Pci", "pci"),
    Column("Driver", "driver"),
    Column("Model", "model"),
    Column("WWN", "portWwn", "nodeWwn", "iscsiName", as_=first_known),
)

VNIC = host_tab(
    "vNIC",
    "physicalNics",
    Column("Network Device", "device"),
    Column("Driver", "driver"),
    Column("Speed", "speedMbit"),
    Column("Duplex", "fullDuplex"),
    Column("MAC", "macAddress"),
    Column("Switch", "switchName"),
    Column("PCI", "pci"),
    Column("WakeOn", "wakeOnLan"),
)

VSC_VMK = Tab(
    "vSC_VMK",
    ROOT,
    rows="vmkernelAdapters",
    columns=(
        *START,
        *below(
            "vmkernelAdapters",
            Column("Port Group", "portGroup", "portGroupKey", as_=first_known),
            Column("Device", "device"),
            Column("Mac Address", "macAddress"),
            Column("DHCP", "dhcp"),
            Column("IP Address", "ipAddress"),
            Column("IP 6 Address", "ipv6Addresses", as_=listed),
            Column("Subnet mask", "subnetMask"),
        ),
        Column("Gateway", "defaultGateway"),
        Column("IP 6 Gateway", "defaultGatewayIpv6"),
        Column("MTU", "vmkernelAdapters.mtu"),
        *SERVER,
    ),
)


def datastore_of(disk: str | None, names: list[str] | None, disks: list[Any] | None) -> str | None:
    """Show the datastore among whose extents a disk is.

    >>> datastore_of("naa.2", ["local", "shared"], [None, ["naa.1", "naa.2"]])
    'shared'
    """
    pairs = zip(names or (), disks or (), strict=True)
    return next((name for name, extents in pairs if disk and disk in (extents or ())), None)


def _paths() -> tuple[Column, ...]:
    found: list[Column] = []
    for n in range(1, PATHS + 1):
        found += (
            Column(f"Path {n}", "paths.name", as_=nth(n)),
            Column(f"Path {n} state", "paths.state", as_=nth(n)),
        )
    return tuple(found)


VMULTIPATH = Tab(
    "vMultiPath",
    ROOT,
    rows="luns",
    calls={"datastores": "datastores(first: 1000)"},
    columns=(
        Column("Host", "name"),
        Column("Cluster", "cluster.name"),
        Column("Datacenter", "datacenter.name"),
        Column(
            "Datastore",
            "luns.canonicalName",
            "datastores.nodes.name",
            "datastores.nodes.extents.diskName",
            as_=datastore_of,
        ),
        *below(
            "luns",
            Column("Disk", "canonicalName"),
            Column("Display name", "displayName"),
            Column("Policy", "policy"),
            Column("Oper. State", "operationalStates", as_=listed),
            *_paths(),
            Column("vStorage", "hardwareAcceleration"),
            Column("Queue depth", "queueDepth"),
            Column("Vendor", "vendor"),
            Column("Model", "model"),
            Column("Revision", "revision"),
            Column("Level", "scsiLevel"),
            Column("Serial #", "serialNumber"),
            Column("UUID", "uuid"),
        ),
        Column("Object ID", "moid"),
        *SERVER,
    ),
)
