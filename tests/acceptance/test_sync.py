"""vCenter in, rows out: what a sync writes, what it must not write, and what it survives."""

from typing import Any

import pytest

from tests.support.simulated import Simulated
from tests.support.system import System
from tests.support.written import rows_written
from vminer.simulator.client import SimulatorClient


@pytest.fixture
def large(system: System) -> Simulated:
    """The vCenter with 600 VMs."""
    return system.vcenters[0]


@pytest.fixture
def small(system: System) -> Simulated:
    """The vCenter with 40 VMs."""
    return system.vcenters[2]


def machine(system: System, vcenter: Simulated, moid: str) -> dict[str, Any] | None:
    """Return a VM as the graph shows it; None where it is not, or no longer, there."""
    arguments = f', filter: {{vcenterId: {{eq: "{system.vcenter(vcenter.name)["id"]}"}}}}'
    selection = "moid name annotation powerState missingSince host { moid } disks { key }"
    found = system.pages("virtualMachines", selection, arguments)
    return next((node for node in found if node["moid"] == moid), None)


def count(system: System, vcenter: Simulated) -> int:
    """Return how many VMs the graph has of a vCenter."""
    document = """query($id: ID!) {
      virtualMachines(first: 1, filter: {vcenterId: {eq: $id}}) { totalCount } }"""
    found = system.query(document, id=system.vcenter(vcenter.name)["id"])
    total: int = found["virtualMachines"]["totalCount"]
    return total


def test_an_unchanged_second_sync_writes_no_inventory_row(system: System, large: Simulated) -> None:
    with rows_written(system) as written:
        run = system.sync(large.name)

    assert run["state"] == "SUCCEEDED"
    assert run["objectsRead"] > large.vms
    assert written == {}


def test_numbers_that_move_change_the_usage_tables_and_no_inventory_row(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    system.sync(small.name)
    control.change(small.name, "tick")

    with rows_written(system) as written:
        assert system.sync(small.name)["state"] == "SUCCEEDED"

    assert 0 < written["vm_usage"] <= small.vms
    assert all(name.endswith("_usage") for name in written)


def test_what_changes_in_a_vcenter_shows_after_the_next_sync(
    system: System, large: Simulated, control: SimulatorClient
) -> None:
    first, second, third = (
        node["moid"]
        for node in system.pages(
            "virtualMachines",
            "moid powerState",
            f', filter: {{powerState: {{eq: poweredOn}}, vcenterId: {{eq: "'
            f'{system.vcenter(large.name)["id"]}"}}}}',
        )[:3]
    )
    hosts = {machine(system, large, moid)["host"]["moid"] for moid in (first, second)}
    control.change(large.name, "power", moid=first, state="poweredOff")
    control.change(large.name, "rename", moid=second, name="a%2fnew name")
    control.change(large.name, "move", moid=third, host=min(hosts))
    added = control.change(large.name, "add")

    assert system.sync(large.name)["state"] == "SUCCEEDED"

    assert machine(system, large, first)["powerState"] == "poweredOff"
    assert machine(system, large, second)["name"] == "a/new name"
    assert machine(system, large, third)["host"]["moid"] == min(hosts)
    assert machine(system, large, added)["name"]


def test_a_removed_machine_is_gone_once_a_second_complete_scan_confirms_it(
    system: System, large: Simulated, control: SimulatorClient
) -> None:
    added = control.change(large.name, "add")
    system.sync(large.name)
    held = count(system, large)
    control.change(large.name, "remove", moid=added)

    system.sync(large.name)
    assert machine(system, large, added)["missingSince"]
    system.sync(large.name)

    assert machine(system, large, added) is None
    assert count(system, large) == held - 1


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("empty", {}),
        ("empty", {"entity": "VirtualMachine"}),
        ("empty", {"entity": "HostSystem"}),
    ],
    ids=["of everything", "of machines", "of hosts"],
)
def test_an_empty_answer_deletes_nothing(
    system: System, large: Simulated, control: SimulatorClient, kind: str, where: dict[str, str]
) -> None:
    system.sync(large.name)
    control.switch_on(large.name, kind, **where)

    with rows_written(system) as written:
        runs = [system.sync(large.name), system.sync(large.name)]

    assert [run["state"] for run in runs] == ["QUARANTINED", "QUARANTINED"]
    assert written == {}


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("drop_connection", {"page": 2, "entity": "VirtualMachine"}),
        ("truncated", {"page": 2, "entity": "VirtualMachine"}),
        ("unavailable", {}),
    ],
)
def test_a_scan_that_breaks_off_deletes_nothing_and_is_tried_again(
    system: System, large: Simulated, control: SimulatorClient, kind: str, where: dict[str, Any]
) -> None:
    system.sync(large.name)
    control.switch_on(large.name, kind, times=1, **where)

    with rows_written(system) as written:
        run = system.sync(large.name)

    assert run["state"] == "SUCCEEDED"
    assert run["attempt"] == 2
    assert written == {}


