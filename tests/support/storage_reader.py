"""Reads clusters, datastores and storage pods with pyVmomi's own decoder, whole objects.

Like `reader` it shares no code with the collector.
"""

from typing import Any

import orjson
from pyVmomi import vim

from tests.support.reader import attribute_names, read_all
from tests.support.reader_parts import attributes_of

MIB = 1024 * 1024
OF_DATASTORE = [
    "customValue",
    "host",
    "info",
    "iormConfiguration",
    "name",
    "overallStatus",
    "parent",
    "summary",
]
CLUSTERS = """
  moid name overallStatus numHosts numEffectiveHosts totalCpuMhz effectiveCpuMhz totalMemoryBytes
  effectiveMemoryBytes numCpuCores numCpuThreads evcMode haEnabled drsEnabled drsDefaultVmBehavior
  drsVmotionRate drsOverridesEnabled drsScore numVmotions haHostMonitoring haVmMonitoring
  haComponentProtection haAdmissionControlEnabled haAdmissionControlPolicy haFailoverLevel
  currentFailoverLevel haCpuFailoverPercent haMemoryFailoverPercent haFailoverHostMoids
  haRestartPriority haIsolationResponse haHeartbeatDatastorePolicy haFailureIntervalSeconds
  haMinUpTimeSeconds haMaxFailures haMaxFailureWindowSeconds dpmEnabled dpmDefaultBehavior
  dpmHostPowerActionRate vsanEnabled
  rules { key name type enabled mandatory userCreated inCompliance uuid virtualMachineMoids vmGroup
    affineHostGroup antiAffineHostGroup dependsOnVmGroup }
  groups { name type userCreated virtualMachineMoids hostMoids }
  customAttributes { name value }
"""
DATASTORES = """
  moid name overallStatus type url accessible maintenanceMode multipleHostAccess capacityBytes
  freeSpaceBytes uncommittedBytes isLocal isSsd vmfsUuid vmfsVersion vmfsMajorVersion
  vmfsUpgradable blockSizeBytes maxBlocks extents { diskName partition } nfsHost nfsPath nfsHosts
  siocEnabled siocThresholdMode siocThresholdMilliseconds storagePod { moid }
  mounts { accessMode mounted accessible inaccessibleReason host { moid } }
  customAttributes { name value }
"""
PODS = """
  moid name overallStatus capacityBytes freeSpaceBytes storageDrsEnabled storageDrsBehavior
  ioLoadBalanceEnabled keepsDisksTogether datastores(first: 1000) { nodes { moid } }
  customAttributes { name value }
"""


def without_zeros(found: Any) -> Any:
    """Return what was read with every zero and false as null, however deep.

    vcsim leaves them out of whole structures, and gives them where a path asks for them alone.
    """
    if isinstance(found, dict):
        return {name: without_zeros(held) for name, held in found.items()}
    if isinstance(found, list):
        return [without_zeros(held) for held in found]
    return found or None


def in_any_order(found: Any) -> Any:
    """Return it with every list of structures sorted by content: vSphere promises no order."""
    if isinstance(found, dict):
        return {name: in_any_order(held) for name, held in found.items()}
    if isinstance(found, list):
        inner = [in_any_order(held) for held in found]
        is_of_structures = all(isinstance(held, dict) for held in inner)
        return sorted(inner, key=_content) if is_of_structures else inner
    return found


def _content(structure: dict[str, Any]) -> bytes:
    return orjson.dumps(structure, option=orjson.OPT_SORT_KEYS)


def read_clusters(content: Any) -> dict[str, dict[str, Any]]:
    """Return, by moid, what the graph must show of every cluster."""
    paths = ["name", "overallStatus", "summary", "configurationEx", "customValue"]
    clusters, names = read_all(content, vim.ClusterComputeResource, paths), attribute_names(content)
    return {
        moid: {"moid": moid, "name": found["name"], "overallStatus": found["overallStatus"]}
        | {"customAttributes": attributes_of(found, names)}
        | _sizes(found["summary"])
        | _availability(found["configurationEx"].dasConfig)
        | _automation(found["configurationEx"])
        for moid, found in clusters.items()
    }


