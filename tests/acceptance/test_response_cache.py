"""The response cache over HTTP: what is served again, what makes it stale, what is never kept."""

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.simulated import Simulated
from tests.support.system import System
from vminer.simulator.client import SimulatorClient
from vminer.stack.ports import free_port

PERIOD = 0.3
CACHED = {
    "VMINER_RESPONSE_CACHE_POLL_SECONDS": str(PERIOD),
    "VMINER_RESPONSE_CACHE_ESTATE_SECONDS": "60",
}
MODERN = "application/graphql-response+json"
LIST = """query($id: ID!) { virtualMachines(first: 1000, filter: {vcenterId: {eq: $id}}) {
  nodes { moid name powerState host { name } } } }"""
ONE = "query($id: ID!) { virtualMachine(id: $id) { moid name powerState } }"
VCENTERS = "{ vcenters { nodes { id name } } }"


class Asker:
    """Asks one gateway."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=20)

    def post(
        self, document: str, headers: dict[str, str] | None = None, **variables: object
    ) -> httpx.Response:
        body = {"query": document, "variables": variables}
        return self.http.post("/graphql", json=body, headers={"accept": MODERN} | (headers or {}))

    def how(self, document: str, headers: dict[str, str] | None = None, **variables: object) -> str:
        """Return hit, miss or bypass."""
        return str(self.post(document, headers, **variables).headers["x-vminer-cache"])

    def until_hit(self, document: str, **variables: object) -> httpx.Response:
        """Ask until the answer comes from the cache: a sync may be under way."""
        for _ in range(100):
            answer = self.post(document, **variables)
            if answer.headers["x-vminer-cache"] == "hit":
                return answer
            time.sleep(0.02)
        raise AssertionError("never answered from the cache")

    def metric(self, name: str, *labels: str) -> float:
        """Return the sum of the samples of a metric that have these labels."""
        lines = self.http.get("/metrics").text.splitlines()
        found = (line for line in lines if line.startswith(name + "{"))
        return sum(
            float(line.rpartition(" ")[2]) for line in found if all(x in line for x in labels)
        )


@pytest.fixture(scope="module")
def start(system: System) -> Iterator[Callable[..., Asker]]:
    """Starts gateways with a cache."""
    names: list[str] = []
    askers: list[Asker] = []

    def started(**more: str) -> Asker:
        port = free_port()
        name = f"cached-{len(names)}"
        system.start_gateway(name, CACHED | more | {"VMINER_API_PORT": str(port)})
        names.append(name)
        asker = Asker(f"http://127.0.0.1:{port}")
        askers.append(asker)
        system.until(lambda: is_up(asker), "a gateway with a cache is ready")
        return asker

    yield started
    for asker in askers:
        asker.http.close()
    for name in names:
        system.stack.supervisor.stop(name)


@pytest.fixture(scope="module")
def cached(start: Callable[..., Asker]) -> Asker:
    return start()


@pytest.fixture
def small(system: System) -> Simulated:
    return system.vcenters[2]


def is_up(asker: Asker) -> bool:
    try:
        return asker.http.get("/readyz").is_success
    except httpx.HTTPError:
        return False


def id_of(system: System, vcenter: Simulated) -> str:
    return str(system.vcenter(vcenter.name)["id"])


def names_in(answer: httpx.Response) -> dict[str, str]:
    """Return the names of VMs by moid."""
    nodes = answer.json()["data"]["virtualMachines"]["nodes"]
    return {node["moid"]: node["name"] for node in nodes}


def test_a_hit_equals_the_answer_that_was_executed_to_the_byte(
    system: System, cached: Asker, small: Simulated
) -> None:
    vcenter = id_of(system, small)

    hit = cached.until_hit(LIST, id=vcenter)
    executed = cached.post(LIST, {"cache-control": "no-cache"}, id=vcenter)
    uncached = httpx.post(
        f"{system.url}/graphql",
        json={"query": LIST, "variables": {"id": vcenter}},
        headers={"accept": MODERN},
    )

    assert hit.content == executed.content == uncached.content
    assert executed.headers["x-vminer-cache"] == "miss"
    assert "age" not in executed.headers
    assert uncached.headers["x-vminer-cache"] == "bypass"
    for name in ("content-type", "content-length", "cache-control", "vary"):
        assert hit.headers[name] == uncached.headers[name]
    assert int(hit.headers["age"]) < 60
    assert hit.headers["x-vminer-served-by"].startswith("127.0.0.1:")


def test_persisted_queries_by_post_and_by_get_are_answered_from_the_cache(
    system: System, cached: Asker, small: Simulated
) -> None:
    vcenter, digest = id_of(system, small), hashlib.sha256(LIST.encode()).hexdigest()
    apq = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    register = {"query": LIST, "extensions": apq, "variables": {"id": vcenter}}
    expected = cached.http.post("/graphql", json=register).content
    by_id = {"documentId": f"sha256:{digest}", "variables": {"id": vcenter}}
    parameters = {"documentId": f"sha256:{digest}", "variables": json.dumps({"id": vcenter})}

    posted = [cached.http.post("/graphql", json=by_id) for _ in range(3)]
    got = [cached.http.get("/graphql", params=parameters) for _ in range(3)]

    for answers in (posted, got):
        assert [each.content for each in answers] == [expected] * 3
        assert answers[-1].headers["x-vminer-cache"] == "hit"
        assert answers[-1].headers["content-type"] == "application/json; charset=utf-8"
    modern = cached.http.get("/graphql", params=parameters, headers={"accept": MODERN})
    assert modern.headers["content-type"] == f"{MODERN}; charset=utf-8"


def test_the_answer_is_fresh_soon_after_a_sync_has_ended(
    system: System, cached: Asker, small: Simulated, control: SimulatorClient
) -> None:
    vcenter = id_of(system, small)
    moid = min(names_in(cached.until_hit(LIST, id=vcenter)))
    name = f"renamed {uuid4()}"

    control.change(small.name, "rename", moid=moid, name=name)
    system.sync(small.name)
    time.sleep(PERIOD + 1)  # the poll, and the replicas' lag

    answers = [cached.post(LIST, id=vcenter) for _ in range(10)]
    assert [names_in(answer)[moid] for answer in answers] == [name] * 10
    assert names_in(cached.until_hit(LIST, id=vcenter))[moid] == name


def test_another_vcenters_sync_leaves_an_answer_where_it_is(
    system: System, cached: Asker, small: Simulated
) -> None:
    vcenter = id_of(system, system.vcenters[1])
    before = int(cached.until_hit(LIST, id=vcenter).headers["age"])

    system.sync(small.name)
    time.sleep(PERIOD * 3)

    assert cached.how(LIST, id=vcenter) == "hit"
    assert int(cached.post(LIST, id=vcenter).headers["age"]) >= before


def test_a_registration_that_changes_is_seen(system: System, cached: Asker) -> None:
    document = "query($id: ID!) { vcenter(id: $id) { name pauseReason } }"
    vcenter = system.vcenters[1]
    asked = id_of(system, vcenter)
    cached.until_hit(document, id=asked)

    paused = system.cli("vcenter", "pause", vcenter.name, "--reason", "cache")
    try:
        assert paused.returncode == 0, paused.stderr
        time.sleep(PERIOD + 1)
        found = cached.post(document, id=asked).json()["data"]["vcenter"]
    finally:
        system.cli("vcenter", "resume", vcenter.name)

    assert found == {"name": vcenter.name, "pauseReason": "cache"}


def test_a_replica_that_lags_does_not_fill_the_cache(
    system: System, cached: Asker, small: Simulated, control: SimulatorClient
) -> None:
    vcenter = id_of(system, small)
    moid = min(names_in(cached.until_hit(LIST, id=vcenter)))
    name = f"renamed {uuid4()}"
    late = system.stack.postgres.replica_ports[0]
    system.stack.postgres.execute(late, "SELECT pg_wal_replay_pause()")
    try:
        control.change(small.name, "rename", moid=moid, name=name)
        run = system.request(small.name)
        time.sleep(0.5)
        system.until(
            lambda: (
                name
                in names_in(cached.post(LIST, {"cache-control": "no-cache"}, id=vcenter)).values()
            ),
            "another replica has it",
            seconds=30,
        )
        time.sleep(PERIOD + 0.5)
        answers = [cached.post(LIST, id=vcenter) for _ in range(20)]
    finally:
        system.stack.postgres.execute(late, "SELECT pg_wal_replay_resume()")
        system.ended(run)

    hits = [each for each in answers if each.headers["x-vminer-cache"] == "hit"]
    assert hits
    assert {names_in(each)[moid] for each in hits} == {name}


@pytest.mark.parametrize(
    ("document", "how"),
    [
        ("{ nothing }", None),
        ('{ node(id: "not an id") { id } }', "miss"),
        ("{ virtualMachines(first: 100000) { nodes { name } } }", "miss"),
        ("{ syncRuns(first: 2) { nodes { id state } } }", "bypass"),
        ("{ changesSince { latestCursor } }", "bypass"),
        ("{ __schema { queryType { name } } }", "bypass"),
        ("{ __typename }", "bypass"),
        ("{ _service { sdl } }", "bypass"),
    ],
)
def test_errors_and_what_syncs_do_not_cover_are_never_kept(
    cached: Asker, document: str, how: str | None
) -> None:
    found = [cached.post(document).headers.get("x-vminer-cache") for _ in range(3)]

    assert found[0] in {how, "miss"}
    assert set(found[1:]) == {how}


def test_a_query_that_asks_for_an_epoch_is_executed(
    system: System, cached: Asker, small: Simulated
) -> None:
    vcenter = id_of(system, small)
    cached.until_hit(LIST, id=vcenter)
    wanted = [{"vcenter": vcenter, "type": "VirtualMachine", "epoch": 1}]
    body = {"query": LIST, "variables": {"id": vcenter}, "extensions": {"minEpoch": wanted}}

    found = [cached.http.post("/graphql", json=body).headers["x-vminer-cache"] for _ in range(2)]

    assert found == ["bypass"] * 2


def test_a_trace_that_goes_on_here_has_its_span_though_the_answer_was_kept(
    system: System, cached: Asker, small: Simulated
) -> None:
    vcenter, trace = id_of(system, small), uuid4().hex
    cached.until_hit(LIST, id=vcenter)

    traced = cached.post(LIST, {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}, id=vcenter)

    assert traced.headers["x-vminer-cache"] == "hit"
    system.until(
        lambda: any(each.trace_id == trace for each in system.spans.spans), "its span came", 20
    )


def test_hits_count_as_any_other_request(system: System, cached: Asker, small: Simulated) -> None:
    vcenter = id_of(system, small)
    cached.until_hit(LIST, id=vcenter)
    names = {
        "vminer_graphql_requests_total": ('outcome="ok"', 'operation="query"'),
        "vminer_response_cache_requests_total": ('outcome="hit"', 'floor="process"'),
        "http_server_request_duration_seconds_count": ('otel_scope_name="vminer"', '"200"'),
    }
    before = {name: cached.metric(name, *labels) for name, labels in names.items()}

    assert [cached.how(LIST, id=vcenter) for _ in range(5)] == ["hit"] * 5

    for name, labels in names.items():
        assert cached.metric(name, *labels) >= before[name] + 5, name
    assert cached.metric("vminer_response_cache_bytes") > 0
    assert cached.metric("vminer_response_cache_entries") > 0
    text = cached.http.get("/metrics").text
    assert (
        len(re.findall(r"^# TYPE http_server_request_duration_seconds ", text, re.MULTILINE)) == 1
    )


def create(system: System, *options: str) -> tuple[str, dict[str, str]]:
    """Make a key; return it and the headers that show it."""
    ended = system.cli("keys", "create", "cached", *options)
    assert ended.returncode == 0, ended.stderr
    token = ended.stdout.strip()
    return token, {"authorization": f"Bearer {token}"}


def test_a_revoked_key_is_not_served_though_its_answer_is_kept(
    system: System, start: Callable[..., Asker], small: Simulated
) -> None:
    keyed = start(VMINER_API_KEY_REQUIRED="true", VMINER_API_KEYS_REFRESH_SECONDS="0.2")
    vcenter = id_of(system, small)
    token, own = create(system, "--all-vcenters")
    _, other = create(system, "--all-vcenters")
    _, narrow = create(system, "--vcenter", small.name)
    for headers in (own, other, narrow):
        known = lambda h=headers: keyed.post(VCENTERS, h).is_success  # noqa: E731
        system.until(known, "the key is known", 10)

    keyed.post(LIST, own, id=vcenter)
    assert keyed.how(LIST, own, id=vcenter) == "hit"
    assert keyed.how(LIST, other, id=vcenter) == "hit", "callers of one scope share"
    assert keyed.how(LIST, narrow, id=vcenter) == "miss", "those of another do not"
    assert keyed.how(VCENTERS, narrow) == "hit"
    seen = {
        node["name"] for node in keyed.post(VCENTERS, narrow).json()["data"]["vcenters"]["nodes"]
    }
    assert seen == {small.name}
    used = keyed.metric("vminer_api_key_requests_total")
    assert keyed.how(LIST, own, id=vcenter) == "hit"
    assert keyed.metric("vminer_api_key_requests_total") == used + 1

    assert system.cli("keys", "revoke", token).returncode == 0
    system.until(
        lambda: keyed.post(LIST, own, id=vcenter).status_code == 401, "the key is refused", 10
    )

    assert keyed.post(LIST, id=vcenter).status_code == 401
    assert keyed.how(LIST, other, id=vcenter) == "hit"


def dear(start: Callable[..., Asker]) -> Asker:
    """Start a gateway that shares every answer."""
    return start(VMINER_RESPONSE_CACHE_SHARED_MS="0.001")


def test_instances_share_dear_answers_through_redis(
    system: System, start: Callable[..., Asker], small: Simulated
) -> None:
    one, other, vcenter = dear(start), dear(start), id_of(system, small)

    first = one.until_hit(LIST, id=vcenter)
    shared = other.post(LIST, id=vcenter)

    assert shared.headers["x-vminer-cache"] == "hit"
    assert shared.content == first.content
    assert other.metric("vminer_response_cache_requests_total", 'floor="redis"', '"hit"') == 1

    system.sync(small.name)
    time.sleep(PERIOD + 1)
    assert other.how(LIST, id=vcenter) == "miss"


def test_redis_away_or_frozen_fails_no_request(
    system: System, start: Callable[..., Asker], small: Simulated
) -> None:
    asker, vcenter = dear(start), id_of(system, small)
    valkey = system.stack.valkey

    def all_answered() -> list[float]:
        """Ask for answers that nobody has kept; return how long each took."""
        took = []
        for number in range(20):
            began = time.monotonic()
            document = f"query($id: ID!) {{ v{uuid4().hex}: vcenter(id: $id) {{ name }} }}"
            answer: Any = asker.post(document, id=vcenter).json()
            took.append(time.monotonic() - began)
            assert "errors" not in answer, number
        return took

    valkey.stop()
    try:
        away = all_answered()
    finally:
        valkey.start()
    time.sleep(5.1)
    system.stack.freeze("valkey")
    try:
        frozen = all_answered()
    finally:
        system.stack.thaw("valkey")

    for took in (away, frozen):
        assert sorted(took)[len(took) // 2] < 0.25
        assert max(took) < 2
