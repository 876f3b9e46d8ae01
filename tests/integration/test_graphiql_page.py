"""The vendored GraphiQL page in a real browser: works under a strict policy, asks nobody else."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import strawberry

import graphql_api
from tests.support.browser import Page, chromium_or_skip, open_page

pytestmark = pytest.mark.timeout(900)  # the first run installs Chromium

ASSETS = Path(graphql_api.__file__).parent / "static" / "graphiql"
README = (ASSETS / "README.md").read_text(encoding="utf-8")
MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
EDITOR = "document.querySelector('.graphiql-query-editor .CodeMirror')"
RUN = ".graphiql-execute-button"
ANSWER = "document.querySelector('.result-window').innerText"


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "nobody") -> str:
        return f"hello {name}"


SCHEMA = strawberry.Schema(Query)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        name = "index.html" if path == "/graphiql" else path.removeprefix("/graphiql/static/")
        file = ASSETS / name
        if file.parent != ASSETS or not file.is_file():
            self.answer(404, "text/plain", b"not here")
        else:
            self.answer(200, MEDIA_TYPES[file.suffix], file.read_bytes())

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        result = SCHEMA.execute_sync(
            request["query"], request.get("variables"), operation_name=request.get("operationName")
        )
        body = {"data": result.data, "errors": [error.formatted for error in result.errors or []]}
        self.answer(200, "application/graphql-response+json", json.dumps(body).encode())

    def answer(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy_of_the_readme())
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Keep quiet."""


def policy_of_the_readme() -> str:
    (policy,) = re.findall(r"^ {4}(default-src .+)$", README, re.MULTILINE)
    return str(policy)


@contextmanager
def serving(address: str = "127.0.0.1") -> Iterator[str]:
    server = ThreadingHTTPServer((address, 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{address}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def graphiql(**parameters: str) -> Iterator[Page]:
    chromium = chromium_or_skip()
    with serving() as base:
        address = f"{base}/graphiql?{urlencode(parameters)}"
        with open_page(address, chromium=chromium) as page:
            page.wait_until(f"{EDITOR} && document.querySelector({RUN!r})")
            yield page


def hosts(page: Page) -> set[str | None]:
    return {urlsplit(address).hostname for address in page.requests}


def test_vendored_files_are_the_published_ones() -> None:
    stated = re.findall(r"^\| `(\S+)` \|.*`([0-9a-f]{64})` \|$", README, re.MULTILINE)

    assert len(stated) == 4
    for name, checksum in stated:
        assert hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() == checksum, name


def test_page_names_only_files_of_its_own() -> None:
    html = (ASSETS / "index.html").read_text(encoding="utf-8")

    addresses = re.findall(r'(?:src|href)="([^"]+)"', html)

    assert all(address.startswith("/graphiql/static/") for address in addresses)
    assert all((ASSETS / Path(address).name).is_file() for address in addresses)


def test_graphiql_runs_a_query_and_asks_no_other_host(tmp_path: Path) -> None:
    with graphiql(query="{ hello }") as page:
        page.click(RUN)
        page.wait_until(f"{ANSWER}.includes('hello nobody')")

        assert page.evaluate("document.title") == "vMiner GraphiQL"
        assert page.complaints == []
        assert hosts(page) == {"127.0.0.1"}
        assert page.screenshot(tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


def test_graphiql_greets_with_a_query_for_ten_machines() -> None:
    with graphiql() as page:
        query = page.evaluate(f"{EDITOR}.CodeMirror.getValue()")

        assert "virtualMachines(first: $first)" in query
        assert "cluster" in query
        assert urlsplit(page.url).query == ""


def test_a_link_selects_its_operation_and_variables() -> None:
    query = "query A { hello }\nquery B($who: String!) { hello(name: $who) }"
    with graphiql(query=query, variables='{"who": "Bob"}', operationName="B") as page:
        page.wait_until(f"{EDITOR}.CodeMirror.operationName === 'B'")
        page.click(RUN)
        page.wait_until("document.querySelectorAll('[role=menuitem]').length === 2")
        page.click("[role=menuitem]:nth-child(2)")
        page.wait_until(f"{ANSWER}.includes('hello Bob')")

        assert page.complaints == []


def test_an_edit_is_kept_in_the_link() -> None:
    with graphiql(query="{ hello }", theme="kept") as page:
        page.evaluate(f"""{EDITOR}.CodeMirror.setValue('{{ hello(name: "Ann") }}')""")
        page.wait_until("window.location.search.includes('Ann')")

        parameters = parse_qs(urlsplit(page.url).query)
        assert parameters == {"query": ['{ hello(name: "Ann") }'], "theme": ["kept"]}


@pytest.mark.parametrize(
    ("host", "listening_on"), [("127.0.0.2", "127.0.0.2"), ("localhost", "127.0.0.1")]
)
def test_other_hosts_are_unreachable_and_reported(host: str, listening_on: str) -> None:
    chromium = chromium_or_skip()
    with serving(listening_on) as base, open_page("about:blank", chromium=chromium) as page:
        address = f"http://{host}:{urlsplit(base).port}/graphiql"
        outcome = page.evaluate(
            f"fetch('{address}', {{mode: 'no-cors'}}).then(() => 'in', () => 'out')"
        )

        assert outcome == "out"
        assert page.requests == [address]
