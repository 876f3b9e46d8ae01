"""Making a plan of a valid document: its selections, and the shapes of what they select.

What a field is, its declaration says (`resolvers.declare`): a column, an edge, a part of a table
beside. A field that says nothing is asked for as Strawberry's own executor does it.
"""

from collections.abc import Iterable, Mapping, Sequence
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
from graphql_api.plan.objects import ById, Objects, Resolved
from graphql_api.plan.pages import Edges, Nodes, Pages
from graphql_api.plan.run import Plan
from graphql_api.plan.shape import Abstract, Field, GivesUpError, Leaf, Many, Shape
from loaders.entity import Entity
from resolvers.connection import Connection
from resolvers.declare import EDGE, Arity
from resolvers.node import TYPES

Groups = Mapping[str, Sequence[FieldNode]]
"""The fields of a selection by their key in the answer; several nodes of one are merged."""

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
        self._rows = RowsCompiler(self)

    @property
    def shares_lists(self) -> bool:
        """Whether what is shown of a row, lists in it, may stand in the answer many times."""
        return self._rows.shares_lists

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
            self.shape(definition.type, nodes),
            isinstance(definition.type, GraphQLNonNull),
        )

    def shape(self, type_: GraphQLOutputType, nodes: Sequence[FieldNode]) -> Shape:
        """Return the shape of values of a type, of which nodes select something."""
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        known = (str(type_), *(id(node) for node in nodes))
        if known not in self._made:
            self._made[known] = self._shape(type_, nodes)
        return self._made[known]

    def _shape(self, type_: Any, nodes: Sequence[FieldNode]) -> Shape:
        if isinstance(type_, GraphQLList):
            is_required = isinstance(type_.of_type, GraphQLNonNull)
            return Many(self.shape(type_.of_type, nodes), is_required)
        if is_leaf_type(type_):
            return Leaf(converter(type_))
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            types = self._schema.get_possible_types(type_)
            return Abstract({origin_of(each): self.shape(each, nodes) for each in types})
        if (entity := entity_of(type_)) is not None:
            return self._rows.plain(entity, type_, nodes)
        groups = self.groups(type_, nodes)
        if issubclass(origin_of(type_), Connection):
            return self._pages(type_, groups)
        return self._objects(type_, groups)

    def _objects(self, type_: GraphQLObjectType, groups: Groups) -> Objects:
        attributes, resolved, by_id = [], [], []
        for key, nodes in _selected(groups):
            field = self.field(type_, key, nodes)
            edge = field.metadata.get(EDGE)
            if field.strawberry.base_resolver is None:
                attributes.append(field)
            elif edge is not None and edge.arity is Arity.ONE and not edge.keys:
                rows, joined = self._rows.joined(edge.target, field.named, nodes)
                by_id.append(ById(field, rows, joined))
            else:
                resolved.append(field)
        return Objects(
            tuple(groups),
            constants(type_, groups),
            tuple(attributes),
            Resolved(tuple(resolved)),
            tuple(by_id),
        )

    def _pages(self, type_: GraphQLObjectType, groups: Groups) -> Pages:
        columns: list[str] = []
        rows: list[Nodes | Edges] = []
        infos, resolved = [], []
        has_cursors = False
        for key, nodes in _selected(groups):
            field = self.field(type_, key, nodes)
            match field.strawberry.python_name:
                case "nodes":
                    rows.append(self._nodes(key, field, nodes, columns))
                case "edges":
                    edges = self._edges(field, nodes, columns)
                    has_cursors = has_cursors or bool(edges.cursors)
                    rows.append(edges)
                case "page_info":
                    has_cursors = True
                    infos.append(field)
                case _:
                    resolved.append(field)
        return Pages(
            tuple(groups),
            constants(type_, groups),
            tuple(columns),
            tuple(rows),
            tuple(infos),
            has_cursors,
            Resolved(tuple(resolved)),
        )

    def _nodes(
        self, key: str, field: Field, nodes: Sequence[FieldNode], columns: list[str]
    ) -> Nodes:
        """Return the rows of a page; their columns come behind those there are."""
        type_ = field.named
        entity = entity_of(type_)
        assert entity is not None, f"a connection of {type_}"
        found = Nodes(key, self._rows.plain(entity, type_, nodes), len(columns))
        columns += found.shape.columns
        return found

    def _edges(self, field: Field, nodes: Sequence[FieldNode], columns: list[str]) -> Edges:
        type_ = field.named
        groups = self.groups(type_, nodes)
        ends, cursors = [], []
        for key, inner in _selected(groups):
            one = self.field(type_, key, inner)
            if one.strawberry.python_name == "cursor":
                cursors.append(key)
            else:
                ends.append(self._nodes(key, one, inner, columns))
        return Edges(
            field.key, tuple(groups), constants(type_, groups), tuple(cursors), tuple(ends)
        )


def entity_of(type_: GraphQLObjectType) -> Entity | None:
    """Return the kind of rows that a type shows, where it shows rows."""
    return next((entity for entity in TYPES if entity.name == type_.name), None)


def origin_of(type_: GraphQLObjectType) -> type:
    """Return the Python class that declares a type."""
    origin: type = type_.extensions["strawberry-definition"].origin
    return origin


def _nodes_of(collected: CollectedFields) -> Groups:
    return {
        key: [each.node for each in found] for key, found in collected.grouped_field_set.items()
    }


def constants(type_: GraphQLObjectType, groups: Groups) -> tuple[tuple[str, Any], ...]:
    """Return the fields that are the type's name."""
    return tuple((key, type_.name) for key, nodes in groups.items() if _is_type_name(nodes))


def _selected(groups: Groups) -> Iterable[tuple[str, Sequence[FieldNode]]]:
    """Return the fields that are not the type's name."""
    return ((key, nodes) for key, nodes in groups.items() if not _is_type_name(nodes))


def _is_type_name(nodes: Sequence[FieldNode]) -> bool:
    return nodes[0].name.value == "__typename"
