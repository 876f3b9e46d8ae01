"""Which runs a request waits for, read from its document and variables before it is executed."""

from typing import Any
from uuid import UUID

import pytest

from graphql_api.documents import Documents
from graphql_api.run_wait import waits_of
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings
from resolvers import global_id

ONE, OTHER = UUID(int=1), UUID(int=2)
IDS = {"one": global_id.encode("SyncRun", ONE), "other": global_id.encode("SyncRun", OTHER)}


def waits(text: str, name: str | None = None, **variables: Any) -> dict[UUID, float]:
    document = Documents(core_schema, GatewaySettings()).prepare(text)
    return waits_of(core_schema, document, {**IDS, **variables}, name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("query($one: ID!) { syncRun(id: $one, waitSeconds: 3) { state } }", {ONE: 3}),
        ("query($one: ID!) { syncRun(id: $one) { state } }", {}),
        ("query($one: ID!) { syncRun(id: $one, waitSeconds: 0) { state } }", {}),
        ("query($one: ID!) { syncRun(id: $one, waitSeconds: -1) { state } }", {}),
        (
            "query($one: ID!, $s: Float = 7) { syncRun(id: $one, waitSeconds: $s) { state } }",
            {ONE: 7},
        ),
        (
            """query($one: ID!, $other: ID!) { a: syncRun(id: $one, waitSeconds: 1) { id } ...More }
            fragment More on Query { b: syncRun(id: $one, waitSeconds: 2) { id }
              ... on Query { c: syncRun(id: $other, waitSeconds: 0.5) { id } } }""",
            {ONE: 2, OTHER: 0.5},
        ),
        (
            "query($one: ID!) { syncRun(id: $one, waitSeconds: 3) @skip(if: true) { state } }",
            {},
        ),
        ('{ syncRun(id: "nonsense", waitSeconds: 3) { state } }', {}),
    ],
    ids=[
        *("seconds", "none", "zero", "negative", "a default", "fragments and aliases", "skipped"),
        "no ID of ours",
    ],
)
def test_a_request_waits_for_what_its_root_fields_say(
    text: str, expected: dict[UUID, float]
) -> None:
    assert waits(text) == expected


def test_only_the_operation_that_is_executed_is_waited_for() -> None:
    text = """query A($one: ID!) { syncRun(id: $one, waitSeconds: 3) { state } }
        query B($one: ID!) { syncRun(id: $one) { state } }"""

    assert (waits(text, "A"), waits(text, "B")) == ({ONE: 3}, {})


def test_variables_that_do_not_fit_wait_for_nothing() -> None:
    text = "query($one: ID!, $s: Float) { syncRun(id: $one, waitSeconds: $s) { state } }"

    assert waits(text, s="soon") == {}
