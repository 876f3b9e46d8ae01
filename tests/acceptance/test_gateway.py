"""HTTP in, JSON out: what clients send to the gateway, right and wrong."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from redis import Redis

from tests.support.browser import chromium_or_skip, open_page
from tests.support.system import System
from vminer.demo.hints import EXPLORE
from vminer.stack.ports import free_port

MODERN = "application/graphql-response+json"
NAMES = "{ virtualMachines(first: 2) { nodes { name } } }"
ANSWER = "document.querySelector('.result-window').innerText"
RUN = ".graphiql-execute-button"


@pytest.fixture
def http(system: System) -> Iterator[httpx.Client]:
    """A client of the gateway."""
    with httpx.Client(base_url=system.url, timeout=20) as client:
        yield client


@pytest.fixture
def other_gateway(system: System) -> Iterator[httpx.Client]:
    """A client of a second gateway on the same Redis and databases."""
    port = free_port()
    system.start_gateway("other-gateway", {"VMINER_API_PORT": str(port)})
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        system.until(lambda: _is_up(client), "the second gateway is ready")
        yield client
    system.stack.supervisor.stop("other-gateway")


def _is_up(client: httpx.Client, path: str = "/readyz") -> bool:
    try:
        return client.get(path).is_success
    except httpx.HTTPError:
        return False


def persisted(digest: str) -> dict[str, Any]:
    """Return the extensions of Apollo's automatic persisted queries."""
    return {"persistedQuery": {"version": 1, "sha256Hash": digest}}


def codes(answer: httpx.Response) -> list[str]:
    """Return the codes of an answer's errors."""
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


def test_a_query_is_answered_by_post_and_by_get(http: httpx.Client) -> None:
    by_post = http.post("/graphql", json={"query": NAMES})
    by_get = http.get("/graphql", params={"query": NAMES})

    assert by_post.status_code == by_get.status_code == 200
    assert by_post.json() == by_get.json()
    assert len(by_post.json()["data"]["virtualMachines"]["nodes"]) == 2
    assert by_post.headers["x-vminer-served-by"].startswith("127.0.0.1:")


def test_variables_and_the_operation_name_choose_what_is_executed(http: httpx.Client) -> None:
    document = """query One($n: Int!) { hosts(first: $n) { nodes { name } } }
        query Other { datastores(first: 1) { nodes { name } } }"""

    def ask(**more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = http.post("/graphql", json={"query": document, **more}).json()
        return answer

    assert len(ask(operationName="One", variables={"n": 3})["data"]["hosts"]["nodes"]) == 3
    assert "datastores" in ask(operationName="Other")["data"]
    assert ask()["errors"][0]["extensions"]["code"] == "OPERATION_NAME"
    assert ask(operationName="None")["errors"][0]["extensions"]["code"] == "OPERATION_NAME"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "{ virtualMachines(first: 2 { nodes { name } } }"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ virtualMachines { nodes { nam } } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "fragment A on Host { name }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ virtualMachines(first: 100000) { nodes { name } } }"}, "PAGE_SIZE"),
        ({"query": "{ virtualMachines(first: -1) { nodes { name } } }"}, "PAGE_SIZE"),
        ({"query": '{ virtualMachines(after: "x") { nodes { name } } }'}, "INVALID_CURSOR"),
        ({"query": '{ node(id: "not an id") { id } }'}, "INVALID_ID"),
        ({"query": '{ virtualMachines(identifier: {ip: "1.2.3"}) { nodes { id } } }'}, None),
        ({"extensions": persisted("0" * 64)}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"query": NAMES, "extensions": persisted("0" * 64)}, "PERSISTED_QUERY_HASH_MISMATCH"),
        ({"extensions": {"persistedQuery": {"version": 2}}}, "BAD_REQUEST"),
        ({"query": NAMES, "variables": [1]}, "BAD_REQUEST"),
        ({"query": 7}, "BAD_REQUEST"),
        ({"variables": {}}, "NO_QUERY"),
        ([{"query": NAMES}], "BAD_REQUEST"),
    ],
    ids=str,
)
def test_a_wrong_request_gets_a_sentence_and_a_code(
    http: httpx.Client, body: Any, code: str | None
) -> None:
    answer = http.post("/graphql", json=body, headers={"accept": MODERN})

    assert answer.status_code in {294, 400}
    assert answer.headers["content-type"].startswith(MODERN)
    (error, *_) = answer.json()["errors"]
    assert len(error["message"]) > 10
    assert error["extensions"]["code"]
    assert code in {None, error["extensions"]["code"]}


