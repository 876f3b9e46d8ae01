"""Which fields of a schema documents ask for, and which of those that can be reached they leave."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLCompositeType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_introspection_type,
    visit,
)

Pair = tuple[str, str]
"""A type and one of its fields."""


class _Fields(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.found: set[Pair] = set()
        self._types = types

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self._types.get_parent_type()
        if parent is not None and not node.name.value.startswith("__"):
            self.found.add((parent.name, node.name.value))


def fields_in(schema: GraphQLSchema, document: DocumentNode, operation: str | None) -> set[Pair]:
    """Return the fields that an operation of a document asks for, fragments included."""
    executed = [
        node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
        or (
            isinstance(node, OperationDefinitionNode)
            and operation in (None, node.name.value if node.name else None)
        )
    ]
    types = TypeInfo(schema)
    fields = _Fields(types)
    visit(DocumentNode(definitions=tuple(executed)), TypeInfoVisitor(types, fields))
    return fields.found


def reachable(schema: GraphQLSchema) -> set[Pair]:
    """Return all fields of all types that queries lead to."""
    return {
        (type_.name, name)
        for type_ in _types(schema)
        if not isinstance(type_, GraphQLUnionType)
        for name in type_.fields
    }


def _types(schema: GraphQLSchema) -> Iterator[GraphQLCompositeType]:
    seen: set[GraphQLCompositeType] = set()
    left: list[Any] = [schema.query_type]
    while left:
        type_ = left.pop()
        if type_ in seen or not is_composite_type(type_) or is_introspection_type(type_):
            continue
        seen.add(type_)
        yield type_
        if is_abstract_type(type_):
            left += schema.get_possible_types(type_)
        if not isinstance(type_, GraphQLUnionType):
            left += type_.interfaces
            left += [get_named_type(field.type) for field in type_.fields.values()]
