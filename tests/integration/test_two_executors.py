"""Documents through Strawberry's executor and through the other one: the same, to the byte.

What is asked is made from the schema (`tests.support.documents`); more examples, each time others,
are tried with `VMINER_TEST_EXAMPLES=5000`.
"""

import asyncio
import json
import logging
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_api.schema import core_schema
from loaders.budget import MOST_OBJECTS
from loaders.scope import EVERYTHING, Scope
from runtime.settings import inherited_environment
from tests.support.asked import Asked, Hole
from tests.support.covered import reachable
from tests.support.documents import FEATURES, requests
from tests.support.estate import vm_address, vm_mac, vm_name
from tests.support.found import Found
from tests.support.graph import Graph
from tests.support.literal import Block
from tests.support.sweep import sweep
from tests.support.tied import SHARED, ids_of, merged
from tests.support.two_executors import MismatchError, Reader, TwoExecutors
from tests.support.walk import Walk

pytestmark = [
    pytest.mark.timeout(3600),  # as many examples as are asked for
    # Where a resolver fails at once, graphql-core leaves the coroutines of its siblings behind.
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ASKED_FOR = inherited_environment().get("VMINER_TEST_EXAMPLES")
EXAMPLES = settings(
    max_examples=int(ASKED_FOR or 400),
    derandomize=ASKED_FOR is None,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)


SHOWN = 5
SHRINKING_SECONDS = 45
REQUIRED = frozenset({"required variable null or missing"})
WRONG = frozenset({"wrong variable"})
MALFORMED = frozenset({"malformed ID"})
PAGE = """query($c: String) { hosts(first: 2, after: $c) {
    fed: pageInfo { startCursor endCursor } nodes { name } } }"""
TOO_LARGE = """{ virtualMachine(by: {name: "alpha-web-0007"}) {
    history(first: 1001) { totalCount } } hosts(first: 1) { totalCount } }"""
SOME = (
    '{ virtualMachines(filter: {snapshots: {some: {}, none: {name: {eq: "x"}}}}) { totalCount } }'
)
MOVES = "virtualMachine(by: {name: $n}) { movedTo { wentAt formerName } history { totalCount } }"
ALONG = """{ virtualMachines(first: 7, orderBy: [{field: name, direction: DESC}]) {
    edges { cursor node { name host { name vcenter { name } } cluster { datacenter { name } } } }
    pageInfo { hasNextPage startCursor endCursor } totalCount }
  hosts(last: 3) { again: nodes { id cluster { id } } pageInfo { hasPreviousPage startCursor } }
  clusters { nodes { datacenter { name } } } }"""
"""Pages of few rows, read along with what these lead to."""
AGAIN = """{ virtualMachines(first: 9) { nodes { host { virtualMachines(first: 9) { nodes {
    host { virtualMachines(first: 9) { nodes { name } } } } } } } } }"""
"""Few rows, shown again and again."""
CASES: Sequence[tuple[Asked, int]] = (
    (Asked("query($id: ID!) { node(id: $id) { id } }", features=REQUIRED), MOST_OBJECTS),
    (Asked("query($id: ID!) { node(id: $id) { id } }", {"id": None}, None, (), REQUIRED), 9),
    (Asked("query($f: Int) { hosts(first: $f) { totalCount } }", {"f": "x"}, None, (), WRONG), 9),
    (Asked(ALONG), MOST_OBJECTS),
    (Asked(PAGE, holes=[Hole("c", ("hosts",), "endCursor")]), MOST_OBJECTS),
    (Asked('{ host(id: "x") { id } folder(id: "") { id } }', features=MALFORMED), MOST_OBJECTS),
    (Asked(SOME), MOST_OBJECTS),
    (Asked(TOO_LARGE), MOST_OBJECTS),
    (Asked('{ folder(by: {name: "vm"}) { id } vcenters { totalCount } }'), MOST_OBJECTS),
    (Asked("{ _entities(representations: [{}, 5, {id: 1}]) { __typename } }"), MOST_OBJECTS),
    (Asked("{ hosts(first: 5) { nodes { id } } vcenters { totalCount } }"), 4),
    (Asked("{ vcenters { nodes { name hosts(first: 5) { nodes { id } } } } }"), 9),
    (Asked("{ clusters { nodes { name datastores(first: 1) { edges { cursor } } } } }"), 12),
    (Asked(AGAIN), 200),
    (Asked(AGAIN), MOST_OBJECTS),
    (Asked("query($n: String) { " + MOVES + " }", {"n": "alpha-web-0007"}), MOST_OBJECTS),
    (Asked('query($f: Int) { search(text: "a", first: $f) { matched } }', {"f": None}), 9),
)
"""What chance does not bring for certain, each with how many objects it may have."""


async def found_in(graph: Graph) -> Found:
    """Return what documents can ask an estate for."""
    alpha, beta, _ = graph.vcenters
    cursors: dict[str, list[str]] = {}
    for name, field in core_schema.query_type.fields.items():  # type: ignore[union-attr]
        if "after" in field.args:
            kind = "(kind: MAC, first: 3)" if name == "duplicates" else "(first: 3)"
            document = f"{{ {name}{kind} {{ edges {{ cursor }} }} }}"
            edges = (await graph.ask(document)).data[name]["edges"]
            cursors[name] = [edge["cursor"] for edge in edges]
    feed = (await graph.ask("{ changesSince { latestCursor edges { cursor } } }")).data
    cursors["changesSince"] = [edge["cursor"] for edge in feed["changesSince"]["edges"]]
    cursors["changesSince"].append(feed["changesSince"]["latestCursor"])
    names = [SHARED, vm_address(alpha, 1), vm_mac(beta, 2), vm_name(alpha, 3), "10.0.0.0/30"]
    return Found(merged(await ids_of(graph)), names, {k: v for k, v in cursors.items() if v})


@pytest.fixture
async def executors(tied: Graph, caplog: pytest.LogCaptureFixture) -> TwoExecutors:
    """Both executors over the tied estate; what is masked is not logged a hundred times."""
    caplog.set_level(logging.CRITICAL, logger="graphql_api.error_codes")
    return TwoExecutors(tied)


def readers(graph: Graph) -> st.SearchStrategy[Reader]:
    """Return who may ask: mostly those who see everything and have enough."""
    alpha, beta, _ = graph.vcenters
    scopes = [EVERYTHING] * 5 + [
        Scope({vcenter.id: vcenter.uuid for vcenter in seen})
        for seen in ((alpha,), (alpha, beta), ())
    ]
    scopes.append(Scope({vcenter.id: vcenter.uuid for vcenter in (alpha, beta)}, among=3))
    budgets = [MOST_OBJECTS] * 6 + [40, 10, 3]
    return st.builds(Reader, st.sampled_from(scopes), st.sampled_from(budgets))


async def in_examples(
    executors: TwoExecutors, asked: st.SearchStrategy[Asked], by: st.SearchStrategy[Reader]
) -> None:
    """Compare each example on the running loop, where the engines' connections are.

    Once one differs it is made smaller for a while: what is tried later counts as alike, unless it
    was seen to differ before.
    """
    loop = asyncio.get_running_loop()
    differ: dict[str, MismatchError] = {}
    until: list[float] = []

    @EXAMPLES
    @given(asked, by)
    def example(one: Asked, reader: Reader) -> None:
        key = repr((one.text, one.variables, one.operation_name, reader))
        if key in differ:
            raise differ[key]
        if until and loop.time() > until[0]:
            return
        comparison = executors.compare_with_cursors(one, reader)
        try:
            asyncio.run_coroutine_threadsafe(comparison, loop).result()
        except MismatchError as error:
            differ[key] = error
            until.append(loop.time() + SHRINKING_SECONDS)
            raise

    await asyncio.to_thread(example)


async def sweep_with(executors: TwoExecutors, found: Found) -> None:
    """Ask for everything once; learn from the answers. Fails with the first few differences."""
    mismatches: list[str] = []
    for text, variables in sweep(Walk(core_schema, found.ids, found.identifiers)):
        try:
            outcome = await executors.compare(Asked(text, variables))
        except MismatchError as error:
            mismatches.append(str(error))
            continue
        assert outcome is not None, text
        found.learn(outcome.data)
    if mismatches:
        shown = "\n\n".join(mismatches[:SHOWN])
        pytest.fail(f"{len(mismatches)} documents differ, as\n{shown}", pytrace=False)


async def test_made_up_documents_are_answered_alike_and_ask_everything(
    tied: Graph, executors: TwoExecutors, capsys: pytest.CaptureFixture[str]
) -> None:
    found = await found_in(tied)
    wanted = reachable(core_schema)
    await sweep_with(executors, found)
    for asked, most in CASES:
        await executors.compare_with_cursors(asked, Reader(most_objects=most))
    swept = executors.tally.documents

    await in_examples(executors, requests(core_schema, found), readers(tied))

    tally = executors.tally
    with capsys.disabled():
        print(f"\n{swept} swept; {executors.report(wanted)}\n{tally.features}")
    assert wanted - tally.fields == set()
    assert FEATURES - set(tally.features) == set()
    assert tally.invalid * 50 <= tally.documents


HOSTILE_NAMES = (
    *("__init__", "__class__", "__dict__", "__getattr__", "__proto__", "_", "__", "_0", "_Entity"),
    *("class", "def", "lambda", "None", "True", "self", "import", "yield", "await", "match"),
    *("constructor", "toString", "data", "errors", "extensions", "path", "query", "mutation"),
    *(
        "fragment",
        "id",
        "key",
        "row",
        "rows",
        "loaders",
        "context",
        "info",
        "root",
        "print",
        "eval",
    ),
    *("vcenter_id", "moid", "nodes", "edges", "SELECT", "int", "dict", "str", "A" * 1000),
)
BY_NAME = """query {0}(${0}: Int = 2) {{ {0}: hosts(first: ${0}) {{ {0}: nodes {{ ...{0} }} }} }}
fragment {0} on Host {{ {0}: name ... on Node {{ {0}_: id }} vcenter {{ {0}: name }} }}"""


async def test_a_name_is_only_a_name(executors: TwoExecutors) -> None:
    for name in HOSTILE_NAMES:
        outcome = await executors.compare(Asked(BY_NAME.format(name), {}, name))

        assert outcome is not None, name
        assert outcome.errors == [], name
        hosts = outcome.data[name][name]
        assert [list(host) for host in hosts] == [[name, f"{name}_", "vcenter"]] * 2
        assert hosts[0]["vcenter"] == {name: "alpha"}


HOSTILE_TEXTS = (
    *("", " ", '"', "'", "\\", '\\"', '"""', "`", "{", "}", "{}", "{0}", "{a.__class__}", "{{x}}"),
    *("%", "%s", "%(a)s", "%%", "_", "$1", "${x}", "$v", ":v", "#", "# a\nb", "a\nb", "\r\n\t"),
    *("\n  a\n b", "__import__('os').system('x')", "'''", "\\N{DASH}", "\\u0041", "\\x00", "a\\"),
    *(
        "'; DROP TABLE hosts; --",
        "\u2028",
        "\u202e",
        "é",
        "e\u0301",
        "日本",
        "😀",
        "\ufeff",
        "\x7f",
    ),
    *(
        "\x01",
        "null",
        "true",
        "[]",
        "0",
        "1e999",
        "-",
        "*",
        "a" * 1001,
        "\0",
        "x\0y",
        "../..",
        "<b>",
    ),
)
EACH = (
    "hosts(first: 2, filter: {name: {contains: $t}, or: [{name: {in: [$t]}}, {}]}) { totalCount }",
    "host(by: {name: $t}) { id }",
    "folder(id: $t) { id }",
    "search(text: $t) { matched }",
    "virtualMachines(identifier: $t, first: 1) { nodes { id } }",
    "clusters(after: $t) { nodes { id } }",
    "changesSince(cursor: $t) { hasMore }",
    "_entities(representations: [{__typename: $t, id: $t}]) { __typename }",
)


async def test_a_text_is_only_a_text(executors: TwoExecutors) -> None:
    """As a literal, as a block and as a variable: the same, and never a fault of ours."""
    for text in HOSTILE_TEXTS:
        spelled = {json.dumps(text), json.dumps(text, ensure_ascii=False), Block(text).literal}
        for field in EACH:
            documents = [Asked(f"{{ {field.replace('$t', each)} }}") for each in spelled]
            type_ = "ID" if "(id:" in field else "String!"
            documents.append(Asked(f"query($t: {type_}) {{ {field} }}", {"t": text}))

            codes = {await _codes(executors, asked) for asked in documents}

            assert len(codes) == 1, (field, text)
            assert "INTERNAL" not in next(iter(codes)), (field, text)


async def _codes(executors: TwoExecutors, asked: Asked) -> frozenset[str]:
    outcome = await executors.compare(asked)
    assert outcome is not None, asked.text
    return outcome.codes
