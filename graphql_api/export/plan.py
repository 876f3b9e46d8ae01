"""From a document of one list to a document of one page of it, to be executed page by page.

    query A($n: Int!, $w: String!) {                query A($n: Int!, $w: String!,
      all: hosts(first: $n, filter: {…$w}) {                $pageSize: Int!, $pageAfter: String) {
        totalCount                            →       all: hosts(filter: {…$w}, first: $pageSize,
        edges { cursor node { name ...F } }                      after: $pageAfter) {
      }                                                 nodes { name ...F }
    }                                                   page: pageInfo { hasNextPage endCursor } } }

The page's document is made of the parts of a valid one, with the fragments it still needs, so it is
executed like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    parse,
    print_ast,
    separate_operations,
)

from graphql_api.documents import Document, digest_of
from graphql_api.export.selection import Selected, Selection
from graphql_api.refusal import refuse
from loaders.entity import VCENTER
from resolvers import global_id
from resolvers.connection import DEFAULT_FIRST
from resolvers.declare import EDGE, Arity, Edge
from runtime.errors import InvalidIdError

ROWS, PAGE = "nodes", "page"
PAGING = frozenset({"first", "after", "last", "before"})
PAGE_INFO = f"{{ {PAGE}: pageInfo {{ hasNextPage endCursor }} }}"
MOST_ROWS_OF_PAGE = 20_000
"""Rows of a page, those of lists below its rows counted in: it has fewer of its own then."""
NEEDS = (
    "An export takes a query of exactly one list of objects from the root, of which nodes {…} or"
    " edges { node {…} } is selected once"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a list is exported."""

    name: str
    """The key that the list has in the document."""
    page: Document
    operation_name: str | None
    variables: Mapping[str, Any]
    size_name: str
    after_name: str
    size: int
    is_walked: bool
    """Whether its rows belong to vCenters, and each one's are read in a snapshot of their own."""
    only: frozenset[UUID] | None
    """The vCenters that its filter names; None: no telling."""
    selection: Selection
    objects: Selected
    """The field whose selection is that of the rows."""

    def variables_of(self, after: str | None, size: int | None = None) -> dict[str, Any]:
        """Return the variables of the page behind a cursor; `size`: of fewer rows than planned."""
        return {**self.variables, self.size_name: size or self.size, self.after_name: after}


