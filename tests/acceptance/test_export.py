"""Exports of a synced estate: over HTTP as clients ask, and by an operator's commands."""

import csv
import hashlib
import io
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import orjson
import pytest
from openpyxl import load_workbook

from runtime.settings import inherited_environment
from tests.support.system import System
from vminer.rvtools.tabs import TABS
from vminer.stack.ports import free_port

NAMES = "{ virtualMachines { nodes { name moid vcenter { name } } } }"
DIGEST = hashlib.sha256(NAMES.encode()).hexdigest()
PERSISTED = {"persistedQuery": {"version": 1, "sha256Hash": DIGEST}}
VARIABLE = "query($n: Int!) { hosts(first: $n) { nodes { name } } }"
EMPTY = '{ virtualMachines(identifier: "") { nodes { name } } }'
NOBODYS = f"sha256:{'0' * 64}"
POWERED = """query($s: PowerState!) { virtualMachines(filter: {powerState: {eq: $s}}) {
    nodes { name disks { label } } } }"""
DISKS = """{ virtualMachines { nodes { name disks { label } networkAdapters { label }
    snapshots { name } } } }"""


@pytest.fixture
def http(system: System) -> Iterator[httpx.Client]:
    """A client of the gateway."""
    with httpx.Client(base_url=system.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def keyed(system: System) -> Iterator[str]:
    """A gateway that asks for keys."""
    port = free_port()
    environment = {
        "VMINER_API_PORT": str(port),
        "VMINER_API_KEY_REQUIRED": "true",
        "VMINER_API_KEYS_REFRESH_SECONDS": "0.2",
    }
    system.start_gateway("exports-with-keys", environment)
    url = f"http://127.0.0.1:{port}"
    system.until(lambda: _status(f"{url}/readyz") == 200, "the gateway with keys is ready")
    yield url
    system.stack.supervisor.stop("exports-with-keys")


def _status(url: str, token: str = "") -> int:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    try:
        return httpx.get(url, timeout=20, headers=headers).status_code
    except httpx.HTTPError:
        return 0


def code(answer: httpx.Response) -> str:
    (error,) = answer.json()["errors"]
    found: str = error["extensions"]["code"]
    return found


def test_a_document_that_is_known_by_its_hash_is_exported_by_get(
    system: System, http: httpx.Client
) -> None:
    unknown = http.get("/export/csv", params={"documentId": NOBODYS})
    http.post("/graphql", json={"query": NAMES, "extensions": PERSISTED}).raise_for_status()
    by_id = http.get("/export/csv", params={"documentId": f"sha256:{DIGEST}"})
    by_extension = http.get("/export/csv", params={"extensions": orjson.dumps(PERSISTED).decode()})

    assert (unknown.status_code, code(unknown)) == (400, "PERSISTED_QUERY_NOT_FOUND")
    assert by_id.status_code == 200
    assert by_id.content == by_extension.content
    header, *rows = csv.reader(io.StringIO(by_id.text))
    assert header == ["name", "moid", "vcenter.name"]
    assert len(rows) == sum(each.vms for each in system.vcenters)
    assert by_id.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    disposition = by_id.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="virtualMachines-20')
    assert disposition.endswith('.csv"')
    assert by_id.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "body", "status", "expected"),
    [
        ("csv", {"query": "{ hosts { nodes { name } } vcenters { nodes { name } } }"}, 400, None),
        ("csv", {"query": "{ hosts { totalCount } }"}, 400, None),
        ("csv", {"query": '{ vcenter(id: "x") { name } }'}, 400, None),
        ("csv", {"query": "{ __typename }"}, 400, None),
        ("csv", {"query": '{ search(text: "a") { __typename } }'}, 400, None),
        ("csv", {"query": "{ changesSince { nodes { name } } }"}, 400, None),
        ("csv", {"query": "{ hosts { nodes { name } more: nodes { moid } } }"}, 400, None),
        ("csv", {"query": 'mutation { syncVcenter(id: "x") { id } }'}, 400, None),
        ("pdf", {"query": NAMES}, 404, "EXPORT_FORMAT"),
        ("csv?rows=name", {"query": DISKS}, 400, "EXPORT_ROWS"),
        ("csv?rows=usbDevices", {"query": DISKS}, 400, "EXPORT_ROWS"),
        ("csv?rows=disks.label", {"query": DISKS}, 400, "EXPORT_ROWS"),
        ("ndjson?rows=disks", {"query": DISKS}, 400, "EXPORT_ROWS"),
        ("csv", {"query": "{ hosts { nodes { nam } } }"}, 400, "GRAPHQL_VALIDATION_FAILED"),
        ("csv", {"query": "{ hosts { nodes { name }"}, 400, "GRAPHQL_PARSE_FAILED"),
        ("csv", {"query": NAMES, "operationName": "None"}, 400, "OPERATION_NAME"),
        ("csv", {"query": VARIABLE}, 400, "BAD_USER_INPUT"),
        ("csv", {"query": EMPTY}, 400, "INVALID_ARGUMENT"),
        ("csv", {"query": NAMES, "documentId": "nonsense"}, 400, "BAD_REQUEST"),
        ("csv", {"query": NAMES, "documentId": NOBODYS}, 400, "PERSISTED_QUERY_HASH_MISMATCH"),
        ("csv", {}, 400, "NO_QUERY"),
        ("csv", [], 400, "BAD_REQUEST"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_exported_is_answered_with_a_sentence_and_a_code(
    http: httpx.Client, path: str, body: Any, status: int, expected: str | None
) -> None:
    answer = http.post(f"/export/{path}", json=body)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert code(answer) == (expected or "EXPORT_NEEDS_ONE_LIST")
    assert len(answer.json()["errors"][0]["message"]) > 10


def test_other_methods_and_media_types_are_refused_as_everywhere(http: httpx.Client) -> None:
    put = http.put("/export/csv", json={"query": NAMES})
    text = http.post("/export/csv", content=NAMES, headers={"content-type": "text/plain"})

    assert (put.status_code, put.headers["allow"]) == (405, "GET, POST")
    assert (text.status_code, code(text)) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_key_exports_its_vcenters_until_it_is_revoked(system: System, keyed: str) -> None:
    name = system.vcenters[2].name
    made = system.cli("keys", "create", "nightly-export", "--vcenter", name)
    token, url = made.stdout.strip(), f"{keyed}/export/ndjson"
    headers = {"authorization": f"Bearer {token}"}
    system.until(
        lambda: httpx.post(url, json={"query": NAMES}, headers=headers).status_code == 200,
        "the key is known",
        10,
    )

    lines = httpx.post(url, json={"query": NAMES}, headers=headers).text.splitlines()
    without = httpx.post(url, json={"query": NAMES})
    system.cli("keys", "revoke", token)
    system.until(
        lambda: httpx.post(url, json={"query": NAMES}, headers=headers).status_code == 401,
        "it holds no longer",
        10,
    )

    assert {orjson.loads(line)["vcenter"]["name"] for line in lines} == {name}
    assert len(lines) == system.vcenters[2].vms
    assert (without.status_code, code(without)) == (401, "UNAUTHENTICATED")


def test_the_workbook_has_rvtools_sheets_with_the_estates_rows(
    system: System, tmp_path: Path
) -> None:
    path = tmp_path / "estate.xlsx"

    ended = system.cli("export", "rvtools", "-o", str(path))

    assert ended.returncode == 0, ended.stderr
    assert list(tmp_path.iterdir()) == [path]
    book = load_workbook(path, read_only=True)
    assert book.sheetnames == [tab.name for tab in TABS]
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    nodes = system.pages("virtualMachines", DISKS.partition("nodes")[2].strip(" {}\n") + " }")
    expected = {
        "vInfo": len(nodes),
        "vDisk": sum(len(node["disks"] or ()) for node in nodes),
        "vNetwork": sum(len(node["networkAdapters"] or ()) for node in nodes),
        "vSnapshot": sum(len(node["snapshots"] or ()) for node in nodes),
        "vHost": len(system.pages("hosts", "moid")),
        "vDatastore": len(system.pages("datastores", "moid")),
        "vSource": len(system.vcenters),
    }
    assert {name: len(sheets[name]) - 1 for name in expected} == expected
    for tab in TABS:
        header = [cell for cell in sheets[tab.name][0] if cell is not None]
        assert [each for each in header if each in tab.headers] == tab.headers, tab.name
    first = dict(zip(*sheets["vInfo"][:2], strict=True))
    document = """query($moid: ID!, $name: String!) { virtualMachines(
        filter: {moid: {eq: $moid}, name: {eq: $name}}) {
        nodes { memoryBytes numCpus powerState createdAt vcenter { host } } } }"""
    found = system.query(document, moid=first["VM ID"], name=first["VM"])
    (machine,) = found["virtualMachines"]["nodes"]
    assert first["Memory"] == machine["memoryBytes"] // 2**20
    assert first["CPUs"] == machine["numCpus"]
    assert first["Powerstate"] == machine["powerState"]
    assert first["Creation date"] == datetime.fromisoformat(machine["createdAt"]).replace(
        tzinfo=None
    )
    assert first["VI SDK Server"] == machine["vcenter"]["host"]


def test_a_workbook_of_named_vcenters_holds_no_other(system: System, tmp_path: Path) -> None:
    path, name = tmp_path / "one.xlsx", system.vcenters[2].name

    ended = system.cli("export", "rvtools", "-o", str(path), "--vcenter", name)
    missing = system.cli("export", "rvtools", "-o", str(path), "--vcenter", "none", "--force")

    assert ended.returncode == 0, ended.stderr
    sheets = load_workbook(path, read_only=True)
    assert len(list(sheets["vInfo"].iter_rows())) - 1 == system.vcenters[2].vms
    assert [row[0] for row in sheets["vSource"].iter_rows(values_only=True)] == ["Name", name]
    assert missing.returncode == 2
    assert "no vCenter is registered as none (NOT_FOUND)" in missing.stderr


def test_a_list_is_written_in_each_format_as_over_http(
    system: System, http: httpx.Client, tmp_path: Path
) -> None:
    document = tmp_path / "disks.graphql"
    document.write_text(POWERED)
    variables = tmp_path / "variables.json"
    variables.write_text('{"s": "poweredOn"}')
    given = ("-f", str(document), "-v", str(variables))

    for format_ in ("csv", "ndjson", "xlsx"):
        path = tmp_path / f"disks.{format_}"
        ended = system.cli("export", format_, *given, "-o", str(path))
        assert ended.returncode == 0, ended.stderr
        answer = http.post(
            f"/export/{format_}", json={"query": POWERED, "variables": {"s": "poweredOn"}}
        )
        if format_ == "xlsx":
            (ours, theirs) = (
                list(load_workbook(file)["virtualMachines"].iter_rows(values_only=True))
                for file in (path, io.BytesIO(answer.content))
            )
            assert ours == theirs
        else:
            assert path.read_bytes() == answer.content
        assert f"{path}: " in ended.stderr


def test_a_file_is_replaced_only_on_request_and_a_failure_leaves_none(
    system: System, tmp_path: Path
) -> None:
    document = tmp_path / "wrong.graphql"
    document.write_text("{ hosts { totalCount } }")
    kept, new = tmp_path / "kept.csv", tmp_path / "new.csv"
    kept.write_text("mine")
    away = {"VMINER_PRIMARY_URL": "postgresql://nobody@127.0.0.1:1/none", "VMINER_REPLICA_URLS": ""}

    exists = system.cli("export", "csv", "-f", str(document), "-o", str(kept))
    wrong = system.cli("export", "csv", "-f", str(document), "-o", str(new))
    forced = system.cli("export", "csv", "-f", str(document), "-o", str(kept), "--force")
    unreachable = system.cli("export", "rvtools", "-o", str(new), environment=away)
    nowhere = system.cli("export", "rvtools", "-o", str(tmp_path / "none" / "x.xlsx"))

    assert (exists.returncode, wrong.returncode, forced.returncode) == (2, 2, 2)
    assert "--force replaces it" in exists.stderr
    assert "exactly one list" in wrong.stderr
    assert unreachable.returncode == 1
    assert "no database server can be read" in unreachable.stderr
    assert "could not be written: No such file" in nowhere.stderr
    assert kept.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.csv", "wrong.graphql"]


def test_a_full_disk_is_said_and_leaves_no_file(system: System, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    document = tmp_path / "names.graphql"
    document.write_text(NAMES)
    real = Path.open

    def full(self: Path, *arguments: Any, **named: Any) -> Any:
        target = Path("/dev/full") if self.name == "names.csv" else self
        return real(target, *arguments, **named)

    with mock.patch.object(Path, "open", full):
        ended = system.cli("export", "csv", "-f", str(document), "-o", str(tmp_path / "names.csv"))

    assert ended.returncode == 2
    assert "No space left on device (FILE_NOT_WRITTEN)" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["names.graphql"]


def test_a_bar_is_shown_on_a_terminal_and_nowhere_else(system: System, tmp_path: Path) -> None:
    document = tmp_path / "names.graphql"
    document.write_text("{ datastores { nodes { name } } }")
    arguments = [sys.executable, "-m", "vminer", "export", "csv", "-f", str(document)]
    environment = inherited_environment() | system.stack.environment() | system._own

    def run(error: int, name: str) -> None:
        subprocess.run(
            [*arguments, "-o", str(tmp_path / name)], env=environment, stderr=error, check=True
        )

    ours, theirs = pty.openpty()
    run(theirs, "shown.csv")
    shown = os.read(ours, 100_000).decode()
    with (tmp_path / "log").open("wb") as log:
        run(log.fileno(), "silent.csv")

    assert f"{len(system.vcenters)}/{len(system.vcenters)}" in shown
    assert "vCenters" in shown
    silent = (tmp_path / "log").read_text()
    assert silent.startswith(str(tmp_path / "silent.csv")), silent
    assert silent.count("\n") == 1
    os.close(ours)
    os.close(theirs)
