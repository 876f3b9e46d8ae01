"""`vminer vcenter pause|resume|remove|trust|problems`: the upkeep of registered vCenters."""

import asyncio
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from loaders.problem import problems_of
from models.commands import lifecycle
from models.commands.registry import find_vcenter, pin_certificate
from models.db.sessions import ReadSession
from sync_agent.collector.certificate import Certificate, presented
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target
from vminer.commands.database import in_database

Name = Annotated[str, typer.Argument(help="Its name in vMiner.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON array.")]


def pause(
    name: Name, reason: Annotated[str | None, typer.Option(help="Why, for others.")] = None
) -> None:
    """Start no more syncs of a vCenter; what is known of it stays."""

    async def work(engine: AsyncEngine) -> None:
        vcenter = await find_vcenter(engine, name)
        await lifecycle.pause(engine, vcenter.id, reason=reason)

    in_database(work)
    print(f"{name}: paused; a sync that runs goes on to its end.")


def resume(name: Name) -> None:
    """Go on with a paused vCenter; it is synced at once."""

    async def work(engine: AsyncEngine) -> None:
        vcenter = await find_vcenter(engine, name)
        await lifecycle.resume(engine, vcenter.id)

    in_database(work)
    print(f"{name}: goes on; the scheduler will sync it.")


def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a vCenter with everything that is known of it; broken off, call it again."""
    if not yes:
        typer.confirm(f"Delete {name} and its whole inventory from vMiner?", abort=True)

    async def work(engine: AsyncEngine) -> dict[str, int]:
        vcenter = await find_vcenter(engine, name)
        deleted: dict[str, int] = {}
        async for step in lifecycle.remove(engine, vcenter.id):
            deleted[step.table] = deleted.get(step.table, 0) + step.rows
        return deleted

    deleted = in_database(work)
    rows = ", ".join(f"{count} {table}" for table, count in sorted(deleted.items()))
    print(f"{name}: removed ({rows}).")


def trust(
    name: Name,
    fingerprint: Annotated[
        str | None, typer.Option(help="SHA-256 that the certificate must have; asks without.")
    ] = None,
) -> None:
    """Pin the certificate that a vCenter presents now: from then on it may present no other."""
    vcenter = in_database(lambda engine: find_vcenter(engine, name))
    address = Target(vcenter.host, vcenter.port, vcenter.username, password="")
    now = asyncio.run(presented(address, CollectorSettings.load()))
    if fingerprint is None:
        before = Certificate(vcenter.pinned_certificate) if vcenter.pinned_certificate else None
        print(f"pinned now:    {before.fingerprint if before else 'nothing'}")
        print(f"presented now: {now.fingerprint}")
        typer.confirm("Is this the vCenter's certificate?", abort=True)
    else:
        now.must_have(fingerprint)
    in_database(lambda engine: pin_certificate(engine, vcenter.id, now.pem))
    print(f"{name}: certificate {now.fingerprint} is pinned.")


def problems(
    name: Annotated[str | None, typer.Argument(help="One vCenter; without: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what the last scans could not read, and why."""

    async def work(engine: AsyncEngine) -> list[dict[str, object]]:
        only = None if name is None else (await find_vcenter(engine, name)).id
        async with ReadSession(engine) as reads:
            return await problems_of(reads, only)

    found = in_database(work)
    if as_json:
        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table("vCenter", "type", "object or property", "reason", "objects", "since")
    for row in found:
        table.add_row(
            str(row["vcenter"]),
            str(row["type"]),
            str(row["moid"] or row["path"]),
            str(row["reason"]),
            str(row["objects"]),
            f"{row['since']:%Y-%m-%d %H:%M}",
        )
    Console().print(table if found else "Everything was read.")


def add_to(app: typer.Typer) -> None:
    """Make these commands part of `vminer vcenter`."""
    for command in (pause, resume, remove, trust, problems):
        app.command()(command)
