"""Records of networks, switches and pools, from raw objects: what is null and what is unknown."""

from uuid import UUID

import pytest
from lxml import etree

from models.enums import InventoryType
from sync_agent.collector.growth import grow
from sync_agent.collector.hardware import hardware
from sync_agent.collector.network import called, network
from sync_agent.collector.pool import resource_pool
from sync_agent.collector.reply import RawObject
from sync_agent.collector.scan import Scan
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.switch import PRIVATE_VLANS, distributed_switch
from sync_agent.collector.tree import Tree
from sync_agent.records import Record

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def raw(type_: str, moid: str, missing: tuple[str, ...] = (), **properties: str) -> RawObject:
    """Return an object whose properties hold this XML; `__` in a name stands for a dot."""
    nodes = {
        name.replace("__", "."): etree.fromstring(
            f'<val xmlns="urn:vim25" xmlns:xsi="{XSI}">{inner}</val>'
        )
        for name, inner in properties.items()
    }
    return RawObject(type_, moid, nodes, dict.fromkeys(missing, "NoPermission"))


@pytest.fixture
def tree() -> Tree:
    grown = Tree()
    grown.add("Folder", "group-d1", "", None)
    grown.add("Datacenter", "datacenter-2", "dc", "group-d1")
    grown.add("Folder", "group-h4", "host", "datacenter-2")
    grown.add("ClusterComputeResource", "domain-c8", "cl", "group-h4")
    grown.add("ResourcePool", "resgroup-8", "Resources", "domain-c8")
    grown.add("VirtualApp", "resgroup-v9", "shop", "resgroup-8")
    return grown


def test_a_pool_knows_its_cluster_its_parent_and_its_path(tree):
    found = resource_pool(
        raw("VirtualApp", "resgroup-v9", name="shop", parent="resgroup-8", owner="domain-c8"), tree
    ).columns

    assert (found["cluster_moid"], found["parent_moid"]) == ("domain-c8", "resgroup-8")
    assert found["path"] == "/dc/host/cl/Resources/shop"
    assert (found["is_vapp"], found["datacenter_moid"]) == (True, "datacenter-2")


def test_a_root_pool_has_no_parent_though_it_lies_in_something(tree):
    pool = raw("ResourcePool", "resgroup-8", name="Resources", parent="domain-c8")

    found = resource_pool(pool, tree).columns

    assert (found["parent_moid"], found["is_vapp"]) == (None, False)


def test_a_limit_of_minus_one_is_none(tree):
    limits = {
        "config__cpuAllocation": "<limit>-1</limit>",
        "config__memoryAllocation": "<limit>64</limit>",
    }

    found = resource_pool(raw("ResourcePool", "resgroup-8", name="r", **limits), tree).columns

    assert (found["cpu_limit_mhz"], found["memory_limit_bytes"]) == (None, 64 * 2**20)


def test_the_place_of_a_pool_whose_way_up_was_not_seen_is_unknown(tree):
    tree.add("ResourcePool", "resgroup-99", "lost", "resgroup-98")
    pool = raw("ResourcePool", "resgroup-99", name="lost", parent="resgroup-98", owner="domain-c7")

    found = resource_pool(pool, tree)

    assert {"path", "parent_moid", "cluster_moid", "datacenter_moid"} <= found.unseen


def owned(tree: Tree, owner: str) -> Record:
    """Return a root pool of this owner, which lies in the folder of hosts."""
    tree.add("ComputeResource", "domain-s7", "esx1", "group-h4")
    tree.add("ResourcePool", "resgroup-1", "Resources", owner)
    return resource_pool(
        raw("ResourcePool", "resgroup-1", name="Resources", parent=owner, owner=owner), tree
    )


def test_a_pool_of_a_standalone_host_leads_to_it_and_one_of_a_cluster_to_none(tree):
    tree.sole_hosts["domain-s7"] = "host-9"

    alone, clustered = owned(tree, "domain-s7"), owned(tree, "domain-c8")

    assert (alone.columns["host_moid"], alone.columns["cluster_moid"]) == ("host-9", None)
    assert (clustered.columns["host_moid"], clustered.columns["cluster_moid"]) == (
        None,
        "domain-c8",
    )


def test_the_host_of_a_pool_is_kept_where_its_owner_did_not_tell_it(tree):
    found = owned(tree, "domain-s7")

    assert "host_moid" in found.unseen
    assert found.columns["cluster_moid"] is None


