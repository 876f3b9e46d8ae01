"""API keys over HTTP: made, used, held to their vCenters and operations, revoked, expired."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from runtime.tokens import key_id_of, new_token
from tests.support.browser import chromium_or_skip, open_page
from tests.support.system import System
from vminer.stack.ports import free_port

MODERN = "application/graphql-response+json"
VCENTERS = "{ vcenters { nodes { id name } } }"
SYNC = "mutation($id: ID!) { syncVcenter(id: $id) { id requestedBy vcenter { name } } }"
APPROVE = "mutation($id: ID!) { approveMissing(vcenterId: $id) { count } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
ROOTS = ("hosts", "virtualMachines", "clusters", "datastores", "networks", "folders", "syncRuns")
REPLAY = "mutation($id: ID!) { replaySyncRun(id: $id) { id } }"
WHOLE = """{
  vcenters { totalCount nodes { name } }
  virtualMachines(first: 1000) { totalCount nodes { vcenter { name } } }
  hosts(first: 1000) { totalCount nodes { vcenter { name } cluster { vcenter { name } } } }
  syncRuns(first: 100) { nodes { vcenter { name } } }
  changesSince(first: 1000) { nodes { vcenter { name } } }
  duplicates(kind: BIOS_UUID) { nodes { objects { vcenter { name } } } }
}"""
HEADERS_TAB = "[...document.querySelectorAll('button')].find(b => b.innerText === 'Headers')"
ANSWER = "document.querySelector('.result-window').innerText"
RUN = ".graphiql-execute-button"


@pytest.fixture(scope="module")
def gateway(system: System) -> Iterator[str]:
    """A gateway that everybody may reach and that nobody may ask without a key."""
    port = free_port()
    environment = {
        "VMINER_API_HOST": "0.0.0.0",
        "VMINER_API_PORT": str(port),
        "VMINER_API_KEY_REQUIRED": "true",
        "VMINER_API_KEYS_REFRESH_SECONDS": "0.2",
    }
    system.start_gateway("with-keys", environment)
    url = f"http://127.0.0.1:{port}"
    system.until(lambda: is_up(url), "the gateway with keys is ready")
    yield url
    system.stack.supervisor.stop("with-keys")


def is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5).is_success
    except httpx.HTTPError:
        return False


def create(system: System, *options: str, name: str = "nightly") -> str:
    """Make a key as an operator does and return its token."""
    ended = system.cli("keys", "create", name, *options)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def ask(url: str, token: str | None, document: str, **variables: object) -> httpx.Response:
    headers = {"accept": MODERN} | ({"authorization": f"Bearer {token}"} if token else {})
    body = {"query": document, "variables": variables}
    return httpx.post(f"{url}/graphql", json=body, headers=headers, timeout=20)


def known(system: System, url: str, token: str) -> None:
    """Wait until a new key has reached the replicas and the gateway."""
    system.until(lambda: ask(url, token, VCENTERS).status_code == 200, "the key is known", 10)


def code(answer: httpx.Response) -> str:
    (error,) = answer.json()["errors"]
    found: str = error["extensions"]["code"]
    return found


@pytest.fixture(scope="module")
def small(system: System, gateway: str) -> str:
    """A key for the smallest vCenter that may read and sync."""
    name = system.vcenters[2].name
    token = create(system, "--vcenter", name, "--allow", "sync", name="small")
    known(system, gateway, token)
    return token


@pytest.fixture(scope="module")
def reader(system: System, gateway: str) -> str:
    """A key that may read everything."""
    token = create(system, "--all-vcenters", name="reader")
    known(system, gateway, token)
    return token


def test_a_key_lives_from_its_making_to_its_revocation(system: System, gateway: str) -> None:
    made = system.cli("keys", "create", "nightly", "--all-vcenters", "--expires", "12h")
    token = made.stdout.strip()
    known(system, gateway, token)
    key_id = str(key_id_of(token))
    listed = {key["id"]: key for key in orjson.loads(system.cli("keys", "list", "--json").stdout)}
    table = system.cli("keys", "list").stdout

    revoked = system.cli("keys", "revoke", key_id)
    system.until(lambda: ask(gateway, token, VCENTERS).status_code == 401, "it holds no longer", 10)
    again = system.cli("keys", "revoke", token)
    unknown = system.cli("keys", "revoke", "0000000000")

    assert made.stdout.count("\n") == 1, "the token alone, for scripts"
    assert token not in made.stderr
    assert listed[key_id]["state"] == "ACTIVE"
    assert (listed[key_id]["name"], listed[key_id]["vcenters"]) == ("nightly", None)
    assert key_id in table
    assert token.rpartition("_")[2] not in table + json.dumps(listed, default=str)
    assert revoked.returncode == 0
    assert code(ask(gateway, token, VCENTERS)) == "UNAUTHENTICATED"
    assert (again.returncode, again.stderr.rstrip()[-18:]) == (2, "(INVALID_ARGUMENT)")
    assert (unknown.returncode, unknown.stderr.rstrip()[-11:]) == (2, "(NOT_FOUND)")


def test_a_key_for_an_unknown_vcenter_is_not_made(system: System) -> None:
    ended = system.cli("keys", "create", "nightly", "--vcenter", "nowhere")

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "'nowhere'" in ended.stderr
    assert ended.stderr.rstrip().endswith("(NOT_FOUND)")


def test_a_key_that_expired_holds_no_longer(system: System, gateway: str) -> None:
    token = create(system, "--all-vcenters")
    known(system, gateway, token)
    port, expire = system.stack.postgres.primary_port, "UPDATE api_keys SET expires_at = now()"

    system.stack.postgres.execute(
        port, f"{expire} WHERE id = '{key_id_of(token)}'", database=system.name
    )

    system.until(lambda: ask(gateway, token, VCENTERS).status_code == 401, "it has expired", 10)


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer", "Bearer nonsense", f"Bearer {new_token().text}", "Basic dTpw"],
    ids=["none", "empty", "nonsense", "unknown", "another scheme"],
)
@pytest.mark.parametrize("accept", [MODERN, "application/json"])
def test_without_a_key_that_holds_nothing_is_answered(
    gateway: str, authorization: str | None, accept: str
) -> None:
    headers = {"accept": accept} | ({"authorization": authorization} if authorization else {})
    body = {"query": "{ __typename }"}

    answers = [
        httpx.post(f"{gateway}/graphql", json=body, headers=headers),
        httpx.get(f"{gateway}/graphql", params=body, headers=headers),
        httpx.post(f"{gateway}/graphql", content=b"not even JSON", headers=headers),
    ]

    for answer in answers:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json().keys() == {"errors"}
        assert code(answer) == "UNAUTHENTICATED"


def test_health_pages_and_schema_need_no_key(gateway: str) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/graphiql", "/schema.graphql"):
        assert httpx.get(gateway + path).status_code == 200, path


def test_a_key_that_may_read_may_not_ask_for_syncs(
    system: System, gateway: str, reader: str
) -> None:
    vcenter = system.vcenter(system.vcenters[2].name)["id"]

    for document in (SYNC, APPROVE, REPLAY):
        for accept in (MODERN, "application/json"):
            answer = httpx.post(
                f"{gateway}/graphql",
                json={"query": document, "variables": {"id": vcenter}},
                headers={"authorization": f"Bearer {reader}", "accept": accept},
            )
            assert answer.status_code == 403
            assert code(answer) == "FORBIDDEN"


def test_a_key_that_may_sync_is_remembered_by_its_name(
    system: System, gateway: str, small: str
) -> None:
    name = system.vcenters[2].name
    answer = ask(gateway, small, SYNC, id=system.vcenter(name)["id"])
    run = answer.json()["data"]["syncVcenter"]

    assert (run["requestedBy"], run["vcenter"]["name"]) == ("API:small", name)
    system.ended(run["id"])


def test_a_key_of_one_vcenter_sees_that_one_alone(system: System, gateway: str, small: str) -> None:
    own = system.vcenters[2]
    data = ask(gateway, small, WHOLE).json()["data"]

    assert data["vcenters"] == {"totalCount": 1, "nodes": [{"name": own.name}]}
    assert data["virtualMachines"]["totalCount"] == own.vms
    assert len(data["virtualMachines"]["nodes"]) == own.vms
    assert names_in(data) == {own.name}
    assert data["hosts"]["totalCount"] == len(data["hosts"]["nodes"]) > 0
    assert data["syncRuns"]["nodes"] != []


def names_in(answer: Any) -> set[str]:
    """Return the names of all vCenters in an answer."""
    if isinstance(answer, list):
        return {name for each in answer for name in names_in(each)}
    if not isinstance(answer, dict):
        return set()
    own = {answer["vcenter"]["name"]} if answer.get("vcenter") else set()
    return own.union(*(names_in(each) for each in answer.values()))


def test_what_another_vcenter_holds_is_not_there_for_a_key(
    system: System, gateway: str, small: str, reader: str
) -> None:
    other = system.vcenter(system.vcenters[0].name)["id"]
    lists = " ".join(f"{root}(first: 200) {{ nodes {{ id vcenter {{ id }} }} }}" for root in ROOTS)
    found = ask(gateway, reader, f"{{ {lists} }}").json()["data"]
    strangers = {
        root: [node["id"] for node in found[root]["nodes"] if node["vcenter"]["id"] == other]
        for root in ROOTS
    }
    ids = [other, *(id_ for some in strangers.values() for id_ in some[:60])]
    run = strangers["syncRuns"][0]

    seen = ask(gateway, small, NODES, ids=ids)
    refused = [
        ask(gateway, small, document, id=id_)
        for document, id_ in ((SYNC, other), (APPROVE, other), (REPLAY, run))
    ]

    assert all(strangers.values())
    assert seen.json()["data"]["nodes"] == [None] * len(ids)
    assert [code(answer) for answer in refused] == ["NOT_FOUND"] * 3


def test_persisted_queries_and_get_are_held_to_the_key_that_asks(
    system: System, gateway: str, small: str, reader: str
) -> None:
    document = "{ vcenters { nodes { name } } }"
    digest = hashlib.sha256(document.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}

    def get(token: str | None) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        parameters = {"extensions": json.dumps(extensions)}
        return httpx.get(f"{gateway}/graphql", params=parameters, headers=headers)

    httpx.post(
        f"{gateway}/graphql",
        json={"query": document, "extensions": extensions},
        headers={"authorization": f"Bearer {reader}"},
    )

    assert len(get(reader).json()["data"]["vcenters"]["nodes"]) == len(system.vcenters)
    assert get(small).json()["data"]["vcenters"]["nodes"] == [{"name": system.vcenters[2].name}]
    assert get(None).status_code == 401
    assert "authorization" in get(small).headers["vary"].lower()


def test_on_loopback_anybody_may_ask_and_a_key_counts_all_the_same(
    system: System, small: str
) -> None:
    without = ask(system.url, None, VCENTERS).json()["data"]["vcenters"]["nodes"]
    others = httpx.post(
        f"{system.url}/graphql", json={"query": VCENTERS}, headers={"authorization": "Basic dTpw"}
    )
    known(system, system.url, small)
    held = ask(system.url, small, VCENTERS).json()["data"]["vcenters"]["nodes"]

    assert len(without) == len(system.vcenters)
    assert others.status_code == 200
    assert [vcenter["name"] for vcenter in held] == [system.vcenters[2].name]
    assert ask(system.url, new_token().text, VCENTERS).status_code == 401


def test_metrics_tell_which_keys_are_used_and_no_secret(gateway: str, small: str) -> None:
    ask(gateway, small, VCENTERS)

    metrics = httpx.get(f"{gateway}/metrics").text

    assert f'key="{key_id_of(small)}"' in metrics
    assert small.rpartition("_")[2] not in metrics


def test_graphiql_asks_with_the_key_in_its_headers(
    system: System, gateway: str, small: str
) -> None:
    chromium = chromium_or_skip()
    with open_page(f"{gateway}/graphiql?query={VCENTERS}", chromium=chromium) as page:
        page.wait_until(f"document.querySelector({RUN!r})")
        page.click(RUN)
        page.wait_until(f"{ANSWER}.includes('UNAUTHENTICATED')")
        page.evaluate(f"{HEADERS_TAB}.click()")
        headers = json.dumps({"Authorization": f"Bearer {small}"})
        page.wait_until("document.querySelectorAll('.graphiql-editor .CodeMirror').length > 2")
        page.evaluate(
            "[...document.querySelectorAll('.graphiql-editor .CodeMirror')].at(-1)"
            f".CodeMirror.setValue({json.dumps(headers)})"
        )
        page.click(RUN)
        page.wait_until(f"{ANSWER}.includes({json.dumps(system.vcenters[2].name)})")

        assert system.vcenters[0].name not in page.evaluate(ANSWER)
        assert small not in page.url
