"""What vMiner survives: a killed agent, and each server that it needs gone for a while."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import psutil
import pytest

from tests.support.simulated import Simulated
from tests.support.system import System
from tests.support.written import rows_written
from vminer.simulator.client import SimulatorClient
from vminer.stack.ports import free_port

PAGE = """{ virtualMachines(first: 20) { totalCount
  nodes { name host { name cluster { name } } datastores { name } } } }"""
COUNTS = """query($id: ID!) {
  virtualMachines(first: 1, filter: {vcenterId: {eq: $id}}) { totalCount }
  hosts(first: 1, filter: {vcenterId: {eq: $id}}) { totalCount } }"""
LATEST = """query($id: ID!) { vcenter(id: $id) { lastSync { state finishedAt } } }"""
READERS = 6
FORGOTTEN_SECONDS = 150.0
"""RabbitMQ may hand the message to the frozen agent first, until it misses its heartbeats."""


@pytest.fixture
def large(system: System) -> Simulated:
    """The vCenter with 600 VMs."""
    return system.vcenters[0]


@pytest.fixture
def small(system: System) -> Simulated:
    """The vCenter with 40 VMs."""
    return system.vcenters[2]


@contextmanager
def under_queries(system: System) -> Iterator[list[float]]:
    """Query without a pause from several connections; a failed request fails the test.

    Lends the list of the moments at which answers came.
    """
    ended = threading.Event()
    answered: list[float] = []
    failed: list[str] = []

    def read() -> None:
        with httpx.Client(timeout=20) as client:
            while not ended.is_set():
                try:
                    answer = client.post(f"{system.url}/graphql", json={"query": PAGE}).json()
                except (httpx.HTTPError, json.JSONDecodeError) as error:
                    failed.append(repr(error))
                    continue
                if "errors" in answer or not answer["data"]["virtualMachines"]["nodes"]:
                    failed.append(str(answer)[:500])
                answered.append(time.monotonic())

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield answered
    finally:
        ended.set()
        for reader in readers:
            reader.join()
    assert failed == []


def wait_for_answers(system: System, answered: list[float], count: int = 30) -> None:
    """Wait until that many more answers have come."""
    target = len(answered) + count
    system.until(lambda: len(answered) >= target, f"{count} more answers")


@contextmanager
def merges_blocked(system: System) -> Iterator[None]:
    """Hold a lock that lets a merge begin and not end."""
    port = system.stack.postgres.primary_port
    hold = "BEGIN; LOCK TABLE virtual_machines IN SHARE MODE; SELECT pg_sleep(600)"
    holder = threading.Thread(
        target=lambda: _ignoring_the_end(system, port, hold), name="holds the lock"
    )
    holder.start()
    try:
        system.until(lambda: _holders(system) > 0, "the lock is held")
        yield
    finally:
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; L%'"
        system.stack.postgres.execute(port, end, database=system.name)
        holder.join()


def _ignoring_the_end(system: System, port: int, statement: str) -> None:
    with suppress(Exception):  # it is ended by pg_terminate_backend
        system.stack.postgres.execute(port, statement, database=system.name)


def _holders(system: System) -> int:
    return _locks(system, granted=True)


def _locks(system: System, *, granted: bool) -> int:
    statement = (
        "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation"
        " WHERE relname = 'virtual_machines' AND mode ="
        f" '{'ShareLock' if granted else 'RowExclusiveLock'}'"
        f" AND granted = {granted}"
    )
    port = system.stack.postgres.primary_port
    return int(system.stack.postgres.execute(port, statement, database=system.name))


def counts(system: System, vcenter: Simulated) -> tuple[int, int]:
    """Return how many VMs and hosts the graph has of a vCenter."""
    found = system.query(COUNTS, id=system.vcenter(vcenter.name)["id"])
    return found["virtualMachines"]["totalCount"], found["hosts"]["totalCount"]


def test_a_killed_agent_leaves_no_trace_in_the_middle_of_reading_and_another_finishes(
    system: System, large: Simulated, control: SimulatorClient
) -> None:
    system.sync(large.name)
    vms, hosts = counts(system, large)
    added = [control.change(large.name, "add") for _ in range(3)]
    control.switch_on(large.name, "slow", seconds=0.5)

    with rows_written(system) as written:
        run_id = system.request(large.name)
        system.until(lambda: system.run(run_id).get("objectsRead", 0) > 0, "it is reading")
        system.kill("agent")
    assert written == {}
    assert counts(system, large) == (vms, hosts)

    control.clear(large.name)
    system.start_agent()
    run = system.ended(run_id)

    assert (run["state"], run["attempt"]) == ("SUCCEEDED", 2)
    assert counts(system, large) == (vms + len(added), hosts)


def test_a_killed_agent_leaves_no_trace_in_the_middle_of_writing_and_another_finishes(
    system: System, large: Simulated, control: SimulatorClient
) -> None:
    system.sync(large.name)
    vms, hosts = counts(system, large)
    added = [control.change(large.name, "add") for _ in range(3)]

    with rows_written(system) as written:
        with merges_blocked(system):
            run_id = system.request(large.name)
            system.until(lambda: _locks(system, granted=False) > 0, "a merge waits for the lock")
            system.kill("agent")
        system.until(lambda: _locks(system, granted=False) == 0, "the merge is rolled back")
    assert written == {}
    assert counts(system, large) == (vms, hosts)

    system.start_agent()
    run = system.ended(run_id)

    assert (run["state"], run["attempt"]) == ("SUCCEEDED", 2)
    assert counts(system, large) == (vms + len(added), hosts)


@contextmanager
def frozen(agent: int) -> Iterator[None]:
    """Stop an agent and its workers in mid step (SIGSTOP), and let them go on after the block."""
    first = psutil.Process(agent)
    several = [first, *first.children(recursive=True)]
    for process in several:
        process.suspend()
    try:
        yield
    finally:
        for process in several:
            process.resume()


@pytest.mark.timeout(300)
def test_an_agent_that_was_frozen_past_its_lease_writes_nothing_when_it_goes_on(
    system: System, large: Simulated, control: SimulatorClient
) -> None:
    system.sync(large.name)
    vms, hosts = counts(system, large)
    system.stack.supervisor.stop("agent")
    agent = system.start_agent()
    added = [control.change(large.name, "add") for _ in range(3)]
    control.switch_on(large.name, "slow", seconds=0.5)
    run_id = system.request(large.name)
    system.until(lambda: system.run(run_id).get("objectsRead", 0) > 0, "it is reading")

    before = len(system.stack.supervisor.log("agent").read_text())
    try:
        with frozen(agent):
            control.clear(large.name)
            system.start_agent("second-agent", free_port())
            run = system.ended(run_id, seconds=FORGOTTEN_SECONDS)
        log = system.stack.supervisor.log("agent")
        with rows_written(system) as written:
            # A lost lease ends it, or before that a read whose time passed while it stood still.
            system.until(
                lambda: any(
                    '"sync failed"' in line and large.name in line
                    for line in log.read_text()[before:].splitlines()
                ),
                "the first agent gives up the run that is another's",
            )
    finally:
        system.stack.supervisor.stop("second-agent")

    assert (run["state"], run["attempt"]) == ("SUCCEEDED", 2)
    assert counts(system, large) == (vms + len(added), hosts)
    assert written == {}


def test_with_two_agents_the_death_of_one_delays_and_loses_nothing(
    system: System, control: SimulatorClient
) -> None:
    held = {vcenter.name: counts(system, vcenter) for vcenter in system.vcenters}
    for vcenter in system.vcenters:
        control.switch_on(vcenter.name, "slow", seconds=0.3)
    system.start_agent("second-agent", free_port())
    try:
        runs = [system.request(vcenter.name) for vcenter in system.vcenters]
        system.until(
            lambda: all(system.run(run).get("state") == "RUNNING" for run in runs), "all run"
        )
        system.kill("agent")
        ended = [system.ended(run) for run in runs]
    finally:
        system.stack.supervisor.stop("second-agent")
        system.start_agent()

    assert [run["state"] for run in ended] == ["SUCCEEDED"] * len(runs)
    assert {vcenter.name: counts(system, vcenter) for vcenter in system.vcenters} == held


@pytest.mark.parametrize("end", ["stop_replica", "kill_replica"])
def test_no_request_fails_when_a_replica_goes_and_comes_back(system: System, end: str) -> None:
    postgres = system.stack.postgres
    with under_queries(system) as answered:
        wait_for_answers(system, answered)
        getattr(postgres, end)(1)
        try:
            wait_for_answers(system, answered)
            time.sleep(1.5)  # past the probes that notice
            wait_for_answers(system, answered)
        finally:
            postgres.start_replica(1)
        system.until(lambda: _fit(system, postgres.replica_ports[1]), "the replica serves again")
        wait_for_answers(system, answered)


def _fit(system: System, port: int) -> bool:
    """Return whether the gateway's metrics call the server on a port fit."""
    lines = httpx.get(f"{system.url}/metrics").text.splitlines()
    own = [line for line in lines if "replica_fit" in line and f":{port}" in line]
    return any(line.endswith(" 1.0") for line in own)


