"""`vminer vcenter set|accept-identity`: how often a vCenter is synced, how reached, who it is.

What changes the way to a vCenter is tried there first; where it refuses, nothing is stored.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated

import typer

from models.commands import access
from models.commands.access import NewAccess
from models.commands.interval import Intervals, set_intervals
from models.commands.registry import find_vcenter
from models.vcenter import VCenter
from runtime.errors import InvalidArgumentError, VCenterChangedError
from runtime.secrets import CredentialSettings, seal
from sync_agent.collector.probe import probe
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target
from vminer.commands.access import (
    CaFile,
    Fingerprint,
    PasswordStdin,
    password,
    pinned,
    registered_target,
)
from vminer.commands.database import in_database

WHY_ASKED = (
    "give the password, with --password-stdin: it is sealed together with the host and belongs to"
    " the account, so a new host or account needs it again, and so does any change by somebody"
    " without the agents' private key"
)
LONGEST = 10**9  # seconds; the columns hold 32 bits
AS_SET = "As the agents' setting says."
Name = Annotated[str, typer.Argument(help="Name of the vCenter.")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to change about the way to a vCenter; None and False: nothing."""

    host: str | None
    port: int | None
    username: str | None
    password_stdin: bool
    ca_file: Path | None
    system_ca: bool
    fingerprint: str | None

    @property
    def is_any(self) -> bool:
        """Tell whether anything is to change."""
        return any(getattr(self, name) not in (None, False) for name in self.__dataclass_fields__)

    @property
    def trusts(self) -> int:
        """How many ways to trust it are given; more than one makes no sense."""
        return sum((self.ca_file is not None, self.system_ca, self.fingerprint is not None))


