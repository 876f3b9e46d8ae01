"""What it takes to make vMiner believe that something is gone, from a vCenter to the graph."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.simulated import Simulated
from tests.support.system import System
from tests.support.written import rows_written
from vminer.simulator.client import SimulatorClient

APPROVE = "mutation($id: ID!) { approveMissing(vcenterId: $id) { type count } }"
STATE = """query($name: String!) { vcenters(first: 1, filter: {name: {eq: $name}}) {
  nodes { state stateReason isStale lastSyncedAt } } }"""
MACHINES = """moid generation firstSeen biosUuid unknownSince unknownFields missingSince asOf
  guestHostname disks { key } vcenter { isStale state }
  host { moid } partitions { path } hardwareUnknownSince guestUnknownSince"""
HOSTS = "moid asOf connectionState physicalNics { device } hardwareUnknownSince"


@pytest.fixture
def control(system: System) -> Iterator[SimulatorClient]:
    """The simulators' control; afterwards all is well and all is synced again."""
    with SimulatorClient(system.control_url) as client:
        yield client
        client.clear(small_of(system).name)
    assert system.sync(small_of(system).name)["state"] == "SUCCEEDED"


@pytest.fixture
def small(system: System) -> Simulated:
    """The vCenter with 40 VMs."""
    return small_of(system)


def small_of(system: System) -> Simulated:
    return system.vcenters[2]


def machines(system: System, vcenter: Simulated) -> dict[str, dict[str, Any]]:
    """Return the VMs that the graph shows of a vCenter, by moid."""
    arguments = f', filter: {{vcenterId: {{eq: "{system.vcenter(vcenter.name)["id"]}"}}}}'
    return {node["moid"]: node for node in system.pages("virtualMachines", MACHINES, arguments)}


def missing(system: System, vcenter: Simulated) -> set[str]:
    return {m for m, node in machines(system, vcenter).items() if node["missingSince"]}


def state(system: System, vcenter: Simulated) -> dict[str, Any]:
    found: dict[str, Any] = system.query(STATE, name=vcenter.name)["vcenters"]["nodes"][0]
    return found


def age_slower_tiers(system: System, vcenter: Simulated) -> None:
    """Let devices and guests of a vCenter be due: they were read two days ago."""
    statement = f"""UPDATE collection_state c SET as_of = c.as_of - interval '2 days'
        FROM vcenters v WHERE v.id = c.vcenter_id AND v.name = '{vcenter.name}'
        AND c.tier <> 'LIGHT'"""
    port = system.stack.postgres.primary_port
    system.stack.postgres.execute(port, statement, database=system.name)


def hosts(system: System, vcenter: Simulated) -> dict[str, dict[str, Any]]:
    """Return the hosts that the graph shows of a vCenter, by moid."""
    arguments = f', filter: {{vcenterId: {{eq: "{system.vcenter(vcenter.name)["id"]}"}}}}'
    return {node["moid"]: node for node in system.pages("hosts", HOSTS, arguments)}


def age_evidence(system: System) -> None:
    """Let the second look be due: the first one was an hour ago."""
    statement = "UPDATE suspected_missing SET since = since - interval '1 hour'"
    port = system.stack.postgres.primary_port
    system.stack.postgres.execute(port, statement, database=system.name)