def plan_of(
    schema: GraphQLSchema,
    document: Document,
    variables: Mapping[str, Any],
    operation_name: str | None,
    *,
    page_rows: int,
) -> Plan:
    """Return the plan of a document.

    Raises:
        Refusal: it is no query of exactly one list, or its variables do not fit.
    """
    if document.operation(operation_name) is not OperationType.QUERY:
        raise refuse(f"{NEEDS}; this is no query.", "EXPORT_NEEDS_ONE_LIST")
    selection = Selection(schema, document, variables, operation_name)
    root, edge = _root(selection)
    rows, merged = _rows(selection, root)
    arguments = selection.arguments(root)
    taken = {v.variable.name.value for v in selection.operation.variable_definitions or ()}
    size_name, after_name = _unused("pageSize", taken), _unused("pageAfter", taken)
    size = min(page_rows, max(1, MOST_ROWS_OF_PAGE // (1 + _rows_below(selection, rows))))
    return Plan(
        name=root.key,
        page=_page(document, selection.operation, root, merged, (size_name, after_name)),
        operation_name=operation_name,
        variables=variables,
        size_name=size_name,
        after_name=after_name,
        size=size,
        is_walked=edge.target is not VCENTER,
        only=_only(arguments),
        selection=selection,
        objects=rows,
    )


def _root(selection: Selection) -> tuple[Selected, Edge]:
    roots = selection.roots()
    if len(roots) != 1:
        raise refuse(f"{NEEDS}; this one has {len(roots)} roots.", "EXPORT_NEEDS_ONE_LIST")
    (root,) = roots
    edge = _edge(root)
    if edge is None or edge.arity is not Arity.CONNECTION:
        raise refuse(f"{NEEDS}; {root.name} is no such list.", "EXPORT_NEEDS_ONE_LIST")
    return root, edge


def _rows(selection: Selection, root: Selected) -> tuple[Selected, SelectionSetNode]:
    """Return the field that holds the rows, and all that is selected of a row."""
    found = [field for field in selection.below(root) if field.name in ("nodes", "edges")]
    if len(found) == 1 and found[0].name == "edges":
        found = [field for field in selection.below(found[0]) if field.name == "node"]
    if len(found) != 1:
        raise refuse(f"{NEEDS}; of {root.name} it is not.", "EXPORT_NEEDS_ONE_LIST")
    sets = [each.node.selection_set for each in found[0].details]
    parts = [part for each in sets if each is not None for part in each.selections]
    return found[0], SelectionSetNode(selections=tuple(parts))


def _edge(field: Selected) -> Edge | None:
    definition = (field.definition.extensions or {}).get("strawberry-definition")
    edge: Edge | None = definition.metadata.get(EDGE) if definition is not None else None
    return edge


def _rows_below(selection: Selection, field: Selected) -> int:
    """Return how many rows of lists stand below one object at most, by their page sizes."""
    total = 0
    for each in selection.below(field):
        edge, times = _edge(each), 1
        if edge is not None and edge.arity is Arity.CONNECTION:
            given = selection.arguments(each)
            size = given.get("first") if given.get("last") is None else given["last"]
            times = DEFAULT_FIRST if size is None else max(size, 0)
            total += times
        total += times * _rows_below(selection, each)
    return total


def _only(arguments: Mapping[str, Any]) -> frozenset[UUID] | None:
    """Return the vCenters that the filter names outright, so that others need not be walked."""
    named = ((arguments.get("filter") or {}).get("vcenterId")) or {}
    ids = named.get("in") if named.get("eq") is None else [named["eq"]]
    try:
        return None if ids is None else frozenset(global_id.decode(i, "VCenter").uuid for i in ids)
    except InvalidIdError:
        return None  # the first page says so


def _unused(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _page(
    document: Document,
    operation: OperationDefinitionNode,
    root: Selected,
    rows: SelectionSetNode,
    names: tuple[str, str],
) -> Document:
    size, after = (VariableNode(name=NameNode(value=name)) for name in names)
    paging = (
        ArgumentNode(name=NameNode(value="first"), value=size),
        ArgumentNode(name=NameNode(value="after"), value=after),
    )
    kept = (each for each in root.node.arguments or () if each.name.value not in PAGING)
    nodes = FieldNode(
        name=NameNode(value=ROWS), arguments=(), directives=(), alias=None, selection_set=rows
    )
    field = FieldNode(
        alias=NameNode(value=root.key),
        name=root.node.name,
        arguments=(*kept, *paging),
        directives=(),
        selection_set=SelectionSetNode(selections=(nodes, *_parsed(PAGE_INFO).selections)),
    )
    declared = _parsed_operation(f"query(${names[0]}: Int!, ${names[1]}: String) {{ a }}")
    page = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=(
            *(operation.variable_definitions or ()),
            *(declared.variable_definitions or ()),
        ),
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=(field,)),
    )
    fragments = [d for d in document.ast.definitions if isinstance(d, FragmentDefinitionNode)]
    name = operation.name.value if operation.name else None
    ast = separate_operations(DocumentNode(definitions=(page, *fragments)))[name or ""]
    text = print_ast(ast)
    return Document(text, digest_of(text), ast, {name: OperationType.QUERY})


def _parsed(text: str) -> SelectionSetNode:
    return _parsed_operation(text).selection_set


def _parsed_operation(text: str) -> OperationDefinitionNode:
    (operation,) = parse(text, no_location=True).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation
