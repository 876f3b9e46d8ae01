"""How the earlier vMiner's inventory of a vCenter differs from what was synced since. Pure."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from runtime.errors import InvalidArgumentError

COLUMNS = ("name", "power_state", "host", "cluster")
OLD_MACHINES = f"""
    SELECT c.hostname, m.moid, m.{", m.".join(COLUMNS)}
    FROM virtual_machines m JOIN vcenters c ON c.id = m.vcenter_id"""  # noqa: S608
Machine = Mapping[str, str | None]
Machines = Mapping[str, Machine]
"""Machines by moid."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two inventories of one vCenter."""

    only_before: tuple[str, ...]
    """Moids that only the earlier inventory has."""
    only_now: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]
    """Columns that differ, by moid."""
    same: int


def differences(before: Machines, now: Machines) -> Differences:
    """Compare two inventories; what the earlier one left empty differs from nothing.

    >>> old = {"vm-1": {"name": "a", "host": "h1"}, "vm-2": {"name": "b", "host": None}}
    >>> new = {"vm-2": {"name": "c", "host": "h2"}, "vm-3": {"name": "d", "host": "h2"}}
    >>> differences(old, new)
    Differences(only_before=('vm-1',), only_now=('vm-3',), changed={'vm-2': ('name',)}, same=0)
    """
    both = before.keys() & now.keys()
    changed = {moid: _changed(before[moid], now[moid]) for moid in sorted(both)}
    changed = {moid: columns for moid, columns in changed.items() if columns}
    return Differences(
        only_before=tuple(sorted(before.keys() - now.keys())),
        only_now=tuple(sorted(now.keys() - before.keys())),
        changed=changed,
        same=len(both) - len(changed),
    )


def machines_before(path: Path) -> dict[str, dict[str, Machine]]:
    """Return the earlier inventory's machines, by lower-case host name of their vCenter and moid.

    Raises:
        InvalidArgumentError: it is not the earlier vMiner's database.
    """
    found: dict[str, dict[str, Machine]] = {}
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            for host, moid, *values in database.execute(OLD_MACHINES):
                machine = dict(zip(COLUMNS, values, strict=True))
                found.setdefault(str(host).lower(), {})[str(moid)] = machine
    except sqlite3.Error as error:
        raise InvalidArgumentError(
            f"{path} is not the earlier vMiner's database: {error}"
        ) from error
    return found


def _changed(before: Machine, now: Machine) -> tuple[str, ...]:
    columns = (column for column in before if before[column] not in (None, "", now.get(column)))
    return tuple(columns)
