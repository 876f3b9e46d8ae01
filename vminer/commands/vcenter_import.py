"""`vminer vcenter import`: many vCenters at once."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from models.commands.registry import NewVCenter, list_vcenters
from models.vcenter import VCenter
from runtime.errors import InvalidArgumentError
from runtime.secrets import CredentialSettings
from vminer.commands.database import in_database
from vminer.moving_in.candidate import Candidate, read_candidates, trusting, with_problems
from vminer.moving_in.registering import ask_all, store_all

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
    ca_file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="PEM of the CA of those that name none."),
    ] = None,
    fingerprint: Annotated[
        list[str] | None,
        typer.Option(help="HOST=SHA-256 of the one certificate it may present; may be repeated."),
    ] = None,
) -> None:
    """Register vCenters from CSV, YAML, or the SQLite database of the earlier vMiner.

    Without --apply nothing is asked of any vCenter and nothing is written. With it, every vCenter
    must answer and let us in before any is registered. Those that were not active are left out.
    """
    shared = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    found = trusting(
        (replace(each, password=each.password or shared) for each in read_candidates(file)),
        ca_file=str(ca_file) if ca_file else None,
        fingerprints=_by_address(fingerprint or []),
    )
    registered = in_database(list_vcenters)
    checked = _against(registered, found)
    answers: list[NewVCenter | Candidate] = list(checked)
    if apply and (skip_failing or not _failing(answers)):
        known = {vcenter.instance_uuid: vcenter.name for vcenter in registered}
        public_key = CredentialSettings.load().public()
        answers = asyncio.run(ask_all(checked, public_key, registered=known))
    _show(answers)
    failing, left_out = len(_failing(answers)), len(_left_out(answers))
    if left_out:
        print(f"{left_out} left out.")
    if not apply:
        print(f"{len(answers) - failing - left_out} can be registered; --apply does it.")
        return
    if failing and not skip_failing:
        raise InvalidArgumentError(f"{failing} cannot be registered, so none was")
    count = in_database(lambda engine: store_all(engine, answers))
    print(f"{count} vCenters registered; the scheduler will sync them.")


def _by_address(fingerprints: list[str]) -> dict[str, str]:
    """Return the fingerprints by host, or host:port.

    Raises:
        InvalidArgumentError: one is not HOST=SHA-256.
    """
    pairs = {}
    for each in fingerprints:
        address, separator, value = each.rpartition("=")
        if not (separator and address.strip() and value.strip()):
            raise InvalidArgumentError(f"--fingerprint takes HOST=SHA-256, not {each!r}")
        pairs[address.strip()] = value.strip()
    return pairs


def _against(registered: list[VCenter], found: list[Candidate]) -> list[Candidate]:
    return with_problems(
        found,
        names={vcenter.name for vcenter in registered},
        addresses={(vcenter.host.lower(), vcenter.port) for vcenter in registered},
    )


def _failing(answers: list[NewVCenter | Candidate]) -> list[Candidate]:
    return [each for each in answers if isinstance(each, Candidate) and each.problem is not None]


def _left_out(answers: list[NewVCenter | Candidate]) -> list[Candidate]:
    return [each for each in answers if isinstance(each, Candidate) and each.left_out is not None]


def _says(answer: NewVCenter | Candidate) -> str | None:
    if isinstance(answer, NewVCenter):
        return answer.full_name
    if answer.left_out is not None:
        return f"left out: {answer.left_out}"
    return answer.problem or "can be registered"


def _show(answers: list[NewVCenter | Candidate]) -> None:
    table = Table("name", "address", "account", "")
    for each in answers:
        table.add_row(each.name, f"{each.host}:{each.port}", each.username, _says(each))
    Console().print(table)


def add_to(app: typer.Typer) -> None:
    """Make this command part of `vminer vcenter`."""
    app.command("import")(import_)
