"""What docs/guide.md and README.md say of the graph is what the graph does."""

import ast
import hashlib
import inspect
import re
from functools import cache
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_scalar_type,
    is_specified_scalar_type,
)

from graphql_api.documents import Documents
from graphql_api.execution import Answer
from graphql_api.min_epoch import MOST_EPOCHS, read_min_epoch
from graphql_api.request import MOST_CONTAINERS
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings
from resolvers.connection import MOST
from resolvers.federation import MOST_REPRESENTATIONS
from resolvers.filter import LONGEST_TEXT, MOST_VALUES
from resolvers.filter_inputs import OPERATORS
from resolvers.query import MOST_IDS
from runtime import errors
from tests.support import source
from tests.support.pages import GUIDE, README, blocks, codes, commands, table

PAGES = pytest.mark.parametrize("page", [GUIDE, README], ids=lambda page: page.name)
CODE = re.compile(r"[A-Z][A-Z_]+")
CODEGEN = GUIDE.parents[1] / "tests" / "clients" / "apollo" / "codegen.ts"
NO_CODES = {"GET", "POST", "GRAPHQL_RESPONSE", "JSON"}

# What a request passes through, and what a sync does: the errors raised there are what clients see.
READING = (
    "graphql_api",
    "resolvers",
    "loaders",
    "models/db",
    "models/commands/sync_run.py",
    "models/commands/transaction.py",
)
SYNCING = (
    "sync_agent/collector",
    "sync_agent/writer",
    "sync_agent/lease.py",
    "sync_agent/runner.py",
    "runtime/secrets.py",
)

NEVER_ANSWERED = {
    "SUBSCRIPTION": "the schema has no subscriptions, so the document is not valid",
    "TOO_LARGE": "every excess has a code of its own",
    "SETTINGS": "ends a process that starts, or a sync",
    "QUEUE_UNAVAILABLE": "raised where a document that would sync is refused before",
}
SHOWN_ELSEWHERE = {
    "BAD_INPUT": "never raised itself, only its kinds",
    "UNAVAILABLE": "only by commands",
    "VCENTER": "only by `vminer vcenter sync --wait`",
    "ALREADY_REGISTERED": "only by `vminer vcenter add` and `import`",
    "VCENTER_BUSY": "only by `vminer vcenter remove`",
    "QUEUE_UNAVAILABLE": "the request is recorded, and the scheduler publishes it",
    "STACK": "only by the embedded stack",
    "FILE_NOT_WRITTEN": "only by `vminer export`",
}


def all_errors() -> dict[str, type[errors.VMinerError]]:
    """Return every error of ours by the name of its class."""
    classes = dict(inspect.getmembers(errors, inspect.isclass))
    return {name: cls for name, cls in classes.items() if issubclass(cls, errors.VMinerError)}


def raised_in(*places: str) -> set[str]:
    """Return the codes of our errors that are raised in some places."""
    names = source.names_raised(*places)
    return {cls.code for name, cls in all_errors().items() if name in names}


def literal_codes() -> set[str]:
    """Return the codes that stand as text in the gateway."""
    texts = (source.text_of(node) for node in source.nodes(ast.Constant, "graphql_api"))
    return {text for text in texts if text and CODE.fullmatch(text)} - NO_CODES


@cache
def refusals() -> dict[str, tuple[int, int]]:
    """Return for each code of `refuse` its status for the new media type and the plain one."""
    found: dict[str, tuple[int, int]] = {}
    for call in source.calls("refuse", "graphql_api"):
        code = source.text_of(call.args[1])
        assert code is not None, f"line {call.lineno}: the code must be a literal"
        given = call.args[2] if len(call.args) > 2 else None
        status = HTTPStatus[given.attr] if isinstance(given, ast.Attribute) else 400
        is_well_formed = source.keyword(call, "is_well_formed") is not None
        found[code] = int(status), 200 if is_well_formed else int(status)
    return found


