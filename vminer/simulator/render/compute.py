"""ComputeResource and ClusterComputeResource."""

from collections.abc import Mapping

from vminer.simulator.inventory.cluster_rule import groups, rules
from vminer.simulator.render.array import Each, Varied
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

_ADMISSION = Varied(
    lambda cluster: cluster.admission_policy,
    {
        "ClusterFailoverResourcesAdmissionControlPolicy": Struct(
            "ClusterFailoverResourcesAdmissionControlPolicy",
            {
                "cpuFailoverResourcesPercent": integer(lambda _: 25),
                "memoryFailoverResourcesPercent": integer(lambda _: 30),
                "failoverLevel": integer(lambda _: 1),
                "autoComputePercentages": boolean(lambda _: False),
            },
        ),
        "ClusterFailoverLevelAdmissionControlPolicy": Struct(
            "ClusterFailoverLevelAdmissionControlPolicy", {"failoverLevel": integer(lambda _: 2)}
        ),
        "ClusterFailoverHostAdmissionControlPolicy": Struct(
            "ClusterFailoverHostAdmissionControlPolicy",
            {"failoverHosts": Links(lambda cluster, _: cluster.spare_hosts)},
        ),
    },
)

_MONITORING = Struct(
    "ClusterVmToolsMonitoringSettings",
    {
        "enabled": boolean(lambda cluster: cluster.monitors_machines),
        "failureInterval": integer(lambda _: 30),
        "minUpTime": integer(lambda _: 120),
        "maxFailures": integer(lambda _: 3),
        "maxFailureWindow": integer(lambda cluster: 3600 if cluster.monitors_machines else -1),
    },
)

_DAS = Struct(
    "ClusterDasConfigInfo",
    {
        "enabled": boolean(lambda cluster: cluster.ha_enabled),
        "vmMonitoring": text(
            lambda cluster: (
                "vmMonitoringOnly" if cluster.monitors_machines else "vmMonitoringDisabled"
            )
        ),
        "hostMonitoring": text(lambda _: "enabled"),
        "vmComponentProtecting": text(lambda _: "disabled"),
        "failoverLevel": integer(lambda _: 1),
        "admissionControlPolicy": _ADMISSION,
        "admissionControlEnabled": boolean(lambda cluster: cluster.ha_enabled),
        "defaultVmSettings": Struct(
            "ClusterDasVmSettings",
            {
                "restartPriority": text(lambda cluster: cluster.restart_priority),
                "isolationResponse": text(lambda cluster: cluster.isolation_response),
                "vmToolsMonitoringSettings": _MONITORING,
            },
        ),
        "hBDatastoreCandidatePolicy": text(lambda _: "allFeasibleDsWithUserPreference"),
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

_DPM = Struct(
    "ClusterDpmConfigInfo",
    {
        "enabled": boolean(lambda cluster: cluster.dpm_enabled),
        "defaultDpmBehavior": enum("DpmBehavior", lambda _: "automated"),
        "hostPowerActionRate": integer(lambda _: 3),
    },
)

_RULE: Mapping[str, Node] = {
    "key": integer(lambda rule: rule.key),
    "enabled": boolean(lambda rule: rule.enabled),
    "name": text(lambda rule: rule.name),
    "mandatory": boolean(lambda rule: rule.mandatory),
    "userCreated": boolean(lambda _: True),
    "inCompliance": boolean(lambda rule: rule.is_met),
    "ruleUuid": text(lambda rule: rule.uuid),
}
_RULE_MACHINES: Mapping[str, Node] = {**_RULE, "vm": Links(lambda rule, _: rule.machines)}
_RULES = Varied(
    lambda rule: rule.kind,
    {
        "ClusterAffinityRuleSpec": Struct("ClusterAffinityRuleSpec", _RULE_MACHINES),
        "ClusterAntiAffinityRuleSpec": Struct("ClusterAntiAffinityRuleSpec", _RULE_MACHINES),
        "ClusterVmHostRuleInfo": Struct(
            "ClusterVmHostRuleInfo",
            {
                **_RULE,
                "vmGroupName": text(lambda rule: rule.vm_group),
                "affineHostGroupName": text(lambda rule: rule.affine),
                "antiAffineHostGroupName": text(lambda rule: rule.anti_affine),
            },
        ),
        "ClusterDependencyRuleInfo": Struct(
            "ClusterDependencyRuleInfo",
            {
                **_RULE,
                "vmGroup": text(lambda rule: rule.vm_group),
                "dependsOnVmGroup": text(lambda rule: rule.depends_on),
            },
        ),
    },
)

_GROUP: Mapping[str, Node] = {
    "name": text(lambda group: group.name),
    "userCreated": boolean(lambda _: True),
}
_GROUPS = Varied(
    lambda group: group.kind,
    {
        "ClusterVmGroup": Struct(
            "ClusterVmGroup", {**_GROUP, "vm": Links(lambda group, _: group.members)}
        ),
        "ClusterHostGroup": Struct(
            "ClusterHostGroup", {**_GROUP, "host": Links(lambda group, _: group.members)}
        ),
    },
)

CLUSTER: Mapping[str, Node] = {
    **_COMPUTE,
    "summary": Struct(
        "ClusterComputeResourceSummary",
        {
            **_SUMMARY,
            "currentFailoverLevel": integer(lambda _: 1),
            "numVmotions": integer(lambda cluster: cluster.vmotions),
            "drsScore": integer(lambda cluster: cluster.drs_score),
            "currentEVCModeKey": text(lambda cluster: cluster.evc_mode),
        },
    ),
    "configurationEx": Struct(
        "ClusterConfigInfoEx",
        {
            "vmSwapPlacement": text(lambda _: "vmDirectory"),
            "dasConfig": _DAS,
            "drsConfig": _DRS,
            "rule": Each("ClusterRuleInfo", rules, _RULES),
            "dpmConfigInfo": _DPM,
            "vsanConfigInfo": Struct(
                "VsanClusterConfigInfo", {"enabled": boolean(lambda cluster: cluster.has_vsan)}
            ),
            "group": Each("ClusterGroupInfo", groups, _GROUPS),
        },
    ),
    "configuration": Struct("ClusterConfigInfo", {"dasConfig": _DAS, "drsConfig": _DRS}),
}
