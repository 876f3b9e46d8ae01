"""The types of aggregates, made of what each type declares: groups, sums, averages, extremes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import strawberry
from strawberry.types.base import StrawberryOptional, get_object_definition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from loaders.aggregate import FUNCTIONS, Summary
from loaders.entity import SYNC_RUN, Entity
from loaders.reading import Record
from resolvers import query  # noqa: F401 - with it every type is declared
from resolvers.declare import COLUMN, EDGE, Arity, Column, Edge, to_one
from resolvers.enums import publish
from resolvers.node import TYPES, enums_of
from resolvers.scalar import BigInt

HERE = "resolvers.aggregate_types"


@dataclass(frozen=True, slots=True)
class Shape:
    """How rows of groups become objects, for one entity."""

    keys: Mapping[str, tuple[str, ...]]
    """What each field of groups needs: columns of the entity."""
    numbers: Mapping[str, tuple[str, str]]
    """The column and table of each number, by its name in the graph."""
    aggregate_type: type
    group_type: type
    number_types: Mapping[str, type]

    def aggregate(self, summary: Summary, row: Record) -> Any:
        """Return a row of a summary as an object of the graph."""
        width = len(summary.groups)
        values: dict[str, Any] = {key: None for keys in self.keys.values() for key in keys}
        values |= dict(zip(summary.groups, row[:width], strict=True))
        for name, members in enums_of(self.group_type):
            values[name] = members.get(str(values[name]))
        nothing = dict.fromkeys(column for column, _ in self.numbers.values())
        numbers: dict[str, dict[str, Any]] = {name: dict(nothing) for name in FUNCTIONS}
        for measure, number in zip(summary.measures, row[width + 1 :], strict=True):
            numbers[measure.function][measure.column] = _number(measure.function, number)
        held = {name: _object(type_, numbers[name]) for name, type_ in self.number_types.items()}
        group = _object(self.group_type, values)
        return _object(self.aggregate_type, held | {"group": group, "count": row[width]})


def _number(function: str, number: Any) -> float | int | None:
    """Return a number that PostgreSQL gives as a decimal: sums of large numbers outgrow 64 bits."""
    if number is None:
        return None
    return float(number) if function == "avg" else int(number)


def _object(cls: type, values: Mapping[str, Any]) -> Any:
    """Return an object of a type."""
    made: Any = object.__new__(cls)
    made.__dict__.update(values)
    return made


SHAPES: dict[Entity, Shape] = {}


def _type(name: str, fields: Mapping[str, tuple[Any, Any]], description: str) -> type:
    """Make a type of fields: what each is of, and the field."""
    body: dict[str, Any] = {
        "__annotations__": {key: of_type for key, (of_type, _) in fields.items()},
        "__module__": HERE,
        **{key: field for key, (_, field) in fields.items()},
    }
    made: type = strawberry.type(type(name, (), body), name=name, description=description)
    globals()[name] = made
    return made


def _held(field: StrawberryField) -> Any:
    held = field.type
    return held.of_type if isinstance(held, StrawberryOptional) else held


def _shown(field: StrawberryField) -> str:
    return field.graphql_name or to_camel_case(field.python_name)


def _groups(
    fields: Sequence[StrawberryField],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[Any, Any]]]:
    """Return the columns behind each field of groups, and the fields."""
    keys: dict[str, tuple[str, ...]] = {}
    shown: dict[str, tuple[Any, Any]] = {}
    for field in fields:
        edge: Edge | None = field.metadata.get(EDGE)
        column: Column | None = field.metadata.get(COLUMN)
        about = field.description or ""
        if edge is not None and edge.arity is Arity.ONE and edge.target in TYPES:
            keys[_shown(field)] = edge.keys
            of_type = field.type_annotation.annotation if field.type_annotation else None
            shown[field.python_name] = (
                _optional(of_type),
                to_one(edge.target, *edge.keys, description=about),
            )
        elif column is not None and column.is_groupable:
            keys[_shown(field)] = (column.key,)
            held = _held(field)
            of_type = held.wrapped_cls if isinstance(held, StrawberryEnumDefinition) else held
            shown[field.python_name] = (of_type | None, strawberry.field(description=about))
    return keys, shown


def _optional(annotation: Any) -> Any:
    return annotation | None


def _numbers(entity: Entity, fields: Sequence[StrawberryField]) -> list[StrawberryField]:
    """Return the fields that hold numbers: of the entity's own table, or beside it."""
    return [
        field
        for field in fields
        if (column := field.metadata.get(COLUMN)) is not None
        and column.is_filterable
        and _held(field) in (int, BigInt)
        and (column.key in entity.table.c or column.table)
        and not column.key.endswith("generation")
    ]


def _number_type(name: str, numbers: Sequence[StrawberryField], of_type: Any, plural: str) -> type:
    fields = {
        field.metadata[COLUMN].key: (
            of_type | None,
            strawberry.field(name=_shown(field), description=field.description),
        )
        for field in numbers
    }
    return _type(name, fields, f"Numbers of a group of {plural}; unknown values are left out.")


def _of_entity(entity: Entity, cls: type) -> None:
    fields = get_object_definition(cls, strict=True).fields
    keys, groups = _groups(fields)
    numbers = _numbers(entity, fields)
    plural = entity.plural.replace("_", " ")
    called = f"{entity.name}GroupField"
    members: Any = StrEnum(called, dict(zip(keys, keys, strict=True)), module=HERE)  # type: ignore[misc]
    descriptions = {_shown(field): field.description or "" for field in fields}
    publish(members, f"What {plural} are grouped by.", **{key: descriptions[key] for key in keys})
    globals()[called] = members
    group_type = _type(
        f"{entity.name}GroupKey", groups, "What the rows of a group have in common; else null."
    )
    number_types: dict[str, type] = {}
    if numbers:
        whole = _number_type(f"{entity.name}Numbers", numbers, BigInt, plural)
        number_types = dict.fromkeys(FUNCTIONS, whole)
        number_types["avg"] = _number_type(f"{entity.name}Averages", numbers, float, plural)
    aggregate: dict[str, tuple[Any, Any]] = {
        "group": (group_type, strawberry.field(description="What its rows have in common.")),
        "count": (BigInt, strawberry.field(description="How many rows it has.")),
    }
    aggregate |= {
        function: (of_type, strawberry.field(description=f"{ABOUT[function]}."))
        for function, of_type in number_types.items()
    }
    made = _type(f"{entity.name}Aggregate", aggregate, f"A group of {plural}.")
    beside = {
        _shown(field): (
            field.metadata[COLUMN].key,
            "" if field.metadata[COLUMN].key in entity.table.c else field.metadata[COLUMN].table,
        )
        for field in numbers
    }
    SHAPES[entity] = Shape(keys, beside, made, group_type, number_types)


ABOUT = {"sum": "Sums", "avg": "Averages", "min": "Least values", "max": "Largest values"}

for _entity, _cls in TYPES.items():
    if _entity.identity and _entity is not SYNC_RUN:
        _of_entity(_entity, _cls)
