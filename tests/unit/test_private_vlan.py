"""A switch's uplinks and private VLANs, and how a port group finds its primary VLAN there."""

import pytest
from lxml import etree

from models.enums import InventoryType
from sync_agent.collector.reply import RawObject
from sync_agent.collector.scan import Scan
from sync_agent.collector.settings import CollectorSettings
from sync_agent.records import Record

XSI = "http://www.w3.org/2001/XMLSchema-instance"
VLAN = "VmwareDistributedVirtualSwitch"
SWITCH, NETWORK = InventoryType.DistributedSwitch, InventoryType.Network


def raw(type_: str, moid: str, missing: dict[str, str] | None = None, **told: str) -> RawObject:
    """Return an object whose properties hold this XML; `__` in a name stands for a dot."""
    nodes = {
        name.replace("__", "."): etree.fromstring(
            f'<val xmlns="urn:vim25" xmlns:xsi="{XSI}">{inner}</val>'
        )
        for name, inner in {"name": moid, **told}.items()
    }
    return RawObject(type_, moid, nodes, missing or {})


def entry(primary: int, secondary: int, kind: str) -> str:
    return (
        f"<VMwareDVSPvlanMapEntry><primaryVlanId>{primary}</primaryVlanId><secondaryVlanId>"
        f"{secondary}</secondaryVlanId><pvlanType>{kind}</pvlanType></VMwareDVSPvlanMapEntry>"
    )


MAP = entry(20, 210, "isolated") + entry(20, 20, "promiscuous") + entry(20, 21, "community")


@pytest.fixture
def scan() -> Scan:
    return Scan(None, CollectorSettings())  # type: ignore[arg-type]


def read(scan: Scan, type_: InventoryType, told: RawObject) -> Record:
    """Return the record of an object that a page of a scan holds."""
    (record,) = scan._page(type_, [told]).records
    return record


def portgroup(scan: Scan, vlan: str, *, kind: str) -> Record:
    """Read a port group of dvs-1."""
    spec = f'<vlan xsi:type="{VLAN}{kind}Spec">{vlan}</vlan>'
    told = {"config__distributedVirtualSwitch": "dvs-1", "config__defaultPortConfig": spec}
    return read(scan, NETWORK, raw("DistributedVirtualPortgroup", "dvportgroup-1", **told))


def test_the_map_of_private_vlans_comes_in_order_of_its_numbers(scan):
    told = raw("VmwareDistributedVirtualSwitch", "dvs-1", config__pvlanConfig=MAP)

    found = read(scan, SWITCH, told).columns["private_vlans"]

    pairs = [(each["secondary_vlan_id"], each["type"]) for each in found]
    assert pairs == [(20, "promiscuous"), (21, "community"), (210, "isolated")]
    assert {each["primary_vlan_id"] for each in found} == {20}


@pytest.mark.parametrize(
    ("vlan", "kind", "expected"),
    [
        ("<pvlanId>210</pvlanId>", "Pvlan", (210, 20)),
        ("<pvlanId>20</pvlanId>", "Pvlan", (20, 20)),
        ("<pvlanId>99</pvlanId>", "Pvlan", (99, None)),
        ("<vlanId>210</vlanId>", "VlanId", (None, None)),
    ],
    ids=["isolated", "promiscuous", "not in the map", "no private VLAN"],
)
def test_a_port_group_has_the_primary_vlan_that_its_switch_maps(scan, vlan, kind, expected):
    read(scan, SWITCH, raw("VmwareDistributedVirtualSwitch", "dvs-1", config__pvlanConfig=MAP))

    found = portgroup(scan, vlan, kind=kind)

    assert (found.columns["private_vlan_id"], found.columns["primary_vlan_id"]) == expected
    assert not found.unseen


@pytest.mark.parametrize("is_met", [True, False], ids=["switch withheld", "switch not seen"])
def test_a_primary_vlan_is_kept_where_the_map_could_not_be_read(scan, is_met):
    if is_met:
        hidden = raw("VmwareDistributedVirtualSwitch", "dvs-1", {"config": "NoPermission"})
        read(scan, SWITCH, hidden)

    found = portgroup(scan, "<pvlanId>210</pvlanId>", kind="Pvlan")

    assert "primary_vlan_id" in found.unseen
    assert "primary_vlan_id" not in found.columns


def test_uplinks_keep_their_order_and_another_makers_policy_names_none(scan):
    names = "".join(f"<uplinkPortName>{name}</uplinkPortName>" for name in ("up B", "up A"))
    groups = (
        '<ManagedObjectReference type="DistributedVirtualPortgroup">dvportgroup-9'
        "</ManagedObjectReference>"
    )
    ours = raw(
        "VmwareDistributedVirtualSwitch",
        "dvs-1",
        config__uplinkPortPolicy=names,
        config__uplinkPortgroup=groups,
    )
    other = raw("DistributedVirtualSwitch", "dvs-2", config__uplinkPortPolicy="")

    found = [read(scan, SWITCH, each).columns for each in (ours, other)]

    assert [each["uplink_names"] for each in found] == [["up B", "up A"], None]
    assert [each["uplink_network_moids"] for each in found] == [["dvportgroup-9"], None]