def test_a_second_look_an_hour_later_is_believed_and_a_hasty_one_is_not(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    everything = set(machines(system, small))
    control.switch_on(small.name, "empty", entity="VirtualMachine")

    hasty = [system.sync(small.name) for _ in range(2)]
    after_hasty = missing(system, small)
    age_evidence(system)
    later = system.sync(small.name)

    assert {run["errorCode"] for run in hasty} == {"SUSPECT_SHRUNK"}
    assert after_hasty == set()
    assert later["state"] == "SUCCEEDED"
    assert missing(system, small) == everything
    control.clear(small.name)
    assert system.sync(small.name)["state"] == "SUCCEEDED"
    assert missing(system, small) == set()


def test_what_an_operator_approves_is_marked_by_the_next_sync(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    control.switch_on(small.name, "empty", entity="VirtualMachine")
    system.sync(small.name)
    reason = state(system, small)["stateReason"]
    ended = system.cli("vcenter", "approve", small.name)

    assert "vminer vcenter approve" in reason
    assert ended.returncode == 0
    assert "of type VirtualMachine agreed to be gone" in ended.stdout
    assert system.sync(small.name)["state"] == "SUCCEEDED"
    assert missing(system, small) == set(machines(system, small))
    assert state(system, small)["stateReason"] is None


def test_the_graph_approves_too_and_says_what(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    vcenter_id = system.vcenter(small.name)["id"]
    nothing = system.query(APPROVE, id=vcenter_id)
    everything = len(machines(system, small))
    control.switch_on(small.name, "empty", entity="VirtualMachine")
    system.sync(small.name)

    approved = system.query(APPROVE, id=vcenter_id)

    assert nothing == {"approveMissing": []}
    assert approved == {"approveMissing": [{"type": "VirtualMachine", "count": everything}]}


def test_an_account_that_lost_a_role_deletes_nothing_however_little_it_misses(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    control.switch_on(small.name, "less_permission")

    with rows_written(system) as written:
        runs = [system.sync(small.name), system.sync(small.name)]

    assert [(run["state"], run["errorCode"]) for run in runs] == [
        ("QUARANTINED", "SUSPECT_PERMISSION")
    ] * 2
    assert "lost roles" in state(system, small)["stateReason"]
    assert written == {}


def test_a_vcenter_that_finds_its_hosts_again_after_a_restart_loses_none(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    control.switch_on(small.name, "unavailable", times=1)
    control.switch_on(small.name, "warming_up", times=30)

    with rows_written(system) as written:
        run = system.sync(small.name)

    assert (run["state"], run["errorCode"], run["attempt"]) == (
        "QUARANTINED",
        "SUSPECT_UNSETTLED",
        2,
    )
    assert written == {}


def test_a_moid_that_another_machine_carries_begins_a_new_generation(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    moid = control.change(small.name, "add")
    system.sync(small.name)
    before = machines(system, small)[moid]
    control.change(small.name, "reuse", moid=moid)

    assert system.sync(small.name)["outcome"]["types"]["VirtualMachine"]["reborn"] == 1

    after = machines(system, small)[moid]
    assert (before["generation"], after["generation"]) == (1, 2)
    assert after["firstSeen"] > before["firstSeen"]
    assert after["biosUuid"] != before["biosUuid"]
    assert after["disks"]


def test_what_a_vcenter_may_not_tell_keeps_its_value_and_says_so(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    before = machines(system, small)
    moid = next(m for m, n in before.items() if n["guestHostname"] and not n["unknownFields"])
    control.switch_on(small.name, "missing_property", moid=moid, path="guest.hostName")

    system.sync(small.name)
    with rows_written(system) as written:
        system.sync(small.name)

    after = machines(system, small)[moid]
    assert after["guestHostname"] == before[moid]["guestHostname"]
    assert after["unknownFields"] == ["guestHostname"]
    assert after["unknownSince"] > before[moid]["asOf"]
    assert written == {}
    control.clear(small.name)
    system.sync(small.name)
    assert machines(system, small)[moid]["unknownFields"] == []


def test_what_a_disconnected_host_and_its_machines_told_earlier_says_since_when_it_is_older(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    known, boxes = machines(system, small), hosts(system, small)
    away = next(node["host"]["moid"] for node in known.values() if node["partitions"])
    of_host = {m for m, n in known.items() if n["host"]["moid"] == away and n["partitions"]}
    control.change(small.name, "connect", moid=away, state="disconnected")
    age_slower_tiers(system, small)
    system.sync(small.name)
    after, boxes_after = machines(system, small), hosts(system, small)
    age_slower_tiers(system, small)
    with rows_written(system) as written:
        system.sync(small.name)
    control.change(small.name, "connect", moid=away, state="connected")
    system.sync(small.name)
    healed, boxes_healed = machines(system, small), hosts(system, small)

    assert boxes_after[away]["physicalNics"] == boxes[away]["physicalNics"] != []
    assert boxes_after[away]["hardwareUnknownSince"] > boxes[away]["asOf"]
    for moid in of_host:
        assert after[moid]["disks"] == known[moid]["disks"]
        assert after[moid]["partitions"] == known[moid]["partitions"]
        assert after[moid]["guestUnknownSince"] > known[moid]["asOf"]
    unread = {m for m, node in after.items() if node["guestUnknownSince"]}
    assert of_host <= unread <= {m for m, n in known.items() if n["host"]["moid"] == away}
    assert written == {}
    assert {node["guestUnknownSince"] for node in healed.values()} == {None}
    assert {node["hardwareUnknownSince"] for node in healed.values()} == {None}
    assert {node["hardwareUnknownSince"] for node in boxes_healed.values()} == {None}


def test_an_unreachable_vcenter_keeps_its_rows_and_every_row_says_that_it_is_stale(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    before = machines(system, small)
    control.switch_on(small.name, "unavailable")

    with rows_written(system) as written:
        run_id = system.request(small.name)
        system.until(lambda: state(system, small)["state"] == "UNREACHABLE", "it is unreachable")
        after = machines(system, small)

    assert state(system, small)["isStale"] is True
    assert written == {}
    assert {m: node["asOf"] for m, node in after.items()} == {
        m: node["asOf"] for m, node in before.items()
    }
    assert {node["vcenter"]["isStale"] for node in after.values()} == {True}
    assert {node["vcenter"]["isStale"] for node in before.values()} == {False}
    control.clear(small.name)
    system.ended(run_id)
