"""Rules, groups and admission control of clusters: structures of several types."""

from sync_agent.collector import value
from sync_agent.collector.fill import Columns
from sync_agent.collector.part import (
    EMPTY,
    TYPE,
    Part,
    Structure,
    flag,
    number,
    ordered,
    structure,
    structures,
    text,
    texts,
)
from sync_agent.collector.reply import RawObject, local_type

RULES = "configurationEx.rule"
GROUPS = "configurationEx.group"
ADMISSION = "configurationEx.dasConfig.admissionControlPolicy"
LEVEL = "configurationEx.dasConfig.failoverLevel"
PATHS = (RULES, GROUPS, ADMISSION, LEVEL)


def set_rules(raw: RawObject, columns: Columns) -> None:
    """Set rules and groups."""
    get = raw.properties.get
    columns.set("rules", ordered(map(_rule, structures(get(RULES))), "key", "name"), RULES)
    columns.set("groups", ordered(map(_group, structures(get(GROUPS))), "name"), GROUPS)


def set_admission_control(raw: RawObject, columns: Columns) -> None:
    """Set what HA keeps free for failed hosts, and how it reckons that."""
    node, level = raw.properties.get(ADMISSION), raw.properties.get(LEVEL)
    policy = structure(node) if node is not None else EMPTY
    type_ = None
    if node is not None:
        type_ = local_type(node).removeprefix("Cluster").removesuffix("AdmissionControlPolicy")
    held = number(policy, "failoverLevel")
    if held is None and level is not None:  # which releases before 6.5 know alone
        held = value.integer(level)
    for column, content in (
        ("ha_admission_control_policy", type_),
        ("ha_cpu_failover_percent", number(policy, "cpuFailoverResourcesPercent")),
        ("ha_memory_failover_percent", number(policy, "memoryFailoverResourcesPercent")),
        ("ha_failover_host_moids", sorted(texts(policy, "failoverHosts")) or None),
    ):
        columns.set(column, content, ADMISSION)
    columns.set("ha_failover_level", held, ADMISSION, LEVEL)


def _rule(rule: Structure) -> Part:
    kind = str(rule.get(TYPE, "")).removeprefix("Cluster")
    return {
        "key": number(rule, "key"),
        "name": text(rule, "name"),
        "type": kind.removesuffix("Spec").removesuffix("Info").removesuffix("Rule"),
        "enabled": flag(rule, "enabled"),
        "mandatory": flag(rule, "mandatory"),
        "user_created": flag(rule, "userCreated"),
        "in_compliance": flag(rule, "inCompliance"),
        "uuid": text(rule, "ruleUuid"),
        "virtual_machine_moids": sorted(texts(rule, "vm")),
        "vm_group": text(rule, "vmGroupName") or text(rule, "vmGroup"),
        "affine_host_group": text(rule, "affineHostGroupName"),
        "anti_affine_host_group": text(rule, "antiAffineHostGroupName"),
        "depends_on_vm_group": text(rule, "dependsOnVmGroup"),
    }


def _group(group: Structure) -> Part:
    return {
        "name": text(group, "name"),
        "type": str(group.get(TYPE, "")).removeprefix("Cluster").removesuffix("Group"),
        "user_created": flag(group, "userCreated"),
        "virtual_machine_moids": sorted(texts(group, "vm")),
        "host_moids": sorted(texts(group, "host")),
    }