INVALID = "GRAPHQL_VALIDATION_FAILED"
FILTERED = "query ($f: VirtualMachineFilter) { virtualMachines(filter: $f) { nodes { id } } }"
SEARCHED = "query ($t: String!) { search(text: $t) { match } }"
NAMED = "query ($n: String!) { virtualMachine(by: {name: $n}) { id } }"
PAGED = "query ($first: Int, $last: Int, $after: String) { hosts(first: $first, last: $last,"
PAGED += " after: $after, orderBy: {field: memoryBytes}) { pageInfo { endCursor } } }"


@pytest.mark.parametrize(
    ("document", "variables", "code"),
    [
        (FILTERED, {"f": {"name": {"in": [str(n) for n in range(10_000)]}}}, "INVALID_ARGUMENT"),
        (FILTERED, {"f": {"or": [{"numCpus": {"eq": n}} for n in range(101)]}}, "INVALID_ARGUMENT"),
        (FILTERED, {"f": {"name": {"eq": "a\0b"}}}, "BAD_REQUEST"),
        (FILTERED, {"f": {"name": {"contains": "x" * 5000}}}, "INVALID_ARGUMENT"),
        (FILTERED, {"f": {"name": {"eq": "x" * 2**20}}}, "BODY_TOO_LARGE"),
        (FILTERED, {"f": {"ipAddress": {"within": "10.0.0.0/99"}}}, "INVALID_ARGUMENT"),
        (FILTERED, {"f": {"ipAddress": {"within": "everywhere"}}}, "INVALID_ARGUMENT"),
        (FILTERED, {"f": {"ipAddress": {"eq": "10.0.0"}}}, "BAD_USER_INPUT"),
        (FILTERED, {"f": {"createdAt": {"olderThanDays": -1}}}, "INVALID_ARGUMENT"),
        (FILTERED, {"f": {"createdAt": {"lt": "yesterday"}}}, "BAD_USER_INPUT"),
        (
            '{ hosts(filter: {biosUuid: {eq: "7"}}) { totalCount } }',
            {},
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (FILTERED, {"f": {"vcenterId": {"eq": "nonsense"}}}, "INVALID_ID"),
        (FILTERED, {"f": {"unheardOf": {"eq": 1}}}, "BAD_USER_INPUT"),
        (FILTERED, {"f": {"createdAt": {"gt": "0001-01-01T00:00:00+14:00"}}}, "BAD_USER_INPUT"),
        (FILTERED, {"f": {"or": [{}] * 101}}, "INVALID_ARGUMENT"),
        (FILTERED, {"f": {"or": [{}] * 2001}}, "BAD_REQUEST"),
        (SEARCHED, {"t": ""}, "INVALID_ARGUMENT"),
        (SEARCHED, {"t": "x" * 301}, "INVALID_ARGUMENT"),
        (NAMED, {"n": "x" * 2000}, "INVALID_ARGUMENT"),
        (PAGED, {"first": 1, "last": 1}, "INVALID_ARGUMENT"),
        (PAGED, {"first": 1001}, "PAGE_SIZE"),
        (PAGED, {"first": 1, "after": "x" * 100_000}, "INVALID_CURSOR"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_wrong_value_gets_a_sentence_and_a_code_and_reads_nothing(
    http: httpx.Client, document: str, variables: dict[str, Any], code: str
) -> None:
    body = {"query": document, "variables": variables}

    answer = http.post("/graphql", json=body, headers={"accept": MODERN})

    assert answer.status_code in {294, 400, 413}
    assert codes(answer) == [code]
    assert 10 < len(answer.json()["errors"][0]["message"]) < 1000


def test_a_cursor_of_another_order_is_refused(http: httpx.Client) -> None:
    def cursor(order: str) -> str:
        page = f"hosts(first: 1, orderBy: {{field: {order}}}) {{ pageInfo {{ endCursor }} }}"
        answer = http.post("/graphql", json={"query": f"{{ {page} }}"})
        return str(answer.json()["data"]["hosts"]["pageInfo"]["endCursor"])

    def page(after: str) -> httpx.Response:
        return http.post("/graphql", json={"query": PAGED, "variables": {"after": after}})

    assert "errors" not in page(cursor("memoryBytes")).json()
    assert codes(page(cursor("name"))) == ["INVALID_CURSOR"]
    assert codes(page(cursor("memoryBytes, direction: DESC"))) == ["INVALID_CURSOR"]


def test_an_ambiguous_machine_is_answered_with_those_it_may_be(http: httpx.Client) -> None:
    document = "query ($n: String!) { folder(by: {name: $n}) { id } }"
    listed = http.post("/graphql", json={"query": "{ folders { nodes { id name } } }"}).json()
    by_name: dict[str, list[str]] = {}
    for node in listed["data"]["folders"]["nodes"]:
        by_name.setdefault(node["name"], []).append(node["id"])
    (name, ids), *_ = [(name, ids) for name, ids in by_name.items() if 1 < len(ids) <= 20]

    answer = http.post("/graphql", json={"query": document, "variables": {"n": name}})

    assert codes(answer) == ["AMBIGUOUS"]
    candidates = answer.json()["errors"][0]["extensions"]["candidates"]
    assert {each["id"] for each in candidates} == set(ids)


def test_a_misspelt_field_is_answered_with_what_may_be_meant(http: httpx.Client) -> None:
    answer = http.post("/graphql", json={"query": "{ virtualMachines { nodes { powerStat } } }"})

    assert answer.status_code == 200  # to application/json, as older clients expect
    assert "Did you mean 'powerState'?" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        ("{", {"content-type": "application/json"}, 400, "BAD_REQUEST"),
        ("query=1", {"content-type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("{}", {"content-type": "application/json", "accept": "text/html"}, 406, "NOT_ACCEPTABLE"),
        ("x" * 300_000, {"content-type": "application/json"}, 413, "BODY_TOO_LARGE"),
    ],
    ids=["broken JSON", "another media type", "nothing acceptable", "too large"],
)
def test_a_malformed_http_request_gets_the_status_http_has_for_it(
    http: httpx.Client, content: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = http.post("/graphql", content=content, headers=headers)

    assert answer.status_code == status
    assert codes(answer) == [code]


def test_a_mutation_is_not_carried_out_by_get(http: httpx.Client, system: System) -> None:
    vcenter = system.vcenter(system.vcenters[2].name)["id"]
    mutation = f'mutation {{ syncVcenter(id: "{vcenter}") {{ id }} }}'

    answer = http.get("/graphql", params={"query": mutation})

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert codes(answer) == ["METHOD_NOT_ALLOWED"]


def test_a_sync_of_a_vcenter_nobody_has_is_an_error_with_a_code(
    http: httpx.Client, system: System
) -> None:
    host = system.pages("hosts", "id")[0]["id"]
    mutation = "mutation($id: ID!) { syncVcenter(id: $id) { id } }"

    of_a_host = http.post("/graphql", json={"query": mutation, "variables": {"id": host}})
    of_none = http.post("/graphql", json={"query": mutation, "variables": {"id": "dmNlbnRlcjox"}})

    assert codes(of_a_host) == ["INVALID_ID"]
    assert codes(of_none)[0] in {"INVALID_ID", "NOT_FOUND"}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ " + "virtualMachines { nodes { host { " * 8 + "name" + " } } }" * 8 + " }", "TOO_DEEP"),
        ("{ " + " ".join(f"a{i}: __typename" for i in range(31)) + " }", "TOO_MANY_ALIASES"),
        ("{ " + "__typename " * 2100 + "}", "TOO_MANY_TOKENS"),
        ("{ " + "hosts { totalCount } " * 21 + "}", "TOO_MANY_ROOT_FIELDS"),
    ],
    ids=["deep", "aliases", "tokens", "root fields"],
)
def test_a_document_beyond_a_limit_is_refused_before_anything_is_read(
    http: httpx.Client, document: str, code: str
) -> None:
    answer = http.post("/graphql", json={"query": document}, headers={"accept": MODERN})

    assert answer.status_code == 400
    assert code in codes(answer)


def test_fragments_that_spread_each_other_many_times_are_measured_at_once(
    http: httpx.Client,
) -> None:
    doubled = " ".join(
        f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} ...F{i + 1} }}" for i in range(25)
    )
    document = f"{{ ...F0 }} {doubled} fragment F25 on Query {{ __typename }}"

    answer = http.post("/graphql", json={"query": document})

    assert "TOO_MANY_FIELDS" in codes(answer)