@pytest.mark.parametrize(
    ("type_", "hosts", "expected"),
    [
        ("ComputeResource", "<o>host-9</o>", {"domain-1": "host-9"}),
        ("ComputeResource", "", {}),
        ("ComputeResource", None, {}),
        ("ClusterComputeResource", "<o>host-1</o><o>host-2</o>", {}),
    ],
    ids=["its host", "its host is not shown", "not told", "a cluster"],
)
def test_only_a_compute_resource_that_is_no_cluster_has_a_host_of_its_own(
    tree, type_, hosts, expected
):
    told = {} if hosts is None else {"host": hosts}

    grow(tree, raw(type_, "domain-1", name="c", parent="group-h4", **told))

    assert tree.sole_hosts == expected


def test_settings_of_ports_that_may_not_be_read_are_unknown_and_unset_ones_null(tree):
    name = "DistributedVirtualPortgroup"
    hidden = network(raw(name, "dvportgroup-1", ("config",), name="pg"), tree)
    unset = network(raw(name, "dvportgroup-2", name="pg"), tree)

    assert {"vlan_id", "vlan_ranges", "blocked", "is_uplink", "switch_moid"} <= hidden.unknown
    assert unset.unknown == frozenset()
    assert (unset.columns["vlan_id"], unset.columns["is_uplink"]) == (None, None)


def test_an_adapter_leads_to_the_network_that_carries_its_key_or_id():
    portgroup = raw("DistributedVirtualPortgroup", "dvportgroup-7", key="restored-3")
    opaque = raw("OpaqueNetwork", "network-o5", summary__opaqueNetworkId="seg-1")
    networks = {name: each.moid for each in (portgroup, opaque) for name in called(each)}
    backings = (
        "<port><portgroupKey>restored-3</portgroupKey></port>",
        "<port><portgroupKey>dvportgroup-9</portgroupKey></port>",
        "<opaqueNetworkId>seg-1</opaqueNetworkId>",
        "<opaqueNetworkId>seg-2</opaqueNetworkId>",
        "<network>network-12</network>",
    )
    devices = "".join(
        f'<VirtualDevice xsi:type="VirtualVmxnet3"><key>{4000 + number}</key><backing>{backing}'
        "</backing><macAddress>00:50:56:00:00:01</macAddress></VirtualDevice>"
        for number, backing in enumerate(backings)
    )

    found = hardware(raw("VirtualMachine", "vm-1", config__hardware__device=devices), networks)

    assert found is not None
    assert [nic.get("network_moid") for nic in found.columns["nics"]] == [
        *("dvportgroup-7", "dvportgroup-9", "network-o5", None, "network-12")
    ]


def test_a_switch_spells_its_uuid_in_its_own_way_and_lists_its_hosts(tree):
    uuid = "50 2f 1e 0a 00 11 22 33-44 55 66 77 88 99 aa bb"
    members = '<ManagedObjectReference type="HostSystem">host-2</ManagedObjectReference>'
    switch = raw("DistributedVirtualSwitch", "dvs-1", name="dvs", uuid=uuid)
    switch.properties["summary.hostMember"] = etree.fromstring(f"<val>{members}</val>")

    found = distributed_switch(switch, tree)

    assert found.columns["uuid"] == UUID("502f1e0a-0011-2233-4455-66778899aabb")
    assert found.edges == {InventoryType.Host: {"host-2": {}}}
    assert found.columns["num_hosts"] == 1


def test_the_hosts_of_a_switch_that_may_not_be_read_are_unknown(tree):
    found = distributed_switch(
        raw("DistributedVirtualSwitch", "dvs-1", ("summary",), name="dvs"), tree
    )

    assert found.edges == {}
    assert "num_hosts" in found.unknown


def test_a_switch_whose_private_vlans_cannot_be_read_costs_itself_alone():
    scan = Scan(None, CollectorSettings())  # type: ignore[arg-type]
    odd = "<entry><primaryVlanId>ten</primaryVlanId></entry>"
    switches = [
        raw("VmwareDistributedVirtualSwitch", f"dvs-{number}", name=f"dvs {number}", **held)
        for number, held in enumerate(({PRIVATE_VLANS.replace(".", "__"): odd}, {}))
    ]

    page = scan._page(InventoryType.DistributedSwitch, switches)

    assert [each.moid for each in page.quarantined] == ["dvs-0"]
    assert [record.moid for record in page.records] == ["dvs-1"]
