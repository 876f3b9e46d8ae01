"""What a selection has: fields by their keys, and the name of the type."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphql import FieldNode, GraphQLObjectType

from loaders.entity import Entity
from resolvers.node import TYPES

Groups = Mapping[str, Sequence[FieldNode]]
"""The fields of a selection by their key in the answer; several nodes of one are merged."""


def entity_of(type_: GraphQLObjectType) -> Entity | None:
    """Return the kind of rows that a type shows, where it shows rows."""
    return next((entity for entity in TYPES if entity.name == type_.name), None)


def constants(type_: GraphQLObjectType, groups: Groups) -> tuple[tuple[str, Any], ...]:
    """Return the fields that are the type's name."""
    return tuple((key, type_.name) for key, nodes in groups.items() if _is_type_name(nodes))


def selected(groups: Groups) -> Iterable[tuple[str, Sequence[FieldNode]]]:
    """Return the fields that are not the type's name."""
    return ((key, nodes) for key, nodes in groups.items() if not _is_type_name(nodes))


def _is_type_name(nodes: Sequence[FieldNode]) -> bool:
    return nodes[0].name.value == "__typename"
