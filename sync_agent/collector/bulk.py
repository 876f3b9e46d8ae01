"""Bulk reading: pyVmomi writes the request, an async HTTP client fetches it, lxml reads it."""

from collections.abc import AsyncIterator
from typing import Any

from pyVmomi import vmodl

from runtime.errors import ScanIncompleteError, VCenterError
from sync_agent.collector.bounded import TooManyBytesError, content_of
from sync_agent.collector.faults import from_status, vcenter_errors
from sync_agent.collector.reply import Element, RawPage, fault_of, parse_page
from sync_agent.collector.session import SDK, VCenterSession
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.specification import over_object

RETRIEVE = "RetrievePropertiesEx"
CONTINUE = "ContinueRetrievePropertiesEx"
OK, FAULT = 200, 500
PropertyCollector = vmodl.query.PropertyCollector


class ReplyTooLargeError(ScanIncompleteError):
    """One answer is larger than an agent takes; asking for less may help."""


async def retrieve(
    session: VCenterSession, collector: Any, filter_spec: Any, settings: CollectorSettings
) -> AsyncIterator[RawPage]:
    """Yield every page of what a filter selects; a reader who leaves early cancels the rest.

    Raises:
        VCenterError: the vCenter could not be read to the end.
    """
    options = PropertyCollector.RetrieveOptions(maxObjects=settings.collector_page_size)
    page = await _fetch(session, collector, settings, RETRIEVE, ([filter_spec], options))
    token = page.token
    try:
        yield page
        while token is not None:
            page = await _fetch(session, collector, settings, CONTINUE, (token,))
            token = page.token
            yield page
    finally:
        if token is not None:
            await _cancel(session, collector, token)


async def read_property(
    session: VCenterSession, managed_object: Any, path: str, settings: CollectorSettings
) -> Element | None:
    """Return one property of one object; None where it is unset or may not be read.

    pyVmomi's own accessors (`folder.name`) would ask with Fetch, an operation that the vSphere API
    reference does not list.

    Raises:
        VCenterError: the vCenter could not be read.
    """
    collector = session.content.propertyCollector
    found: Element | None = None
    async for page in retrieve(session, collector, over_object(managed_object, path), settings):
        for raw in page.objects:
            found = raw.properties.get(path)
    return found


async def _fetch(
    session: VCenterSession,
    collector: Any,
    settings: CollectorSettings,
    method: str,
    arguments: tuple[Any, ...],
) -> RawPage:
    info = type(collector)._GetMethodInfo(method)  # noqa: SLF001 - pyVmomi's look-up of a method
    body = session.stub.SerializeRequest(collector, info, arguments)
    headers = {
        "Content-Type": "text/xml; charset=UTF-8",
        "SOAPAction": session.stub.versionId,
        "Cookie": session.stub.cookie.partition(";")[0],
    }
    limit = settings.collector_max_reply_bytes
    with vcenter_errors(session.target):
        async with session.http.stream("POST", SDK, content=body, headers=headers) as reply:
            try:
                content = await content_of(reply, limit)
            except TooManyBytesError as error:
                raise ReplyTooLargeError(
                    f"{session.target.address} answered with more than {limit} bytes"
                    " (VMINER_COLLECTOR_MAX_REPLY_BYTES)"
                ) from error
    if reply.status_code == OK:
        return parse_page(content, session.target, method)
    if reply.status_code == FAULT:
        raise fault_of(content, session.target)
    raise from_status(reply.status_code, session.target)


async def _cancel(session: VCenterSession, collector: Any, token: str) -> None:
    """Free the server's memory of the pages that nobody will read."""
    try:
        await session.call(collector.CancelRetrievePropertiesEx, token)
    except VCenterError:
        return  # the session may be the very thing that is gone