def statuses(code: str) -> tuple[int, int]:
    """Return the statuses of an answer whose one error has this code."""
    answer = Answer(None, [{"extensions": {"code": code}}], server="", is_stale=False)
    return refusals().get(code) or (int(answer.status), 200)


def answered() -> list[str]:
    """Return the codes that the guide says answers may hold."""
    return [code for row in table(GUIDE, "Error codes") for code in codes(row[0])]


def of_runs() -> list[str]:
    """Return the codes that the guide says sync runs may hold."""
    return [code for row in table(GUIDE, "Error codes of sync runs") for code in codes(row[0])]


def roots() -> dict[str, GraphQLField]:
    """Return the fields where queries begin."""
    query = core_schema.type_map["Query"]
    assert isinstance(query, GraphQLObjectType)
    return dict(query.fields)


def bodies(page: Path) -> list[dict[str, object]]:
    """Return what the page's curl commands send: bodies, and parameters as if they were bodies."""
    found: list[dict[str, object]] = []
    for words in commands(page):
        if words[0] != "curl":
            continue
        for option, value in pairwise(words):
            if option == "-d":
                found.append(orjson.loads(value))
            elif option == "--data-urlencode":
                name, _, text = value.partition("=")
                found.append({name: text if name == "query" else orjson.loads(text)})
    return found


def sent_by(page: Path, name: str) -> list[dict[str, Any]]:
    """Return the extensions of the page's curl commands that have this one among them."""
    sent: list[Any] = [body.get("extensions") or {} for body in bodies(page)]
    return [extensions for extensions in sent if name in extensions]


def examples(page: Path) -> list[str]:
    """Return every document of a page: in blocks of its own, in curl's bodies, in Python."""
    in_python = [
        text
        for block in blocks(page, "python")
        for text in re.findall(r'"""(.*?)"""', block, flags=re.DOTALL)
    ]
    in_curl = [str(body["query"]) for body in bodies(page) if "query" in body]
    return [*blocks(page, "graphql"), *in_python, *in_curl]


def test_the_guide_names_exactly_the_codes_that_answers_hold() -> None:
    could_be = literal_codes() | raised_in(*READING)

    assert set(answered()) == could_be - set(NEVER_ANSWERED)
    assert len(answered()) == len(set(answered()))


def test_the_guide_names_exactly_the_codes_that_sync_runs_hold() -> None:
    literal = {source.text_of(call.args[0]) for call in source.calls("Failure", "models")} - {None}
    could_be = raised_in(*SYNCING) | literal | {errors.VMinerError.code}

    assert set(of_runs()) == could_be
    assert len(of_runs()) == len(set(of_runs()))


def test_every_error_of_ours_is_in_the_guide_or_has_a_reason_not_to_be() -> None:
    known = {*answered(), *of_runs(), *SHOWN_ELSEWHERE}

    assert {cls.code for cls in all_errors().values()} <= known
    assert set(SHOWN_ELSEWHERE).isdisjoint({*answered(), *of_runs()})


def test_the_guide_says_which_failures_of_a_sync_are_tried_again() -> None:
    from sync_agent.retry import STOPS

    given_up = {cls.code for cls in STOPS if issubclass(cls, errors.VMinerError)}
    rows = table(GUIDE, "Error codes of sync runs")

    assert {codes(row[0])[0] for row in rows if row[1] == "no"} == given_up


@pytest.mark.parametrize("row", table(GUIDE, "Error codes"), ids=lambda row: row[0].strip("`"))
def test_the_guide_says_with_which_status_a_code_comes(row: list[str]) -> None:
    (code,) = codes(row[0])

    assert (int(row[1]), int(row[2])) == statuses(code)


def test_the_configuration_of_codegen_is_the_one_that_is_tested() -> None:
    (shown,) = blocks(GUIDE, "ts")

    assert shown == CODEGEN.read_text()


@PAGES
def test_every_example_is_a_document_the_gateway_takes(page: Path) -> None:
    documents = Documents(core_schema, GatewaySettings())

    taken = [documents.prepare(example).text for example in examples(page)]

    assert taken == examples(page)
    assert taken


