"""From objects to rows of cells: the columns of a selection, in its order.

    { name host { cluster { name } } disks { label } }   →   name, host.cluster.name, disks

What leads to one object is flattened, with dots; a list is one cell of JSON, unless there is to be
a row for each of its elements (`rows=disks`): then disks.label is a column, the others repeat.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import get_named_type, get_nullable_type, is_list_type

from graphql_api.export.selection import Selected, Selection
from graphql_api.refusal import Refusal, refuse

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    path: Path
    """Keys that lead from the object to the cell."""
    is_moment: bool = False

    @property
    def header(self) -> str:
        """Return its name."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Table:
    """How objects become rows."""

    columns: tuple[Column, ...]
    elements: Path = ()
    """The list whose elements have a row each; empty: the objects themselves have."""

    def cells(self, node: Mapping[str, Any]) -> Iterator[list[Any]]:
        """Yield the rows of an object; none where it has no elements."""
        if not self.elements:
            yield [_at(node, column.path) for column in self.columns]
            return
        depth = len(self.elements)
        for element in _at(node, self.elements) or ():
            yield [
                _at(element, column.path[depth:])
                if column.path[:depth] == self.elements
                else _at(node, column.path)
                for column in self.columns
            ]


def table_of(selection: Selection, objects: Selected, rows: str = "") -> Table:
    """Return the table of what is selected of some objects, with a row for each of `rows`.

    Raises:
        Refusal: `rows` is no list that is selected.
    """
    unrolled = tuple(rows.split(".")) if rows else ()
    columns = tuple(_columns(selection, objects, (), unrolled))
    if unrolled and not any(_is_unrolled(column, unrolled) for column in columns):
        raise no_list(rows)
    if unrolled and not _leads_to_list(selection, objects, unrolled):
        raise no_list(rows)
    return Table(columns, unrolled)


def no_list(rows: str) -> Refusal:
    """Return the refusal of what rows cannot be made of."""
    return refuse(
        f"rows={rows} must lead, over keys with dots between them, to a list that is selected; no"
        " other list may be on the way.",
        "EXPORT_ROWS",
    )


def _is_unrolled(column: Column, rows: Path) -> bool:
    return column.path[: len(rows)] == rows


def _leads_to_list(selection: Selection, objects: Selected, rows: Path) -> bool:
    field = objects
    for depth, key in enumerate(rows, 1):
        found = {each.key: each for each in selection.below(field)}
        if key not in found:
            return False
        field = found[key]
        if _is_list(field) != (depth == len(rows)):
            return False
    return True


def _columns(selection: Selection, field: Selected, at: Path, rows: Path) -> Iterator[Column]:
    for each in selection.below(field):
        path = (*at, each.key)
        if each.composite is not None and (not _is_list(each) or path == rows):
            yield from _columns(selection, each, path, rows)
        else:
            named = get_named_type(each.definition.type)
            is_moment = named.name == "DateTime" and (not _is_list(each) or path == rows)
            yield Column(path, is_moment)


def _is_list(field: Selected) -> bool:
    return is_list_type(get_nullable_type(field.definition.type))


def _at(value: Any, path: Path) -> Any:
    for key in path:
        if value is None:
            return None
        value = value.get(key)
    return value
