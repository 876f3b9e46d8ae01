"""`aggregates` of a list: what its rows have in common, how many they are, their sums.

Only numbers that are selected are made. The types of groups and numbers are in `aggregate_types`.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import strawberry
from strawberry import UNSET
from strawberry.types.nodes import SelectedField, Selection

from loaders.aggregate import FUNCTIONS, Measure, Summary, SummaryKey
from loaders.entity import Entity
from resolvers.context import Info
from resolvers.signature import argument, with_arguments
from runtime.errors import InvalidArgumentError, PageSizeError

TYPES = "resolvers.aggregate_types"
MOST_COLUMNS = 4
MOST_GROUPS = 1000
DEFAULT_GROUPS = 100
ABOUT = (
    "The rows of the whole list in groups, those of most rows first; without groupBy one group of "
    "all of them. Counted and summed when asked for, which costs more the more rows there are."
)


def aggregates(entity: Entity) -> Any:
    """Show groups of a connection's whole list, whichever page of it is asked for."""

    async def resolve(root: strawberry.Parent[Any], info: Info, **arguments: Any) -> Any:
        from resolvers.aggregate_types import SHAPES

        shape, most = SHAPES[entity], arguments["first"]
        if not 1 <= most <= MOST_GROUPS:
            raise PageSizeError(f"first must lie between 1 and {MOST_GROUPS}, not {most}.")
        by = arguments.get("group_by")
        fields = tuple(dict.fromkeys(by)) if by not in (None, UNSET) else ()
        if len(fields) > MOST_COLUMNS:
            raise InvalidArgumentError(f"Rows are grouped by at most {MOST_COLUMNS} fields.")
        groups = tuple(dict.fromkeys(key for field in fields for key in shape.keys[field]))
        measures = tuple(dict.fromkeys(_selected(info, shape.numbers)))
        summary = Summary(groups, measures, most)
        page = dataclasses.replace(root.key.page, size=0, after=None, before=None, order=())
        page = dataclasses.replace(page, is_last=False)
        key = SummaryKey(root.key.relation, page, summary, root.key.parent)
        rows = await info.context.loaders.groups_of_list.load(key)
        return [shape.aggregate(summary, row) for row in rows]

    own = Annotated[f"{entity.name}GroupField", strawberry.lazy(TYPES)]  # type: ignore[valid-type]
    given = {
        "group_by": argument(
            list[own] | None,  # type: ignore[valid-type]
            f"What the rows of a group have in common: at most {MOST_COLUMNS} fields.",
            UNSET,
        ),
        "first": argument(int, f"Most groups: 1 to {MOST_GROUPS}.", DEFAULT_GROUPS),
    }
    made = Annotated[f"{entity.name}Aggregate", strawberry.lazy(TYPES)]  # type: ignore[valid-type]
    return strawberry.field(
        resolver=with_arguments(resolve, given),
        description=ABOUT,
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
