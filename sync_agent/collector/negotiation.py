"""First contact: which versions of the vSphere API a server offers, before anybody logs in."""

import httpx
from pyVmomi.VmomiSupport import GetServiceVersions, versionIdMap

from runtime.errors import NotAVCenterError
from sync_agent.collector.bounded import TooManyBytesError, content_of
from sync_agent.collector.faults import from_status
from sync_agent.collector.reply import BrokenXmlError, parse_xml
from sync_agent.collector.target import Target

VERSIONS = "/sdk/vimServiceVersions.xml"
MOST_BYTES = 1024 * 1024
"""A vCenter's list of versions takes a few thousand."""


async def negotiate(http: httpx.AsyncClient, target: Target) -> str:
    """Return the newest API version that both the server and pyVmomi know.

    Raises:
        VCenterUnreachableError: its services are not there yet.
        NotAVCenterError: what it answered is no list of versions, or one without any of ours.
        httpx.HTTPError: it could not be asked.
    """
    async with http.stream("GET", VERSIONS) as reply:
        if not reply.is_success:
            raise from_status(reply.status_code, target)
        try:
            root = parse_xml(await content_of(reply, MOST_BYTES))
        except (BrokenXmlError, TooManyBytesError) as error:
            raise NotAVCenterError(f"{target.address} does not speak the vSphere API") from error
    offered = {node.text for node in root.iter("version")}
    for version in GetServiceVersions("vim25"):
        if versionIdMap[version] in offered:
            return str(version)
    raise NotAVCenterError(f"{target.address} speaks no version of the vSphere API that we know")
