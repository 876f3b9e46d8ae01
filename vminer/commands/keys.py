"""`vminer keys create|list|revoke`: who may ask the gateway, for what, and until when."""

import re
import sys
from datetime import timedelta
from getpass import getuser
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from models.commands.api_key import ListedKey, NewKey, create_key, list_keys, revoke_key
from models.enums import ApiOperation
from runtime.errors import InvalidArgumentError
from runtime.tokens import key_id_in
from vminer.commands.database import in_database

UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
DURATION = re.compile(r"([1-9][0-9]{0,5})([hdw])")
LONGEST_DAYS = 3650
LONGEST_NAME = 100
ID_WIDTH = 10

app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who will use it; shown with what it asks for.")],
    vcenter: Annotated[
        list[str] | None, typer.Option(help="A vCenter it may see, by name; give one or more.")
    ] = None,
    all_vcenters: Annotated[
        bool, typer.Option("--all-vcenters", help="Every vCenter, also those to come.")
    ] = False,
    allow: Annotated[
        str, typer.Option(help="read; or sync: to ask for syncs and approve, and to read.")
    ] = "read",
    expires: Annotated[
        str, typer.Option(help=f"How long it holds: hours, days or weeks; to {LONGEST_DAYS}d.")
    ] = "90d",
) -> None:
    """Make a key. Its token is printed once, alone on standard output, and kept nowhere."""
    if bool(vcenter) == all_vcenters:
        raise InvalidArgumentError("give the vCenters it may see, by --vcenter, or --all-vcenters")
    new = NewKey(
        name=_name(name),
        operations=[_operation(allow)],
        vcenters=vcenter or None,
        lifetime=duration(expires),
        created_by=f"cli:{getuser()}",
    )
    token = in_database(lambda engine: create_key(engine, new))
    print(token.text)
    print(
        f"{name}: key {token.key_id}, to be sent as Authorization: Bearer …; it holds {expires},"
        " and cannot be shown again.",
        file=sys.stderr,
    )


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List the keys, also those that expired or were revoked; never their tokens."""
    found = in_database(list_keys)
    if as_json:
        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table()  # the id is to be copied, so it is not folded in a narrow window
    table.add_column("id", min_width=ID_WIDTH, no_wrap=True)
    for name in ("name", "state", "allows", "vCenters", "expires", "made", "by"):
        table.add_column(name)
    for key in found:
        table.add_row(
            key.id,
            key.name,
            key.state,
            ", ".join(key.operations),
            _vcenters(key),
            f"{key.expires_at:%Y-%m-%d %H:%M}",
            f"{key.created_at:%Y-%m-%d %H:%M}",
            key.created_by,
        )
    Console().print(table)


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="ID", help="Its id, or a token that was found.")],
) -> None:
    """Let a key hold no longer; gateways stop believing it within seconds."""
    key_id = key_id_in(key)
    if key_id is None:
        raise InvalidArgumentError("this is no id of an API key; see `vminer keys list`")
    name = in_database(lambda engine: revoke_key(engine, key_id))
    print(f"{name}: key {key_id} is revoked.")


def duration(text: str) -> timedelta:
    """Return how long a key is to hold.

    >>> duration("90d"), duration("12h")
    (datetime.timedelta(days=90), datetime.timedelta(seconds=43200))

    Raises:
        InvalidArgumentError: it is no duration, or longer than a key may hold.
    """
    found = DURATION.fullmatch(text.strip().lower())
    long = UNITS[found.group(2)] * int(found.group(1)) if found else timedelta()
    if not timedelta() < long <= timedelta(days=LONGEST_DAYS):
        raise InvalidArgumentError(
            f"--expires takes hours, days or weeks, as 12h, 90d or 52w, at most {LONGEST_DAYS}d;"
            f" not {text!r}"
        )
    return long


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > LONGEST_NAME:
        raise InvalidArgumentError(f"a name has 1 to {LONGEST_NAME} printable characters")
    return text.strip()


def _operation(text: str) -> ApiOperation:
    try:
        return ApiOperation(text.upper())
    except ValueError:
        raise InvalidArgumentError(f"--allow takes read or sync, not {text!r}") from None


def _vcenters(key: ListedKey) -> str:
    if key.vcenters is None:
        return "all"
    return ", ".join(key.vcenters) or "none any more"
