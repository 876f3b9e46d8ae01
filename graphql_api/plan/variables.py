"""Coercing variables: those of leaf types by signatures that were read once.

graphql-core reads the type of each variable from the document again for every request. Whatever is
not plain (input objects, defaults, what is wrong) is left to it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from graphql import (
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    coerce_input_value,
    get_nullable_type,
    get_variable_values,
    is_leaf_type,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource

from graphql_api.plan.shape import GivesUpError

Signatures: TypeAlias = Sequence[GraphQLVariableSignature]


def plain_signatures(schema: GraphQLSchema, operation: OperationDefinitionNode) -> Signatures:
    """Return the signatures of an operation's variables; none where one is of no leaf type."""
    found = [get_variable_signature(schema, node) for node in operation.variable_definitions or ()]
    plain = [
        each
        for each in found
        if isinstance(each, GraphQLVariableSignature) and is_leaf_type(get_nullable_type(each.type))
    ]
    return plain if len(plain) == len(found) else ()


def coerced_variables(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    plain: Signatures,
    given: Mapping[str, Any],
) -> VariableValues:
    """Return the values of an operation's variables.

    Raises:
        GivesUpError: one cannot be coerced; graphql-core's own executor says why.
    """
    if plain and (values := _plain(plain, given)) is not None:
        return values
    definitions = operation.variable_definitions or ()
    found = get_variable_values(schema, definitions, dict(given))
    if not isinstance(found, VariableValues):
        raise GivesUpError("a variable cannot be coerced", "variables")
    return found


def _plain(signatures: Signatures, given: Mapping[str, Any]) -> VariableValues | None:
    """Return the values of variables of leaf types; None: there is more to say of one."""
    sources: dict[str, VariableValueSource] = {}
    coerced: dict[str, Any] = {}
    for signature in signatures:
        name, value = signature.name, given.get(signature.name, Undefined)
        sources[name] = VariableValueSource(signature, value)
        if value is Undefined:
            if signature.default is not None or isinstance(signature.type, GraphQLNonNull):
                return None
            continue
        made = coerced[name] = coerce_input_value(value, signature.type)
        if made is Undefined:
            return None
    return VariableValues(sources, coerced)
