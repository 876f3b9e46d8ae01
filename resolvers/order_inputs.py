"""The `orderBy` of every type, made of the columns that it declares sortable."""

from enum import Enum
from typing import Any

import strawberry
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from loaders.entity import Entity
from resolvers import query  # noqa: F401 - with it every type is declared
from resolvers.declare import COLUMN
from resolvers.node import TYPES
from resolvers.order import NullsPlacement, OrderDirection

HERE = "resolvers.order_inputs"
IN_VCENTER = " Over all vCenters it has no index: inside of given ones only."


def sortable(entity: Entity, cls: type) -> dict[str, tuple[str, str]]:
    """Return the columns a type can be ordered by: name in the graph to key and description."""
    found: dict[str, tuple[str, str]] = {}
    for field in get_object_definition(cls, strict=True).fields:
        column = field.metadata.get(COLUMN)
        if column is None or not column.is_sortable:
            continue
        note = "" if not entity.is_vast or entity.has_index(column.key) else IN_VCENTER
        name = field.graphql_name or to_camel_case(field.python_name)
        found[name] = (column.key, (field.description or "") + note)
    return found


def _made(entity: Entity, cls: type) -> None:
    columns = sortable(entity, cls)
    called = f"{entity.name}OrderField"
    members = Enum(called, {name: key for name, (key, _) in columns.items()}, module=HERE)  # type: ignore[misc]
    field: Any = strawberry.enum(members, description="What lists of them can be ordered by.")
    for value in field.__strawberry_definition__.values:
        value.description = columns[value.name][1]
    body = {
        "__annotations__": {
            "field": field,
            "direction": OrderDirection,
            "nulls": NullsPlacement,
        },
        "__module__": HERE,
        "field": strawberry.field(description="The column."),
        "direction": strawberry.field(default=OrderDirection.ASC, description="Its direction."),
        "nulls": strawberry.field(
            default=NullsPlacement.LAST, description="Where unknown values stand."
        ),
    }
    name = f"{entity.name}Order"
    made = strawberry.input(
        type(name, (), body), name=name, description="One column of an order, and its direction."
    )
    globals()[called], globals()[name] = field, made


for _entity, _cls in TYPES.items():
    if _entity.identity:  # changes come in the order they were made in
        _made(_entity, _cls)
