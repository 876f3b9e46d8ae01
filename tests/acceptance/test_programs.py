"""What scripts do with the gateway: sync, wait, read."""

import json
import time
from typing import Any

import httpx
import pytest

from tests.support.system import System
from vminer.stack.ports import free_port

MODERN = "application/graphql-response+json"
SYNC = "mutation($id: ID!) { syncVcenter(id: $id) { id } }"
WAIT = """query($id: ID!, $seconds: Float) { syncRun(id: $id, waitSeconds: $seconds) {
  state epochs { type tier epoch } vcenter { id collections { type tier epoch } } } }"""
READ = "{ virtualMachines(first: 1) { nodes { name } } }"


@pytest.fixture(scope="module")
def vcenter_id(system: System) -> str:
    found: str = system.vcenter(system.vcenters[2].name)["id"]
    return found


def ask(system: System, query: str, **more: Any) -> httpx.Response:
    body = {"query": query, **more}
    return httpx.post(f"{system.url}/graphql", json=body, headers={"accept": MODERN}, timeout=40)


def codes(answer: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


def test_a_script_syncs_waits_and_reads_what_the_sync_left(system: System, vcenter_id: str) -> None:
    run = system.query(SYNC, id=vcenter_id)["syncVcenter"]["id"]

    ended = system.query(WAIT, id=run, seconds=20)["syncRun"]
    wanted = [{"vcenter": ended["vcenter"]["id"], **each} for each in ended["epochs"]]
    answers = [ask(system, READ, extensions={"minEpoch": wanted}) for _ in range(4)]

    assert ended["state"] == "SUCCEEDED"
    assert all(each in ended["vcenter"]["collections"] for each in ended["epochs"])
    assert {each["type"] for each in ended["epochs"]} > {"VirtualMachine", "Host"}
    assert [answer.status_code for answer in answers] == [200] * 4
    assert answers[0].json()["data"]["virtualMachines"]["nodes"]


def test_a_get_asks_for_an_epoch_too(system: System, vcenter_id: str) -> None:
    wanted = [{"vcenter": vcenter_id, "type": "VirtualMachine", "tier": "LIGHT", "epoch": 1}]
    parameters = {"query": READ, "extensions": json.dumps({"minEpoch": wanted})}

    answer = httpx.get(f"{system.url}/graphql", params=parameters, timeout=20)

    assert len(answer.json()["data"]["virtualMachines"]["nodes"]) == 1


def test_an_epoch_that_nobody_has_is_waited_for_and_then_an_error_with_a_code(
    system: System, vcenter_id: str
) -> None:
    wanted = [{"vcenter": vcenter_id, "type": "VirtualMachine", "epoch": 2**40}]

    began = time.monotonic()
    answer = ask(system, READ, extensions={"minEpoch": wanted})

    assert (answer.status_code, codes(answer)) == (503, ["EPOCH_NOT_REACHED"])
    assert time.monotonic() - began >= 2


def test_a_misshapen_epoch_is_refused(system: System, vcenter_id: str) -> None:
    toaster = [{"vcenter": vcenter_id, "type": "Toaster", "epoch": 1}]

    answer = ask(system, READ, extensions={"minEpoch": toaster})

    assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])


def test_a_wait_of_less_than_nothing_is_refused(system: System, vcenter_id: str) -> None:
    run = system.query(SYNC, id=vcenter_id)["syncVcenter"]["id"]

    answer = ask(system, WAIT, variables={"id": run, "seconds": -1})

    assert codes(answer) == ["INVALID_ARGUMENT"]
    assert system.ended(run)["state"] == "SUCCEEDED"


def test_a_page_of_a_named_origin_may_use_the_graph(system: System) -> None:
    port, portal = free_port(), "https://portal.example"
    environment = {"VMINER_API_PORT": str(port), "VMINER_CORS_ORIGINS": portal}
    system.start_gateway("cross-origin", environment)
    asked = {"origin": portal, "access-control-request-method": "POST"}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            system.until(lambda: _is_up(client), "the gateway is ready")
            preflight = client.options("/graphql", headers=asked)
            answer = client.post("/graphql", json={"query": READ}, headers={"origin": portal})
    finally:
        system.stack.supervisor.stop("cross-origin")

    assert preflight.headers["access-control-allow-origin"] == portal
    assert answer.headers["access-control-allow-origin"] == portal
    assert answer.json()["data"]


def test_other_pages_may_not(system: System) -> None:
    asked = {"origin": "https://portal.example", "access-control-request-method": "POST"}

    preflight = httpx.options(f"{system.url}/graphql", headers=asked)

    assert preflight.status_code == 405
    assert "access-control-allow-origin" not in preflight.headers


def _is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx.HTTPError:
        return False
