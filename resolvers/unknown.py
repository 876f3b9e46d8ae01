"""Which fields of an object are older than the object: columns the vCenter could not tell."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import strawberry
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from resolvers.declare import COLUMN, EDGE, Column


def unknown_fields(description: str) -> Any:
    """Show the columns of `unknown_columns` under the names that the graph gives them."""

    def resolve(root: strawberry.Parent[Any]) -> list[str]:
        if not root.unknown_columns:
            return []
        names = _names(root.__class__)
        return sorted({names.get(column, to_camel_case(column)) for column in root.unknown_columns})

    metadata = {COLUMN: Column("unknown_columns")}
    return strawberry.field(resolver=resolve, description=description, metadata=metadata)


@cache
def _names(cls: type) -> Mapping[str, str]:
    """Return the field that shows each column of a type, or leads where it points."""
    names: dict[str, str] = {}
    for field in get_object_definition(cls, strict=True).fields:
        shown = field.graphql_name or to_camel_case(field.python_name)
        if COLUMN in field.metadata:
            names[field.metadata[COLUMN].key] = shown
        elif EDGE in field.metadata:
            for key in set(field.metadata[EDGE].keys) - {"vcenter_id", "moid"}:
                names.setdefault(key, shown)
    return names
