"""`aggregates` of a list: what its rows have in common, how many they are, their sums.

Only numbers that are selected are made. The types of groups and numbers are in `aggregate_types`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import Parameter
from typing import Annotated, Any

import strawberry
from strawberry import UNSET
from strawberry.types.nodes import SelectedField, Selection

from loaders.aggregate import FUNCTIONS, Measure, Summary, SummaryKey
from loaders.entity import Entity
from loaders.listing import ListKey
from loaders.page import Page
from loaders.relation import RELATIONS
from resolvers.context import Info
from resolvers.filter import conditions_of
from resolvers.signature import argument, with_arguments
from runtime.errors import InvalidArgumentError, PageSizeError

TYPES = "resolvers.aggregate_types"
MOST_COLUMNS = 4
MOST_GROUPS = 1000
DEFAULT_GROUPS = 100
FIRST = argument(int, f"Most groups: 1 to {MOST_GROUPS}.", DEFAULT_GROUPS)
ABOUT = (
    "The rows of the whole list in groups, those of most rows first; without groupBy one group of "
    "all of them. Counted and summed when asked for, which costs more the more rows there are."
)


def aggregates(entity: Entity) -> Any:
    """Show groups of a connection's whole list, whichever page of it is asked for."""

    async def resolve(root: strawberry.Parent[Any], info: Info, **arguments: Any) -> Any:
        by = arguments.get("group_by")
        fields = tuple(dict.fromkeys(by)) if by not in (None, UNSET) else ()
        if len(fields) > MOST_COLUMNS:
            raise InvalidArgumentError(f"Rows are grouped by at most {MOST_COLUMNS} fields.")
        return await _groups(info, root.key, fields, arguments["first"])

    own = Annotated[f"{entity.name}GroupField", strawberry.lazy(TYPES)]  # type: ignore[valid-type]
    by = argument(
        list[own] | None,  # type: ignore[valid-type]
        f"What the rows of a group have in common: at most {MOST_COLUMNS} fields.",
        UNSET,
    )
    return _field(entity, resolve, ABOUT, group_by=by, first=FIRST)


def grouped_by(entity: Entity, fields: Sequence[str], description: str) -> Any:
    """Lead from the query's root to groups of all rows, by fields that are chosen already."""
    relation = RELATIONS[entity.plural]

    async def resolve(info: Info, **arguments: Any) -> Any:
        page = Page(0, conditions=conditions_of(arguments.get("filter")))
        return await _groups(info, ListKey(relation, page), fields, arguments["first"])

    own = Annotated[f"{entity.name}Filter", strawberry.lazy("resolvers.filter_inputs")]  # type: ignore[valid-type]
    filter_ = argument(own | None, "Only rows that meet all of it.", UNSET)
    return _field(entity, resolve, description, filter=filter_, first=FIRST)


async def _groups(info: Info, key: ListKey, fields: Sequence[str], most: int) -> list[Any]:
    from resolvers.aggregate_types import SHAPES

    shape = SHAPES[key.relation.target]
    if not 1 <= most <= MOST_GROUPS:
        raise PageSizeError(f"first must lie between 1 and {MOST_GROUPS}, not {most}.")
    columns = tuple(dict.fromkeys(column for field in fields for column in shape.keys[field]))
    measures = tuple(dict.fromkeys(_selected(info, shape.numbers)))
    summary = Summary(columns, measures, most)
    asked = key.page
    page = Page(0, conditions=asked.conditions, include_deleted=asked.include_deleted)
    rows = await info.context.loaders.groups_of_list.load(
        SummaryKey(key.relation, page, summary, key.parent)
    )
    info.context.loaders.budget.spend(len(rows))
    return [shape.aggregate(summary, row) for row in rows]


def _field(
    entity: Entity, resolve: Callable[..., Any], description: str, **given: Parameter
) -> Any:
    made = Annotated[f"{entity.name}Aggregate", strawberry.lazy(TYPES)]  # type: ignore[valid-type]
    return strawberry.field(
        resolver=with_arguments(resolve, given),
        description=description,
        graphql_type=list[made],  # type: ignore[valid-type]
    )


def _selected(info: Info, numbers: Mapping[str, tuple[str, str]]) -> Iterator[Measure]:
    """Return the numbers that the document selects, fragments opened."""
    for field in info.selected_fields:
        for function in _fields(field.selections):
            if function.name in FUNCTIONS:
                for number in _fields(function.selections):
                    if number.name in numbers:
                        yield Measure(function.name, *numbers[number.name])


def _fields(selections: list[Selection]) -> Iterator[SelectedField]:
    for selection in selections:
        if isinstance(selection, SelectedField):
            yield selection
        else:
            yield from _fields(selection.selections)
