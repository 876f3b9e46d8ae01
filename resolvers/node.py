"""From a row to an object of the graph, for every type alike.

A type declares its columns (`declare.column`); an instance is the row's values under their keys.
Nothing runs per column, except that enumerations show unknown text as null: a newer vSphere may
add a value, and it must not fail the response.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet
from strawberry.types.base import StrawberryOptional, get_object_definition
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition

from loaders.entity import Entity
from resolvers import global_id

T = TypeVar("T", bound=type)


@strawberry.interface(description="Anything with an ID that can be read again by it.")
class Node:
    """What `node(id:)` returns."""

    id: strawberry.ID = strawberry.field(
        description="Opaque global ID; it stays when a vCenter is removed and registered again."
    )


TYPES: dict[Entity, type[Any]] = {}


def entity_type(entity: Entity, description: str) -> Callable[[T], T]:
    """Make a class the GraphQL type of an entity."""

    def decorate(cls: T) -> T:
        keys = (Key(fields=FieldSet("id")),) if entity.identity else ()
        made = strawberry.type(cls, name=entity.name, description=description, directives=keys)
        TYPES[entity] = made
        return made

    return decorate


@dataclass(frozen=True, slots=True)
class Shape:
    """How rows become objects of one type."""

    type: type[Any]
    names: tuple[str, ...]
    enums: tuple[tuple[str, Mapping[str, Any]], ...]


@cache
def enums_of(cls: type) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Return the fields of a type that hold an enumeration, with its values by text.

    All types must have been imported: Strawberry resolves the type of each field.
    """
    definition = get_object_definition(cls, strict=True)
    found = []
    for field in definition.fields:
        of_type = field.type.of_type if isinstance(field.type, StrawberryOptional) else field.type
        if field.base_resolver is None and isinstance(of_type, StrawberryEnumDefinition):
            values: list[EnumValue] = of_type.values
            members: dict[str, Any] = {
                str(value.value): of_type.wrapped_cls(value.value) for value in values
            }
            found.append((field.python_name, members))
    return tuple(found)


@cache
def shape_of(entity: Entity) -> Shape:
    """Return how rows of an entity become objects; all types must have been imported."""
    cls: type = TYPES[entity]
    return Shape(cls, entity.keys, enums_of(cls))


def from_row(entity: Entity, row: Sequence[Any]) -> Any:
    """Return a row as an object of its type."""
    shape = shape_of(entity)
    values = dict(zip(shape.names, row, strict=True))
    for name, members in shape.enums:
        values[name] = members.get(values[name])
    if entity.identity:
        values["id"] = global_id.encode(entity.name, *(values[key] for key in entity.identity))
    made = object.__new__(shape.type)
    made.__dict__.update(values)
    return made