def test_a_persisted_document_is_known_to_every_gateway_by_its_hash(
    http: httpx.Client, other_gateway: httpx.Client
) -> None:
    document = "{ vcenters(first: 3) { nodes { name version } } }"
    digest = hashlib.sha256(document.encode()).hexdigest()
    by_hash = {"extensions": persisted(digest)}

    unknown = http.post("/graphql", json=by_hash)
    registered = http.post("/graphql", json={"query": document, **by_hash})
    elsewhere = other_gateway.post("/graphql", json=by_hash)
    by_get = other_gateway.get("/graphql", params={"extensions": json.dumps(persisted(digest))})

    assert codes(unknown) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"  # Apollo's clients
    assert registered.json() == elsewhere.json() == by_get.json()
    assert len(elsewhere.json()["data"]["vcenters"]["nodes"]) == 3


def test_a_gateway_that_starts_makes_ready_what_is_known_by_hash(
    http: httpx.Client, system: System
) -> None:
    documents = [f"{{ hosts(first: {size}) {{ nodes {{ name }} }} }}" for size in (3, 4)]
    for document in documents:
        by_hash = persisted(hashlib.sha256(document.encode()).hexdigest())
        http.post("/graphql", json={"query": document, "extensions": by_hash})
    with Redis.from_url(system.stack.valkey.url) as redis:  # what is no document does no harm
        redis.set("vminer:apq:" + "e" * 64, b"\xff")
        redis.hset("vminer:apq:" + "f" * 64, "no", "text")

    port = free_port()
    system.start_gateway("fresh-gateway", {"VMINER_API_PORT": str(port)})
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            system.until(lambda: _is_up(client), "the fresh gateway is ready")
            system.until(lambda: _plans(client) >= len(documents), "documents are ready")
    finally:
        system.stack.supervisor.stop("fresh-gateway")


