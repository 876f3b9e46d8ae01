"""Shapes: how values become what an answer shows of them, many at a time."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLField, GraphQLObjectType, get_named_type
from graphql.language import FieldNode
from strawberry.types.field import StrawberryField

if TYPE_CHECKING:
    from graphql_api.plan.arguments import Arguments
    from graphql_api.plan.run import Run

Shown = dict[str, Any]
"""An object of the answer, while its fields are filled."""


class GivesUpError(Exception):
    """A plan cannot answer as GraphQL says: Strawberry's executor must, errors and all."""

    def __init__(self, why: str, reason: str = "null", *, is_expected: bool = False) -> None:
        super().__init__(why)
        self.reason = reason
        """In a word, for metrics."""
        self.is_expected = is_expected
        """Whether Strawberry's executor may well answer without an error."""


class Shape(ABC):
    """What one field selects of its values."""

    __slots__ = ()

    def is_single(self, run: "Run", field: "Field") -> bool:
        """Tell whether a single statement reads all that is shown of a field at the root."""
        del run, field
        return False

    @property
    def reads_nothing(self) -> bool:
        """Whether values are shown without reading anything more."""
        return False

    @abstractmethod
    async def complete(self, run: "Run", values: Sequence[Any]) -> list[Any]:
        """Return what is shown of values, none of which is null.

        Raises:
            GivesUpError: one of them is not what the schema says.
        """


@dataclass(frozen=True, slots=True)
class Leaf(Shape):
    """A scalar or an enumeration."""

    convert: Callable[[Any], Any]

    @property
    def reads_nothing(self) -> bool:
        """A value is there."""
        return True

    async def complete(self, run: "Run", values: Sequence[Any]) -> list[Any]:
        """Convert each."""
        del run
        convert = self.convert
        return [_known(convert(value)) for value in values]


@dataclass(frozen=True, slots=True)
class Many(Shape):
    """A list: the items of all lists are completed together."""

    of: Shape
    is_required: bool
    """Whether none of its items may be null."""

    @property
    def reads_nothing(self) -> bool:
        """Whether its items are."""
        return self.of.reads_nothing

    async def complete(self, run: "Run", values: Sequence[Any]) -> list[Any]:
        """Complete all items, then part them again."""
        lists = [list(each) for each in values]
        items = [item for each in lists for item in each]
        return parted(await completed(self.of, self.is_required, run, items), map(len, lists))


@dataclass(frozen=True, slots=True)
class Abstract(Shape):
    """An interface or a union: objects of each type are completed together."""

    shapes: Mapping[type, Shape]
    """By the Python class of the objects."""

    async def complete(self, run: "Run", values: Sequence[Any]) -> list[Any]:
        """Complete the objects type by type, and put them in their order again."""
        places: dict[type, list[int]] = {}
        for place, value in enumerate(values):
            places.setdefault(type(value), []).append(place)
        if not places.keys() <= self.shapes.keys():
            raise GivesUpError("a value is of none of the types that may stand here")
        made = await run.abreast(
            [
                self.shapes[kind].complete(run, [values[i] for i in own])
                for kind, own in places.items()
            ]
        )
        shown: list[Any] = [None] * len(values)
        for own, ones in zip(places.values(), made, strict=True):
            for place, one in zip(own, ones, strict=True):
                shown[place] = one
        return shown


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an answer: of which it is, how it is called, what is selected of it."""

    key: str
    definition: GraphQLField
    parent: GraphQLObjectType
    nodes: tuple[FieldNode, ...]
    arguments: "Arguments"
    shape: Shape
    is_required: bool

    @property
    def strawberry(self) -> StrawberryField:
        """The declaration of it."""
        found: StrawberryField = self.definition.extensions["strawberry-definition"]
        return found

    @property
    def metadata(self) -> Mapping[Any, Any]:
        """What its declaration says of columns and edges."""
        return self.strawberry.metadata

    @property
    def named(self) -> GraphQLObjectType:
        """The type of the objects that it shows, lists apart."""
        type_ = get_named_type(self.definition.type)
        assert isinstance(type_, GraphQLObjectType)
        return type_

    async def show(self, run: "Run", values: Sequence[Any], shown: Sequence[Shown]) -> None:
        """Put what it shows of each value into each object."""
        key = self.key
        made = await completed(self.shape, self.is_required, run, values)
        for one, value in zip(shown, made, strict=True):
            one[key] = value


async def completed(
    shape: Shape, is_required: bool, run: "Run", values: Sequence[Any]
) -> list[Any]:
    """Return what is shown of values; null stays null.

    Raises:
        GivesUpError: one is null that must not be.
    """
    if None not in values:
        return await shape.complete(run, values)
    if is_required:
        raise GivesUpError("a value is null that must not be")
    known = iter(await shape.complete(run, [value for value in values if value is not None]))
    return [None if value is None else next(known) for value in values]


def parted(items: Sequence[Any], sizes: Any) -> list[list[Any]]:
    """Cut a list into lists of these sizes."""
    parts, start = [], 0
    for size in sizes:
        parts.append(list(items[start : start + size]))
        start += size
    return parts


def objects_in(shown: Shown) -> int:
    """Count the objects in the lists of an answer, as often as they stand there.

    What is shown of a row is one dictionary wherever it stands: lists inside of each other multiply
    in the answer's text alone, after all that was counted while they were made.
    """
    counts: dict[int, int] = {}

    def count(one: Shown) -> int:
        known = counts.get(id(one))
        if known is None:
            known = counts[id(one)] = sum(map(inside, one.values()))
        return known

    def inside(value: Any) -> int:
        if isinstance(value, dict):
            return count(value)
        if isinstance(value, list) and value and not isinstance(value[0], str):
            return len(value) + sum(map(inside, value))
        return 0

    return count(shown)


def _known(value: Any) -> Any:
    if value is None:
        raise GivesUpError("a value cannot be shown")
    return value
