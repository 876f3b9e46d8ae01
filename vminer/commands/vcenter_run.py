"""`vminer vcenter runs|replay`: what became of syncs, and asking again."""

from dataclasses import asdict
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from models.commands.replay import ListedRun, dead_runs, last_bad_run, list_runs, replay
from models.enums import RequestClass
from models.queue import Publisher, QueueSettings
from runtime.errors import InvalidArgumentError
from vminer.commands.database import in_database

OptionalName = Annotated[str | None, typer.Argument(help="Name of the vCenter.")]
REQUESTED_BY = "cli"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to `vminer vcenter`."""
    app.command()(runs)
    app.command("replay")(replay_runs)


def runs(
    name: OptionalName = None,
    dead: Annotated[bool, typer.Option("--dead", help="Only given up ones still to mend.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List sync runs, newest first."""
    found = in_database(lambda engine: list_runs(engine, vcenter=name, only_dead=dead, limit=limit))
    if as_json:
        rows = [asdict(run) for run in found]
        # asyncpg's UUID is a subclass of Python's, which orjson leaves to `default`
        print(orjson.dumps(rows, default=str, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table("vCenter", "state", "requested", "by", "starts", "code", "why", "run")
    for run in found:
        table.add_row(*_cells(run))
    Console().print(table)


def replay_runs(
    name: OptionalName = None,
    all_dead: Annotated[
        bool, typer.Option("--all-dead", help="Every vCenter whose last run was given up.")
    ] = False,
) -> None:
    """Ask again for a sync that failed or was given up."""
    if (name is None) != all_dead:
        raise InvalidArgumentError("give the name of a vCenter, or --all-dead")
    queue = QueueSettings.load()

    async def work(engine: AsyncEngine) -> None:
        chosen = await dead_runs(engine) if all_dead else [await last_bad_run(engine, str(name))]
        # Many at once must not stand in the way of what another person asks for.
        to = RequestClass.SCHEDULED if all_dead else RequestClass.INTERACTIVE
        publisher = Publisher(queue)
        try:
            for run_id in chosen:
                run = await replay(
                    engine, publisher, run_id, requested_by=REQUESTED_BY, request_class=to
                )
                print(f"{run_id}: run {run.id} {'joined' if run.coalesced else 'queued'}")
        finally:
            await publisher.close()
        if not chosen:
            print("no run is dead")

    in_database(work)


def _cells(run: ListedRun) -> tuple[str, ...]:
    state = f"{run.state}, replayed" if run.replayed_as else run.state
    return (
        run.vcenter,
        state,
        f"{run.requested_at:%Y-%m-%d %H:%M:%S}",
        run.requested_by,
        str(run.attempt),
        run.error_code or "",
        run.error_message or "",
        str(run.id),
    )
