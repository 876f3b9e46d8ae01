"""Reads hosts with pyVmomi's own decoder, whole objects; says what a graph must show of them.

Like `reader` it shares no code with the collector.
"""

import re
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from cryptography import x509
from pyVmomi import vim

from tests.support.reader import attribute_names, read_all
from tests.support.reader_parts import attributes_of

MIB = 1024 * 1024
PROPERTIES = [
    "capability",
    "config",
    "customValue",
    "hardware",
    "name",
    "overallStatus",
    "runtime",
    "summary",
]
POLICY = """
  allowPromiscuous macChanges forgedTransmits teamingPolicy activeUplinks standbyUplinks
  shapingEnabled shapingAverageBits"""
SELECTION = f"""
  moid name overallStatus connectionState powerState inMaintenanceMode inQuarantineMode standbyMode
  dasHostState bootTime version build productFullName vendor model biosUuid serialNumber serviceTag
  assetTag oemStrings cpuModel cpuMhz numCpuPackages numCpuCores numCpuThreads memoryBytes numNics
  numHbas evcMode maxEvcMode ipAddress managementServerIp hyperThreadingAvailable
  hyperThreadingActive sslThumbprint rebootRequired powerPolicy cpuPowerPolicy cpuPowerSupport
  biosVendor biosVersion biosDate vmotionSupported storageVmotionSupported
  vsanEnabled vsanFaultDomain
  cpuUsageMhz memoryUsageBytes uptimeSeconds
  physicalNics {{
    device driver driverVersion firmwareVersion macAddress speedMbit fullDuplex pci wakeOnLan
    switchName }}
  vmkernelAdapters {{
    device portGroup portGroupKey switchUuid macAddress mtu dhcp ipAddress subnetMask ipv6Addresses
    netStack services }}
  standardSwitches {{ name numPorts mtu uplinks {POLICY} }}
  standardPortGroups {{ name vlanId switchName {POLICY} }}
  proxySwitches {{ name uuid numPorts mtu uplinks }}
  busAdapters {{ device type driver model status bus pci portWwn nodeWwn iscsiName }}
  luns {{
    canonicalName displayName type vendor model revision serialNumber uuid capacityBytes local ssd
    scsiLevel queueDepth operationalStates hardwareAcceleration policy arrayPolicy
    paths {{ name adapter state isWorking }} }}
  services {{ key label running policy required }}
  lunCount deadPathCount dnsHostName dnsDomain dnsServers dnsSearchDomains dnsFromDhcp
  defaultGateway ntpServers ntpdRunning timeZone timeZoneName gmtOffsetSeconds
  certificateSubject certificateIssuer certificateNotBefore certificateNotAfter
  customAttributes {{ name value }}
"""
NO_TAG = {"", "unknown", "none", "n/a", "not specified", "no asset tag", "default"}


def read_hosts(content: Any) -> dict[str, dict[str, Any]]:
    """Return, by moid, what the graph must show of every host that vCenter reaches."""
    hosts, names = read_all(content, vim.HostSystem, PROPERTIES), attribute_names(content)
    return {
        moid: _light(moid, found)
        | _heavy(found["config"])
        | {"customAttributes": attributes_of(found, names)}
        for moid, found in hosts.items()
        if found["runtime"].connectionState == "connected"
    }


def _light(moid: str, found: dict[str, Any]) -> dict[str, Any]:
    runtime, summary, config = found["runtime"], found["summary"], found["config"]
    hardware, box, stats = found["hardware"], summary.hardware, summary.quickStats
    power, bios = config.powerSystemInfo, hardware.biosInfo
    cpu_power, threads = hardware.cpuPowerManagementInfo, config.hyperThread
    capability, vsan = found.get("capability"), config.vsanHostConfig
    return _tags(box) | {
        "moid": moid,
        "name": found["name"],
        "overallStatus": found["overallStatus"],
        "connectionState": runtime.connectionState,
        "powerState": runtime.powerState,
        "inMaintenanceMode": runtime.inMaintenanceMode,
        "inQuarantineMode": runtime.inQuarantineMode,
        "standbyMode": runtime.standbyMode or None,
        "dasHostState": runtime.dasHostState.state if runtime.dasHostState else None,
        "bootTime": _moment(runtime.bootTime),
        "version": summary.config.product.version,
        "build": summary.config.product.build,
        "productFullName": summary.config.product.fullName,
        "vendor": box.vendor,
        "model": box.model,
        "biosUuid": str(UUID(box.uuid)) if UUID(box.uuid).int else None,
        "serialNumber": hardware.systemInfo.serialNumber,
        "cpuModel": box.cpuModel,
        "cpuMhz": box.cpuMhz,
        "numCpuPackages": box.numCpuPkgs,
        "numCpuCores": box.numCpuCores,
        "numCpuThreads": box.numCpuThreads,
        "memoryBytes": box.memorySize,
        "numNics": box.numNics,
        "numHbas": box.numHBAs,
        "evcMode": summary.currentEVCModeKey,
        "maxEvcMode": summary.maxEVCModeKey,
        "ipAddress": _management(config.network.vnic if config.network else []),
        "managementServerIp": _address(summary.managementServerIp),
        "hyperThreadingAvailable": threads.available if threads else None,
        "hyperThreadingActive": threads.active if threads else None,
        "sslThumbprint": summary.config.sslThumbprint or None,
        "rebootRequired": summary.rebootRequired,
        "powerPolicy": power.currentPolicy.shortName if power else None,
        "cpuPowerPolicy": (cpu_power.currentPolicy or None) if cpu_power else None,
        "cpuPowerSupport": (cpu_power.hardwareSupport or None) if cpu_power else None,
        "biosVendor": (bios.vendor or None) if bios else None,
        "biosVersion": (bios.biosVersion or None) if bios else None,
        "biosDate": _moment(bios.releaseDate) if bios else None,
        "vmotionSupported": capability.vmotionSupported if capability else None,
        "storageVmotionSupported": capability.storageVMotionSupported if capability else None,
        "vsanEnabled": vsan.enabled if vsan else None,
        "vsanFaultDomain": vsan.faultDomainInfo.name if vsan and vsan.faultDomainInfo else None,
        "cpuUsageMhz": stats.overallCpuUsage,
        "memoryUsageBytes": stats.overallMemoryUsage * MIB if stats.overallMemoryUsage else 0,
        "uptimeSeconds": stats.uptime,
    }