def _sizes(summary: Any) -> dict[str, Any]:
    return {
        "numHosts": summary.numHosts,
        "numEffectiveHosts": summary.numEffectiveHosts,
        "totalCpuMhz": summary.totalCpu,
        "effectiveCpuMhz": summary.effectiveCpu,
        "totalMemoryBytes": summary.totalMemory,
        "effectiveMemoryBytes": summary.effectiveMemory * MIB,
        "numCpuCores": summary.numCpuCores,
        "numCpuThreads": summary.numCpuThreads,
        "evcMode": summary.currentEVCModeKey,
        "drsScore": summary.drsScore,
        "numVmotions": summary.numVmotions,
        "currentFailoverLevel": summary.currentFailoverLevel,
    }


def _availability(das: Any) -> dict[str, Any]:
    policy, settings = das.admissionControlPolicy, das.defaultVmSettings
    watch = settings.vmToolsMonitoringSettings if settings else None
    kind = type(policy).__name__.rpartition(".")[2] if policy else None
    level = getattr(policy, "failoverLevel", None)
    hosts = sorted(each._moId for each in getattr(policy, "failoverHosts", []))
    window = watch.maxFailureWindow if watch else None
    return {
        "haEnabled": das.enabled,
        "haHostMonitoring": das.hostMonitoring or None,
        "haVmMonitoring": das.vmMonitoring or None,
        "haComponentProtection": das.vmComponentProtecting or None,
        "haAdmissionControlEnabled": das.admissionControlEnabled,
        "haAdmissionControlPolicy": kind.removesuffix("AdmissionControlPolicy") if kind else None,
        "haFailoverLevel": level if level is not None else das.failoverLevel,
        "haCpuFailoverPercent": getattr(policy, "cpuFailoverResourcesPercent", None),
        "haMemoryFailoverPercent": getattr(policy, "memoryFailoverResourcesPercent", None),
        "haFailoverHostMoids": hosts or None,
        "haRestartPriority": settings.restartPriority if settings else None,
        "haIsolationResponse": settings.isolationResponse if settings else None,
        "haHeartbeatDatastorePolicy": das.hBDatastoreCandidatePolicy or None,
        "haFailureIntervalSeconds": watch.failureInterval if watch else None,
        "haMinUpTimeSeconds": watch.minUpTime if watch else None,
        "haMaxFailures": watch.maxFailures if watch else None,
        "haMaxFailureWindowSeconds": window if window is not None and window >= 0 else None,
    }


def _automation(configuration: Any) -> dict[str, Any]:
    drs, dpm, vsan = (
        configuration.drsConfig,
        configuration.dpmConfigInfo,
        configuration.vsanConfigInfo,
    )
    return {
        "drsEnabled": drs.enabled,
        "drsDefaultVmBehavior": drs.defaultVmBehavior or None,
        "drsVmotionRate": drs.vmotionRate,
        "drsOverridesEnabled": drs.enableVmBehaviorOverrides,
        "dpmEnabled": dpm.enabled if dpm else None,
        "dpmDefaultBehavior": (dpm.defaultDpmBehavior or None) if dpm else None,
        "dpmHostPowerActionRate": dpm.hostPowerActionRate if dpm else None,
        "vsanEnabled": vsan.enabled if vsan else None,
        "rules": [_rule(rule) for rule in configuration.rule],
        "groups": [
            {
                "name": group.name,
                "type": "Vm" if isinstance(group, vim.cluster.VmGroup) else "Host",
                "userCreated": group.userCreated,
                "virtualMachineMoids": sorted(each._moId for each in getattr(group, "vm", [])),
                "hostMoids": sorted(each._moId for each in getattr(group, "host", [])),
            }
            for group in configuration.group
        ],
    }


def _rule(rule: Any) -> dict[str, Any]:
    kinds = {
        vim.cluster.AffinityRuleSpec: "Affinity",
        vim.cluster.AntiAffinityRuleSpec: "AntiAffinity",
        vim.cluster.VmHostRuleInfo: "VmHost",
        vim.cluster.DependencyRuleInfo: "Dependency",
    }
    return {
        "key": rule.key,
        "name": rule.name,
        "type": kinds[type(rule)],
        "enabled": rule.enabled,
        "mandatory": rule.mandatory,
        "userCreated": rule.userCreated,
        "inCompliance": rule.inCompliance,
        "uuid": rule.ruleUuid,
        "virtualMachineMoids": sorted(each._moId for each in getattr(rule, "vm", [])),
        "vmGroup": getattr(rule, "vmGroupName", None) or getattr(rule, "vmGroup", None),
        "affineHostGroup": getattr(rule, "affineHostGroupName", None),
        "antiAffineHostGroup": getattr(rule, "antiAffineHostGroupName", None),
        "dependsOnVmGroup": getattr(rule, "dependsOnVmGroup", None),
    }