def _plans(client: httpx.Client) -> float:
    found = re.search(
        r'^vminer_plans{[^}]*known_by="hash"[^}]*} (\S+)', client.get("/metrics").text, re.MULTILINE
    )
    return float(found[1]) if found else 0.0


def test_a_persisted_document_is_known_to_its_gateway_while_redis_is_away(
    http: httpx.Client, system: System
) -> None:
    document = "{ clusters(first: 1) { nodes { name moid } } }"
    by_hash = {"extensions": persisted(hashlib.sha256(document.encode()).hexdigest())}
    system.stack.valkey.stop()
    try:
        registered = http.post("/graphql", json={"query": document, **by_hash})
        again = http.post("/graphql", json=by_hash)
        unknown = http.post("/graphql", json={"extensions": persisted("1" * 64)})
        ready = http.get("/readyz")
    finally:
        system.stack.valkey.start()

    assert registered.json() == again.json()
    assert "errors" not in again.json()
    assert codes(unknown) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert ready.status_code == 200
    assert ready.json()["redis"] == "away"


def test_an_invalid_document_is_not_kept_under_its_hash(http: httpx.Client) -> None:
    document = "{ nonsense }"
    by_hash = {"extensions": persisted(hashlib.sha256(document.encode()).hexdigest())}

    http.post("/graphql", json={"query": document, **by_hash})

    assert codes(http.post("/graphql", json=by_hash)) == ["PERSISTED_QUERY_NOT_FOUND"]


def test_health_readiness_and_metrics_tell_operators_how_it_is(
    http: httpx.Client, system: System
) -> None:
    http.post("/graphql", json={"query": NAMES})
    ready = http.get("/readyz").json()
    metrics = http.get("/metrics").text
    of_agents = [
        httpx.get(f"http://127.0.0.1:{system.agent_metrics_port + worker}/metrics").text
        for worker in range(2)
    ]

    assert http.get("/healthz").text == "ok"
    assert ready["ready"]
    assert len(ready["servers"]) == 1 + len(system.database.replica_urls)
    assert re.search(r'graphql_requests_total{[^}]*operation="query"[^}]*outcome="ok"', metrics)
    for name in (
        "http_server_request_duration_seconds_bucket",
        "vminer_replica_lag_seconds{",
        "vminer_replica_fit{",
        "vminer_reads_total{",
    ):
        assert name in metrics
    assert any("vminer_sync_runs_total{" in text for text in of_agents)
    assert any("vminer_sync_duration_seconds_bucket" in text for text in of_agents)


