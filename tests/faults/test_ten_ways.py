"""Many vCenters, some of which fail in ten ways: the others do not notice.

Fifty of a thousand take minutes: `make test ARGS="-m long"`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, update

from models.commands.transaction import Primary, transaction
from models.db.settings import DatabaseSettings
from models.enums import RequestClass
from models.sync_run import SyncRun
from models.vcenter import VCenter
from models.virtual_machine import VirtualMachine
from runtime.secrets import seal
from sync_agent.collector.settings import CollectorSettings
from sync_agent.vcenter_source import vcenter_source
from tests.support.bench import PUBLIC, SETTINGS, Bench, open_bench
from tests.support.registry import new_vcenter
from vminer.simulator.background import simulated
from vminer.simulator.certificates import Authority
from vminer.simulator.simulation import Listening, Simulation
from vminer.simulator.vcenter import SimulatedVCenter
from vminer.stack.stack import Stack

COUNT, MACHINES, ATTEMPTS = 30, 20, 2
SCAN_SECONDS, READ_SECONDS, LOGOUT_SECONDS = 15.0, 3.0, 2.0
SPARE_SECONDS = 5.0  # a busy machine
COLLECTOR = CollectorSettings(
    collector_connect_timeout_seconds=READ_SECONDS,
    collector_read_timeout_seconds=READ_SECONDS,
    collector_logout_timeout_seconds=LOGOUT_SECONDS,
)
AGENT = SETTINGS.model_copy(
    update={
        "agent_concurrency": 8,
        "agent_lease_seconds": 30,
        "agent_lease_renew_seconds": 10,
        "agent_max_attempts": ATTEMPTS,
        "agent_scan_timeout_seconds": SCAN_SECONDS,
        "agent_shutdown_seconds": 5,
    }
)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to fail, and what is to be said of it."""

    switch_on: Callable[[SimulatedVCenter], object]
    state: str
    code: str
    says: str


def trouble(kind: str, **where: object) -> Callable[[SimulatedVCenter], object]:
    return lambda vcenter: vcenter.switch_on(kind, **where)


LONG = pytest.mark.timeout(1800)
UNANSWERED, UNTRUSTED = "never answers a login", "untrusted certificate"
WAYS = {
    "wrong password": Way(
        trouble("wrong_password"), "FAILED", "INVALID_CREDENTIALS", "refused the user name"
    ),
    "an ESXi host": Way(trouble("esxi"), "FAILED", "NOT_A_VCENTER", "not a vCenter Server"),
    "another vCenter": Way(
        trouble("other_instance_uuid"), "FAILED", "VCENTER_CHANGED", "Another vCenter answers"
    ),
    UNTRUSTED: Way(lambda _: None, "FAILED", "CERTIFICATE_UNTRUSTED", "is not trusted"),
    "services starting": Way(
        trouble("unavailable"), "DEAD", "VCENTER_UNREACHABLE", "answered HTTP 503"
    ),
    "hangs up": Way(trouble("hang_up"), "DEAD", "VCENTER_UNREACHABLE", "cannot be reached"),
    UNANSWERED: Way(
        trouble("hang", seconds=60), "DEAD", "VCENTER_TIMEOUT", "did not answer in time"
    ),
    "answers too slowly": Way(
        trouble("slow", seconds=READ_SECONDS * 0.7),
        "DEAD",
        "VCENTER_TIMEOUT",
        "was not read within",
    ),
    "ends the session": Way(
        trouble("session_expired", entity="VirtualMachine"),
        "DEAD",
        "SESSION_EXPIRED",
        "ended the session",
    ),
    "cuts its answers": Way(
        trouble("truncated", entity="VirtualMachine"), "DEAD", "SCAN_INCOMPLETE", "answer"
    ),
}


@pytest.fixture
async def bench(database: DatabaseSettings, stack: Stack, engine: Primary) -> AsyncIterator[Bench]:
    async with open_bench(database, stack, engine) as opened:
        yield opened


async def register(bench: Bench, simulation: Simulation, listening: Listening) -> int:
    identity = listening.vcenter.identity
    return await new_vcenter(
        bench.engine,
        host="127.0.0.1",
        port=listening.port,
        username=identity.username,
        sealed_credentials=seal(PUBLIC, password=identity.password, host="127.0.0.1"),
        ca_certificates=simulation.ca_pem,
        instance_uuid=identity.instance_uuid,
    )


async def distrust(bench: Bench, vcenter_id: int) -> None:
    """Have the agents trust an authority that did not sign this vCenter's certificate."""
    other = await asyncio.to_thread(lambda: Authority().pem)
    async with transaction(bench.engine) as connection:
        own = update(VCenter).where(VCenter.id == vcenter_id)
        await connection.execute(own.values(ca_certificates=other))


async def machines(bench: Bench, vcenter_id: int) -> int:
    async with transaction(bench.engine) as connection:
        stored = select(func.count()).where(VirtualMachine.vcenter_id == vcenter_id)
        return int(await connection.scalar(stored) or 0)


@pytest.mark.parametrize(
    ("count", "each_way"),
    [
        pytest.param(30, 1, id="10 of 30"),
        pytest.param(1000, 5, id="50 of 1,000", marks=[pytest.mark.long, LONG]),
    ],
)
async def test_some_fail_in_ten_ways_and_the_others_all_finish(bench, subtests, count, each_way):
    source = vcenter_source(COLLECTOR, agent="test")
    names = list(WAYS) * each_way
    with simulated([MACHINES] * count, seed=31) as simulation:
        ids = [await register(bench, simulation, each) for each in simulation.listening]
        failing = list(zip(names, ids, simulation.vcenters, strict=False))
        for name, vcenter_id, vcenter in failing:
            WAYS[name].switch_on(vcenter)
            if name == UNTRUSTED:
                await distrust(bench, vcenter_id)

        async with (
            bench.worker(AGENT, owner="a", open_source=source),
            bench.worker(AGENT, owner="b", open_source=source),
            bench.scheduler(max_attempts=ATTEMPTS),
        ):
            asked = [await bench.ask(each, RequestClass.SCHEDULED) for each in ids]
            runs = {
                vcenter_id: await bench.ended(run.id, seconds=5 * count)
                for vcenter_id, run in zip(ids, asked, strict=True)
            }

        for name, vcenter_id, vcenter in failing:
            with subtests.test(name, vcenter_id=vcenter_id):
                await check(bench, WAYS[name], runs[vcenter_id])
                assert await machines(bench, vcenter_id) == 0
                if name != UNANSWERED:  # whoever never hears of its session cannot end it
                    assert len(vcenter.sessions) == 0, "it was not logged out"
        sound = ids[len(failing) :]
        assert {runs[each].state for each in sound} == {"SUCCEEDED"}
        assert {await machines(bench, each) for each in sound} == {MACHINES}
        assert not any(len(vcenter.sessions) for vcenter in simulation.vcenters[len(failing) :])


async def check(bench: Bench, way: Way, run: SyncRun) -> None:
    """It says why, in one sentence, on the run and on the vCenter, and left its place in time."""
    assert (run.state, run.error_code) == (way.state, way.code), run.error_message
    assert way.says in str(run.error_message)
    assert "\n" not in str(run.error_message)
    assert run.finished_at is not None
    assert run.started_at is not None
    held = (run.finished_at - run.started_at).total_seconds()
    assert held <= SCAN_SECONDS + LOGOUT_SECONDS + SPARE_SECONDS
    async with transaction(bench.engine) as connection:
        reason = select(VCenter.state_reason).where(VCenter.id == run.vcenter_id)
        assert await connection.scalar(reason) == run.error_message
