"""`vminer vcenter runs|replay|set` and the mutation: failed runs, seen and asked for again."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select, update

from models.commands import sync_run
from models.commands.sync_run import Claim, Failure
from models.commands.transaction import transaction
from models.db.engines import primary_engine
from models.enums import SyncRunState, VCenterState
from models.sync_run import SyncRun
from models.vcenter import VCenter
from tests.support.outbox import Outbox
from tests.support.simulated import Simulated
from tests.support.system import Ended, System
from vminer.simulator.client import SimulatorClient

REPLAY = "mutation($id: ID!) { replaySyncRun(id: $id) { id state requestClass requestedBy } }"
RUNS = """query($id: ID!) { vcenter(id: $id) {
  syncRuns(first: 1) { nodes { id state attempt errorCode requestClass } } } }"""
CIRCUIT = """query($id: ID!) { vcenter(id: $id) {
  failuresInARow circuitOpenUntil intervalSeconds heavyIntervalSeconds guestIntervalSeconds
  scanTimeoutSeconds } }"""
GONE = Failure("VCENTER_TIMEOUT", "It did not answer in time.", VCenterState.UNREACHABLE, True)


@pytest.fixture
def known(system: System) -> Simulated:
    """The vCenter with 40 VMs."""
    return system.vcenters[2]


@pytest.fixture
def control(system: System, known: Simulated) -> Iterator[SimulatorClient]:
    """The simulators' control; whatever a test switched on is off afterwards."""
    with SimulatorClient(system.control_url) as client:
        yield client
        client.clear(known.name)


@pytest.fixture
def dead(system: System, known: Simulated) -> UUID:
    """A run of the vCenter that was given up."""

    async def make() -> UUID:
        engine = primary_engine(system.database)
        try:
            async with transaction(engine) as connection:
                number = await connection.scalar(
                    select(VCenter.id).where(VCenter.name == known.name)
                )
            run = await sync_run.request_sync(
                engine,
                Outbox(is_away=True),  # type: ignore[arg-type]
                number,
                requested_by="test",
            )
            claim = await sync_run.claim(engine, run.id, owner="test", lease_seconds=30)
            assert isinstance(claim, Claim)
            await sync_run.give_up(engine, claim, GONE, state=SyncRunState.DEAD)
            return run.id
        finally:
            await engine.dispose()

    return asyncio.run(make())


def listed(system: System, *words: str) -> list[dict[str, object]]:
    ended = system.cli("vcenter", "runs", *words, "--json")
    assert ended.returncode == 0, ended.stderr
    rows: list[dict[str, object]] = orjson.loads(ended.stdout)
    return rows


def code(ended: Ended) -> str:
    return ended.stderr.strip().rpartition("(")[2].rstrip(")")


def test_a_dead_run_is_listed_until_it_is_replayed(
    system: System, known: Simulated, dead: UUID
) -> None:
    before = {row["id"]: row for row in listed(system, "--dead")}
    table = system.cli("vcenter", "runs", known.name, environment={"COLUMNS": "250"})

    replayed = system.cli("vcenter", "replay", known.name)

    assert before[str(dead)]["error_code"] == "VCENTER_TIMEOUT"
    assert "It did not answer in time." in table.stdout
    assert replayed.stdout.startswith(f"{dead}: run ")
    assert str(dead) not in {row["id"] for row in listed(system, "--dead")}
    rows = {row["id"]: row for row in listed(system, known.name)}
    new = replayed.stdout.split()[2]
    assert rows[str(dead)]["replayed_as"] == new
    system.until(lambda: _state(system, known, new) == "SUCCEEDED", "the replay succeeds")


def test_a_dead_run_no_longer_matters_once_a_later_one_succeeded(
    system: System, known: Simulated, dead: UUID
) -> None:
    assert str(dead) in {row["id"] for row in listed(system, "--dead")}

    system.sync(known.name)

    assert str(dead) not in {row["id"] for row in listed(system, "--dead")}
    assert str(dead) in {row["id"] for row in listed(system, known.name)}