def test_a_trace_goes_from_the_request_through_the_queue_into_the_writer(
    http: httpx.Client, system: System
) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    vcenter = system.vcenters[2]
    answer = http.post(
        "/graphql",
        json={
            "query": "mutation($id: ID!) { syncVcenter(id: $id) { id } }",
            "variables": {"id": system.vcenter(vcenter.name)["id"]},
        },
        headers={"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"},
    )
    system.ended(answer.json()["data"]["syncVcenter"]["id"])
    names = {"POST /graphql", "publish sync request", "sync", "scan", "merge"}
    system.until(lambda: names <= system.spans.trace(trace_id).keys(), "the spans came")

    spans = system.spans.trace(trace_id)
    request, published, sync = (
        spans[name] for name in ("POST /graphql", "publish sync request", "sync")
    )
    assert request.parent_id == "b7ad6b7169203331"
    assert sync.parent_id == published.span_id
    assert spans["merge"].parent_id == spans["scan"].parent_id == sync.span_id
    assert {span.service for span in spans.values()} == {"vminer-api", "vminer-agent"}
    assert vcenter.password not in str(spans)


def test_graphiql_shows_machines_and_asks_no_other_host(system: System, tmp_path: Path) -> None:
    chromium = chromium_or_skip()
    address = f"{system.url}/graphiql?query={quote(EXPLORE)}"
    with open_page(address, chromium=chromium) as page:
        page.wait_until(f"document.querySelector({RUN!r})")
        page.click(RUN)
        page.wait_until(f"{ANSWER}.includes('totalCount')")
        answer = page.evaluate(ANSWER)
        picture = page.screenshot(tmp_path / "graphiql.png")

        assert page.complaints == []
        assert {urlsplit(request).hostname for request in page.requests} == {"127.0.0.1"}
    assert '"name": "' in answer
    assert '"errors"' not in answer
    assert picture.stat().st_size > 20_000


def test_the_first_query_graphiql_offers_is_answered(system: System) -> None:
    chromium = chromium_or_skip()
    with open_page(f"{system.url}/", chromium=chromium) as page:
        page.wait_until(f"document.querySelector({RUN!r})")
        page.click(RUN)
        page.wait_until(f"{ANSWER}.includes('edges')")

        assert '"errors"' not in page.evaluate(ANSWER)


def test_a_gateway_without_its_database_starts_says_so_and_serves_once_it_is_there(
    system: System,
) -> None:
    port, api = free_port(), free_port()
    away = f"postgresql://nobody@127.0.0.1:{port}/none"
    environment = {
        "VMINER_API_PORT": str(api),
        "VMINER_PRIMARY_URL": away,
        "VMINER_REPLICA_URLS": "",
    }
    system.start_gateway("no-database", environment)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{api}", timeout=20) as client:
            system.until(lambda: _is_up(client, "/healthz"), "it lives")
            ready = client.get("/readyz")
            answer = client.post("/graphql", json={"query": NAMES}, headers={"accept": MODERN})
    finally:
        system.stack.supervisor.stop("no-database")

    assert ready.status_code == 503
    assert "refused" in ready.json()["servers"]["primary"]["reason"].lower()
    assert answer.status_code == 503
    assert codes(answer) == ["NO_HEALTHY_REPLICA"]


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"VMINER_API_HOST": "0.0.0.0"}, "VMINER_API_HOST"),
        ({"VMINER_API_HOST": "vminer.example"}, "VMINER_API_HOST"),
        ({"VMINER_PRIMARY_URL": "mysql://somewhere"}, "VMINER_PRIMARY_URL"),
        ({"VMINER_MAX_DEPTH": "deep"}, "VMINER_MAX_DEPTH"),
    ],
    ids=["any address", "a name", "another database", "no number"],
)
def test_a_setting_that_cannot_be_used_is_named_at_start(
    system: System, environment: dict[str, str], named: str
) -> None:
    ended = system.cli("serve", environment=environment)

    assert ended.returncode == 2
    assert named in ended.stderr
    assert ended.stderr.rstrip().endswith("(SETTINGS)")
