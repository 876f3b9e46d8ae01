"""From a selection of rows to the columns it needs, and to the steps that follow them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
)
from strawberry.types.field import StrawberryField

from graphql_api.plan.edges import Asked, Beside, Part, ToOne, ToSome
from graphql_api.plan.leaf import (
    as_it_is,
    converter,
    converter_of_column,
    converter_of_text,
    is_spelled,
    wanted_as_text,
)
from graphql_api.plan.objects import Resolved
from graphql_api.plan.rows import Conversion, Rows, Step
from graphql_api.plan.shape import Field, GivesUpError
from loaders.entity import TEXT, Entity, Joined
from loaders.held import of_entity, of_table
from loaders.keyed import KEY
from resolvers.declare import COLUMN, EDGE, NEEDS, PARTS, Arity, Column, Edge

if TYPE_CHECKING:
    from graphql_api.plan.compiler import Compiler

MOST_JOINED = 8
"""Edges of one row that are read along with it; each is a partitioned table more to plan for."""


class RowsCompiler:
    """Makes the shapes of rows."""

    def __init__(self, compiler: "Compiler") -> None:
        self._compiler = compiler
        self._ends: dict[tuple[Any, ...], Rows] = {}
        self.shares_lists = False
        """Whether what is shown of a row, lists in it, may stand in the answer many times."""

    def plain(self, entity: Entity, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Rows:
        """Return the shape of rows of which nodes select something."""
        return self._layout(entity, type_, nodes).made()

    def joined(
        self, entity: Entity, type_: GraphQLObjectType, nodes: Sequence[FieldNode], *needs: str
    ) -> tuple[Rows, tuple[Joined, ...]]:
        """Return the shape of rows that are read along with what they lead to, and with what.

        `needs`: columns that whoever reads them needs of the rows themselves.
        """
        return self._joined(entity, type_, nodes, iter(range(MOST_JOINED)), needs)

    def short(
        self, entity: Entity, type_: GraphQLObjectType, nodes: Sequence[FieldNode], *needs: str
    ) -> tuple[Rows, tuple[Joined, ...]]:
        """Do so for several rows: an end that leads further is read, and shown, once for all."""
        return self._joined(entity, type_, nodes, iter(range(MOST_JOINED)), needs, is_one=False)

    def _joined(
        self,
        entity: Entity,
        type_: GraphQLObjectType,
        nodes: Sequence[FieldNode],
        places: Iterator[int],
        needs: Sequence[str] = (),
        *,
        is_one: bool = True,
    ) -> tuple[Rows, tuple[Joined, ...]]:
        layout = self._layout(entity, type_, nodes)
        layout.need(*needs)
        if "vcenter_id" in layout.known:
            layout.need("vcenter_id")  # null where there is no such row
        columns = tuple(layout.columns)
        found: list[Joined] = []
        at = len(columns)
        for place, step in enumerate(layout.steps):
            if not isinstance(step, ToOne) or next(places, None) is None:
                continue
            end, more = self._joined(step.end.entity, *layout.ends[step.key], places, is_one=is_one)
            if not is_one and not end.is_whole:
                continue
            layout.steps[place] = replace(step, end=end, joined_at=at)
            found.append(Joined(end.entity, step.by, end.columns, more))
            at += found[-1].width
        return layout.made(), tuple(found)

    def _layout(
        self, entity: Entity, type_: GraphQLObjectType, nodes: Sequence[FieldNode]
    ) -> "_Layout":
        layout = _Layout(self, entity, type_)
        for key, group in self._compiler.groups(type_, nodes).items():
            if group[0].name.value == "__typename":
                layout.constant(key)
            else:
                layout.add(key, group)
        layout.finish()
        return layout

    def field(self, type_: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> Field:
        """Return a field with the shape of its values."""
        return self._compiler.field(type_, key, nodes)

    def end(
        self, edge: Edge, type_: GraphQLObjectType, nodes: Sequence[FieldNode], *needs: str
    ) -> Rows:
        """Return the shape of rows that an edge leads to, with columns that it needs itself.

        The same selection is made once, of whichever types: so all of them read it together.
        """
        assert edge.target is not None
        known = (edge.target, needs, *(id(node) for node in nodes))
        if known not in self._ends:
            layout = self._layout(edge.target, type_, nodes)
            layout.need(*needs)
            self._ends[known] = layout.made()
        self.shares_lists = self.shares_lists or self._ends[known].has_lists
        return self._ends[known]


class _Layout:
    """The columns of one selection while it is made, and what follows them."""

    def __init__(self, made: RowsCompiler, entity: Entity, type_: GraphQLObjectType) -> None:
        self._made = made
        self._entity = entity
        self._type = type_
        self.known = of_entity(entity)
        self._filler = "vcenter_id" if "vcenter_id" in self.known else next(iter(self.known))
        self._constants: list[tuple[str, Any]] = []
        self._ids: list[str] = []
        self._conversions: list[Conversion] = []
        self._beside: dict[str, list[Part]] = {}
        self._asked: list[Field] = []
        self._keys: list[str] = []
        self.columns: list[str] = []
        self.steps: list[Step] = []
        self.ends: dict[str, tuple[GraphQLObjectType, Sequence[FieldNode]]] = {}

    def constant(self, key: str) -> None:
        """Add the name of the type."""
        self._stand(key, self._filler)
        self._constants.append((key, self._type.name))

    def add(self, key: str, nodes: Sequence[FieldNode]) -> None:
        """Add a field, by what its declaration says."""
        definition = self._type.fields[nodes[0].name.value]
        declared: StrawberryField = definition.extensions["strawberry-definition"]
        column, edge = declared.metadata.get(COLUMN), declared.metadata.get(EDGE)
        if declared.base_resolver is None:
            if column is not None:
                self._column(key, column, definition.type)
            elif declared.python_name == "id" and self._entity.identity:
                self._stand(key, self._filler)
                self._ids.append(key)
                self.need(*self._entity.identity)
            else:
                raise GivesUpError(f"{self._type.name}.{declared.name} is no column")
            return
        self._stand(key, self._filler)
        if edge is not None and edge.arity is Arity.ONE and edge.is_whole:
            self._to_one(key, edge, nodes, is_required=isinstance(definition.type, GraphQLNonNull))
        elif edge is not None and edge.arity is Arity.LIST:
            self._to_some(key, edge, nodes)
        elif edge is not None and edge.arity is Arity.PART and column is not None:
            self._part(edge, column, key, nodes)
        else:
            self._ask(self._made.field(self._type, key, nodes))

    def need(self, *columns: str) -> None:
        """Add columns that are not shown themselves."""
        self.columns += [c for c in dict.fromkeys(columns) if c not in self.columns]

    def finish(self) -> None:
        """Add what stands behind the fields: columns that are needed, and the last steps."""
        for loader, parts in self._beside.items():
            self.need(*KEY)
            self.steps.append(Beside(loader, tuple(parts)))
        if self._asked:
            self.steps.append(Asked(Resolved(tuple(self._asked))))

    def made(self) -> Rows:
        """Return the shape."""
        return Rows(
            self._entity,
            tuple(self._keys),
            tuple(self.columns),
            tuple(self._constants),
            tuple(self._ids),
            tuple(self._conversions),
            tuple(self.steps),
        )

    def _stand(self, key: str, column: str) -> None:
        """Add a field with the column that it shows, or that stands in its place."""
        place = len(self._keys)
        self._keys.append(key)
        self.columns.insert(place, column)

    def _column(self, key: str, column: Column, type_: Any) -> None:
        held = self.known[column.key]
        is_required = isinstance(type_, GraphQLNonNull)
        of = type_.of_type if is_required else type_
        is_text = wanted_as_text(of, held)
        self._stand(key, column.key + TEXT if is_text else column.key)
        convert = converter_of_text(of, held) if is_text else converter_of_column(of, held)
        is_doubtful = is_required and (not held.is_known or isinstance(of, GraphQLEnumType))
        if convert is not None or is_doubtful:
            known = as_it_is(of)
            if known and not is_required:
                known |= {None}
            self._conversions.append(Conversion(key, convert, is_doubtful, known))

    def _to_one(
        self, key: str, edge: Edge, nodes: Sequence[FieldNode], *, is_required: bool
    ) -> None:
        assert edge.target is not None
        self.need(*edge.keys)
        type_ = self._type_of(nodes)
        self.ends[key] = type_, nodes
        self.steps.append(ToOne(key, is_required, edge.keys, self._made.end(edge, type_, nodes)))

    def _to_some(self, key: str, edge: Edge, nodes: Sequence[FieldNode]) -> None:
        self.need(*edge.keys)
        end = self._made.end(edge, self._type_of(nodes), nodes, "name", "moid", "deleted_at")
        self.steps.append(ToSome(key, end, edge.over, edge.keys[-1]))

    def _part(self, edge: Edge, column: Column, key: str, nodes: Sequence[FieldNode]) -> None:
        field = self._made.field(self._type, key, nodes)
        parts = field.metadata.get(PARTS)
        type_: Any = field.definition.type
        of = type_.of_type if field.is_required else type_
        convert = None
        if parts is None:
            held = of_table(column.table, column.key)
            is_plain = not isinstance(of, GraphQLEnumType) and not is_spelled(of, held)
            convert = converter_of_column(of, held) if is_plain else converter(of)
        part = Part(field, column.key, convert, None if parts is None else parts.of_type)
        self._beside.setdefault(edge.loader, []).append(part)

    def _ask(self, field: Field) -> None:
        """Add a field that a resolver answers, with the columns that it reads of its object."""
        edge, column = field.metadata.get(EDGE), field.metadata.get(COLUMN)
        needs: Sequence[str] | None = field.metadata.get(NEEDS)
        if needs is None and edge is not None:
            needs = edge.keys
        elif needs is None and column is not None:
            needs = (column.key, *KEY)
        known = self._entity.keys
        self.need(*(known if needs is None else (each for each in needs if each in known)))
        self._asked.append(field)

    def _type_of(self, nodes: Sequence[FieldNode]) -> GraphQLObjectType:
        type_ = get_named_type(self._type.fields[nodes[0].name.value].type)
        assert isinstance(type_, GraphQLObjectType)
        return type_
