"""What rows lead to: each edge of a level is one statement, and each row at its end is shown once.

Two VMs of one host share what is shown of the host.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from graphql_api.plan.abreast import Key
from graphql_api.plan.objects import Resolved
from graphql_api.plan.rows import Rows
from graphql_api.plan.shape import Field, GivesUpError, Shown
from loaders.along import Along, can_go_along
from loaders.entity import VCENTER
from loaders.reading import Record
from models.edge import EdgeTable
from resolvers.part import Owner, shaped

if TYPE_CHECKING:
    from graphql_api.plan.run import Run


@dataclass(frozen=True, slots=True)
class ToOne:
    """A field that leads to the one row whose key stands in columns."""

    key: str
    is_required: bool
    by: tuple[str, ...]
    end: Rows
    joined_at: int | None = None
    """Where its columns begin in a record of this side; None: it is read by itself."""

    @property
    def is_read(self) -> bool:
        """Whether its ends, and what they lead to, were joined."""
        return self.joined_at is not None and self.end.is_whole

    @property
    def has_lists(self) -> bool:
        """Whether its ends have."""
        return self.end.has_lists

    def along(self, rows: Rows, at: int) -> Along | None:
        """Return the ends, which are of the vCenter of these rows."""
        entity, columns = self.end.entity, self.end.columns
        is_known = entity.is_inventory or entity is VCENTER
        if self.joined_at is not None or not is_known or not can_go_along(entity, columns):
            return None
        by = at + rows.place(self.by[1]) if entity.is_inventory else None
        along, is_all = self.end.taken_along()
        return Along(entity, columns, by, along=along, is_all=is_all)

    async def fill(
        self, run: "Run", rows: Rows, records: Sequence[Record], shown: Sequence[Shown]
    ) -> None:
        """Read the ends of all, each once."""
        ends = await self._joined(run, records) if self.joined_at else None
        if ends is None:
            ends = await self._read(run, rows, records)
        if self.is_required and None in ends:
            raise GivesUpError(f"{self.key} leads nowhere")
        for one, end in zip(shown, ends, strict=True):
            one[self.key] = end

    async def _joined(self, run: "Run", records: Sequence[Record]) -> list[Shown | None]:
        own = [record[self.joined_at :] for record in records]
        there = self.end.place("vcenter_id")
        made = iter(await self.end.shown(run, [each for each in own if each[there] is not None]))
        return [None if each[there] is None else next(made) for each in own]

    async def _read(self, run: "Run", rows: Rows, records: Sequence[Record]) -> list[Shown | None]:
        places = [rows.place(column) for column in self.by]
        if len(places) == 1:
            keys = [(record[places[0]], "") for record in records]
        else:
            vcenter_id, moid = places
            keys = [(record[vcenter_id], record[moid]) for record in records]
        found = await run.ends(self.end, keys)
        return [found.get(key) for key in keys]


class _Further:
    """A step that reads more, and may show lists."""

    __slots__ = ()

    @property
    def is_read(self) -> bool:
        """It reads more."""
        return False

    @property
    def has_lists(self) -> bool:
        """It may show some."""
        return True

    def along(self, rows: Rows, at: int) -> Along | None:
        """It is read by itself."""
        del rows, at
        return None


@dataclass(frozen=True, slots=True)
class ToSome(_Further):
    """A field that leads to a handful of rows, by name; those that are gone are left out."""

    key: str
    end: Rows
    over: EdgeTable | None
    """The table of edges; None: a column of this side lists the moids."""
    column: str

    def along(self, rows: Rows, at: int) -> Along | None:
        """Return the rows, with the edges that lead there."""
        entity, columns = self.end.entity, self.end.columns
        if self.over is None or not can_go_along(entity, columns):
            return None
        by = at + rows.place(self.column)
        along, is_all = self.end.taken_along()
        return Along(entity, columns, by, self.over, along, is_all)

    async def fill(
        self, run: "Run", rows: Rows, records: Sequence[Record], shown: Sequence[Shown]
    ) -> None:
        """Read the moids, then the rows of all, each once."""
        lists = await self._keys(run, rows, records)
        run.loaders.budget.spend(sum(map(len, lists)))
        end, wanted = self.end, dict.fromkeys(chain.from_iterable(lists))
        found = await run.loaders.row_by_key.records(end.entity, wanted, end.columns)
        name, moid, gone = (end.place(column) for column in ("name", "moid", "deleted_at"))
        there = [each for each in found.items() if each[1][gone] is None]
        there.sort(key=lambda each: (each[1][name], each[1][moid]))
        made = await end.shown(run, [record for _, record in there])
        places = {key: place for place, (key, _) in enumerate(there)}
        for one, keys in zip(shown, lists, strict=True):
            if len(keys) == 1:  # as most VMs have one datastore
                place = places.get(keys[0])
                one[self.key] = [] if place is None else [made[place]]
                continue
            own = [places[key] for key in keys if key in places]
            own.sort()
            one[self.key] = [made[place] for place in own]

    async def _keys(self, run: "Run", rows: Rows, records: Sequence[Record]) -> list[list[Key]]:
        vcenter_id, column = rows.place("vcenter_id"), rows.place(self.column)
        if self.over is None:
            return [
                [(record[vcenter_id], moid) for moid in record[column] or ()] for record in records
            ]
        over = self.over
        starts = [(record[vcenter_id], record[column]) for record in records]
        edges = await run.loaders.edges_by_end.records(over, over.near, starts)
        return [[(edge[0], edge[2]) for edge in edges[start]] for start in starts]


@dataclass(frozen=True, slots=True)
class Part:
    """A field whose value stands in a table beside: a column, or a list of parts in JSON."""

    field: Field
    column: str
    convert: Callable[[Any], Any] | None
    of_type: type | None
    """Of parts: the type they are shown as."""

    async def show(
        self, run: "Run", owners: Sequence[Owner], held: Sequence[Any], shown: Sequence[Shown]
    ) -> None:
        """Put it into the objects; null where there is no such row."""
        if self.of_type is not None:
            for each in held:
                run.loaders.budget.spend(len(each or ()))
            parts = [
                shaped(self.of_type, owner, each) for owner, each in zip(owners, held, strict=True)
            ]
            await self.field.show(run, parts, shown)
            return
        if self.field.is_required and None in held:
            raise GivesUpError(f"{self.field.key} is null")
        convert, key = self.convert, self.field.key
        for one, value in zip(shown, held, strict=True):
            one[key] = value if value is None or convert is None else convert(value)


@dataclass(frozen=True, slots=True)
class Beside(_Further):
    """Fields of one table beside the rows: details of VMs and hosts, read in one statement."""

    loader: str
    parts: tuple[Part, ...]

    async def fill(
        self, run: "Run", rows: Rows, records: Sequence[Record], shown: Sequence[Shown]
    ) -> None:
        """Read the columns that these fields need."""
        vcenter_id, moid = rows.place("vcenter_id"), rows.place("moid")
        owners: list[Owner] = [(record[vcenter_id], record[moid]) for record in records]
        columns = [part.column for part in self.parts]
        loader = getattr(run.loaders, self.loader)
        found = await loader.records(list(dict.fromkeys(owners)), columns)
        nothing = (None,) * len(columns)
        held = [found.get(owner, nothing) for owner in owners]
        for place, part in enumerate(self.parts):
            await part.show(run, owners, [record[place] for record in held], shown)


@dataclass(frozen=True, slots=True)
class Asked(_Further):
    """Fields that a resolver of ours answers, given the object."""

    resolved: Resolved

    async def fill(
        self, run: "Run", rows: Rows, records: Sequence[Record], shown: Sequence[Shown]
    ) -> None:
        """Make objects of the records, and ask."""
        await self.resolved.show(run, rows.instances(records), shown)