def read_datastores(content: Any) -> dict[str, dict[str, Any]]:
    """Return, by moid, what the graph must show of every datastore."""
    datastores, names = read_all(content, vim.Datastore, OF_DATASTORE), attribute_names(content)
    return {
        moid: {
            "moid": moid,
            "name": found["name"],
            "overallStatus": found["overallStatus"],
            "storagePod": {"moid": found["parent"]._moId}
            if isinstance(found["parent"], vim.StoragePod)
            else None,
            "mounts": [_mount(each) for each in sorted(found["host"], key=lambda m: m.key._moId)],
            "customAttributes": attributes_of(found, names),
        }
        | _space(found["summary"])
        | _volume(found["info"])
        | _control(found.get("iormConfiguration"))
        for moid, found in datastores.items()
    }


def _mount(mount: Any) -> dict[str, Any]:
    info = mount.mountInfo
    return {
        "accessMode": info.accessMode,
        "mounted": info.mounted,
        "accessible": info.accessible,
        "inaccessibleReason": info.inaccessibleReason or None,
        "host": {"moid": mount.key._moId},
    }


def _space(summary: Any) -> dict[str, Any]:
    return {
        "type": summary.type,
        "url": summary.url or None,
        "accessible": summary.accessible,
        "maintenanceMode": summary.maintenanceMode,
        "multipleHostAccess": summary.multipleHostAccess,
        "capacityBytes": summary.capacity,
        "freeSpaceBytes": summary.freeSpace,
        "uncommittedBytes": summary.uncommitted,
    }


def _volume(info: Any) -> dict[str, Any]:
    vmfs, nas = getattr(info, "vmfs", None), getattr(info, "nas", None)
    block = None
    if vmfs:
        block = vmfs.blockSize * 1024 if vmfs.blockSize is not None else vmfs.blockSizeMb * MIB
    return {
        "isLocal": vmfs.local if vmfs else None,
        "isSsd": vmfs.ssd if vmfs else None,
        "vmfsUuid": vmfs.uuid if vmfs else None,
        "vmfsVersion": vmfs.version if vmfs else None,
        "vmfsMajorVersion": vmfs.majorVersion if vmfs else None,
        "vmfsUpgradable": vmfs.vmfsUpgradable if vmfs else None,
        "blockSizeBytes": block,
        "maxBlocks": vmfs.maxBlocks if vmfs else None,
        "extents": [{"diskName": e.diskName, "partition": e.partition} for e in vmfs.extent]
        if vmfs
        else None,
        "nfsHost": nas.remoteHost if nas else None,
        "nfsPath": nas.remotePath if nas else None,
        "nfsHosts": (list(nas.remoteHostNames) or None) if nas else None,
    }


def _control(iorm: Any) -> dict[str, Any]:
    return {
        "siocEnabled": iorm.enabled if iorm else None,
        "siocThresholdMode": (iorm.congestionThresholdMode or None) if iorm else None,
        "siocThresholdMilliseconds": iorm.congestionThreshold if iorm else None,
    }


def read_pods(content: Any) -> dict[str, dict[str, Any]]:
    """Return, by moid, what the graph must show of every storage pod."""
    paths = ["name", "overallStatus", "summary", "podStorageDrsEntry", "childEntity", "customValue"]
    pods, names = read_all(content, vim.StoragePod, paths), attribute_names(content)
    found: dict[str, dict[str, Any]] = {}
    for moid, pod in pods.items():
        drs = pod["podStorageDrsEntry"].storageDrsConfig.podConfig
        children = sorted(each._moId for each in pod["childEntity"])
        found[moid] = {
            "moid": moid,
            "name": pod["name"].replace("%2f", "/"),
            "overallStatus": pod["overallStatus"],
            "capacityBytes": pod["summary"].capacity,
            "freeSpaceBytes": pod["summary"].freeSpace,
            "storageDrsEnabled": drs.enabled,
            "storageDrsBehavior": drs.defaultVmBehavior,
            "ioLoadBalanceEnabled": drs.ioLoadBalanceEnabled,
            "keepsDisksTogether": drs.defaultIntraVmAffinity,
            "customAttributes": attributes_of(pod, names),
            "datastores": {"nodes": [{"moid": each} for each in children]},
        }
    return found
