"""An agent that is told to stop, or killed: what becomes of its runs, and who comes after it."""

from tests.support.system import System
from vminer.simulator.client import SimulatorClient

OWNER = "query($id: ID!) { syncRun(id: $id) { owner } }"


def test_sigterm_lets_a_sync_finish_and_leaves_new_requests_to_the_next_agent(
    system: System, control: SimulatorClient
) -> None:
    large, small = system.vcenters[0], system.vcenters[2]
    left_open = control.status(large.name)["sessions"]  # by agents that other tests killed
    control.switch_on(large.name, "slow", seconds=0.3)
    under_way = system.request(large.name)
    system.until(lambda: system.run(under_way).get("objectsRead", 0) > 0, "it is reading")

    system.stack.supervisor.stop("agent", grace_seconds=60)
    finished = system.run(under_way)
    waiting = system.request(small.name)
    is_left = system.run(waiting)
    system.start_agent()

    system.until(lambda: system.run(under_way)["state"] == "SUCCEEDED", "the replica shows it")
    assert finished["attempt"] == 1
    assert is_left.get("state", "QUEUED") == "QUEUED"
    assert system.ended(waiting, seconds=120)["state"] == "SUCCEEDED"
    assert control.status(large.name)["sessions"] <= left_open


def test_a_worker_is_another_owner_after_every_boot(system: System) -> None:
    before = owners_of_new_runs(system)
    system.kill("agent")
    system.start_agent()
    after = owners_of_new_runs(system)

    assert before
    assert after
    assert not before & after, "a restarted agent must not look like the one that died"


def owners_of_new_runs(system: System) -> set[str]:
    """Sync every vCenter a few times; return who did."""
    owners = set()
    for _ in range(3):
        runs = [system.request(vcenter.name) for vcenter in system.vcenters]
        assert [system.ended(run, seconds=120)["state"] for run in runs] == ["SUCCEEDED"] * 3
        owners |= {system.query(OWNER, id=run)["syncRun"]["owner"] for run in runs}
    return owners
