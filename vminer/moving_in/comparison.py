"""How the earlier vMiner's inventory of a vCenter differs from what was synced since."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.enums import InventoryType
from vminer.moving_in.earlier import (
    Address,
    address_of,
    columns_of,
    earlier_database,
    vcenter_rows,
)

TABLES: Mapping[InventoryType, str] = {
    InventoryType.VirtualMachine: "virtual_machines",
    InventoryType.Host: "hosts",
    InventoryType.Cluster: "clusters",
    InventoryType.Datastore: "datastores",
}
COLUMNS = ("name", "power_state", "type", "host", "cluster")
"""What is compared of an object, where both inventories have it."""
KEY = ("vcenter_id", "moid")
Object = Mapping[str, str | None]
Objects = Mapping[str, Object]
"""Objects by moid."""


@dataclass(frozen=True, slots=True)
class Change:
    """A column that differs."""

    column: str
    before: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two inventories of one vCenter, in objects of one type."""

    only_before: tuple[str, ...]
    """Moids that only the earlier inventory has."""
    only_now: tuple[str, ...]
    changed: Mapping[str, tuple[Change, ...]]
    """What differs, by moid."""
    same: int


@dataclass(frozen=True, slots=True)
class Before:
    """The earlier inventory."""

    vcenters: Mapping[Address, Mapping[InventoryType, Objects]]
    types: frozenset[InventoryType]
    """Types that can be compared: the file has them, with vcenter_id and moid."""


def differences(before: Objects, now: Objects) -> Differences:
    """Compare two inventories; what the earlier one left empty differs from nothing.

    >>> old = {"vm-1": {"name": "a", "host": "h1"}, "vm-2": {"name": "b", "host": None}}
    >>> new = {"vm-2": {"name": "c", "host": "h2"}, "vm-3": {"name": "d", "host": "h2"}}
    >>> found = differences(old, new)
    >>> found.only_before, found.only_now, found.same
    (('vm-1',), ('vm-3',), 0)
    >>> found.changed
    {'vm-2': (Change(column='name', before='b', now='c'),)}
    """
    both = before.keys() & now.keys()
    changed = {moid: _changes(before[moid], now[moid]) for moid in sorted(both)}
    changed = {moid: changes for moid, changes in changed.items() if changes}
    return Differences(
        only_before=tuple(sorted(before.keys() - now.keys())),
        only_now=tuple(sorted(now.keys() - before.keys())),
        changed=changed,
        same=len(both) - len(changed),
    )


def inventory_before(path: Path) -> Before:
    """Return the earlier inventory; what a table or column is missing for is not compared.

    Raises:
        InvalidArgumentError: it is not the earlier vMiner's database.
    """
    with earlier_database(path) as database:
        addresses = {row["id"]: address_of(row) for row in vcenter_rows(database)}
        types = frozenset(
            type_ for type_, table in TABLES.items() if columns_of(database, table) >= set(KEY)
        )
        found: dict[Address, dict[InventoryType, dict[str, Object]]] = {
            address: {type_: {} for type_ in types} for address in addresses.values()
        }
        for type_ in types:
            for vcenter_id, moid, kept in _objects(database, TABLES[type_]):
                if vcenter_id in addresses:
                    found[addresses[vcenter_id]][type_][moid] = kept
    return Before(found, types)


def _objects(database: sqlite3.Connection, table: str) -> list[tuple[int, str, Object]]:
    """Return the objects of a table with the number of their vCenter and their moid."""
    there = columns_of(database, table)
    columns = [column for column in COLUMNS if column in there]
    selected = ", ".join((*KEY, *columns))
    rows = database.execute(f'SELECT {selected} FROM "{table}"')  # noqa: S608 - names of ours
    return [
        (row["vcenter_id"], str(row["moid"]), {column: _text(row[column]) for column in columns})
        for row in rows
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _changes(before: Object, now: Object) -> tuple[Change, ...]:
    return tuple(
        Change(column, value, now[column])
        for column, value in before.items()
        if column in now and value not in (None, "", now[column])
    )
