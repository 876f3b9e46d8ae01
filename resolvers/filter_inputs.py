"""The filter of every type, made of what the type declares: its columns, parts and edges.

`VirtualMachineFilter` has a field for each column that can be compared, one for each object it
leads to (`host: HostFilter`), one for each list (`disks: {some: …}`), and `and`, `or`, `not`.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import UNSET
from strawberry.types.base import StrawberryOptional, get_object_definition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from loaders.condition import Some, SomePart, Through
from loaders.entity import VCENTER, Entity
from loaders.relation import RELATIONS
from resolvers import query  # noqa: F401 - with it every type is declared
from resolvers.declare import COLUMN, EDGE, PARTS, Arity, Column, Edge, PartList
from resolvers.filter import (
    BigIntFilter,
    DateTimeFilter,
    FlagFilter,
    IPAddressFilter,
    MoidFilter,
    NumberFilter,
    StateFilter,
    TextFilter,
    UUIDFilter,
    VCenterIdFilter,
    of_column,
    of_ends,
    of_list,
    of_logic,
)
from resolvers.node import TYPES
from resolvers.scalar import BigInt, IPAddress

HERE = "resolvers.filter_inputs"
OPERATORS: dict[Any, type] = {
    str: TextFilter,
    int: NumberFilter,
    bool: FlagFilter,
    BigInt: BigIntFilter,
    datetime: DateTimeFilter,
    UUID: UUIDFilter,
    IPAddress: IPAddressFilter,
    strawberry.ID: MoidFilter,
}
"""What a value of each kind is compared by."""

Given = tuple[Any, str, Mapping[str, Any]]
"""A field of a filter: its type, its description, how it is read."""


def _operators(field: StrawberryField) -> tuple[Any, Any]:
    """Return what a field's values are compared by (None: they are not), and their enumeration."""
    held = field.type
    if isinstance(held, StrawberryOptional):
        held = held.of_type
    if isinstance(held, StrawberryEnumDefinition):
        return StateFilter[held.wrapped_cls], held.wrapped_cls  # type: ignore[name-defined]
    return (OPERATORS.get(held) if callable(held) else None), None


def _columns(cls: type, entity: Entity | None = None) -> dict[str, Given]:
    """Return the fields about columns: of an entity, or of a kind of part."""
    found: dict[str, Given] = {}
    for field in get_object_definition(cls, strict=True).fields:
        column: Column | None = field.metadata.get(COLUMN)
        if column is None or PARTS in field.metadata or not column.is_filterable:
            continue
        operators, states = _operators(field)
        if operators is not None:
            beside = "" if entity is None or column.key in entity.table.c else column.table
            how = of_column(column.key, beside, states)
            found[field.python_name] = (operators, field.description or "", how)
    return found


def _parts(cls: type) -> dict[str, Given]:
    found: dict[str, Given] = {}
    for field in get_object_definition(cls, strict=True).fields:
        held: PartList | None = field.metadata.get(PARTS)
        if held is not None:
            how = of_list(partial(SomePart, held.table, held.key))
            found[field.python_name] = (_list_of_parts(held.of_type), field.description or "", how)
    return found


def _edges(cls: type) -> dict[str, Given]:
    found: dict[str, Given] = {}
    for field in get_object_definition(cls, strict=True).fields:
        edge: Edge | None = field.metadata.get(EDGE)
        if edge is None or edge.target is None or edge.target not in TYPES:
            continue
        name, description = edge.target.name, field.description or ""
        if edge.arity is Arity.ONE:
            holder = "" if edge.target is VCENTER else edge.keys[-1]
            how = of_ends(partial(Through, holder, name))
            found[field.python_name] = (_lazy(f"{name}Filter"), description, how)
        elif edge.loader in RELATIONS:
            how = of_list(partial(Some, edge.loader))
            found[field.python_name] = (_lazy(f"{name}ListFilter"), description, how)
    return found


def _lazy(name: str) -> Any:
    return Annotated[name, strawberry.lazy(HERE)]


def _made(name: str, given: Mapping[str, Given], description: str) -> type:
    """Make an input; conditions that are not given are unset."""
    fields = {
        key: strawberry.field(
            default=UNSET,
            description=about,
            metadata=how,
            name=key.rstrip("_") if key.endswith("_") else None,
        )
        for key, (_, about, how) in given.items()
    }
    annotations = {key: type_ | None for key, (type_, _, _) in given.items()}
    body = {**fields, "__annotations__": annotations, "__module__": HERE, "__doc__": description}
    made = strawberry.input(type(name, (), body), name=name, description=description)
    globals()[name] = made
    return made


def _logic(name: str) -> dict[str, Given]:
    how, one = of_logic(), _lazy(name)
    return {
        "and_": (list[one], "All of these hold too.", how["and_"]),  # type: ignore[valid-type]
        "or_": (list[one], "One of these holds; none of none does.", how["or_"]),  # type: ignore[valid-type]
        "not_": (one, "This does not hold, be it that it is not known.", how["not_"]),
    }


def _list_of_parts(of_type: type) -> Any:
    """Return the filter of a list of parts, made once."""
    called = get_object_definition(of_type, strict=True).name
    name = f"{called}Filter"
    if name not in globals():
        _made(name, _columns(of_type) | _logic(name), "Which of them; all conditions must hold.")
        _of_list(called)
    return _lazy(f"{called}ListFilter")


def _of_list(called: str) -> None:
    one = _lazy(f"{called}Filter")
    given: dict[str, Given] = {
        "some": (one, "At least one of them meets this; `{}`: there is one.", {}),
        "none": (one, "None of them meets this; `{}`: there is none.", {}),
    }
    _made(f"{called}ListFilter", given, "Conditions on a list; all that are given must hold.")


def _of_entity(entity: Entity, cls: type) -> None:
    name = f"{entity.name}Filter"
    given = _columns(cls, entity)
    if "vcenter_id" in entity.table.c:
        how = of_column("vcenter_uuid")
        given["vcenter_id"] = (VCenterIdFilter, "The vCenter it belongs to.", how)
    given |= _parts(cls) | _edges(cls) | _logic(name)
    _made(name, given, f"Which {entity.plural.replace('_', ' ')}; all conditions must hold.")
    _of_list(entity.name)


for _entity, _cls in TYPES.items():
    if _entity.identity:  # changes have filters of their own
        _of_entity(_entity, _cls)
