"""`vminer vcenter`: register vCenters, look at them, test them, ask for a sync."""

import asyncio
from datetime import UTC, datetime
from getpass import getuser
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from models.commands.approval import approve_missing
from models.commands.registry import find_vcenter, list_open, list_vcenters
from models.commands.sync_run import SyncRunRef, request_sync, wait_for_run
from models.enums import RequestClass
from models.queue import Publisher, QueueSettings
from models.vcenter import VCenter
from runtime.errors import InvalidArgumentError, VCenterError
from runtime.secrets import CredentialSettings
from sync_agent.collector.probe import probe
from sync_agent.collector.settings import CollectorSettings
from vminer.commands import (
    vcenter_import,
    vcenter_report,
    vcenter_run,
    vcenter_set,
    vcenter_upkeep,
)
from vminer.commands.access import (
    CaFile,
    Fingerprint,
    PasswordStdin,
    Port,
    new_target,
    password,
    pinned,
    registered_target,
)
from vminer.commands.database import in_database
from vminer.registration import register

app = typer.Typer(help="Register vCenters and ask for syncs.", no_args_is_help=True)
vcenter_upkeep.add_to(app)
vcenter_import.add_to(app)
vcenter_report.add_to(app)
vcenter_run.add_to(app)
vcenter_set.add_to(app)

Name = Annotated[str, typer.Argument(help="The name it has, or will have, in vMiner.")]
Host = Annotated[str, typer.Option(help="Host name or IP address.")]
Username = Annotated[str, typer.Option(help="Account with the read-only role.")]


@app.command()
def add(
    name: Name,
    host: Host,
    username: Username,
    port: Port = 443,
    ca_file: CaFile = None,
    fingerprint: Fingerprint = None,
    interval: Annotated[int, typer.Option(min=10, help="Seconds between two syncs.")] = 300,
    password_stdin: PasswordStdin = False,
) -> None:
    """Register a vCenter once it has answered, is trusted, and has let us in."""
    public_key = CredentialSettings.load().public()
    target = new_target(host, port, username, password(password_stdin), ca_file)
    target = pinned(target, fingerprint)
    about = in_database(
        lambda engine: register(
            engine, target, name=name, public_key=public_key, interval_seconds=interval
        )
    )
    print(f"{name}: {about.full_name}, registered; the scheduler will sync it.")


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List the registered vCenters with their state."""
    found = in_database(list_vcenters)
    if as_json:
        rows = [_public(vcenter) for vcenter in found]
        # asyncpg's UUID is a subclass of Python's, which orjson leaves to `default`
        print(orjson.dumps(rows, default=str, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table("name", "address", "version", "state", "since", "circuit", "reason")
    for vcenter in found:
        table.add_row(
            vcenter.name,
            f"{vcenter.host}:{vcenter.port}",
            vcenter.version,
            f"{vcenter.state}, paused" if vcenter.paused_at else vcenter.state,
            f"{vcenter.state_since:%Y-%m-%d %H:%M}",
            _circuit(vcenter),
            vcenter.pause_reason if vcenter.paused_at else vcenter.state_reason,
        )
    Console().print(table)


@app.command("test")
def check_access(
    host: Annotated[str | None, typer.Option(help="Address of one not yet registered.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of a registered one.")] = None,
    username: Annotated[str, typer.Option(help="Account; with --host.")] = "",
    port: Port = 443,
    ca_file: CaFile = None,
    fingerprint: Fingerprint = None,
    password_stdin: PasswordStdin = False,
) -> None:
    """Connect, log in, read one thing, log out; say what is wrong where something is."""
    if (host is None) == (name is None):
        raise InvalidArgumentError("give one of --host and --name")
    if host is not None:
        target = new_target(host, port, username, password(password_stdin), ca_file)
        target = pinned(target, fingerprint)
    else:
        target = registered_target(in_database(lambda engine: find_vcenter(engine, str(name))))
    about = asyncio.run(probe(target, CollectorSettings.load()))
    print(f"{target.host}:{target.port}: {about.full_name}, instance {about.instance_uuid}")


@app.command()
def sync(
    name: Annotated[str | None, typer.Argument(help="Name of the vCenter.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every vCenter that is not paused.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the outcome.")] = False,
) -> None:
    """Ask for a sync now."""
    if (name is None) != every:
        raise InvalidArgumentError("give the name of a vCenter, or --all")
    queue = QueueSettings.load()

    async def work(engine: AsyncEngine) -> None:
        found = await list_open(engine) if every else [await find_vcenter(engine, str(name))]
        # Many at once must not stand in the way of what another person asks for.
        to = RequestClass.SCHEDULED if every else RequestClass.INTERACTIVE
        publisher = Publisher(queue)
        try:
            runs = [(vcenter, await _request(engine, publisher, vcenter, to)) for vcenter in found]
        finally:
            await publisher.close()
        for vcenter, run in runs:
            print(f"{vcenter.name}: run {run.id} {'joined' if run.coalesced else 'queued'}")
        failed = []
        for vcenter, run in runs if wait else ():
            ended = await wait_for_run(engine, run.id)
            print(f"{vcenter.name}: {ended.state} {ended.error_message or ''}".rstrip())
            failed += [vcenter.name] if ended.state != "SUCCEEDED" else []
        if failed:
            raise VCenterError(f"not synced: {', '.join(failed)}")

    in_database(work)


async def _request(
    engine: AsyncEngine, publisher: Publisher, vcenter: VCenter, to: RequestClass
) -> SyncRunRef:
    return await request_sync(engine, publisher, vcenter.id, requested_by="cli", request_class=to)


@app.command()
def approve(name: Name) -> None:
    """Agree that what scans did not find, and kept, is gone; the next scan marks it as missing."""

    async def work(engine: AsyncEngine) -> None:
        vcenter = await find_vcenter(engine, name)
        counted = await approve_missing(engine, vcenter.id, approved_by=f"cli:{getuser()}")
        for type_, count in counted.items():
            print(f"{name}: {count} of type {type_.value} agreed to be gone")
        print(
            f"{name}: the next scan marks those it does not find either; ask for one with"
            f" `vminer vcenter sync {name}`"
            if counted
            else f"{name}: nothing is suspected to be missing"
        )

    in_database(work)


def _circuit(vcenter: VCenter) -> str:
    """Say until when the schedule leaves a vCenter alone, if it does; by this machine's clock."""
    until = vcenter.circuit_open_until
    if until is None:
        return ""
    return f"open until {until:%H:%M:%S}" if until > datetime.now(UTC) else "half-open"


def _public(vcenter: VCenter) -> dict[str, object]:
    """Return what may be shown of a vCenter: everything but its sealed password."""
    hidden = {"sealed_credentials", "pinned_certificate"}
    return {
        column.key: getattr(vcenter, column.key)
        for column in VCenter.__table__.columns
        if column.key not in hidden
    }