def test_all_dead_runs_are_replayed_at_once(system: System, known: Simulated, dead: UUID) -> None:
    first = system.cli("vcenter", "replay", "--all-dead")
    second = system.cli("vcenter", "replay", "--all-dead")

    assert str(dead) in first.stdout
    assert second.stdout == "no run is dead\n"
    new = first.stdout.split()[2]
    system.until(lambda: _state(system, known, new) == "SUCCEEDED", "the replay succeeds")


def test_the_mutation_replays_a_run_that_failed_and_no_other(
    system: System, known: Simulated, control: SimulatorClient
) -> None:
    control.switch_on(known.name, "wrong_password")
    failed = system.request(known.name)
    assert system.ended(failed)["state"] == "FAILED"
    control.clear(known.name)

    replayed = system.query(REPLAY, id=failed)["replaySyncRun"]
    ended = system.ended(replayed["id"])
    again = system.post(REPLAY, id=replayed["id"])
    unknown = system.post(REPLAY, id=system.vcenter(known.name)["id"])

    assert replayed["id"] != failed
    assert (replayed["requestClass"], replayed["requestedBy"]) == ("INTERACTIVE", "API")
    assert ended["state"] == "SUCCEEDED"
    assert again["errors"][0]["extensions"]["code"] == "INVALID_ARGUMENT"
    assert unknown["errors"][0]["extensions"]["code"] == "INVALID_ID"


def test_a_vcenter_shows_its_circuit_and_its_intervals(system: System, known: Simulated) -> None:
    vcenter = system.vcenter(known.name)["id"]
    pace = ["--heavy-interval", "60", "--guest-interval", "30", "--scan-timeout", "900"]
    said = system.cli("vcenter", "set", known.name, "--interval", "86400", *pace)
    system.until(
        lambda: system.query(CIRCUIT, id=vcenter)["vcenter"]["heavyIntervalSeconds"] == 60,
        "the replica shows it",
    )
    asyncio.run(_open_circuit(system, known))
    table = system.cli("vcenter", "list", environment={"COLUMNS": "250"})
    system.until(
        lambda: bool(system.query(CIRCUIT, id=vcenter)["vcenter"]["circuitOpenUntil"]),
        "the replica shows it",
    )

    assert said.stdout == (
        f"{known.name}: a sync every 86400 s, all devices every: 60 s, all guests every: 30 s,"
        " a scan takes at most: 900 s\n"
    )
    assert "open until" in table.stdout
    assert system.sync(known.name)["state"] == "SUCCEEDED"
    shown = system.query(CIRCUIT, id=vcenter)["vcenter"]
    assert (shown["failuresInARow"], shown["circuitOpenUntil"]) == (0, None)
    assert (shown["guestIntervalSeconds"], shown["scanTimeoutSeconds"]) == (30, 900)
    defaults = ["--default-heavy-interval", "--default-guest-interval", "--default-scan-timeout"]
    default = system.cli("vcenter", "set", known.name, *defaults)
    assert default.stdout.count("as the agents are set") == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["replay"], "INVALID_ARGUMENT"),
        (["replay", "one", "--all-dead"], "INVALID_ARGUMENT"),
        (["replay", "nobody"], "NOT_FOUND"),
        (["set", "nobody", "--interval", "60"], "NOT_FOUND"),
        (["set", "one"], "INVALID_ARGUMENT"),
        (["set", "one", "--scan-timeout", "9", "--default-scan-timeout"], "INVALID_ARGUMENT"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_command_that_makes_no_sense_says_why(
    system: System, words: list[str], expected: str
) -> None:
    ended = system.cli("vcenter", *words)

    assert ended.returncode == 2
    assert code(ended) == expected


def _state(system: System, known: Simulated, run_id: str) -> object:
    return next(row["state"] for row in listed(system, known.name) if row["id"] == run_id)


async def _open_circuit(system: System, known: Simulated) -> None:
    engine = primary_engine(system.database)
    try:
        async with transaction(engine) as connection:
            tomorrow = sync_run.clock_plus(86_400)
            own = update(VCenter).where(VCenter.name == known.name)
            await connection.execute(own.values(failures_in_a_row=7, circuit_open_until=tomorrow))
            assert await connection.scalar(select(SyncRun.id).limit(1))
    finally:
        await engine.dispose()
