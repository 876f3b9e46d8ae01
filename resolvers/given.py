"""Input objects, made of what is given: Strawberry's own way looks at every field of their type.

A filter of virtual machines has some 140 fields, of which a query gives three. Strawberry lets a
type build its own value (`StrawberryObjectDefinition.from_input`); what is built is the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any, TypeAlias

from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
)
from strawberry.types.base import StrawberryObjectDefinition

DECLARATION = "strawberry-definition"
"""What Strawberry's part of a type or field of GraphQL's is found by."""
Convert: TypeAlias = Callable[[Any], Any]


class InputReader:
    """Makes the objects of one input type."""

    def __init__(self, type_: GraphQLInputObjectType) -> None:
        definition: StrawberryObjectDefinition = type_.extensions[DECLARATION]
        self.origin: type = definition.origin
        self._type = type_
        self._known: dict[str, tuple[str, Convert | None]] = {}
        self._left_out = dict.fromkeys(
            field.python_name
            for field in definition.fields
            if field.default_value is MISSING and field.default_factory is MISSING
        )

    def __call__(self, type_: type, value: Mapping[str, Any], _context: object = None) -> Any:
        """Return the object of a value that GraphQL has coerced."""
        given = self._left_out.copy()
        for name, item in value.items():
            known, convert = self._known.get(name) or self._learn(name)
            given[known] = item if item is None or convert is None else convert(item)
        return type_(**given)

    def _learn(self, name: str) -> tuple[str, Convert | None]:
        field = self._type.fields[name]
        found = self._known[name] = (
            field.extensions[DECLARATION].python_name,
            converter_of(field.type),
        )
        return found


def read_inputs_by_what_is_given(schema: GraphQLSchema) -> None:
    """Let the input types of a schema build their values so."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType) and DECLARATION in type_.extensions:
            type_.extensions[DECLARATION].from_input = InputReader(type_)


def converter_of(type_: Any) -> Convert | None:
    """Return how values of a type are made of coerced ones, null apart; None: they are right."""
    if isinstance(type_, GraphQLNonNull):
        return converter_of(type_.of_type)
    if isinstance(type_, GraphQLList):
        return _converter_of_list(converter_of(type_.of_type))
    if not isinstance(type_, GraphQLInputObjectType):
        return None
    read: InputReader = type_.extensions[DECLARATION].from_input
    return lambda value: read(read.origin, value)


def _converter_of_list(convert: Convert | None) -> Convert:
    if convert is None:
        return list  # a copy: a default of the schema is shared by all
    return lambda items: [None if item is None else convert(item) for item in items]
