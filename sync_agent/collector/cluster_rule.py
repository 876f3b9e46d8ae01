"""Rules, groups and admission control of clusters: structures of several types."""

from sync_agent.collector import field
from sync_agent.collector.fill import Columns
from sync_agent.collector.reply import Element, RawObject, local_type

RULES = "configurationEx.rule"
GROUPS = "configurationEx.group"
ADMISSION = "configurationEx.dasConfig.admissionControlPolicy"
LEVEL = "configurationEx.dasConfig.failoverLevel"
PATHS = (RULES, GROUPS, ADMISSION, LEVEL)


def set_rules(raw: RawObject, columns: Columns) -> None:
    """Set rules and groups."""
    columns.set("rules", [_rule(rule) for rule in raw.properties.get(RULES, ())], RULES)
    columns.set("groups", [_group(group) for group in raw.properties.get(GROUPS, ())], GROUPS)


def set_admission_control(raw: RawObject, columns: Columns) -> None:
    """Set what HA keeps free for failed hosts, and how it reckons that."""
    policy, level = raw.properties.get(ADMISSION), raw.properties.get(LEVEL)
    hosts = sorted(field.texts(policy, "failoverHosts")) or None
    held = field.number(policy, "failoverLevel")
    old = int(level.text) if level is not None and level.text else None
    columns.set("ha_admission_control_policy", _policy_type(policy), ADMISSION)
    columns.set("ha_failover_level", held if held is not None else old, ADMISSION, LEVEL)
    for column, name in (
        ("ha_cpu_failover_percent", "cpuFailoverResourcesPercent"),
        ("ha_memory_failover_percent", "memoryFailoverResourcesPercent"),
    ):
        columns.set(column, field.number(policy, name), ADMISSION)
    columns.set("ha_failover_host_moids", hosts, ADMISSION)


def _policy_type(policy: Element | None) -> str | None:
    if policy is None:
        return None
    return local_type(policy).removeprefix("Cluster").removesuffix("AdmissionControlPolicy")


def _rule(rule: Element) -> dict[str, object]:
    kind = local_type(rule).removeprefix("Cluster")
    return {
        "key": field.number(rule, "key"),
        "name": field.text(rule, "name"),
        "type": kind.removesuffix("Spec").removesuffix("Info").removesuffix("Rule"),
        "enabled": field.flag(rule, "enabled"),
        "mandatory": field.flag(rule, "mandatory"),
        "user_created": field.flag(rule, "userCreated"),
        "in_compliance": field.flag(rule, "inCompliance"),
        "uuid": field.text(rule, "ruleUuid"),
        "virtual_machine_moids": sorted(field.texts(rule, "vm")),
        "vm_group": field.text(rule, "vmGroupName") or field.text(rule, "vmGroup"),
        "affine_host_group": field.text(rule, "affineHostGroupName"),
        "anti_affine_host_group": field.text(rule, "antiAffineHostGroupName"),
        "depends_on_vm_group": field.text(rule, "dependsOnVmGroup"),
    }


def _group(group: Element) -> dict[str, object]:
    return {
        "name": field.text(group, "name"),
        "type": local_type(group).removeprefix("Cluster").removesuffix("Group"),
        "user_created": field.flag(group, "userCreated"),
        "virtual_machine_moids": sorted(field.texts(group, "vm")),
        "host_moids": sorted(field.texts(group, "host")),
    }
