"""Input objects, made of what is given: Strawberry's own way looks at every field of their type.

A filter of virtual machines has some 140 fields, of which a query gives three. Strawberry lets a
type build its own value (`StrawberryObjectDefinition.from_input`); what is built is the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any, TypeAlias

from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry.types.base import (
    StrawberryContainer,
    StrawberryList,
    StrawberryObjectDefinition,
    StrawberryOptional,
    get_object_definition,
)
from strawberry.types.lazy_type import LazyType

DECLARATION = "strawberry-definition"
"""What Strawberry's part of a type or field of GraphQL's is found by."""
Convert: TypeAlias = Callable[[Any], Any]


class InputReader:
    """Makes the objects of one input type."""

    def __init__(self, type_: GraphQLInputObjectType) -> None:
        definition: StrawberryObjectDefinition = type_.extensions[DECLARATION]
        self._definition = definition
        self._fields = {name: each.extensions[DECLARATION] for name, each in type_.fields.items()}
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
        """Look a field up: once, as lazy types look for their module in the file system."""
        field = self._fields[name]
        found = (
            field.python_name,
            converter_of(field.resolve_type(type_definition=self._definition)),
        )
        self._known[name] = found
        return found


def read_inputs_by_what_is_given(schema: GraphQLSchema) -> None:
    """Let the input types of a schema build their values so."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType) and DECLARATION in type_.extensions:
            type_.extensions[DECLARATION].from_input = InputReader(type_)


def converter_of(type_: Any) -> Convert | None:
    """Return how values of a type are made of coerced ones, null apart; None: they are right."""
    if isinstance(type_, StrawberryOptional):
        return converter_of(type_.of_type)
    if isinstance(type_, LazyType):
        return converter_of(type_.resolve_type())
    if isinstance(type_, StrawberryList):
        return _converter_of_list(converter_of(type_.of_type))
    assert not isinstance(type_, StrawberryContainer), f"no argument may be of {type_!r}"
    definition = get_object_definition(type_)
    if definition is None:
        return None
    read = definition.from_input
    assert read is not None, f"{type_!r} is no input of the schema"
    return lambda value: read(type_, value, None)  # type: ignore[arg-type]


def _converter_of_list(convert: Convert | None) -> Convert:
    if convert is None:
        return list  # a copy: a default of the schema is shared by all
    return lambda items: [None if item is None else convert(item) for item in items]