def _tags(box: Any) -> dict[str, Any]:
    tags: dict[str, list[str]] = {}
    for each in box.otherIdentifyingInfo:
        if each.identifierValue.strip().lower() not in NO_TAG:
            tags.setdefault(each.identifierType.key, []).append(each.identifierValue.strip())
    return {
        "serviceTag": tags.get("ServiceTag", [None])[0],
        "assetTag": tags.get("AssetTag", [None])[0],
        "oemStrings": tags.get("OemSpecificString"),
    }


def _heavy(config: Any) -> dict[str, Any]:
    network, devices, dns = config.network, config.storageDevice, config.network.dnsConfig
    time, route = config.dateTimeInfo, network.ipRouteConfig
    services = config.service.service if config.service else []
    luns = [_lun(lun, devices) for lun in devices.scsiLun]
    zone = time.timeZone if time else None
    return _certificate(config.certificate) | {
        "physicalNics": [_pnic(nic, network) for nic in network.pnic],
        "vmkernelAdapters": [_vmk(nic, config.virtualNicManagerInfo) for nic in network.vnic],
        "standardSwitches": [
            {
                "name": each.name,
                "numPorts": each.numPorts,
                "mtu": each.mtu,
                "uplinks": _devices(each.pnic, network),
            }
            | _policy(each.spec.policy)
            for each in network.vswitch
        ],
        "standardPortGroups": [
            {
                "name": each.spec.name,
                "vlanId": each.spec.vlanId,
                "switchName": each.spec.vswitchName,
            }
            | _policy(each.computedPolicy)
            for each in network.portgroup
        ],
        "proxySwitches": [
            {
                "name": each.dvsName,
                "uuid": each.dvsUuid,
                "numPorts": each.numPorts,
                "mtu": each.mtu,
                "uplinks": _devices(each.pnic, network),
            }
            for each in network.proxySwitch
        ],
        "busAdapters": [_adapter(each) for each in devices.hostBusAdapter],
        "luns": luns,
        "services": [
            {name: getattr(each, name) for name in ("key", "label", "running", "policy")}
            | {"required": each.required}
            for each in services
        ],
        "lunCount": len(luns),
        "deadPathCount": sum(path["state"] == "dead" for lun in luns for path in lun["paths"]),
        "dnsHostName": (dns.hostName or None) if dns else None,
        "dnsDomain": (dns.domainName or None) if dns else None,
        "dnsServers": list(dns.address) if dns else [],
        "dnsSearchDomains": list(dns.searchDomain) if dns else [],
        "dnsFromDhcp": dns.dhcp if dns else None,
        "defaultGateway": _address(route.defaultGateway) if route else None,
        "ntpServers": list(time.ntpConfig.server) if time and time.ntpConfig else [],
        "ntpdRunning": any(each.key == "ntpd" and each.running for each in services),
        "timeZone": zone.key if zone else None,
        "timeZoneName": zone.name if zone else None,
        "gmtOffsetSeconds": zone.gmtOffset if zone else None,
    }


def _pnic(nic: Any, network: Any) -> dict[str, Any]:
    used = {key: each.name for each in network.vswitch for key in each.pnic}
    used |= {key: each.dvsName for each in network.proxySwitch for key in each.pnic}
    return {
        "device": nic.device,
        "driver": nic.driver,
        "driverVersion": nic.driverVersion,
        "firmwareVersion": nic.firmwareVersion,
        "macAddress": nic.mac,
        "speedMbit": nic.linkSpeed.speedMb if nic.linkSpeed else None,
        "fullDuplex": nic.linkSpeed.duplex if nic.linkSpeed else None,
        "pci": nic.pci,
        "wakeOnLan": nic.wakeOnLanSupported,
        "switchName": used.get(nic.key),
    }


