"""Arguments of a field: what stands in the document is coerced once, variables for each request.

    filter: {vcenterId: {eq: $vcenter}, powerState: {eq: poweredOn}}

GraphQL's own functions look at every field of the filter's type for every request. What they would
refuse is left to them, so that errors are theirs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
)
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from graphql_api.plan.shape import GivesUpError
from graphql_api.plan.switches import variables_in
from resolvers.given import DECLARATION, Convert, converter_of

Variables: TypeAlias = Mapping[str, Any]
"""Coerced."""
Make: TypeAlias = Callable[[Variables], Any]
"""Makes a value of a request's variables; Undefined: they have none for it."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments by their names in Python, as resolvers take them."""

    fixed: Mapping[str, Any]
    made: tuple[tuple[str, Make], ...]

    def of(self, variables: Variables) -> dict[str, Any]:
        """Return them all.

        Raises:
            GivesUpError: one cannot be coerced.
        """
        given = dict(self.fixed)
        for name, make in self.made:
            value = make(variables)
            if value is not Undefined:
                given[name] = value
        return given


def arguments_of(definition: GraphQLField, node: FieldNode) -> Arguments:
    """Return the arguments of a field as a document gives them.

    Raises:
        GivesUpError: one cannot be coerced.
    """
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    fixed: dict[str, Any] = {}
    made: list[tuple[str, Make]] = []
    for name, argument in definition.args.items():
        declared = argument.extensions[DECLARATION]
        default, convert = coerce_default_value(argument), converter_of(argument.type)
        make = _with_default(_made(given.get(name), argument.type), default)
        if variables_in(given.get(name)):
            made.append((declared.python_name, _converted(make, convert)))
        elif (value := _converted(make, convert)({})) is not Undefined:
            fixed[declared.python_name] = value
    return Arguments(fixed, tuple(made))


def _converted(make: Make, convert: Convert | None) -> Make:
    if convert is None:
        return make

    def converted(variables: Variables) -> Any:
        value = make(variables)
        return value if value is None or value is Undefined else convert(value)

    return converted


def _with_default(make: Make, default: Any) -> Make:
    if default is Undefined:
        return make

    def with_default(variables: Variables) -> Any:
        value = make(variables)
        return default if value is Undefined else value

    return with_default


def _made(node: ValueNode | None, type_: Any) -> Make:
    """Return how a value of a type is made; Undefined of no node, and of a variable not given."""
    if node is None:
        return lambda _: Undefined
    if isinstance(node, VariableNode):
        return _variable(node.name.value, is_required=isinstance(type_, GraphQLNonNull))
    if isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    if not variables_in(node):
        return _constant(node, type_)
    if isinstance(type_, GraphQLList):
        return _list(node, type_.of_type)
    if isinstance(node, ObjectValueNode) and isinstance(type_, GraphQLInputObjectType):
        return _object(node, type_)
    raise _refused()


def _variable(name: str, *, is_required: bool) -> Make:
    def of_variable(variables: Variables) -> Any:
        value = variables.get(name, Undefined)
        if is_required and value is None:
            raise _refused()
        return value

    return of_variable


def _constant(node: ValueNode, type_: Any) -> Make:
    value = coerce_input_literal(node, type_)
    if value is Undefined:
        raise _refused()
    return lambda _: value


def _list(node: ValueNode, type_: Any) -> Make:
    nodes = node.values if isinstance(node, ListValueNode) else (node,)
    makes = [_made(each, type_) for each in nodes]
    is_required = isinstance(type_, GraphQLNonNull)

    def of_list(variables: Variables) -> Any:
        items = [make(variables) for make in makes]
        if is_required and Undefined in items:
            raise _refused()
        return [None if item is Undefined else item for item in items]

    return of_list


def _object(node: ObjectValueNode, type_: GraphQLInputObjectType) -> Make:
    given = {field.name.value: field.value for field in node.fields}
    makes: list[tuple[str, bool, Make]] = []
    for name, field in type_.fields.items():
        default = coerce_default_value(field)
        if name in given or default is not Undefined:
            make = _with_default(_made(given.get(name), field.type), default)
            makes.append((name, isinstance(field.type, GraphQLNonNull), make))
    if type_.is_one_of or not given.keys() <= type_.fields.keys():
        raise _refused()

    def of_object(variables: Variables) -> Any:
        made: dict[str, Any] = {}
        for name, is_required, make in makes:
            value = make(variables)
            if value is not Undefined:
                made[name] = value
            elif is_required:
                raise _refused()
        return made

    return of_object


def _refused() -> GivesUpError:
    return GivesUpError("an argument cannot be coerced", "arguments")
