"""From a change in a vCenter to its history and the feed, over HTTP and replicas."""

from collections.abc import Iterator

import pytest

from tests.support.simulated import Simulated
from tests.support.system import System
from vminer.simulator.client import SimulatorClient

FEED = """query ($cursor: String, $filter: ChangeFilter) {
  changesSince(cursor: $cursor, first: 200, filter: $filter) { cursor hasMore
    nodes { kind type moid name fields { field old new } object { moid } run { state } } } }"""
HISTORY = """query ($id: ID!) { virtualMachine(id: $id) {
  history(first: 10) { nodes { kind fields { field old new } } } } }"""


@pytest.fixture
def control(system: System) -> Iterator[SimulatorClient]:
    """What changes the simulated vCenters."""
    with SimulatorClient(system.control_url) as client:
        yield client


@pytest.fixture
def small(system: System) -> Simulated:
    return min(system.vcenters, key=lambda vcenter: vcenter.vms)


def execute(system: System, statement: str) -> str:
    """Ask the primary itself."""
    port = system.stack.postgres.primary_port
    return system.stack.postgres.execute(port, statement, database=system.name)


def latest(system: System) -> str:
    """Return the cursor behind all changes there are."""
    feed = system.query("{ changesSince(first: 1) { latestCursor } }")["changesSince"]
    return feed["latestCursor"]


def test_what_first_syncs_read_is_not_new(system: System) -> None:
    """Hundreds of machines were read; only those that other tests have added since are new."""
    only = {"kind": {"eq": "CREATED"}, "type": {"eq": "VirtualMachine"}}

    feed = system.query(FEED, filter=only)["changesSince"]

    assert len(system.pages("virtualMachines", "moid")) > 700
    assert len(feed["nodes"]) < 30


def test_a_change_is_in_the_feed_and_in_the_history_and_a_quiet_sync_is_not(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    system.sync(small.name)
    cursor = latest(system)
    of_vcenter = {"vcenterId": {"eq": system.vcenter(small.name)["id"]}}
    machine = next(
        node
        for node in system.pages(
            "virtualMachines",
            "id moid host { moid }",
            f', filter: {{powerState: {{eq: poweredOn}}, vcenterId: {{eq: "'
            f'{system.vcenter(small.name)["id"]}"}}}}',
        )
    )
    control.change(small.name, "power", moid=machine["moid"], state="poweredOff")
    system.sync(small.name)
    system.sync(small.name)

    def shown() -> list[dict]:
        feed = system.query(FEED, cursor=cursor, filter=of_vcenter)["changesSince"]
        return feed["nodes"]

    system.until(lambda: bool(shown()), "the replicas show the change")
    (change,) = shown()
    power = {"field": "powerState", "old": "poweredOn", "new": "poweredOff"}
    assert (change["kind"], change["type"]) == ("UPDATED", "VirtualMachine")
    assert power in change["fields"]
    assert change["object"] == {"moid": machine["moid"]}
    assert change["run"] == {"state": "SUCCEEDED"}
    history = system.query(HISTORY, id=machine["id"])["virtualMachine"]["history"]["nodes"]
    assert history[0]["kind"] == "UPDATED"
    assert power in history[0]["fields"]


def test_purge_says_what_would_go_and_leaves_it_there(
    system: System, small: Simulated, control: SimulatorClient
) -> None:
    added = control.change(small.name, "add")
    system.sync(small.name)
    control.change(small.name, "remove", moid=added)
    for _ in range(2):
        system.sync(small.name)
    of = f"WHERE moid = '{added}' AND deleted_at IS NOT NULL AND vcenter_id = "
    of += f"(SELECT id FROM vcenters WHERE name = '{small.name}')"
    execute(system, f"UPDATE virtual_machines SET deleted_at = now() - interval '40 days' {of}")

    def rows() -> str:
        return execute(system, f"SELECT count(*) FROM virtual_machines {of}")

    dry = system.cli("purge", "--dry-run", "--deleted-days", "30")
    after_dry = rows()
    wet = system.cli("purge", "--deleted-days", "30")

    assert (dry.returncode, dry.stdout) == (0, "VirtualMachine: 1 would be purged\n")
    assert after_dry == "1"
    assert (wet.returncode, wet.stdout) == (0, "VirtualMachine: 1 purged\n")
    assert rows() == "0"
    again = system.cli("purge", "--deleted-days", "30")
    assert again.stdout == "no deleted object purged\n"