@pytest.mark.parametrize(("kind", "page"), [("session_expired", 3), ("session_expired_missing", 2)])
def test_a_session_that_ends_in_mid_scan_costs_one_more_login_and_no_attempt(
    system: System, large: Simulated, control: SimulatorClient, kind: str, page: int
) -> None:
    system.sync(large.name)
    logins = control.status(large.name)["logins"]
    control.switch_on(large.name, kind, times=1, page=page, entity="VirtualMachine")

    with rows_written(system) as written:
        run = system.sync(large.name)

    assert (run["state"], run["attempt"]) == ("SUCCEEDED", 1)
    assert control.status(large.name)["logins"] == logins + 2
    assert written == {}


def test_one_odd_machine_of_600_costs_one_row_and_not_its_page(
    system: System, large: Simulated, control: SimulatorClient
) -> None:
    odd, other = (control.change(large.name, "add") for _ in range(2))
    system.sync(large.name)
    held, known = count(system, large), machine(system, large, odd)
    control.change(large.name, "rename", moid=odd, name="")  # vSphere would not; nothing decodes it
    control.change(large.name, "rename", moid=other, name="beside an odd one")

    run = system.sync(large.name)

    assert run["state"] == "SUCCEEDED"
    assert run["outcome"]["quarantined"] == 1
    assert run["outcome"]["types"]["VirtualMachine"]["updated"] == 1
    assert count(system, large) == held
    assert machine(system, large, odd) == known
    assert machine(system, large, other)["name"] == "beside an odd one"

    control.change(large.name, "rename", moid=odd, name="sound again")
    assert system.sync(large.name)["outcome"]["quarantined"] == 0
    assert machine(system, large, odd)["name"] == "sound again"


def test_a_device_of_a_type_nobody_knows_costs_itself_alone(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    moid = control.change(small.name, "add")
    control.switch_on(small.name, "unknown_type", moid=moid)

    run = system.sync(small.name)

    assert run["state"] == "SUCCEEDED"
    assert run["outcome"]["quarantined"] == 0
    assert machine(system, small, moid)["disks"]


def test_a_control_character_in_a_note_costs_nothing_but_itself(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    moid = control.change(small.name, "add")
    control.change(small.name, "annotate", moid=moid, text="before and after")
    control.switch_on(small.name, "control_character", moid=moid, path="config.annotation")

    run = system.sync(small.name)

    assert run["state"] == "SUCCEEDED"
    assert machine(system, small, moid)["annotation"] == "before and after"


@pytest.mark.parametrize(
    ("kind", "code", "state"),
    [
        ("wrong_password", "INVALID_CREDENTIALS", "CREDENTIALS"),
        ("esxi", "NOT_A_VCENTER", "CHANGED"),
        ("other_instance_uuid", "VCENTER_CHANGED", "CHANGED"),
    ],
)
def test_a_vcenter_that_refuses_us_is_left_alone_until_somebody_asks(
    system: System, small: Simulated, control: SimulatorClient, kind: str, code: str, state: str
) -> None:
    control.switch_on(small.name, kind)

    with rows_written(system) as written:
        run = system.sync(small.name)

    assert written == {}
    assert (run["state"], run["errorCode"], run["attempt"]) == ("FAILED", code, 1)
    assert system.vcenter(small.name)["state"] == state
    assert small.password not in str(run)

    control.clear(small.name)
    assert system.sync(small.name)["state"] == "SUCCEEDED"
    assert system.vcenter(small.name)["state"] == "CONNECTED"
