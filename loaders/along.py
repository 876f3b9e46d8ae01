"""What the rows of a page lead to, read along with it: one statement instead of one a level.

    WITH level_0 AS (VMs of a vCenter), level_1 AS (their hosts), level_2 AS (the clusters of those)
    SELECT level_0's columns, level_1's columns, level_2's columns          (one row of arrays)

Each level looks up what the one before it names, in the one partition of their vCenter. Columns
come as arrays: rows of several kinds have no columns in common, and the driver reads a hundred
values in an array sooner than in as many rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    FromClause,
    Select,
    Text,
    any_,
    cast,
    func,
    select,
    true,
)

from loaders.entity import TEXT, Entity, Joined
from loaders.held import Kind, of_entity
from loaders.keyed import KEY, VCENTER_ID
from loaders.page import Page, page_of_estate
from loaders.reading import Record
from loaders.relation import Relation
from models.edge import EdgeTable

Key: TypeAlias = tuple[int, str]
"""The key of a row: its vCenter's number, and a moid, which is empty for the vCenter itself."""
Columns: TypeAlias = tuple[str, ...]
MOST_LEVELS = 10
MOST_COLUMNS = 100
"""How much goes along with a page: a statement takes the longer to compile, and to plan."""


@dataclass(frozen=True, slots=True)
class Along:
    """Rows that those of another level lead to."""

    entity: Entity
    columns: Columns
    by: int | None
    """Where the other level has their moids; None: it is the vCenter of them all."""
    over: EdgeTable | None = None
    """The edges that lead there from those moids; None: they are the moids of these rows."""
    along: "tuple[Along, ...]" = ()
    """What these lead to."""
    is_all: bool = field(default=True, compare=False)
    """Whether nothing else has to be read of what they lead to."""

    @property
    def selected(self) -> Columns:
        """Return its columns, the moid among them where rows have one."""
        has_moid = KEY[1] in self.columns or not self.entity.is_inventory
        return self.columns if has_moid else (*self.columns, KEY[1])

    @property
    def levels(self) -> int:
        """Return how many tables it reads."""
        return 1 + (self.over is not None) + sum(each.levels for each in self.along)

    @property
    def width(self) -> int:
        """Return how many columns it reads."""
        own = len(self.selected) + (0 if self.over is None else len(self.over.columns))
        return own + sum(each.width for each in self.along)


class Wanted(NamedTuple):
    """What is read of a page's rows, and together with them."""

    columns: Columns | None = None
    """None: all there are."""
    joined: tuple[Joined, ...] = ()
    """Of lists at the root: what each row leads to, whose columns stand behind."""
    along: tuple[Along, ...] = ()
    """Of lists at the root: what is taken along where the page is of one vCenter."""

    @property
    def with_number(self) -> "Wanted":
        """Return the same with the vCenter's number behind it, where it can stand there."""
        if self.columns is None or self.joined or KEY[0] in self.columns:
            return self
        return self._replace(columns=(*self.columns, KEY[0]))


ALL_COLUMNS = Wanted()


@dataclass(slots=True)
class Taken:
    """What came along with pages so far: all there is of what was asked for."""

    rows: dict[tuple[Entity, Columns], dict[Key, Record | None]] = field(default_factory=dict)
    """By columns and key; None where there is no such row."""
    edges: dict[EdgeTable, dict[Key, list[Record]]] = field(default_factory=dict)
    """By the key of where they start; as `EdgesByEnd` has them."""

    def take(self, number: int, record: Record, wanted: Wanted) -> list[Record]:
        """Return the rows of a page, and keep what they lead to.

        `record`: what the statement of `page_with_all` gives for the vCenter of this number.
        """
        arrays = iter(record)
        page = _rows_of(arrays, _columns_of(wanted), number)
        for each in wanted.along if page else ():  # of no rows it may be another vCenter's
            self._take(number, each, page, arrays)
        return page

    def _take(
        self, number: int, level: Along, parents: list[Record], arrays: Iterator[Any]
    ) -> None:
        moids = {""} if level.by is None else {parent[level.by] for parent in parents}
        if level.over is not None:
            edges = _rows_of(arrays, level.over.columns, number)
            moids = self._take_edges(number, level.over, moids, edges)
        rows = _rows_of(arrays, level.selected, number)
        known = self.rows.setdefault((level.entity, level.columns), {})
        known.update(dict.fromkeys([(number, moid) for moid in moids]))
        place = None if level.by is None else level.selected.index(KEY[1])
        for row in rows:
            known[number, "" if place is None else row[place]] = row
        for each in level.along:
            self._take(number, each, rows, arrays)

    def _take_edges(
        self, number: int, over: EdgeTable, moids: set[str], edges: list[Record]
    ) -> set[str]:
        """Keep edges; return where they lead."""
        found: dict[Key, list[Record]] = {(number, moid): [] for moid in moids}
        near, far = (over.columns.index(end) for end in (over.near, over.far))
        for edge in edges:
            found[number, edge[near]].append((number, *edge))
        self.edges.setdefault(over, {}).update(found)
        return {edge[far] for edge in edges}


