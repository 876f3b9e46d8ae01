"""What a sheet is: a list of the graph, and columns with a path each; a document follows from them.

    Tab("vDisk", "virtualMachines", rows="disks", columns=(
        Column("VM", "name"), Column("Capacity MiB", "disks.capacityBytes", as_=mib)))
    →  { virtualMachines { nodes { name disks { capacityBytes } } } }, a row for each disk

A path leads over fields; over a list that makes no rows it gives a list of what it finds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from graphql_api.export.cell import ExcelValue, excel_cell
from vminer.rvtools.conversion import plain

Convert: TypeAlias = Callable[..., Any]
Tree: TypeAlias = dict[str, "Tree"]


@dataclass(frozen=True, slots=True, init=False)
class Column:
    """A column of a sheet."""

    header: str
    paths: tuple[str, ...]
    convert: Convert
    """From what is found at the paths, in their order, to the cell."""

    def __init__(self, header: str, *paths: str, as_: Convert = plain) -> None:
        object.__setattr__(self, "header", header)
        object.__setattr__(self, "paths", paths)
        object.__setattr__(self, "convert", as_)


def below(parent: str, *columns: Column) -> tuple[Column, ...]:
    """Return columns whose paths begin at what a field leads to."""
    return tuple(
        Column(each.header, *(f"{parent}.{path}" for path in each.paths), as_=each.convert)
        for each in columns
    )


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet."""

    name: str
    root: str
    """The list of the graph that it is made of."""
    columns: tuple[Column, ...]
    rows: str = ""
    """The path of the list whose elements have a row each; empty: the objects have."""
    calls: Mapping[str, str] = field(default_factory=dict)
    """How a path is written in the document where it needs arguments or another name."""
    attributes_behind: str = ""
    """The column behind which custom attributes have one each; empty: there are none."""

    @property
    def headers(self) -> list[str]:
        """Return the names of the columns."""
        return [column.header for column in self.columns]

    @property
    def read_with(self) -> tuple[str, ...]:
        """What sheets must share to be made of one reading."""
        return self.root, *(f"{path}: {call}" for path, call in self.calls.items())

    def cells(self, node: Mapping[str, Any]) -> Iterator[list[ExcelValue]]:
        """Yield the rows of an object."""
        if not self.rows:
            yield [_cell(column, node, "", None) for column in self.columns]
            return
        for element in _at(node, self.rows.split(".")) or ():
            yield [_cell(column, node, f"{self.rows}.", element) for column in self.columns]

    def with_attributes(self, names: list[str]) -> "Tab":
        """Return the sheet with a column for each custom attribute."""
        if not self.attributes_behind:
            return self
        at = self.headers.index(self.attributes_behind) + 1
        paths = ("customAttributes.name", "customAttributes.value")
        own = tuple(Column(name, *paths, as_=_attribute(name)) for name in names)
        return replace(self, columns=(*self.columns[:at], *own, *self.columns[at:]))


def document_of(tabs: Sequence[Tab]) -> str:
    """Return the document that selects what sheets of one reading need, each field once."""
    tree: Tree = {}
    for path in (path for tab in tabs for column in tab.columns for path in column.paths):
        at = tree
        for part in path.split("."):
            at = at.setdefault(part, {})
    calls = tabs[0].calls
    return f"{{ {calls.get('', tabs[0].root)} {{ nodes {_selected(tree, '', calls)} }} }}"


def _selected(tree: Tree, at: str, calls: Mapping[str, str]) -> str:
    parts = []
    for name, inner in tree.items():
        path = f"{at}{name}"
        called = calls.get(path, name)
        parts.append(f"{called} {_selected(inner, f'{path}.', calls)}" if inner else called)
    return "{ " + " ".join(parts) + " }"


def _cell(column: Column, node: Mapping[str, Any], rows: str, element: Any) -> ExcelValue:
    values = [
        _at(element, path.removeprefix(rows).split("."))
        if rows and path.startswith(rows)
        else _at(node, path.split("."))
        for path in column.paths
    ]
    return excel_cell(column.convert(*values), is_moment=False)  # moments are converted already


def _at(value: Any, path: list[str]) -> Any:
    for place, key in enumerate(path):
        if isinstance(value, list):
            return [_at(each, path[place:]) for each in value]
        if value is None:
            return None
        value = value[key]
    return value


def _attribute(name: str) -> Convert:
    def convert(names: list[str] | None, values: list[Any] | None) -> Any:
        return dict(zip(names or (), values or (), strict=True)).get(name)

    return convert
