"""What a vCenter of an older release does not have is unset; what it withholds is unknown."""

from sync_agent.collector.fill import Columns, edges_of
from sync_agent.collector.inventory import cluster
from sync_agent.collector.property import HOST_EDGES, VIRTUAL_MACHINE
from sync_agent.collector.tree import Tree
from tests.support.raw import raw_object

DRS_SCORE = "summary.drsScore"
STALE = {"num_vmotions", "current_failover_level", "drs_score"}


def cluster_with(**missing: str):
    spelled = {path.replace("__", "."): fault for path, fault in missing.items()}
    properties = {"name": "c", "summary__numVmotions": "7"}
    return cluster(raw_object("ClusterComputeResource", missing=spelled, **properties), Tree())


def test_the_usage_of_a_cluster_without_a_drs_score_is_written():
    record = cluster_with(summary__drsScore="InvalidProperty")

    assert record.usage == {"num_vmotions": 7, "current_failover_level": None, "drs_score": None}
    assert not record.unknown


def test_usage_that_is_partly_withheld_is_not_written():
    record = cluster_with(summary__drsScore="NoPermission")

    assert record.usage is None
    assert record.unknown == STALE


def test_beside_what_is_withheld_what_the_release_lacks_is_still_unset():
    record = cluster_with(
        summary__drsScore="InvalidProperty", configurationEx__dasConfig="NoPermission"
    )

    assert record.usage is not None
    assert "ha_enabled" in record.unknown
    assert not record.unknown & STALE


def test_a_column_and_an_edge_that_the_release_lacks_are_unset():
    missing = {"config.createDate": "InvalidProperty", "datastore": "InvalidProperty"}
    raw = raw_object("VirtualMachine", missing=missing)
    columns = Columns(raw)
    columns.fill(VIRTUAL_MACHINE)
    columns.set("mounts", None, "datastore")

    assert not columns.unknown
    assert columns.known["created_at"] is None
    assert all(not ends for ends in edges_of(raw, columns, HOST_EDGES).values())
    assert edges_of(raw, columns, HOST_EDGES).keys() == HOST_EDGES.keys()


def test_a_host_out_of_reach_leaves_unknown_what_its_vcenter_lacks_too():
    columns = Columns(
        raw_object("VirtualMachine", missing={"config.createDate": "InvalidProperty"}),
        is_degraded=True,
    )
    columns.fill(VIRTUAL_MACHINE)

    assert "created_at" in columns.unknown