def _vmk(nic: Any, roles: Any) -> dict[str, Any]:
    ip, port = nic.spec.ip, nic.spec.distributedVirtualPort
    six = ip.ipV6Config.ipV6Address if ip.ipV6Config else []
    services = [
        role.nicType
        for role in (roles.netConfig if roles else [])
        for candidate in role.candidateVnic
        if candidate.device == nic.device and candidate.key in role.selectedVnic
    ]
    return {
        "device": nic.device,
        "portGroup": nic.portgroup or None,
        "portGroupKey": port.portgroupKey if port else None,
        "switchUuid": port.switchUuid if port else None,
        "macAddress": nic.spec.mac,
        "mtu": nic.spec.mtu,
        "dhcp": ip.dhcp,
        "ipAddress": _address(ip.ipAddress),
        "subnetMask": ip.subnetMask or None,
        "ipv6Addresses": [f"{ip_address(each.ipAddress)}/{each.prefixLength}" for each in six],
        "netStack": nic.spec.netStackInstanceKey,
        "services": sorted(services),
    }


def _policy(policy: Any) -> dict[str, Any]:
    security, teaming = policy.security, policy.nicTeaming
    order = teaming.nicOrder if teaming else None
    shaping = policy.shapingPolicy
    return {
        "allowPromiscuous": security.allowPromiscuous if security else None,
        "macChanges": security.macChanges if security else None,
        "forgedTransmits": security.forgedTransmits if security else None,
        "teamingPolicy": teaming.policy if teaming else None,
        "activeUplinks": list(order.activeNic) if order else [],
        "standbyUplinks": list(order.standbyNic) if order else [],
        "shapingEnabled": shaping.enabled if shaping else None,
        "shapingAverageBits": shaping.averageBandwidth if shaping else None,
    }


def _devices(keys: list[str], network: Any) -> list[str]:
    names = {nic.key: nic.device for nic in network.pnic}
    return [names[key] for key in keys]


def _adapter(adapter: Any) -> dict[str, Any]:
    kind = type(adapter).__name__.rpartition(".")[2].removesuffix("Hba")
    return {
        "device": adapter.device,
        "type": kind,
        "driver": adapter.driver or None,
        "model": adapter.model.strip() or None,
        "status": adapter.status,
        "bus": adapter.bus,
        "pci": adapter.pci or None,
        "portWwn": _wwn(getattr(adapter, "portWorldWideName", None)),
        "nodeWwn": _wwn(getattr(adapter, "nodeWorldWideName", None)),
        "iscsiName": getattr(adapter, "iScsiName", None),
    }


def _wwn(number: int | None) -> str | None:
    if number is None:
        return None
    return ":".join(re.findall("..", number.to_bytes(8, signed=True).hex()))


def _lun(lun: Any, devices: Any) -> dict[str, Any]:
    adapters = {each.key: each.device for each in devices.hostBusAdapter}
    units = devices.multipathInfo.lun if devices.multipathInfo else []
    unit = next((each for each in units if each.lun == lun.key), None)
    array = unit.storageArrayTypePolicy if unit else None
    size = getattr(lun, "capacity", None)
    return {
        "canonicalName": lun.canonicalName,
        "displayName": lun.displayName,
        "type": lun.lunType,
        "vendor": lun.vendor.strip() or None,
        "model": lun.model.strip() or None,
        "revision": lun.revision.strip() or None,
        "serialNumber": (lun.serialNumber or "").strip() or None,
        "uuid": lun.uuid,
        "capacityBytes": size.block * size.blockSize if size else None,
        "local": getattr(lun, "localDisk", None),
        "ssd": getattr(lun, "ssd", None),
        "scsiLevel": lun.scsiLevel,
        "queueDepth": lun.queueDepth,
        "operationalStates": list(lun.operationalState),
        "hardwareAcceleration": lun.vStorageSupport or None,
        "policy": unit.policy.policy if unit else None,
        "arrayPolicy": array.policy if array else None,
        "paths": [
            {
                "name": path.name,
                "adapter": adapters.get(path.adapter),
                "state": path.state or path.pathState,
                "isWorking": path.isWorkingPath,
            }
            for path in (unit.path if unit else [])
        ],
    }


def _certificate(octets: Any) -> dict[str, Any]:
    content = bytes(each % 256 for each in octets or [])
    is_pem = content.startswith(b"-----BEGIN") and content.rstrip().endswith(b"-----")
    found = x509.load_pem_x509_certificate(content) if is_pem else None
    return {
        "certificateSubject": found.subject.rfc4514_string() if found else None,
        "certificateIssuer": found.issuer.rfc4514_string() if found else None,
        "certificateNotBefore": _moment(found.not_valid_before_utc) if found else None,
        "certificateNotAfter": _moment(found.not_valid_after_utc) if found else None,
    }


def _management(nics: Any) -> str | None:
    found = {nic.device: _address(nic.spec.ip.ipAddress) for nic in nics}
    return found.get("vmk0") or next((each for each in found.values() if each), None)


def _address(text: str | None) -> str | None:
    return str(ip_address(text)) if text else None


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment and moment.timestamp() > 0 else None
