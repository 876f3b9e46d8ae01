"""Variables of leaf types are coerced as graphql-core coerces them, without reading them anew."""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import OperationDefinitionNode, get_variable_values, parse
from graphql.execution.values import VariableValues

from graphql_api.plan import variables
from graphql_api.plan.shape import GivesUpError
from graphql_api.plan.variables import coerced_variables, plain_signatures
from graphql_api.schema import core_schema

PLAIN = "$id: ID!, $part: String, $state: HostConnectionState, $most: Int, $on: Boolean"
WHOLE = {"id": "a", "part": "b", "state": "connected", "most": 3, "on": True}


def operation(definitions: str) -> OperationDefinitionNode:
    """Return an operation with these variables."""
    (node,) = parse(f"query({definitions}) {{ __typename }}").definitions
    assert isinstance(node, OperationDefinitionNode)
    return node


def told(values: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what was coerced, and of what; types that are read anew are equal to no others."""
    assert isinstance(values, VariableValues)
    return values.coerced, {name: source.value for name, source in values.sources.items()}


def read(definitions: str, given: Mapping[str, Any]) -> VariableValues:
    """Coerce values for an operation."""
    node = operation(definitions)
    return coerced_variables(core_schema, node, plain_signatures(core_schema, node), given)


@pytest.mark.parametrize(
    "given",
    [
        WHOLE,
        {"id": "a"},
        {"id": "a", "part": None, "most": None},
        {"id": 7, "unknown": 1},
    ],
    ids=["all", "some", "null", "as text"],
)
def test_what_is_in_order_is_coerced_alike_without_reading_types(
    given: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    node = operation(PLAIN)
    theirs = get_variable_values(core_schema, node.variable_definitions or (), dict(given))
    signatures = plain_signatures(core_schema, node)
    monkeypatch.setattr(variables, "get_variable_values", None)

    assert told(coerced_variables(core_schema, node, signatures, given)) == told(theirs)


@pytest.mark.parametrize(
    ("definitions", "given"),
    [
        ("$first: Int = 5", {}),
        ("$first: Int! = 5", {"first": 6}),
        ("$filter: VirtualMachineFilter, $first: Int", {"filter": {"name": {"eq": "a"}}}),
        ("$ids: [ID!]!", {"ids": ["a", "b"]}),
    ],
)
def test_whatever_is_not_plain_is_coerced_alike(definitions: str, given: dict[str, Any]) -> None:
    node = operation(definitions)

    theirs = get_variable_values(core_schema, node.variable_definitions or (), given)
    assert told(read(definitions, given)) == told(theirs)


@pytest.mark.parametrize(
    "given",
    [{}, {"id": None}, {"id": "a", "most": "x"}, {"id": "a", "state": "odd"}, {"id": {}}],
    ids=["missing", "null", "no number", "no member", "no leaf"],
)
def test_what_is_wrong_is_left_to_the_other_executor(given: dict[str, Any]) -> None:
    with pytest.raises(GivesUpError, match="a variable cannot be coerced"):
        read(PLAIN, given)