def test_the_hashes_of_persisted_queries_are_those_of_their_documents() -> None:
    known = {hashlib.sha256(example.encode()).hexdigest() for example in examples(GUIDE)}
    sent = [extensions["persistedQuery"] for extensions in sent_by(GUIDE, "persistedQuery")]

    hashes = {persisted["sha256Hash"] for persisted in sent}
    assert len(hashes) == 1
    assert hashes <= known


def test_the_epochs_that_examples_ask_for_are_understood() -> None:
    (extensions,) = sent_by(GUIDE, "minEpoch")

    assert [each.epoch for each in read_min_epoch(extensions)] == [42]


@pytest.mark.parametrize("row", table(GUIDE, "The graph"), ids=lambda row: row[0].strip("`"))
def test_the_table_of_edges_is_the_schemas(row: list[str]) -> None:
    of_type = core_schema.type_map[codes(row[0])[0]]
    assert isinstance(of_type, GraphQLObjectType)
    named = {name: get_named_type(field.type).name for name, field in of_type.fields.items()}
    types = {codes(other[0])[0] for other in table(GUIDE, "The graph")}

    plain_lists = {
        name
        for name, field in of_type.fields.items()
        if is_list_type(get_nullable_type(field.type)) and named[name] in types
    }
    to_one = {name for name, target in named.items() if target in types} - plain_lists
    to_many = {name for name, target in named.items() if target.endswith("Connection")}
    assert set(codes(row[1])) == to_one
    assert set(codes(row[2])) == to_many | plain_lists


def test_the_table_of_operators_leaves_none_out() -> None:
    operators = {
        operator
        for name, type_ in core_schema.type_map.items()
        if name in {own.__name__ for own in OPERATORS.values()} | {"PowerStateFilter"}
        for operator in type_.fields  # type: ignore[attr-defined]
    }

    named = {name for row in table(GUIDE, "Filters") for name in codes(row[1])}
    assert operators <= named


def test_the_table_of_lists_leaves_no_argument_out() -> None:
    lists = {name for name, field in roots().items() if "filter" in field.args}
    arguments = {argument for name in lists for argument in roots()[name].args}

    assert {codes(row[0])[0] for row in table(GUIDE, "Lists")} == arguments


def test_the_fields_that_are_never_null_are_those_the_guide_names() -> None:
    nodes = core_schema.type_map["InventoryObject"]
    line = next(line for line in GUIDE.read_text().splitlines() if line.startswith("- Never null:"))

    required = {
        name
        for name, field in nodes.fields.items()  # type: ignore[attr-defined]
        if isinstance(field.type, GraphQLNonNull)
    }
    assert set(codes(line)) == required


def test_the_table_of_scalars_leaves_none_out() -> None:
    own = {
        name
        for name, type_ in core_schema.type_map.items()
        if is_scalar_type(type_) and not is_specified_scalar_type(type_)
    }

    assert {name for row in table(GUIDE, "Scalars") for name in codes(row[0])} == own


def test_the_limits_are_the_settings_defaults() -> None:
    fields = {
        f"VMINER_{name.upper()}": field for name, field in GatewaySettings.model_fields.items()
    }
    rows = {codes(row[2])[0]: row for row in table(GUIDE, "Limits") if codes(row[2])}

    assert {name for name in fields if "_MAX_" in name} < set(rows)
    assert {name: row[1] for name, row in rows.items()} == {
        name: str(fields[name].default) for name in rows
    }
    assert {codes(row[3])[0] for row in table(GUIDE, "Limits")} <= set(answered())


def test_the_limits_without_a_setting_are_the_graphs_own() -> None:
    rows = [row for row in table(GUIDE, "Limits") if not codes(row[2])]

    assert [int(row[1]) for row in rows] == [
        MOST_CONTAINERS,
        MOST,
        MOST_IDS,
        MOST_REPRESENTATIONS,
        MOST_EPOCHS,
        MOST_VALUES,
        LONGEST_TEXT,
    ]
