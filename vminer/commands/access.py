"""What subcommands ask of an operator to reach a vCenter: address, account, password, trust."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from models.vcenter import VCenter
from runtime.secrets import CredentialSettings, unseal
from sync_agent.collector.certificate import presented
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target

Port = Annotated[int, typer.Option(min=1, max=65535, help="HTTPS port.")]
CaFile = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="PEM of the CA that signed it.")
]
Fingerprint = Annotated[
    str | None,
    typer.Option(help="SHA-256 of the one certificate it may present, where no CA is to be had."),
]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


def password(from_stdin: bool) -> str:
    """Return the password: a line of standard input, or what is typed unseen."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True))


def new_target(host: str, port: int, username: str, secret: str, ca_file: Path | None) -> Target:
    """Return how to reach a vCenter that is not registered."""
    ca_certificates = ca_file.read_text() if ca_file else None
    return Target(
        host=host, port=port, username=username, password=secret, ca_certificates=ca_certificates
    )


def pinned(target: Target, fingerprint: str | None) -> Target:
    """Let the target present only the certificate it presents now, if that has the fingerprint.

    Raises:
        CertificateError: it has another one.
    """
    if fingerprint is None:
        return target
    now = asyncio.run(presented(target, CollectorSettings.load()))
    now.must_have(fingerprint)
    return replace(target, pinned_certificate=now.pem)


def registered_target(vcenter: VCenter, secret: str | None = None) -> Target:
    """Return how a vCenter is registered, with another password where one is given.

    Raises:
        SettingsError: the private key is not set, or does not open the password.
    """
    if secret is None:
        private_key = CredentialSettings.load().private()
        secret = unseal(private_key, vcenter.sealed_credentials, host=vcenter.host)
    return Target(
        host=vcenter.host,
        port=vcenter.port,
        username=vcenter.username,
        password=secret,
        ca_certificates=vcenter.ca_certificates,
        pinned_certificate=vcenter.pinned_certificate,
    )
