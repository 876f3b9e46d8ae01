"""Tables of properties and the columns they fill, compiled once into look-ups by path and tag."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union

from sync_agent.collector.reply import VIM
from sync_agent.collector.value import Converter


@dataclass(frozen=True, slots=True)
class Property:
    """One property and the column it fills."""

    path: str
    column: str
    convert: Converter


@dataclass(frozen=True, slots=True)
class Within:
    """A small structure that is asked for whole, and the columns its fields fill.

    It takes a third of the bytes of its fields one by one, and a field that a release does not have
    is simply not in it. A field's path is its name inside the structure.
    """

    path: str
    fields: tuple[Union[Property, "Within"], ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a structure, found by tag."""

    values: dict[str, tuple[str, Converter]]
    structures: dict[str, "Fields"]


class Table:
    """Properties of one kind of object."""

    def __init__(self, *items: Property | Within) -> None:
        self._items = items
        self.values = [
            (item.path, item.column, item.convert) for item in items if isinstance(item, Property)
        ]
        self.structures = [
            (item.path, _fields(item.fields)) for item in items if isinstance(item, Within)
        ]
        self.columns_by_path = {item.path: tuple(_columns(item)) for item in items}
        self.blank: dict[str, object] = dict.fromkeys(
            column for columns in self.columns_by_path.values() for column in columns
        )
        """Every column, empty."""

    def __iter__(self) -> Iterator[Property | Within]:
        """Iterate over what is asked for."""
        return iter(self._items)


def _fields(items: tuple[Property | Within, ...]) -> Fields:
    return Fields(
        {f"{VIM}{i.path}": (i.column, i.convert) for i in items if isinstance(i, Property)},
        {f"{VIM}{i.path}": _fields(i.fields) for i in items if isinstance(i, Within)},
    )


def _columns(item: Property | Within) -> Iterator[str]:
    if isinstance(item, Property):
        yield item.column
    else:
        for field in item.fields:
            yield from _columns(field)
