"""Rows: records of the columns that a selection needs, in the order of its answer.

    {moid host {name} id}   →   columns  (moid, vcenter_id, moid, …what edges and IDs need)
                                record   ("vm-7", 3, "vm-7", "host-2", UUID(…))
                                shown    {"moid": "vm-7", "host": …, "id": …}

One column stands for each field, so that an object is made of a record by `dict(zip(…))`; whatever
is no column itself is filled in afterwards: it keeps its place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from graphql_api.plan.shape import GivesUpError, Shape, Shown
from loaders.along import Along, few_enough
from loaders.entity import TEXT, Entity
from loaders.reading import Record
from resolvers import global_id
from resolvers.node import shape_of

if TYPE_CHECKING:
    from graphql_api.plan.run import Run


@dataclass(frozen=True, slots=True)
class Conversion:
    """A column that is not shown as it is, or may be null where the schema allows no null."""

    key: str
    convert: Callable[[Any], Any] | None
    is_required: bool
    as_it_is: frozenset[Any] = frozenset()
    """Values that are shown as they are; few columns hold any others."""

    def apply(self, shown: Sequence[Shown]) -> None:
        """Convert it in each object."""
        key, convert = self.key, self.convert
        if self.as_it_is and {one[key] for one in shown} <= self.as_it_is:
            return
        for one in shown:
            value = one[key]
            if value is not None and convert is not None:
                value = one[key] = convert(value)
            if value is None and self.is_required:
                raise GivesUpError(f"{key} is null")


class Step(Protocol):
    """What follows: fields that are not columns of the row."""

    @property
    def is_read(self) -> bool:
        """Whether all it shows stands in the records already."""

    @property
    def has_lists(self) -> bool:
        """Whether what it shows may hold lists."""

    def along(self, rows: "Rows", at: int) -> Along | None:
        """Return what it reads, if that may be read along with a page of one vCenter.

        `at`: where the columns of these rows begin.
        """

    async def fill(
        self, run: "Run", rows: "Rows", records: Sequence[Record], shown: Sequence[Shown]
    ) -> None:
        """Put its fields into the objects that are made of these records."""


@dataclass(frozen=True, slots=True)
class Rows(Shape):
    """Rows of one kind."""

    entity: Entity
    keys: tuple[str, ...]
    """Fields of the answer; each begins as the column at its place."""
    columns: tuple[str, ...]
    constants: tuple[tuple[str, Any], ...]
    ids: tuple[str, ...]
    """Fields that show the global ID."""
    conversions: tuple[Conversion, ...]
    steps: tuple[Step, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing more has to be read for it."""
        return all(step.is_read for step in self.steps)

    @property
    def has_lists(self) -> bool:
        """Whether lists may be shown of a row."""
        return any(step.has_lists for step in self.steps)

    def taken_along(self, at: int = 0) -> tuple[tuple[Along, ...], bool]:
        """Return what may be read along with these rows, and whether that is all there is to read.

        `at`: where their columns begin.
        """
        found = [step.along(self, at) for step in self.steps if not step.is_read]
        known = few_enough([each for each in found if each is not None])
        return known, len(known) == len(found) and all(each.is_all for each in known)

    def place(self, column: str) -> int:
        """Return where a column stands in a record."""
        return self.columns.index(column)

    async def complete(self, run: "Run", values: Sequence[Any]) -> list[Any]:
        """Show objects that a resolver has made of rows."""
        held = [(column.removesuffix(TEXT), column.endswith(TEXT)) for column in self.columns]
        return await self.shown(run, [_record(value.__dict__, held) for value in values])

    async def shown(self, run: "Run", records: Sequence[Record]) -> list[Shown]:
        """Return what is shown of records; they may be longer than the columns."""
        if not records:
            return []
        keys = self.keys
        # Saying `strict=False` would take a third longer.
        shown: list[Shown] = [dict(zip(keys, record)) for record in records]  # noqa: B905
        for conversion in self.conversions:
            conversion.apply(shown)
        for key, value in self.constants:
            for one in shown:
                one[key] = value
        if self.ids:
            self._show_ids(records, shown)
        for step in self.steps:
            await step.fill(run, self, records, shown)
        return shown

    def _show_ids(self, records: Sequence[Record], shown: Sequence[Shown]) -> None:
        name = self.entity.name
        places = [self.place(column) for column in self.entity.identity]
        for record, one in zip(records, shown, strict=True):
            made = global_id.encode(name, *[record[place] for place in places])
            for key in self.ids:
                one[key] = made

    def instances(self, records: Sequence[Record]) -> list[Any]:
        """Return records as the objects that resolvers know, with the columns there are."""
        shape, columns = shape_of(self.entity), self.columns
        enums = [(name, members) for name, members in shape.enums if name in columns]
        return [_instance(shape.type, columns, enums, record) for record in records]


def _record(values: Mapping[str, Any], held: Sequence[tuple[str, bool]]) -> Record:
    """Return the columns of an object, those as text that are wanted so."""
    return tuple(
        str(values[key]) if is_text and values[key] is not None else values[key]
        for key, is_text in held
    )


def _instance(
    cls: type,
    columns: tuple[str, ...],
    enums: Sequence[tuple[str, Mapping[str, Any]]],
    record: Record,
) -> Any:
    values = dict(zip(columns, record, strict=False))
    for name, members in enums:
        values[name] = members.get(values[name])
    made: Any = object.__new__(cls)
    made.__dict__.update(values)
    return made
