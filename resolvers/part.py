"""Parts of a row that are kept in JSON, as objects of the graph: a VM's disks, a host's LUNs.

What has a table of its own is loaded only when it is selected; null means that it was never read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import strawberry
from strawberry.types.base import StrawberryOptional, get_object_definition

from loaders.detail import (
    GUEST,
    GUEST_COLUMNS,
    HARDWARE,
    HARDWARE_COLUMNS,
    HOST_HARDWARE,
    HOST_HARDWARE_COLUMNS,
)
from loaders.entity import Attribute, describe
from resolvers.context import Info
from resolvers.declare import COLUMN, EDGE, PARTS, Arity, Column, Edge, PartList, table_of
from resolvers.node import enums_of

Owner = tuple[int, str]
"""The object that a part belongs to: its vCenter's number and its moid."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table of parts."""

    loader: str
    columns: tuple[str, ...]

    @property
    def edge(self) -> Edge:
        """How it is reached."""
        return Edge(self.loader, ("vcenter_id", "moid"), Arity.PART, None)


SOURCES = {
    table.name: Source(loader, tuple(str(column.key) for column in columns))
    for table, loader, columns in (
        (HARDWARE, "vm_hardware_by_key", HARDWARE_COLUMNS),
        (GUEST, "vm_guest_by_key", GUEST_COLUMNS),
        (HOST_HARDWARE, "host_hardware_by_key", HOST_HARDWARE_COLUMNS),
    )
}


def entry(key: str, description: str) -> Any:
    """Show what a JSON object holds under a key."""
    return strawberry.field(description=description, metadata={COLUMN: Column(key)})


def value(attribute: Attribute, description: str | None = None) -> Any:
    """Show a column of a table of parts, with its comment for a description where none is given."""
    return _of_source(attribute, lambda _owner, held: held, description)


def parts(attribute: Attribute, of_type: type) -> Any:
    """Show a JSON array of a table of parts as objects of a type."""
    return _of_source(attribute, lambda owner, held: shaped(of_type, owner, held), of_type=of_type)


def own_parts(attribute: Attribute, of_type: type) -> Any:
    """Show a JSON array of the row itself, an object's or a vCenter's, as objects of a type."""
    key, comment = describe(attribute)

    def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        held = getattr(root, key)
        info.context.loaders.budget.spend(len(held or ()))
        return shaped(of_type, (root.vcenter_id, getattr(root, "moid", "")), held)

    metadata = {COLUMN: Column(key), PARTS: PartList(table_of(attribute), key, of_type)}
    return strawberry.field(resolver=resolve, description=comment, metadata=metadata)


def own_part(attribute: Attribute, of_type: type) -> Any:
    """Show a JSON object of the row itself as an object of a type."""
    key, comment = describe(attribute)

    def resolve(root: strawberry.Parent[Any]) -> Any:
        held = getattr(root, key)
        return None if held is None else _part(of_type, (root.vcenter_id, root.moid), held)

    return strawberry.field(resolver=resolve, description=comment, metadata={COLUMN: Column(key)})


def inner_parts(key: str, of_type: type, description: str) -> Any:
    """Show a JSON array inside a part as objects of a type."""

    def resolve(root: strawberry.Parent[Any]) -> Any:
        return shaped(of_type, root.owner, root.held.get(key))

    return strawberry.field(
        resolver=resolve, description=description, metadata={COLUMN: Column(key)}
    )


def shaped(of_type: type, owner: Owner, held: Sequence[Mapping[str, Any]] | None) -> Any:
    """Return JSON objects as objects of the graph; null where they were never read."""
    return None if held is None else [_part(of_type, owner, item) for item in held]


async def column_of(attribute: Attribute, owner: Owner, info: Info) -> Any:
    """Return a column of a table of parts, of the VM a part belongs to; None: never read."""
    key, _ = describe(attribute)
    source = SOURCES[attribute.expression.table.name]
    row = await getattr(info.context.loaders, source.loader).load(owner)
    return None if row is None else row[source.columns.index(key)]


def _of_source(
    attribute: Attribute,
    show: Callable[[Owner, Any], Any],
    description: str | None = None,
    of_type: type | None = None,
) -> Any:
    key, comment = describe(attribute)
    source = SOURCES[attribute.expression.table.name]
    loader_name, place = source.loader, source.columns.index(key)

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        owner = (root.vcenter_id, root.moid)
        row = await getattr(info.context.loaders, loader_name).load(owner)
        if row is None:
            return None
        if of_type is not None:
            info.context.loaders.budget.spend(len(row[place] or ()))
        return show(owner, row[place])

    table = table_of(attribute)
    metadata: dict[str, Any] = {EDGE: source.edge, COLUMN: Column(key, table)}
    if of_type is not None:
        metadata[PARTS] = PartList(table, key, of_type)
    return strawberry.field(resolver=resolve, description=description or comment, metadata=metadata)


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
        if COLUMN not in field.metadata or field.base_resolver is not None:
            continue
        keys.append((field.python_name, field.metadata[COLUMN].key))
        held = field.type
        if (held.of_type if isinstance(held, StrawberryOptional) else held) is datetime:
            moments.append(field.python_name)
    return _Shape(tuple(keys), enums_of(of_type), tuple(moments))


def _part(of_type: type, owner: Owner, item: Mapping[str, Any]) -> Any:
    """Return a JSON object as an object of the graph; what it does not hold is null."""
    shape = _shape(of_type)
    values: dict[str, Any] = {name: item.get(key) for name, key in shape.keys}
    for name, members in shape.enums:
        values[name] = members.get(values[name])
    for name in shape.moments:
        values[name] = _moment(values[name])
    made: Any = object.__new__(of_type)
    made.__dict__.update(values, vcenter_id=owner[0], owner=owner, held=item)
    return made


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
