"""What an operation selects, its variables known: fragments spread, @skip and @include done.

It is graphql-core's own collection of fields, so an export selects what execution would.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values

from graphql_api.documents import Document
from graphql_api.refusal import refuse_document

Composite = GraphQLObjectType | GraphQLAbstractType


@dataclass(slots=True)
class Selected:
    """A field under the key that answers have it by; several nodes where it is selected twice."""

    key: str
    definition: GraphQLField
    details: list[FieldDetails]

    @property
    def name(self) -> str:
        """Return the field's name in the schema."""
        return self.node.name.value

    @property
    def node(self) -> FieldNode:
        """Return the first of its nodes."""
        return self.details[0].node

    @property
    def composite(self) -> Composite | None:
        """Return the type of the objects it leads to; None where it is a leaf."""
        named: Any = get_named_type(self.definition.type)
        return named if is_object_type(named) or is_abstract_type(named) else None


class Selection:
    """One operation of a document with its variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: Document,
        variables: Mapping[str, Any],
        name: str | None,
    ) -> None:
        """Coerce the variables. Raises Refusal where they do not fit."""
        self.schema = schema
        self.operation = document.node(name)
        declared = self.operation.variable_definitions or ()
        values = get_variable_values(schema, declared, dict(variables))
        if not isinstance(values, VariableValues):
            raise refuse_document(values, "BAD_USER_INPUT")
        self._values = values
        self._fragments = {
            node.name.value: FragmentDetails(node)
            for node in document.ast.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def roots(self) -> list[Selected]:
        """Return the fields at the root of a query."""
        query = self.schema.query_type
        assert query is not None
        found = collect_fields(
            self.schema, self._fragments, self._values, query, self.operation
        ).grouped_field_set
        return [self._selected(query, key, details) for key, details in found.items()]

    def below(self, field: Selected) -> list[Selected]:
        """Return what is selected of the objects a field leads to, of each type they may have."""
        parent = field.composite
        if parent is None:
            return []
        types: Any = [parent] if is_object_type(parent) else self.schema.get_possible_types(parent)  # type: ignore[arg-type]
        merged: dict[str, Selected] = {}
        for type_ in types:
            found = collect_subfields(
                self.schema, self._fragments, self._values, self.operation, type_, field.details
            ).grouped_field_set
            for key, details in found.items():
                known = merged.setdefault(key, self._selected(type_, key, details))
                known.details += [each for each in details if each not in known.details]
        return list(merged.values())

    def arguments(self, field: Selected) -> dict[str, Any]:
        """Return a field's arguments. Raises Refusal where one does not fit."""
        try:
            return get_argument_values(field.definition, field.node, self._values)
        except GraphQLError as error:
            raise refuse_document([error], "BAD_USER_INPUT") from error

    def _selected(
        self, parent: GraphQLObjectType, key: str, details: list[FieldDetails]
    ) -> Selected:
        definition = self.schema.get_field(parent, details[0].node.name.value)
        assert definition is not None  # the document is valid
        return Selected(key, definition, list(details))
