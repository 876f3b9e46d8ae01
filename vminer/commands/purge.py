"""`vminer purge`: forget what is longer gone than settings say, now and to the end."""

import asyncio
from typing import Annotated

import typer

from models.commands.change_partitions import drop_partitions, expired_partitions
from models.commands.purge import Purged, count_purgeable
from models.commands.purge import purge as purge_rows
from models.commands.transaction import Primary
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from sync_agent.housekeeping import Retention
from sync_agent.settings import HousekeepingSettings

Days = Annotated[
    int | None,
    typer.Option(min=1, help="Keep rows deleted less than that many days ago; default: settings."),
]


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    deleted_days: Days = None,
) -> None:
    """Purge deleted objects and old changes; the scheduler does the same, bit by bit."""
    settings = HousekeepingSettings.load()
    if deleted_days is not None:
        settings = settings.model_copy(update={"purge_deleted_days": deleted_days})
    asyncio.run(_run(settings, dry_run=dry_run))


async def _run(settings: HousekeepingSettings, *, dry_run: bool) -> None:
    engine = primary_engine(DatabaseSettings.load(), application="vminer-cli")
    try:
        await (_count(engine, settings) if dry_run else _purge(engine, settings))
    finally:
        await engine.dispose()


async def _count(engine: Primary, settings: HousekeepingSettings) -> None:
    keep = Retention.of(settings)
    _say(await count_purgeable(engine, keep=keep.deleted), "would be purged")
    for week in await expired_partitions(engine, keep=keep.changes):
        print(f"changes of the week of {week.begins:%Y-%m-%d} would be dropped")


async def _purge(engine: Primary, settings: HousekeepingSettings) -> None:
    keep, purged = Retention.of(settings), Purged()
    while found := await purge_rows(
        engine, keep=keep.deleted, batch=settings.purge_batch, most=settings.purge_rows
    ):
        purged += found
    _say(purged, "purged")
    for week in await drop_partitions(engine, keep=keep.changes):
        print(f"changes of the week of {week.begins:%Y-%m-%d} dropped")
    if left := (await count_purgeable(engine, keep=keep.deleted)).total():
        print(f"{left} rows belong to vCenters that are being synced now; run this again")


def _say(rows: Purged, what: str) -> None:
    for type_, number in sorted(rows.items()):
        print(f"{type_}: {number} {what}")
    if not rows:
        print(f"no deleted object {what}")
