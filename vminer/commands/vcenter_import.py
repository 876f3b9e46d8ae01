"""`vminer vcenter import|import-report`: many vCenters at once; how the old inventory differs."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from loaders.comparison import machines_of
from models.commands.registry import NewVCenter, list_vcenters
from models.db.sessions import ReadSession
from runtime.errors import InvalidArgumentError
from runtime.secrets import CredentialSettings
from vminer.commands.database import in_database
from vminer.moving_in.candidate import Candidate, read_candidates, with_problems
from vminer.moving_in.comparison import Differences, differences, machines_before
from vminer.moving_in.registering import ask_all, store_all

MOST_SHOWN = 20
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file.")]


def import_(
    file: File,
    apply: Annotated[bool, typer.Option("--apply", help="Register; without: only look.")] = False,
    skip_failing: Annotated[
        bool, typer.Option("--skip-failing", help="Register the others where some cannot be.")
    ] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Password of those that name none.")
    ] = False,
) -> None:
    """Register vCenters from CSV, YAML, or the SQLite database of the earlier vMiner.

    Without --apply nothing is asked of any vCenter and nothing is written. With it, every vCenter
    must answer and let us in before any is registered.
    """
    shared = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    found = [replace(each, password=each.password or shared) for each in read_candidates(file)]
    checked = in_database(lambda engine: _against_registry(engine, found))
    answers: list[NewVCenter | Candidate] = list(checked)
    if apply:
        public_key = CredentialSettings.load().public()
        if skip_failing or not _failing(answers):
            answers = asyncio.run(ask_all(checked, public_key))
    _show(answers)
    failing = _failing(answers)
    if not apply:
        print(f"{len(answers) - len(failing)} can be registered; --apply does it.")
        return
    if failing and not skip_failing:
        raise InvalidArgumentError(f"{len(failing)} cannot be registered, so none was")
    count = in_database(lambda engine: store_all(engine, answers))
    print(f"{count} vCenters registered; the scheduler will sync them.")


def import_report(file: File) -> None:
    """Show how the earlier vMiner's inventory differs from what was synced since."""
    before = machines_before(file)

    async def work(engine: AsyncEngine) -> dict[str, Differences]:
        found: dict[str, Differences] = {}
        async with ReadSession(engine) as reads:
            for vcenter in await list_vcenters(engine):
                if (old := before.get(vcenter.host.lower())) is not None:
                    found[vcenter.name] = differences(old, await machines_of(reads, vcenter.id))
        return found

    report = in_database(work)
    table = Table("vCenter", "same", "changed", "only before", "only now")
    for name, each in report.items():
        counts = (each.same, len(each.changed), len(each.only_before), len(each.only_now))
        table.add_row(name, *(str(count) for count in counts))
    Console().print(table)
    for name, each in report.items():
        for moid, columns in list(each.changed.items())[:MOST_SHOWN]:
            print(f"{name} {moid}: {', '.join(columns)} differ")
        for moid in each.only_before[:MOST_SHOWN]:
            print(f"{name} {moid}: only in the earlier inventory")


async def _against_registry(engine: AsyncEngine, found: list[Candidate]) -> list[Candidate]:
    registered = await list_vcenters(engine)
    return with_problems(
        found,
        names={vcenter.name for vcenter in registered},
        addresses={(vcenter.host.lower(), vcenter.port) for vcenter in registered},
    )


def _failing(answers: list[NewVCenter | Candidate]) -> list[Candidate]:
    return [each for each in answers if isinstance(each, Candidate) and each.problem is not None]


def _show(answers: list[NewVCenter | Candidate]) -> None:
    table = Table("name", "address", "account", "")
    for each in answers:
        says = (
            each.full_name if isinstance(each, NewVCenter) else each.problem or "can be registered"
        )
        table.add_row(each.name, f"{each.host}:{each.port}", each.username, says)
    Console().print(table)


def add_to(app: typer.Typer) -> None:
    """Make these commands part of `vminer vcenter`."""
    app.command("import")(import_)
    app.command("import-report")(import_report)