def set_(
    name: Name,
    interval: Annotated[
        int | None, typer.Option(min=10, max=LONGEST, help="Seconds between two syncs.")
    ] = None,
    heavy_interval: Annotated[
        int | None,
        typer.Option(
            min=0, max=LONGEST, help="Seconds between two readings of all devices; 0: every sync."
        ),
    ] = None,
    default_heavy_interval: Annotated[
        bool, typer.Option("--default-heavy-interval", help=AS_SET)
    ] = False,
    guest_interval: Annotated[
        int | None,
        typer.Option(
            min=0, max=LONGEST, help="Seconds between two readings of all guests; 0: every sync."
        ),
    ] = None,
    default_guest_interval: Annotated[
        bool, typer.Option("--default-guest-interval", help=AS_SET)
    ] = False,
    scan_timeout: Annotated[
        int | None,
        typer.Option(min=1, max=LONGEST, help="Seconds that reading it may take in all."),
    ] = None,
    default_scan_timeout: Annotated[
        bool, typer.Option("--default-scan-timeout", help=AS_SET)
    ] = False,
    host: Annotated[str | None, typer.Option(help="New address; needs the password again.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="New HTTPS port.")] = None,
    username: Annotated[str | None, typer.Option(help="New account; needs its password.")] = None,
    password_stdin: PasswordStdin = False,
    ca_file: CaFile = None,
    system_ca: Annotated[
        bool, typer.Option("--system-ca", help="Trust the CAs of the agents' system.")
    ] = False,
    fingerprint: Fingerprint = None,
) -> None:
    """Change how often a vCenter is synced, where it is, who logs in, or how it is trusted.

    The vCenter must answer at its new address, let the account in and be the one it was; else
    nothing is stored. A CA takes the place of a pinned certificate.
    """
    wanted = Wanted(host, port, username, password_stdin, ca_file, system_ca, fingerprint)
    own = _own(
        {
            "heavy_interval": (heavy_interval, default_heavy_interval),
            "guest_interval": (guest_interval, default_guest_interval),
            "scan_timeout": (scan_timeout, default_scan_timeout),
        }
    )
    if not (wanted.is_any or own or interval is not None):
        raise InvalidArgumentError("give at least one option; `vminer vcenter set --help` has them")
    if wanted.is_any:
        _change_access(name, wanted)
    if own or interval is not None:
        now = in_database(
            lambda engine: set_intervals(engine, name, interval_seconds=interval, own=own)
        )
        print(f"{name}: {_pace(now)}")


def _own(given: Mapping[str, tuple[int | None, bool]]) -> dict[str, int | None]:
    """Return the columns that change; `given` are value and --default-… of each option.

    Raises:
        InvalidArgumentError: both are given.
    """
    for option, (value, default) in given.items():
        if value is not None and default:
            spelled = option.replace("_", "-")
            raise InvalidArgumentError(f"give one of --{spelled} and --default-{spelled}")
    return {
        f"{option}_seconds": value
        for option, (value, default) in given.items()
        if value is not None or default
    }


def _pace(now: Intervals) -> str:
    def own(seconds: int | None) -> str:
        return "as the agents are set" if seconds is None else f"{seconds} s"

    return (
        f"a sync every {now.interval_seconds} s, all devices every: "
        f"{own(now.heavy_interval_seconds)}, all guests every: {own(now.guest_interval_seconds)},"
        f" a scan takes at most: {own(now.scan_timeout_seconds)}"
    )


def accept_identity(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """Take the vCenter that answers now for the one that was registered.

    For one that was installed anew or restored under another instanceUuid. What is known of it
    stays, and the next scan decides about each object.
    """
    vcenter = in_database(lambda engine: find_vcenter(engine, name))
    secret = password(from_stdin=True) if password_stdin else None
    about = asyncio.run(probe(registered_target(vcenter, secret), CollectorSettings.load()))
    if about.instance_uuid == vcenter.instance_uuid:
        print(f"{name}: it is the vCenter that was registered; nothing is to be accepted.")
        return
    print(f"registered:  {vcenter.full_name}, instance {vcenter.instance_uuid}")
    print(f"answers now: {about.full_name}, instance {about.instance_uuid}")
    if not yes:
        typer.confirm(f"Is this {name} from now on?", abort=True)
    in_database(
        lambda engine: access.accept_identity(
            engine, vcenter.id, before=vcenter.instance_uuid, now=about.instance_uuid
        )
    )
    print(f"{name}: accepted; the scheduler will sync it.")


def _change_access(name: str, wanted: Wanted) -> None:
    """Try the new way to a vCenter and store it.

    Raises:
        VCenterError: it cannot be reached, trusted or logged in to, or is another one.
        InvalidArgumentError: the password is needed and not given.
    """
    if wanted.trusts > 1:
        raise InvalidArgumentError("give one of --ca-file, --system-ca and --fingerprint")
    vcenter = in_database(lambda engine: find_vcenter(engine, name))
    secret = _new_password(vcenter, wanted)
    target = _target(vcenter, wanted, secret)
    about = asyncio.run(probe(target, CollectorSettings.load()))
    if about.instance_uuid != vcenter.instance_uuid:
        raise VCenterChangedError(
            f"{target.address} is another vCenter (instanceUuid {about.instance_uuid}) than {name}"
            f" ({vcenter.instance_uuid}); nothing was changed"
        )
    sealed = vcenter.sealed_credentials
    if secret is not None:
        sealed = seal(CredentialSettings.load().public(), password=secret, host=target.host)
    before = NewAccess(**{each.name: getattr(vcenter, each.name) for each in fields(NewAccess)})
    new = NewAccess(
        host=target.host,
        port=target.port,
        username=target.username,
        sealed_credentials=sealed,
        ca_certificates=target.ca_certificates,
        pinned_certificate=target.pinned_certificate,
    )
    in_database(
        lambda engine: access.change_access(
            engine, vcenter.id, new, before=before, instance_uuid=about.instance_uuid
        )
    )
    print(f"{name}: {target.address} let {target.username} in; the scheduler will sync it.")


def _new_password(vcenter: VCenter, wanted: Wanted) -> str | None:
    """Return the password that was given; None: the one that is sealed is to be used.

    Raises:
        InvalidArgumentError: it is needed, and nobody is there to be asked.
    """
    if wanted.password_stdin:
        return password(from_stdin=True)
    is_moved = wanted.host not in (None, vcenter.host)
    is_other_account = wanted.username not in (None, vcenter.username)
    has_key = CredentialSettings.load().credentials_private_key is not None
    if has_key and not (is_moved or is_other_account):
        return None
    if not sys.stdin.isatty():
        raise InvalidArgumentError(WHY_ASKED)
    return password(from_stdin=False)


def _target(vcenter: VCenter, wanted: Wanted, secret: str | None) -> Target:
    """Return how the vCenter is to be reached from now on."""
    target = registered_target(vcenter, secret)
    target = replace(
        target,
        host=wanted.host or target.host,
        port=wanted.port or target.port,
        username=wanted.username or target.username,
    )
    if wanted.system_ca:
        return replace(target, ca_certificates=None, pinned_certificate=None)
    if wanted.ca_file is not None:
        given = wanted.ca_file.read_text()
        return replace(target, ca_certificates=given, pinned_certificate=None)
    return pinned(target, wanted.fingerprint)


def add_to(app: typer.Typer) -> None:
    """Make these commands part of `vminer vcenter`."""
    app.command("set")(set_)
    app.command("accept-identity")(accept_identity)
