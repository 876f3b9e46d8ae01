"""Parts of a row that are kept in JSON, as objects of the graph: a VM's disks, a host's LUNs.

Details are loaded only when they are selected; null means that they were never read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import strawberry
from strawberry.types.base import StrawberryOptional, get_object_definition

from loaders.detail import HARDWARE_COLUMNS, HOST_HARDWARE_COLUMNS
from loaders.entity import Attribute, describe
from models.host_hardware import HostHardware
from models.vm_hardware import VmHardware
from resolvers.context import Info
from resolvers.declare import COLUMN, EDGE, Arity, Column, Edge
from resolvers.node import enums_of

KEY = ("vcenter_id", "moid")
SOURCES: dict[object, tuple[Edge, list[str]]] = {
    model: (Edge(loader, KEY, Arity.PART, None), [str(column.key) for column in columns])
    for model, loader, columns in (
        (VmHardware, "vm_hardware_by_key", HARDWARE_COLUMNS),
        (HostHardware, "host_hardware_by_key", HOST_HARDWARE_COLUMNS),
    )
}
"""For each table of details how its rows are loaded, and their columns."""


def entry(key: str, description: str) -> Any:
    """Show what a JSON object holds under a key."""
    return strawberry.field(description=description, metadata={COLUMN: Column(key)})


def value(attribute: Attribute) -> Any:
    """Show a column of a row of details."""
    return _of_details(attribute, lambda _vcenter_id, held: held)


def parts(attribute: Attribute, of_type: type) -> Any:
    """Show a JSON array of a row of details as objects of a type."""
    return _of_details(
        attribute,
        lambda vcenter_id, held: [_part(of_type, vcenter_id, item) for item in held],
    )


def inner_parts(key: str, of_type: type, description: str) -> Any:
    """Show a JSON array that the object itself holds under a key, named like the field."""

    def resolve(root: strawberry.Parent[Any]) -> Any:
        held = getattr(root, key)
        return None if held is None else [_part(of_type, root.vcenter_id, item) for item in held]

    return strawberry.field(
        resolver=resolve, description=description, metadata={COLUMN: Column(key)}
    )


def own_parts(attribute: Attribute, of_type: type) -> Any:
    """Show a JSON array of the object's own row."""
    key, comment = describe(attribute)
    return inner_parts(key, of_type, comment)


def _of_details(attribute: Attribute, show: Callable[[int, Any], Any]) -> Any:
    key, comment = describe(attribute)
    edge, names = SOURCES[attribute.class_]
    place = names.index(key)

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        loader = getattr(info.context.loaders, edge.loader)
        row = await loader.load((root.vcenter_id, root.moid))
        return None if row is None else show(root.vcenter_id, row[place])

    return strawberry.field(
        resolver=resolve, description=comment, metadata={EDGE: edge, COLUMN: Column(key)}
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    keys: tuple[tuple[str, str], ...]
    """Attribute and JSON key of each entry."""
    enums: tuple[tuple[str, Mapping[str, Any]], ...]
    moments: tuple[str, ...]


@cache
def _shape(of_type: type) -> _Shape:
    keys, moments = [], []
    for field in get_object_definition(of_type, strict=True).fields:
        if COLUMN not in field.metadata:
            continue
        keys.append((field.python_name, field.metadata[COLUMN].key))
        held = field.type
        if (held.of_type if isinstance(held, StrawberryOptional) else held) is datetime:
            moments.append(field.python_name)
    return _Shape(tuple(keys), enums_of(of_type), tuple(moments))


def _part(of_type: type, vcenter_id: int, item: Mapping[str, Any]) -> Any:
    """Return a JSON object as an object of the graph; what it does not hold is null."""
    shape = _shape(of_type)
    values: dict[str, Any] = {name: item.get(key) for name, key in shape.keys}
    for name, members in shape.enums:
        values[name] = members.get(values[name])
    for name in shape.moments:
        values[name] = _moment(values[name])
    made: Any = object.__new__(of_type)
    made.__dict__.update(values, vcenter_id=vcenter_id)
    return made


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
