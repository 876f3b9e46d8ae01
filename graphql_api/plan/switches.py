"""Variables in documents: which of them decide what is selected at all."""

from typing import Any

from graphql import DirectiveNode, DocumentNode, Node, VariableNode, Visitor, visit

DECIDING = {"skip", "include"}


def switches_of(document: DocumentNode) -> tuple[str, ...]:
    """Return the variables that stand in @skip and @include: each of their values is a plan."""
    found: dict[str, None] = {}
    for directive in _directives(document):
        found |= dict.fromkeys(variables_in(directive))
    return tuple(found)


def _directives(document: DocumentNode) -> list[DirectiveNode]:
    met: list[DirectiveNode] = []

    class Meets(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            if node.name.value in DECIDING:
                met.append(node)

    visit(document, Meets())
    return met


def variables_in(node: Node | None) -> list[str]:
    """Return the names of the variables that stand in a part of a document."""
    names: list[str] = []
    if node is None:
        return names

    class Names(Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            names.append(node.name.value)

    visit(node, Names())
    return names
