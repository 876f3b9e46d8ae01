"""A simulated vCenter read by the project's own scan, without a network between the two.

The requests are pyVmomi's, the answers are the simulator's; only the wire is missing. So what is
timed afterwards is decoding or writing, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import httpx
from pyVmomi.SoapAdapter import SoapResponseDeserializer, SoapStubAdapter

from models.enums import InventoryType, Tier
from sync_agent.collector.scan import Scan
from sync_agent.collector.session import VCenterSession, service_content
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target
from sync_agent.records import About, DetailPage, Page
from vminer.simulator.envelope import read_call
from vminer.simulator.inventory.identity import Identity
from vminer.simulator.vcenter import SimulatedVCenter
from vminer.simulator.web import Request

OK = 200


class Reply(NamedTuple):
    """A bulk answer: to which method, and its bytes."""

    method: str
    body: bytes


class InProcessVCenter:
    """One simulated vCenter, and the last bulk reply it gave."""

    def __init__(self, identity: Identity, machines: int) -> None:
        self.simulated = SimulatedVCenter(identity, machines)
        self.identity = identity
        self.target = Target("simulated", 443, identity.username, identity.password)
        self.last = Reply("", b"")
        self._cookie = ""

    def answer(self, body: bytes) -> tuple[int, bytes]:
        """Answer a request; the session's cookie is kept as a client would."""
        request = Request("POST", "/sdk", {"cookie": self._cookie}, body)
        answer = self.simulated.answer(request)
        self._cookie = answer.headers.get("Set-Cookie", self._cookie).partition(";")[0]
        self.last = Reply(read_call(body).operation, answer.body)
        return answer.status, answer.body

    def scan(self) -> tuple[Scan, About]:
        """Log in; return a scan that is still to begin, and what the vCenter says of itself."""
        stub = _Stub(self)
        content = service_content(stub)
        login = content.sessionManager.Login(self.target.username, self.target.password, None)
        http = httpx.AsyncClient(transport=_Transport(self), base_url="https://simulated")
        about = _about(content.about)
        session = VCenterSession(self.target, stub, http, about)
        session.content, session.key = content, login.key
        return Scan(session, CollectorSettings()), about


class _Stub(SoapStubAdapter):
    """pyVmomi's adapter with the connection taken out."""

    def __init__(self, vcenter: InProcessVCenter) -> None:
        super().__init__(host="simulated")
        self._vcenter = vcenter
        self.cookie = ""

    def InvokeMethod(self, mo, info, args, outerStub=None):  # noqa: N802, N803 - pyVmomi's names
        status, body = self._vcenter.answer(self.SerializeRequest(mo, info, args))
        assert status == OK, body
        return SoapResponseDeserializer(self).Deserialize(body, info.result)


class _Transport(httpx.AsyncBaseTransport):
    """httpx's way to the same vCenter."""

    def __init__(self, vcenter: InProcessVCenter) -> None:
        self._vcenter = vcenter

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        status, body = self._vcenter.answer(await request.aread())
        return httpx.Response(status, content=body)


def _about(about) -> About:
    return About(
        UUID(about.instanceUuid), about.version, about.build, about.apiVersion, about.fullName
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """What one scan read, and the bytes that its pages about VMs were made from."""

    scan: Scan
    about: About
    pages: list[Page]
    hardware: list[DetailPage]
    light: list[Reply]
    heavy: list[Reply]


async def read(vcenter: InProcessVCenter, *, hardware_of: Sequence[str] | None = None) -> Reading:
    """Read a vCenter from the first page to the last; hardware of every VM, or of those named."""
    scan, about = vcenter.scan()
    reading = Reading(scan, about, [], [], [], [])
    await scan.begin()
    async for page in scan.pages():
        reading.pages.append(page)
        if page.type is InventoryType.VirtualMachine:
            reading.light.append(vcenter.last)
    chosen = machines(reading.pages) if hardware_of is None else hardware_of
    async for devices in scan.details(InventoryType.VirtualMachine, Tier.HEAVY, chosen):
        reading.hardware.append(devices)
        reading.heavy.append(vcenter.last)
    return reading


def machines(pages: list[Page]) -> list[str]:
    """Return the moids of the VMs."""
    type_ = InventoryType.VirtualMachine
    return [record.moid for page in pages if page.type is type_ for record in page.records]
