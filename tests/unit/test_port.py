"""What a port group sets for its ports, from the XML that vCenter writes."""

import pytest
from lxml import etree

from sync_agent.collector.port import POLICIES, port_columns

XSI = "http://www.w3.org/2001/XMLSchema-instance"
SPEC = "VmwareDistributedVirtualSwitch"


def config(inner: str):
    return etree.fromstring(f'<val xmlns="urn:vim25" xmlns:xsi="{XSI}">{inner}</val>')


def vlan(kind: str, inner: str):
    return config(f'<vlan xsi:type="{kind}"><inherited>false</inherited>{inner}</vlan>')


@pytest.mark.parametrize(
    ("kind", "inner", "expected"),
    [
        (f"{SPEC}VlanIdSpec", "<vlanId>0</vlanId>", (0, None, None)),
        (f"{SPEC}VlanIdSpec", "<vlanId>120</vlanId>", (120, None, None)),
        (
            f"{SPEC}TrunkVlanSpec",
            "<vlanId><start>1</start><end>9</end></vlanId>"
            "<vlanId><start>20</start><end>20</end></vlanId>",
            (None, [{"start": 1, "end": 9}, {"start": 20, "end": 20}], None),
        ),
        (f"{SPEC}TrunkVlanSpec", "", (None, [], None)),
        (f"{SPEC}PvlanSpec", "<pvlanId>301</pvlanId>", (None, None, 301)),
        (f"ns1:{SPEC}VlanIdSpec", "<vlanId>7</vlanId>", (7, None, None)),
    ],
    ids=["no tag", "one", "trunk", "empty trunk", "private", "with a prefix"],
)
def test_each_kind_of_vlan_fills_its_own_column(kind, inner, expected):
    found = port_columns(vlan(kind, inner))

    assert (found["vlan_id"], found["vlan_ranges"], found["private_vlan_id"]) == expected


def test_a_kind_of_vlan_that_nobody_knows_is_null_and_costs_nothing_else():
    inner = '<blocked><inherited>false</inherited><value>true</value></blocked><vlan xsi:type="{}">'
    found = port_columns(
        config(inner.format("VmwareQuantumVlanSpec") + "<vlanId>x</vlanId></vlan>")
    )

    assert (found["vlan_id"], found["vlan_ranges"], found["private_vlan_id"]) == (None, None, None)
    assert found["blocked"] is True


def test_security_is_read_from_the_older_place_and_else_from_the_newer():
    older = (
        "<securityPolicy><macChanges><inherited>false</inherited><value>false</value>"
        "</macChanges></securityPolicy>"
    )
    newer = "<macManagementPolicy><macChanges>true</macChanges></macManagementPolicy>"

    assert port_columns(config(older + newer))["mac_changes"] is False
    assert port_columns(config(newer))["mac_changes"] is True
    assert port_columns(config(newer))["forged_transmits"] is None


def test_a_network_without_such_settings_has_every_column_null():
    found = port_columns(None)

    assert found.keys() > POLICIES.keys()
    assert set(found.values()) == {None}