def can_go_along(entity: Entity, columns: Sequence[str], joined: Sequence[Joined] = ()) -> bool:
    """Tell whether arrays bring these columns as rows do."""
    held = of_entity(entity)
    found = [held[column] for column in columns if not column.endswith(TEXT)]
    is_plain = all(not each.is_list and each.kind is not Kind.OTHER for each in found)
    return is_plain and all(can_go_along(each.entity, each.columns, each.joined) for each in joined)


def few_enough(along: Sequence[Along]) -> tuple[Along, ...]:
    """Return those that may go along together, the first ones."""
    found: list[Along] = []
    levels = columns = 0
    for each in along:
        levels, columns = levels + each.levels, columns + each.width
        if levels > MOST_LEVELS or columns > MOST_COLUMNS:
            break
        found.append(each)
    return tuple(found)


def page_with_all(relation: Relation, page: Page, wanted: Wanted) -> Select[Any]:
    """Return the statement of a page of a root list, with all that is wanted of it.

    With what goes along it is a page of one vCenter, `VCENTER_ID`, and gives a single record: of
    arrays, one for each column that is not the number of that vCenter.
    """
    rows = page_of_estate(relation, page, wanted.columns, wanted.joined)
    if not wanted.along:
        return rows
    levels = [_level(rows, _columns_of(wanted), "level_0")]
    for each in wanted.along:
        _add(levels, each, levels[0])
    source: FromClause = levels[0].cte
    for level in levels[1:]:
        source = source.join(level.cte, true())
    arrays = (array for level in levels for array in level.cte.c)
    return select(*(array.label(f"c{n}") for n, array in enumerate(arrays))).select_from(source)


class _Level(NamedTuple):
    """A common table expression of one row: the columns of some rows as arrays."""

    cte: CTE
    columns: Columns

    def any_of(self, column: str | int) -> ColumnElement[Any]:
        """Return any of the values in a column."""
        place = self.columns.index(column) if isinstance(column, str) else column
        values = select(self.cte.c[f"a{place}"]).scalar_subquery()
        return any_(cast(values, ARRAY(Text)))  # as an array, or it would be taken for rows


def _level(rows: Select[Any], columns: Columns, name: str) -> _Level:
    found = rows.subquery()
    told = zip(found.c, _told(columns), strict=True)
    arrays = [func.array_agg(c).label(f"a{n}") for n, (c, is_told) in enumerate(told) if is_told]
    return _Level(select(*arrays).cte(name), columns)


def _add(levels: list[_Level], one: Along, parents: _Level) -> None:
    """Add what the rows of a level lead to, and what that does."""
    by = None if one.by is None else parents.any_of(one.by)
    if one.over is not None:
        table = one.over.table.c
        edges = select(*(table[name] for name in one.over.columns))
        edges = edges.where(table.vcenter_id == VCENTER_ID, table[one.over.near] == by)
        edges = edges.order_by(table[one.over.near], table[one.over.far])
        levels.append(_level(edges, one.over.columns, f"level_{len(levels)}"))
        by = levels[-1].any_of(one.over.far)
    rows = one.entity.rows_of(one.entity.table, one.selected)
    rows = rows.where(one.entity.vcenter_id == VCENTER_ID)
    if by is not None:
        rows = rows.where(one.entity.table.c.moid == by)
    own = _level(rows, one.selected, f"level_{len(levels)}")
    levels.append(own)
    for each in one.along:
        _add(levels, each, own)


def _columns_of(wanted: Wanted) -> Columns:
    """Return the columns of a page: of what is joined no names, as null may stand there."""
    return (*(wanted.columns or ()), *[""] * sum(each.width for each in wanted.joined))


def _told(columns: Columns) -> list[bool]:
    """Tell of each column whether it comes as an array: the number of the vCenter is known."""
    told = [column != KEY[0] for column in columns]
    return told if any(told) else [True] * len(columns)


def _rows_of(arrays: Iterator[Any], columns: Columns, number: int) -> list[Record]:
    """Return the next rows; arrays of none are null."""
    found = [next(arrays) if is_told else repeat(number) for is_told in _told(columns)]
    return [] if None in found else list(zip(*found, strict=False))
