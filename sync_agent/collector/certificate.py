"""Certificates: which a vCenter must present, and which it presents now.

A pinned certificate is the only one that is accepted, whoever signed it: for vCenters whose CA
nobody has. One that changed is refused until an operator has compared fingerprints.
"""

import asyncio
import ssl
from dataclasses import dataclass
from hashlib import sha256

from runtime.errors import CertificateError
from sync_agent.collector.address import check_address
from sync_agent.collector.faults import vcenter_errors
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate as PEM."""

    pem: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 over its DER form, as `openssl x509 -fingerprint -sha256` spells it."""
        digest = sha256(ssl.PEM_cert_to_DER_cert(self.pem)).hexdigest().upper()
        return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))

    def must_have(self, fingerprint: str) -> None:
        """Make sure of its fingerprint, spelled with colons or without.

        Raises:
            CertificateError: it is another one.
        """
        if fingerprint.replace(":", "").strip().upper() != self.fingerprint.replace(":", ""):
            raise CertificateError(f"the certificate presented has SHA-256 {self.fingerprint}")


def tls_context(target: Target) -> ssl.SSLContext:
    """Return a context that always verifies: by pin, by the target's CAs, or by the system's.

    Raises:
        VCenterError: the certificates of the target are none.
    """
    with vcenter_errors(target):
        if target.pinned_certificate is not None:
            context = ssl.create_default_context(cadata=target.pinned_certificate)
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the pin itself is the anchor
            context.check_hostname = False  # the pin says more than a name in it
            return context
        if target.ca_certificates is None:
            return ssl.create_default_context()
        return ssl.create_default_context(cadata=target.ca_certificates)


async def presented(target: Target, settings: CollectorSettings) -> Certificate:
    """Return the certificate that the server presents now, trusted or not; nothing is sent.

    Raises:
        VCenterError: it cannot be reached or speaks no TLS.
    """
    await check_address(target, settings.collector_allowed_addresses)
    with vcenter_errors(target):
        pem = await asyncio.to_thread(
            ssl.get_server_certificate,
            (target.host, target.port),
            timeout=settings.collector_connect_timeout_seconds,
        )
    return Certificate(pem)


async def explain_refusal(
    error: CertificateError, target: Target, settings: CollectorSettings
) -> CertificateError:
    """Return the error that says which certificate came instead of the pinned one."""
    if target.pinned_certificate is None:
        return error
    now = await presented(target, settings)
    pinned = Certificate(target.pinned_certificate)
    if now.fingerprint == pinned.fingerprint:
        return error
    return CertificateError(
        f"{target.address} presents another certificate than the pinned one: SHA-256"
        f" {now.fingerprint}, not {pinned.fingerprint}; compare it with the vCenter's own, then"
        " run `vminer vcenter trust`"
    )
