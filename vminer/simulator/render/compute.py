"""ComputeResource and ClusterComputeResource."""

from collections.abc import Mapping

from vminer.simulator.render.entity import ENTITY
from vminer.simulator.render.node import (
    Link,
    Links,
    Node,
    Struct,
    boolean,
    enum,
    integer,
    long,
    short,
    text,
)

_SUMMARY: Mapping[str, Node] = {
    "totalCpu": integer(lambda compute: compute.total_cpu_mhz),
    "totalMemory": long(lambda compute: compute.total_memory_bytes),
    "numCpuCores": short(lambda compute: compute.core_count),
    "numCpuThreads": short(lambda compute: compute.core_count * 2),
    "effectiveCpu": integer(lambda compute: compute.effective_cpu_mhz),
    "effectiveMemory": long(lambda compute: compute.effective_memory_mb),
    "numHosts": integer(lambda compute: len(compute.host_indexes)),
    "numEffectiveHosts": integer(lambda compute: len(compute.effective_hosts)),
    "overallStatus": enum("ManagedEntityStatus", lambda compute: compute.overall_status),
}

_COMPUTE: Mapping[str, Node] = {
    **ENTITY,
    "resourcePool": Link(lambda compute: compute.pool),
    "host": Links(lambda compute, _: compute.hosts),
    "datastore": Links(lambda compute, _: compute.datastores),
    "network": Links(lambda compute, _: compute.networks),
}

COMPUTE_RESOURCE: Mapping[str, Node] = {
    **_COMPUTE,
    "summary": Struct("ComputeResourceSummary", _SUMMARY),
    "configurationEx": Struct(
        "ComputeResourceConfigInfo", {"vmSwapPlacement": text(lambda _: "vmDirectory")}
    ),
}

_DAS = Struct(
    "ClusterDasConfigInfo",
    {
        "enabled": boolean(lambda cluster: cluster.ha_enabled),
        "vmMonitoring": text(lambda _: "vmMonitoringDisabled"),
        "hostMonitoring": text(lambda _: "enabled"),
        "failoverLevel": integer(lambda _: 1),
        "admissionControlEnabled": boolean(lambda cluster: cluster.ha_enabled),
    },
)

_DRS = Struct(
    "ClusterDrsConfigInfo",
    {
        "enabled": boolean(lambda cluster: cluster.drs_enabled),
        "enableVmBehaviorOverrides": boolean(lambda _: True),
        "defaultVmBehavior": enum("DrsBehavior", lambda cluster: cluster.drs_behavior),
        "vmotionRate": integer(lambda cluster: cluster.vmotion_rate),
    },
)

CLUSTER: Mapping[str, Node] = {
    **_COMPUTE,
    "summary": Struct(
        "ClusterComputeResourceSummary",
        {
            **_SUMMARY,
            "currentFailoverLevel": integer(lambda _: 1),
            "numVmotions": integer(lambda cluster: cluster.vmotion_rate * 1000),
            "currentEVCModeKey": text(lambda cluster: cluster.evc_mode),
        },
    ),
    "configurationEx": Struct(
        "ClusterConfigInfoEx",
        {
            "vmSwapPlacement": text(lambda _: "vmDirectory"),
            "dasConfig": _DAS,
            "drsConfig": _DRS,
        },
    ),
    "configuration": Struct("ClusterConfigInfo", {"dasConfig": _DAS, "drsConfig": _DRS}),
}
