"""`vminer vcenter import-report`: how the earlier vMiner's inventory differs from today's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from loaders.comparison import objects_of, synced_types
from models.commands.registry import list_vcenters
from models.db.sessions import ReadSession
from models.enums import InventoryType
from models.vcenter import VCenter
from vminer.commands.database import in_database
from vminer.moving_in.comparison import (
    TABLES,
    Before,
    Differences,
    Objects,
    differences,
    inventory_before,
)
from vminer.moving_in.earlier import Address

MOST_SHOWN = 20
NOT_REGISTERED, NOT_SYNCED = "not registered", "not synced yet"
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The SQLite database.")]
ByType = dict[InventoryType, Differences | None]
"""What differs, by type; None: no complete scan of it is stored yet."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One vCenter of the earlier inventory beside what is known of it now."""

    name: str
    types: ByType | None
    """None: it is not registered."""


def import_report(file: File) -> None:
    """Show how the earlier vMiner's inventory differs from what was synced since.

    vCenters are found again by host and port, their objects by moid.
    """
    before = inventory_before(file)

    async def work(engine: AsyncEngine) -> list[Compared]:
        registered = {(each.host.lower(), each.port): each for each in await list_vcenters(engine)}
        return [
            await _compared(engine, address, registered.get(address), objects)
            for address, objects in before.vcenters.items()
        ]

    report = in_database(work)
    Console().print(_table(report))
    _show_details(report)
    _show_not_compared(before)


async def _compared(
    engine: AsyncEngine,
    address: Address,
    vcenter: VCenter | None,
    before: Mapping[InventoryType, Objects],
) -> Compared:
    """Compare one vCenter, in one snapshot of its own."""
    if vcenter is None:
        return Compared(f"{address[0]}:{address[1]}", None)
    types: ByType = {}
    async with ReadSession(engine) as reads:
        synced = await synced_types(reads, vcenter.id)
        for type_ in (type_ for type_ in TABLES if type_ in before):
            types[type_] = (
                differences(before[type_], await objects_of(reads, vcenter.id, type_))
                if type_ in synced
                else None
            )
    return Compared(vcenter.name, types)


def _table(report: list[Compared]) -> Table:
    table = Table("vCenter", "type", "same", "changed", "only before", "only now")
    for vcenter in report:
        if vcenter.types is None:
            table.add_row(vcenter.name, NOT_REGISTERED)
        for type_, found in (vcenter.types or {}).items():
            if found is None:
                table.add_row(vcenter.name, type_, NOT_SYNCED)
                continue
            counts = (found.same, len(found.changed), len(found.only_before), len(found.only_now))
            table.add_row(vcenter.name, type_, *(str(count) for count in counts))
    return table


def _show_details(report: list[Compared]) -> None:
    for vcenter in report:
        for type_, found in (vcenter.types or {}).items():
            if found is not None:
                _show_differences(f"{vcenter.name} {type_}", found)


def _show_differences(what: str, found: Differences) -> None:
    """Print the first of each kind of difference, and how many more there are."""
    changed = [
        f"{moid}: "
        + ", ".join(f"{each.column} {each.before!r} -> {each.now!r}" for each in changes)
        for moid, changes in found.changed.items()
    ]
    before = [f"{moid}: only in the earlier inventory" for moid in found.only_before]
    now = [f"{moid}: only now" for moid in found.only_now]
    for lines in (changed, before, now):
        for line in lines[:MOST_SHOWN]:
            print(f"{what} {line}")
        if len(lines) > MOST_SHOWN:
            print(f"{what} … and {len(lines) - MOST_SHOWN} more like the last")


def _show_not_compared(before: Before) -> None:
    for type_, table in TABLES.items():
        if type_ not in before.types:
            print(f"{type_}: not compared; the file has no table {table} with vcenter_id and moid")


def add_to(app: typer.Typer) -> None:
    """Make this command part of `vminer vcenter`."""
    app.command("import-report")(import_report)
