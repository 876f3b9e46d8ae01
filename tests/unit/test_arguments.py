"""Arguments of plans: whatever stands in a document and its variables, as Strawberry has them."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, get_argument_values, get_variable_values, parse
from graphql.execution.values import VariableValues
from strawberry.types.arguments import convert_arguments

from graphql_api.plan.arguments import arguments_of
from graphql_api.plan.shape import GivesUpError
from graphql_api.schema import core_schema, schema
from resolvers.given import DECLARATION

LISTS: list[tuple[str, str, dict[str, Any]]] = [
    ("", "", {}),
    ("", "(first: 3, after: null)", {}),
    ("$n: Int", "(first: $n)", {"n": 3}),
    ("$n: Int", "(first: $n)", {}),
    ("$n: Int = 7", "(first: $n)", {}),
    ("$n: Int", "(first: $n)", {"n": None}),
    ("", '(filter: {name: {contains: "web"}, powerState: {in: poweredOn}})', {}),
    ("$t: String", "(filter: {name: {contains: $t}, numCpus: {gt: 2}})", {"t": "web"}),
    ("$t: String", "(filter: {name: {contains: $t}})", {}),
    ("$t: String", "(filter: {name: {contains: $t}})", {"t": None}),
    ("$f: VirtualMachineFilter", "(filter: $f)", {"f": {"or": [{"name": {"eq": "a"}}, {}]}}),
    ("$f: TextFilter", "(filter: {and: [{name: $f}, {host: {name: $f}}]})", {"f": {"in": ["a"]}}),
    ("$n: [Int!]", "(filter: {numCpus: {in: $n}})", {"n": 4}),
    ("$n: Int!", "(filter: {numCpus: {in: [1, $n]}})", {"n": 4}),
    ("$d: OrderDirection!", "(orderBy: {field: name, direction: $d})", {"d": "DESC"}),
    ("$d: OrderDirection = DESC", "(orderBy: [{field: name, direction: $d}])", {}),
    ("$d: OrderDirection", "(orderBy: [{field: name, direction: $d}])", {}),
]


@pytest.mark.parametrize(("declared", "given", "values"), LISTS)
def test_arguments_are_those_that_strawberry_makes(
    declared: str, given: str, values: dict[str, Any]
) -> None:
    text = f"query ({declared}) {{ virtualMachines{given} {{ totalCount }} }}"
    operation: Any = parse(text.replace("()", "")).definitions[0]
    variables = get_variable_values(core_schema, operation.variable_definitions or (), values)
    assert isinstance(variables, VariableValues), variables
    node = _field(operation)
    definition = core_schema.query_type.fields["virtualMachines"]  # type: ignore[union-attr]

    made = arguments_of(definition, node).of(variables.coerced)

    assert made == convert_arguments(
        get_argument_values(definition, node, variables),
        definition.extensions[DECLARATION].arguments,
        schema.schema_converter.scalar_registry,
        schema.config,
    )


def test_a_null_for_what_may_not_be_null_is_left_to_graphql() -> None:
    text = "query ($d: OrderDirection) { virtualMachines(orderBy: {field: name, direction: $d}) "
    operation: Any = parse(text + "{ totalCount } }").definitions[0]
    definition = core_schema.query_type.fields["virtualMachines"]  # type: ignore[union-attr]
    arguments = arguments_of(definition, _field(operation))

    with pytest.raises(GivesUpError):
        arguments.of({"d": None})


def _field(operation: OperationDefinitionNode) -> Any:
    return operation.selection_set.selections[0]
