"""What a document may ask at most, measured before anything is executed.

Every fragment is measured once: Strawberry's own limiters walk it again for each spread, so that a
document of 105 tokens can keep a process busy for minutes.
"""

from dataclasses import dataclass
from functools import cached_property

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from graphql_api.settings import GatewaySettings


@dataclass(frozen=True, slots=True)
class Size:
    """How much a selection asks for, fragments spread out."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0


class Measure:
    """Measures the operations of one valid document."""

    def __init__(self, document: DocumentNode) -> None:
        self._document = document
        self._sizes: dict[str, Size] = {}
        self._roots: dict[str, int] = {}

    @cached_property
    def _fragments(self) -> dict[str, FragmentDefinitionNode]:
        definitions = self._document.definitions
        fragments = (node for node in definitions if isinstance(node, FragmentDefinitionNode))
        return {fragment.name.value: fragment for fragment in fragments}

    def size(self, selections: SelectionSetNode) -> Size:
        """Return the size of a selection set."""
        parts = [self._size(node) for node in selections.selections]
        return Size(
            depth=max((part.depth for part in parts), default=0),
            fields=sum(part.fields for part in parts),
            aliases=sum(part.aliases for part in parts),
        )

    def roots(self, selections: SelectionSetNode) -> int:
        """Return how many fields stand at the top of a selection set."""
        return sum(self._root(node) for node in selections.selections)

    def _size(self, node: SelectionNode) -> Size:
        if isinstance(node, FieldNode):
            inner = self.size(node.selection_set) if node.selection_set else Size()
            aliases = inner.aliases + (node.alias is not None)
            return Size(inner.depth + 1, inner.fields + 1, aliases)
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name not in self._sizes:
                self._sizes[name] = self.size(self._fragments[name].selection_set)
            return self._sizes[name]
        return self.size(node.selection_set)  # type: ignore[attr-defined]

    def _root(self, node: SelectionNode) -> int:
        if isinstance(node, FieldNode):
            return 1
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name not in self._roots:
                self._roots[name] = self.roots(self._fragments[name].selection_set)
            return self._roots[name]
        return self.roots(node.selection_set)  # type: ignore[attr-defined]


def excesses(document: DocumentNode, settings: GatewaySettings) -> list[GraphQLError]:
    """Return an error for each limit that an operation of a valid document exceeds."""
    measure = Measure(document)
    errors: list[GraphQLError] = []
    for node in document.definitions:
        if not isinstance(node, OperationDefinitionNode):
            continue
        size = measure.size(node.selection_set)
        checks = (
            ("TOO_DEEP", "levels of fields", size.depth, settings.max_depth),
            ("TOO_MANY_ALIASES", "aliases", size.aliases, settings.max_aliases),
            ("TOO_MANY_FIELDS", "fields", size.fields, settings.max_fields),
            (
                "TOO_MANY_ROOT_FIELDS",
                "fields at the root",
                measure.roots(node.selection_set),
                settings.max_root_fields,
            ),
        )
        errors += [
            GraphQLError(
                f"The operation has {found} {what}; at most {limit} are allowed.",
                nodes=node,
                extensions={"code": code},
            )
            for code, what, found, limit in checks
            if found > limit
        ]
    return errors