def test_reads_go_on_while_the_primary_is_away_and_writes_say_so(
    system: System, small: Simulated
) -> None:
    vcenter = system.vcenter(small.name)["id"]
    mutation = "mutation($id: ID!) { syncVcenter(id: $id) { id } }"
    with under_queries(system) as answered:
        wait_for_answers(system, answered)
        system.stack.postgres.stop_primary()
        try:
            wait_for_answers(system, answered)
            refused = system.post(mutation, id=vcenter)
            ready = httpx.get(f"{system.url}/readyz")
        finally:
            system.stack.postgres.start_primary()

    assert refused["errors"][0]["extensions"]["code"] == "DATABASE_UNAVAILABLE"
    assert ready.status_code == 200
    assert system.sync(small.name)["state"] == "SUCCEEDED"


def test_reads_go_on_while_redis_is_away(system: System) -> None:
    with under_queries(system) as answered:
        wait_for_answers(system, answered)
        system.stack.valkey.stop()
        try:
            wait_for_answers(system, answered)
        finally:
            system.stack.valkey.start()
        wait_for_answers(system, answered)


def test_reads_go_on_while_rabbitmq_is_away_and_syncs_resume_by_themselves(
    system: System, large: Simulated, small: Simulated, control: SimulatorClient
) -> None:
    rabbitmq = system.stack.rabbitmq
    control.switch_on(large.name, "slow", seconds=0.3)
    under_way = system.request(large.name)
    system.until(lambda: system.run(under_way).get("state") == "RUNNING", "a sync is under way")

    with under_queries(system) as answered:
        wait_for_answers(system, answered)
        rabbitmq.stop()
        try:
            wait_for_answers(system, answered)
            asked_meanwhile = system.request(small.name)
            first = system.ended(under_way)
            second = system.run(asked_meanwhile)
        finally:
            rabbitmq.restart()
            rabbitmq.wait()

    assert first["state"] == "SUCCEEDED"
    assert second["state"] == "QUEUED"
    assert system.ended(asked_meanwhile)["state"] == "SUCCEEDED"
