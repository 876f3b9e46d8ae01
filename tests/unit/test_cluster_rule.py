"""Rules, groups and admission control of clusters, type by type."""

import pytest

from sync_agent.collector.cluster_rule import set_admission_control, set_rules
from sync_agent.collector.fill import Columns
from tests.support.raw import raw_object


def columns_of(set_columns, missing=None, **properties: str) -> Columns:
    raw = raw_object("ClusterComputeResource", missing=missing, **properties)
    columns = Columns(raw)
    set_columns(raw, columns)
    return columns


def rule(kind: str, inner: str) -> dict:
    xml = f'<ClusterRuleInfo xsi:type="{kind}"><name>r</name>{inner}</ClusterRuleInfo>'
    (found,) = columns_of(set_rules, configurationEx__rule=xml).known["rules"]
    return {key: content for key, content in found.items() if content not in (None, [])}


@pytest.mark.parametrize(
    ("kind", "inner", "expected"),
    [
        (
            "ClusterAffinityRuleSpec",
            "<vm>vm-2</vm><vm>vm-1</vm>",
            {"type": "Affinity", "virtual_machine_moids": ["vm-1", "vm-2"]},
        ),
        (
            "ClusterAntiAffinityRuleSpec",
            "<vm>vm-1</vm>",
            {"type": "AntiAffinity", "virtual_machine_moids": ["vm-1"]},
        ),
        (
            "ClusterVmHostRuleInfo",
            "<vmGroupName>v</vmGroupName><affineHostGroupName>h</affineHostGroupName>",
            {"type": "VmHost", "vm_group": "v", "affine_host_group": "h"},
        ),
        (
            "ClusterDependencyRuleInfo",
            "<vmGroup>a</vmGroup><dependsOnVmGroup>b</dependsOnVmGroup>",
            {"type": "Dependency", "vm_group": "a", "depends_on_vm_group": "b"},
        ),
        ("ClusterNovelRuleInfo", "", {"type": "Novel"}),
    ],
    ids=["together", "apart", "on hosts", "order", "of a newer release"],
)
def test_a_rule_holds_what_its_type_has(kind: str, inner: str, expected: dict):
    assert rule(kind, inner) == {"name": "r", **expected}


def test_a_cluster_without_rules_has_none_and_one_that_hides_them_is_unknown():
    empty = columns_of(set_rules)
    hidden = columns_of(set_rules, missing={"configurationEx": "NoPermission"})

    assert empty.known == {"rules": [], "groups": []}
    assert hidden.unknown == {"rules", "groups"}


def policy(kind: str, inner: str, level: str = "1") -> dict[str, object]:
    raw = raw_object(
        "ClusterComputeResource",
        configurationEx__dasConfig__admissionControlPolicy=inner,
        configurationEx__dasConfig__failoverLevel=level,
    )
    node = raw.properties["configurationEx.dasConfig.admissionControlPolicy"]
    node.set("{http://www.w3.org/2001/XMLSchema-instance}type", kind)
    columns = Columns(raw)
    set_admission_control(raw, columns)
    return columns.known


def test_percentages_are_kept_where_resources_are_reserved():
    found = policy(
        "ClusterFailoverResourcesAdmissionControlPolicy",
        "<cpuFailoverResourcesPercent>25</cpuFailoverResourcesPercent>"
        "<memoryFailoverResourcesPercent>30</memoryFailoverResourcesPercent>",
    )

    assert found["ha_admission_control_policy"] == "FailoverResources"
    assert (found["ha_cpu_failover_percent"], found["ha_memory_failover_percent"]) == (25, 30)


def test_the_level_of_the_policy_counts_before_the_older_one_of_the_cluster():
    inner = "<failoverLevel>3</failoverLevel>"

    assert policy("ClusterFailoverLevelAdmissionControlPolicy", inner)["ha_failover_level"] == 3
    assert policy("ClusterFailoverHostAdmissionControlPolicy", "")["ha_failover_level"] == 1
