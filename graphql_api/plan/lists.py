"""From a selection of a connection to its pages: their columns, and what follows them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graphql import FieldNode, GraphQLObjectType

from graphql_api.plan.objects import Resolved
from graphql_api.plan.pages import Edges, Nodes, Pages
from graphql_api.plan.rows import Rows
from graphql_api.plan.selection import Groups, constants, entity_of, selected
from graphql_api.plan.shape import Field
from loaders.along import Along, can_go_along, few_enough
from loaders.entity import Joined

if TYPE_CHECKING:
    from graphql_api.plan.compiler import Compiler


class PagesCompiler:
    """Makes the shapes of connections."""

    def __init__(self, compiler: "Compiler") -> None:
        self._compiler = compiler

    def made(self, type_: GraphQLObjectType, groups: Groups, *, is_root: bool) -> Pages:
        """Return the pages of a connection; at the root as they are where short, too."""
        apart = _Layout(self._compiler)
        pages = apart.made(type_, groups)
        if not is_root or len(apart.shown) != 1:
            return pages
        along = _Layout(self._compiler, is_joined=True, has_cursors=pages.has_cursors)
        short = along.made(type_, groups)
        return replace(pages, short=short) if short.joined else pages


class _Layout:
    """The pages of one connection while they are made."""

    def __init__(
        self, compiler: "Compiler", *, is_joined: bool = False, has_cursors: bool = False
    ) -> None:
        self._compiler = compiler
        self._is_joined = is_joined
        self._has_cursors = has_cursors
        self._columns: list[str] = []
        self._joined: tuple[Joined, ...] = ()
        self._along: tuple[Along, ...] = ()
        self._is_all_along = True
        self._in_arrays = True
        self.shown: list[Rows] = []

    def made(self, type_: GraphQLObjectType, groups: Groups) -> Pages:
        """Return them."""
        lists: list[Nodes | Edges] = []
        infos, resolved = [], []
        for key, nodes in selected(groups):
            field = self._compiler.field(type_, key, nodes)
            match field.strawberry.python_name:
                case "nodes":
                    lists.append(self._nodes(key, field, nodes))
                case "edges":
                    lists.append(self._edges(field, nodes))
                case "page_info":
                    self._has_cursors = True
                    infos.append(field)
                case _:
                    resolved.append(field)
        along = few_enough(self._along) if self._in_arrays else ()
        return Pages(
            tuple(groups),
            constants(type_, groups),
            tuple(self._columns),
            tuple(lists),
            tuple(infos),
            self._has_cursors,
            Resolved(tuple(resolved)),
            self._joined,
            along,
            self._in_arrays and self._is_all_along and along == self._along,
        )

    def _nodes(self, key: str, field: Field, nodes: Sequence[FieldNode]) -> Nodes:
        """Return the rows of a page; their columns come behind those there are."""
        entity = entity_of(field.named)
        assert entity is not None, f"a connection of {field.named}"
        if self._is_joined:
            ordered = [order.key for order in entity.order] if self._has_cursors else []
            rows, self._joined = self._compiler.of_rows.short(entity, field.named, nodes, *ordered)
        else:
            rows = self._compiler.of_rows.plain(entity, field.named, nodes)
        found = Nodes(key, rows, len(self._columns))
        along, is_all = rows.taken_along(found.at)
        self._along += along
        self._is_all_along = self._is_all_along and is_all
        self._in_arrays = (
            self._in_arrays
            and entity.is_inventory
            and can_go_along(entity, rows.columns, self._joined)
        )
        self._columns += rows.columns
        self.shown.append(rows)
        return found

    def _edges(self, field: Field, nodes: Sequence[FieldNode]) -> Edges:
        type_ = field.named
        groups = self._compiler.groups(type_, nodes)
        ends, cursors = [], []
        for key, inner in selected(groups):
            one = self._compiler.field(type_, key, inner)
            if one.strawberry.python_name == "cursor":
                cursors.append(key)
            else:
                ends.append(self._nodes(key, one, inner))
        self._has_cursors = self._has_cursors or bool(cursors)
        begun = tuple(groups), constants(type_, groups)
        return Edges(field.key, *begun, tuple(cursors), tuple(ends))
