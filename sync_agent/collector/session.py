"""One SOAP session of our own with one vCenter: logged in explicitly, logged out on every way out.

pyVmomi logs in, builds requests and serializes them. The bulk answers come over an async HTTP
client with the session's cookie (`bulk`), because pyVmomi cannot be had without its decoder.

Views and property collectors go with the session: "A view exists until you terminate it by calling
the DestroyView method, or until the end of the session" (vSphere Web Services API, View), and a
collector "is automatically destroyed when the session on which it was created is closed"
(DestroyPropertyCollector). So the one logout frees them all, where each would take a call more.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from typing import Any, TypeVar
from uuid import UUID

import httpx
from pyVmomi import vim
from pyVmomi.SoapAdapter import SoapStubAdapter

from runtime.errors import CertificateError, NotAVCenterError, VCenterError
from sync_agent.collector.address import check_address
from sync_agent.collector.certificate import explain_refusal, tls_context
from sync_agent.collector.faults import vcenter_errors
from sync_agent.collector.negotiation import negotiate
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target
from sync_agent.records import About

log = logging.getLogger(__name__)
T = TypeVar("T")

SDK = "/sdk"
PRODUCT = f"vMiner/{version('vminer')}"


class VCenterSession:
    """A session that is logged in."""

    def __init__(
        self, target: Target, stub: SoapStubAdapter, http: httpx.AsyncClient, about: About
    ) -> None:
        self.target = target
        self.stub = stub
        self.http = http
        self.about = about
        self.content: Any = None
        self.key: str = ""

    async def call(self, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Run a small pyVmomi call in a thread; its socket timeouts bound it.

        Raises:
            VCenterError: whatever went wrong, translated.
        """
        with vcenter_errors(self.target):
            return await asyncio.to_thread(function, *arguments, **named)


@asynccontextmanager
async def open_session(
    target: Target, settings: CollectorSettings, *, agent: str
) -> AsyncIterator[VCenterSession]:
    """Log in to a vCenter and lend the session; log out and close, however the block ends.

    `agent`: who reads, as the vCenter's list of sessions shows it behind product and version.

    Raises:
        VCenterError: unreachable, untrusted, wrong credentials, or not a vCenter.
    """
    await check_address(target, settings.collector_allowed_addresses)
    context = tls_context(target)
    user_agent = {"User-Agent": f"{PRODUCT} {agent}"}
    timeout = httpx.Timeout(
        settings.collector_read_timeout_seconds, connect=settings.collector_connect_timeout_seconds
    )
    async with httpx.AsyncClient(
        base_url=f"https://{_bracketed(target.host)}:{target.port}",
        verify=context,
        timeout=timeout,
        headers=user_agent,
        follow_redirects=False,
        trust_env=False,
    ) as http:
        api_version = await _first_contact(http, target, settings)
        stub = SoapStubAdapter(
            host=target.host,
            port=target.port,
            path=SDK,
            version=api_version,
            sslContext=context,
            poolSize=1,
            httpConnectionTimeout=settings.collector_read_timeout_seconds,
            customHeaders=user_agent,
        )
        try:
            session = await _log_in(target, stub, http)
            try:
                yield session
            finally:
                await _log_out(session, settings.collector_logout_timeout_seconds)
        finally:
            stub.DropConnections()


def service_content(stub: SoapStubAdapter) -> Any:
    """Return the ServiceContent, asked for anew."""
    return vim.ServiceInstance("ServiceInstance", stub).RetrieveContent()


async def _first_contact(
    http: httpx.AsyncClient, target: Target, settings: CollectorSettings
) -> str:
    try:
        with vcenter_errors(target):
            return await negotiate(http, target)
    except CertificateError as error:
        raise await explain_refusal(error, target, settings) from error


async def _log_in(target: Target, stub: SoapStubAdapter, http: httpx.AsyncClient) -> VCenterSession:
    def log_in() -> tuple[Any, Any]:
        content = service_content(stub)
        if content.about.apiType != "VirtualCenter":
            raise NotAVCenterError(
                f"{target.address} is {content.about.fullName}, not a vCenter Server; add the"
                " vCenter that manages it"
            )
        return content, content.sessionManager.Login(target.username, target.password, None)

    with vcenter_errors(target):
        content, user_session = await asyncio.to_thread(log_in)
    about = About(
        instance_uuid=UUID(content.about.instanceUuid),
        version=content.about.version,
        build=content.about.build,
        api_version=content.about.apiVersion,
        full_name=content.about.fullName,
    )
    session = VCenterSession(target, stub, http, about)
    session.content = content
    session.key = user_session.key
    return session


async def _log_out(session: VCenterSession, seconds: float) -> None:
    """Log out, even while the block is being cancelled; give up after some seconds."""

    async def log_out() -> None:
        try:
            async with asyncio.timeout(seconds):
                await session.call(session.content.sessionManager.Logout)
        except (VCenterError, TimeoutError) as error:
            log.warning(
                "logout failed", extra={"vcenter": session.target.address, "why": str(error)}
            )

    done = asyncio.ensure_future(log_out())
    try:
        await asyncio.shield(done)
    except asyncio.CancelledError:
        with suppress(asyncio.CancelledError):
            await done
        raise


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
