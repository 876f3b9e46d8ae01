"""Documents that ask for every field of a schema, and for every argument of every root."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLField, get_named_type, is_leaf_type

from tests.support.walk import Walk

Sweep = Iterator[tuple[str, Mapping[str, Any]]]
PAGED = "(first: 2"
INTERFACES = {
    "Node": "{}",
    "InventoryObject": "{}",
    "SwitchPolicy": "{{ ... on Host {{ standardSwitches {} }} }}",
}
"""Interfaces, and a selection of objects where they can be asked for."""


def sweep(walk: Walk) -> Sweep:
    """Yield documents and their variables: lists short, so that there may be many."""
    yield from _objects(walk)
    yield from _interfaces(walk)
    yield from _roots(walk)


def _objects(walk: Walk) -> Sweep:
    """Ask objects of every type for each field that leads on, and for their values."""
    for type_ in walk.node_types():
        fields = walk.schema.type_map[type_].fields  # type: ignore[attr-defined]
        values = [name for name, f in fields.items() if is_leaf_type(get_named_type(f.type))]
        edges = [_shown(walk, name, f) for name, f in fields.items() if name not in values]
        for selection in (" ".join(values), *edges):
            inner = f"{{ ... on {type_} {{ __typename {selection} }} }}"
            yield (
                f"query($ids: [ID!]!) {{ nodes(ids: $ids) {inner} }}",
                {"ids": walk.samples[type_][:2]},
            )


def _interfaces(walk: Walk) -> Sweep:
    """Ask objects of every type for what they have in common; their parts likewise."""
    ids = [ids[0] for ids in walk.samples.values()]
    for on, within in INTERFACES.items():
        fields = walk.schema.type_map[on].fields  # type: ignore[attr-defined]
        of_all = " ".join(_shown(walk, name, field) for name, field in fields.items())
        selection = within.format(f"{{ __typename ... on {on} {{ {of_all} }} }}")
        yield f"query($ids: [ID!]!) {{ nodes(ids: $ids) {selection} }}", {"ids": ids}


def _roots(walk: Walk) -> Sweep:
    """Ask every root for everything once, then with each value of each argument for little."""
    for name, field in walk.schema.query_type.fields.items():  # type: ignore[union-attr]
        below = get_named_type(field.type).fields if not field.args else {}
        below = {key: inner for key, inner in below.items() if inner.args}
        if not below:
            for number, arguments in enumerate(walk.calls(field)):
                selection = walk.selection(field.type) if number < 2 else _little(field)
                yield f"{{ {name}{_paged(field, arguments)} {selection} }}", {}
        for key, inner in below.items():
            for number, arguments in enumerate(walk.calls(inner, every_value=False)):
                selection = walk.selection(inner.type) if number == 0 else _little(inner)
                yield f"{{ {name} {{ {key}{_paged(inner, arguments)} {selection} }} }}", {}


def _shown(walk: Walk, name: str, field: GraphQLField) -> str:
    return f"{name}{_paged(field, '')} {walk.selection(field.type)}"


def _paged(field: GraphQLField, arguments: str) -> str:
    """Return arguments with a page that is short."""
    if "first" not in field.args:
        return arguments
    return f"{PAGED}, {arguments[1:]}" if arguments else f"{PAGED})"


def _little(field: GraphQLField) -> str:
    named = get_named_type(field.type)
    names = getattr(named, "fields", {})
    if "totalCount" in names:
        return "{ totalCount nodes { id } }"
    return "{ __typename id }" if "id" in names else "{ __typename }"
