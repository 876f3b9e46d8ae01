"""A hypothesis strategy of requests: valid documents, deep and wide, with their variables."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLSchema
from hypothesis import strategies as st

from tests.support.arguments import Arguments
from tests.support.asked import Asked
from tests.support.choice import Choice
from tests.support.found import Found
from tests.support.selection import Place, Selections
from tests.support.variables import Variables

MOST_FIELDS = 60
OTHERS = (
    "query Other { __typename }",
    "query Other($v0: Int = 1) { vcenters(first: $v0) { nodes { name } } }",
    'query __Other { node(id: "x") { id } }',
)
NAMES = ("Main", "__Main", "query", "self", "M0")

FEATURES = frozenset(
    (
        *("literal argument", "variable", "variable with default", "variable inside of a literal"),
        *(
            "missing variable",
            "null variable",
            "null literal",
            "null value",
            "one value for a list",
        ),
        *("hostile variable name", "block string", "wrong variable", "introspection"),
        *("required variable null or missing", "page too large", "malformed ID"),
        *("bad cursor", "cursor of another list", "real cursor", "bad representation"),
        *("filter and", "filter or", "filter not", "filter some", "filter none"),
        *("alias", "hostile alias", "__typename", "__typename of an object", "shorthand"),
        *("the same field twice, merged", "the same field twice, other arguments"),
        *(
            "inline fragment with type",
            "inline fragment without type",
            "inline fragment on a union",
        ),
        *("named fragment", "nested fragment", "fragment spread twice", "several operations"),
        *("@skip of a field", "@include of a field", "@skip of a fragment"),
        *("@include of a fragment", "directive by literal", "directive by variable"),
        *("errors beside data", "null above an error", "null up to the root"),
        *(f"code {code}" for code in ("AMBIGUOUS", "ANSWER_TOO_LARGE", "BAD_USER_INPUT")),
        *(f"code {code}" for code in ("INVALID_ARGUMENT", "INVALID_CURSOR", "INVALID_ID")),
        *(f"code {code}" for code in ("INVALID_REPRESENTATION", "ORDER_NEEDS_VCENTER")),
        "code PAGE_SIZE",
    )
)
"""What documents must have asked, and answers must have shown, for a run to tell anything."""


@st.composite
def requests(draw: Callable[..., Any], schema: GraphQLSchema, found: Found) -> Asked:
    """Return requests whose documents are valid; in a few the variables are not."""
    choice = Choice(draw)
    variables = Variables(choice, may_be_wrong=choice.chance(8))
    arguments = Arguments(choice, found, variables)
    budget = choice.number(3, MOST_FIELDS)
    selections = Selections(schema, arguments, budget)
    selection = selections.of(schema.query_type, Place())
    variables.forget_unused("\n".join([selection, *selections.fragments]))
    features = variables.features
    if choice.chance(3):
        features.add("introspection")
        selection = f'{selection[:-1]}asked: __type(name: "Host") {{ name kind }} }}'
    name = None
    if choice.chance(30) or variables.declared:
        name = choice.pick(NAMES) if choice.chance(60) else None
    operation = f"query {name or ''}{variables.head()} {selection}"
    if name is None and not variables.declared:
        operation = selection
        features.add("shorthand")
    parts = [operation, *selections.fragments]
    if name is not None and choice.chance(40):
        features.add("several operations")
        parts.insert(choice.number(0, len(parts)), choice.pick(OTHERS))
    elif name is not None and choice.chance(50):
        name = None
    if choice.chance(20):
        parts.reverse()
    text = "\n".join(parts)
    return Asked(text, variables.given, name, tuple(selections.holes), frozenset(features))
