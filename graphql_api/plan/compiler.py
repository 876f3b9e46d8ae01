"""Making a plan of a valid document: its selections, and the shapes of what they select.

What a field is, its declaration says (`resolvers.declare`): a column, an edge, a part of a table
beside. A field that says nothing is asked for as Strawberry's own executor does it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    OperationType,
    is_leaf_type,
)
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from graphql_api.plan.arguments import arguments_of
from graphql_api.plan.columns import RowsCompiler
from graphql_api.plan.leaf import converter
from graphql_api.plan.lists import PagesCompiler
from graphql_api.plan.objects import ById, Objects, Resolved
from graphql_api.plan.run import Plan
from graphql_api.plan.selection import Groups, constants, entity_of, selected
from graphql_api.plan.shape import Abstract, Field, GivesUpError, Leaf, Many, Shape
from resolvers.connection import Connection
from resolvers.declare import EDGE, Arity

NOTHING = VariableValues({}, {})
"""Where no variable is given."""


def compile_plan(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: VariableValues,
) -> Plan:
    """Return the plan of one operation; of variables only those of @skip and @include count.

    Raises:
        GivesUpError: it is none of those that plans are made of.
    """
    if operation.operation is not OperationType.QUERY or schema.query_type is None:
        raise GivesUpError("it is no query", "mutation", is_expected=True)
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    compiler = Compiler(schema, operation, fragments, variables)
    root = compiler.root(schema.query_type)
    return Plan(schema, operation, fragments, root, compiler.shares_lists)


class Compiler:
    """Makes the shapes of one operation; the same selection of the same type is made once."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = {name: FragmentDetails(node) for name, node in fragments.items()}
        self._variables = variables
        self._made: dict[tuple[Any, ...], Shape] = {}
        self.of_rows = RowsCompiler(self)
        self._pages = PagesCompiler(self)

    @property
    def shares_lists(self) -> bool:
        """Whether what is shown of a row, lists in it, may stand in the answer many times."""
        return self.of_rows.shares_lists

    def root(self, type_: GraphQLObjectType) -> Objects:
        """Return the shape of the whole answer."""
        collected = collect_fields(
            self._schema, self._fragments, self._variables, type_, self._operation
        )
        return self._objects(type_, _nodes_of(collected))

    def groups(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Groups:
        """Return the fields that nodes of one field select of a type, fragments spread out."""
        details = [FieldDetails(node, None) for node in nodes]
        collected = collect_subfields(
            self._schema, self._fragments, self._variables, self._operation, type_, details
        )
        return _nodes_of(collected)

    def field(self, parent: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> Field:
        """Return one field with the shape of its values.

        Raises:
            GivesUpError: it belongs to introspection, or an argument cannot be coerced.
        """
        name = nodes[0].name.value
        if name.startswith("__"):
            raise GivesUpError("it asks for the schema", "introspection", is_expected=True)
        definition = parent.fields[name]
        return Field(
            key,
            definition,
            parent,
            tuple(nodes),
            arguments_of(definition, nodes[0]),
            self.shape(definition.type, nodes, is_root=parent is self._schema.query_type),
            isinstance(definition.type, GraphQLNonNull),
        )

    def shape(
        self, type_: GraphQLOutputType, nodes: Sequence[FieldNode], *, is_root: bool = False
    ) -> Shape:
        """Return the shape of values of a type, of which nodes select something."""
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        known = (str(type_), *(id(node) for node in nodes))
        if known not in self._made:
            self._made[known] = self._shape(type_, nodes, is_root=is_root)
        return self._made[known]

    def _shape(self, type_: Any, nodes: Sequence[FieldNode], *, is_root: bool) -> Shape:
        if isinstance(type_, GraphQLList):
            is_required = isinstance(type_.of_type, GraphQLNonNull)
            return Many(self.shape(type_.of_type, nodes), is_required)
        if is_leaf_type(type_):
            return Leaf(converter(type_))
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            types = self._schema.get_possible_types(type_)
            return Abstract({origin_of(each): self.shape(each, nodes) for each in types})
        if (entity := entity_of(type_)) is not None:
            return self.of_rows.plain(entity, type_, nodes)
        groups = self.groups(type_, nodes)
        if issubclass(origin_of(type_), Connection):
            return self._pages.made(type_, groups, is_root=is_root)
        return self._objects(type_, groups)

    def _objects(self, type_: GraphQLObjectType, groups: Groups) -> Objects:
        attributes, resolved, by_id = [], [], []
        for key, nodes in selected(groups):
            field = self.field(type_, key, nodes)
            edge = field.metadata.get(EDGE)
            if field.strawberry.base_resolver is None:
                attributes.append(field)
            elif edge is not None and edge.arity is Arity.ONE and not edge.keys:
                rows, joined = self.of_rows.joined(edge.target, field.named, nodes)
                by_id.append(ById(field, rows, joined, rows.is_whole))
            else:
                resolved.append(field)
        return Objects(
            tuple(groups),
            constants(type_, groups),
            tuple(attributes),
            Resolved(tuple(resolved)),
            tuple(by_id),
        )


def origin_of(type_: GraphQLObjectType) -> type:
    """Return the Python class that declares a type."""
    origin: type = type_.extensions["strawberry-definition"].origin
    return origin


def _nodes_of(collected: CollectedFields) -> Groups:
    return {
        key: [each.node for each in found] for key, found in collected.grouped_field_set.items()
    }
