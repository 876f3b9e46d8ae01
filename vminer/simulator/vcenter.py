"""One simulated vCenter: its operations, its inventory and its switches."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from vminer.simulator.about import about, service_versions
from vminer.simulator.changes import Changes
from vminer.simulator.collector import Collector
from vminer.simulator.drift import Drift
from vminer.simulator.envelope import (
    Call,
    child,
    child_text,
    children,
    fault_response,
    read_call,
    response,
)
from vminer.simulator.fault import (
    SoapFaultError,
    invalid_argument,
    invalid_login,
    not_authenticated,
    not_found,
    not_supported,
)
from vminer.simulator.inventory.entity import NOTHING_HIDDEN
from vminer.simulator.inventory.frame import Frame
from vminer.simulator.inventory.identity import Identity
from vminer.simulator.inventory.inventory import Inventory
from vminer.simulator.inventory.layout import Layout
from vminer.simulator.inventory.ref import Ref
from vminer.simulator.render.node import date_text
from vminer.simulator.render.schema import TABLES
from vminer.simulator.render.service import CONTENT, USER_SESSION
from vminer.simulator.session import Session, Sessions, View, list_view
from vminer.simulator.trouble import Trouble, TroubleKind, Troubles
from vminer.simulator.visibility import visible
from vminer.simulator.web import Answer, Request

_COOKIE = re.compile(r'vmware_soap_session="?([^";\s]+)')


@dataclass(slots=True)
class ServiceObject:
    """ServiceInstance and the managers, as one session sees them."""

    ref: Ref
    about: Mapping[str, str]
    session: Session | None
    hidden = NOTHING_HIDDEN

    @property
    def clock(self) -> datetime:
        """serverClock."""
        return datetime.now(UTC)


class SimulatedVCenter:
    """Answers SOAP; `changes` alters what it holds, `troubles` how it behaves."""

    def __init__(
        self,
        identity: Identity,
        machines: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.identity = identity
        extra = identity.number % 2 if machines >= 200 else 0
        self.inventory = Inventory(Frame(identity, Layout.of(machines, extra)))
        self.changes = Changes(self.inventory)
        self.troubles = Troubles()
        self.sessions = Sessions(clock)
        self.calls: dict[str, int] = {}
        """How often each operation was called."""
        self.moving_numbers = False
        """Whether the volatile numbers move with each login."""
        self._drifts = 0
        self._collector = Collector(self.inventory, self.troubles, self.sessions.close)

    # Switches

    def switch_on(self, kind: TroubleKind | str, **where: Any) -> Trouble:
        """Makes it misbehave: see TroubleKind, and Trouble for `where`."""
        trouble = Trouble(TroubleKind(kind), **where)
        self.troubles.switch_on(trouble)
        return trouble

    def drift(self, count: int, seed: int | None = None) -> list[str]:
        """Makes `count` small changes; without a seed each call makes other ones."""
        self._drifts += 1
        name = f"{self.identity.seed}/{self.identity.number}/{seed or f'n{self._drifts}'}"
        return Drift(self.inventory, self.changes, name).run(count)

    # HTTP

    def answer(self, request: Request) -> Answer:
        """What the server sends back."""
        if self.troubles.take(TroubleKind.UNAVAILABLE):
            return Answer(503, b"Service Unavailable", "text/plain")
        if self.troubles.take(TroubleKind.HANG_UP):
            return Answer(200, b"", sent_share=0.0)
        path = request.path.partition("?")[0].rstrip("/")
        if request.method == "GET" and path == "/sdk/vimServiceVersions.xml":
            return Answer(200, service_versions(self.identity.release.api_version).encode())
        if request.method == "POST" and path == "/sdk":
            hang = self.troubles.take(TroubleKind.HANG)
            answer = self._answer_soap(request)
            return answer if hang is None else replace(answer, delay_seconds=hang.seconds)
        return Answer(404, b"Not Found", "text/plain")

    def _answer_soap(self, request: Request) -> Answer:
        headers: dict[str, str] = {}
        try:
            call = read_call(request.body)
            self.calls[call.operation] = self.calls.get(call.operation, 0) + 1
            inner = self._perform(call, request, headers)
        except SoapFaultError as fault:
            return Answer(500, fault_response(fault).encode(), headers=headers)
        body = response(call.operation, inner).encode()
        if call.operation not in _PAGED:
            return Answer(200, body, headers=headers)
        return self._spoiled(body, headers)

    def _spoiled(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """A page, late, cut short or whole."""
        page, kinds = self._collector.last_page, self._collector.last_kinds
        slow = self.troubles.take(TroubleKind.SLOW, page, kinds)
        if self.troubles.take(TroubleKind.TRUNCATED, page, kinds):
            body = body[: len(body) * 2 // 3]
        cut = self.troubles.take(TroubleKind.DROP_CONNECTION, page, kinds)
        return Answer(
            200,
            body,
            headers=headers,
            delay_seconds=slow.seconds if slow else 0.0,
            sent_share=0.5 if cut else None,
        )

    # Operations

    def _perform(self, call: Call, request: Request, headers: dict[str, str]) -> str:
        if call.operation == "RetrieveServiceContent":
            service = ServiceObject(_SERVICE, about(self.identity, self.troubles), None)
            return _as_return(CONTENT.element("returnval")(service, self.inventory))
        if call.operation == "Login":
            return self._login(call, request, headers)
        operation = _OPERATIONS.get(call.operation)
        if operation is None:
            raise not_supported(call.operation)
        match = _COOKIE.search(request.headers.get("cookie", ""))
        session = self.sessions.find(match[1] if match else None)
        if session is None:
            raise not_authenticated()
        return operation(self, call, session)

    def _login(self, call: Call, request: Request, headers: dict[str, str]) -> str:
        given = (call.text("userName"), call.text("password"))
        wrong = self.troubles.take(TroubleKind.WRONG_PASSWORD)
        if wrong or given != (self.identity.username, self.identity.password):
            raise invalid_login()
        if self.moving_numbers:
            self.changes.tick()
        agent = request.headers.get("user-agent", "")
        session = self.sessions.open(self.identity.username, request.peer, agent)
        headers["Set-Cookie"] = (
            f'vmware_soap_session="{session.cookie}"; Path=/; HttpOnly; Secure; '
        )
        view = ServiceObject(_SESSION_MANAGER, {}, session)
        return _as_return(USER_SESSION.element("returnval")(view, self.inventory))

    def _logout(self, _: Call, session: Session) -> str:
        self.sessions.close(session)
        return ""

    def _current_time(self, _: Call, __: Session) -> str:
        return f"<returnval>{date_text(datetime.now(UTC))}</returnval>"

    def _create_collector(self, _: Call, session: Session) -> str:
        moid = session.new_moid("PropertyCollector")
        session.collectors[moid] = {}
        return f'<returnval type="PropertyCollector">{moid}</returnval>'

    def _destroy_collector(self, call: Call, session: Session) -> str:
        if session.collectors.pop(call.target, None) is None:
            raise not_found(Ref("PropertyCollector", call.target))
        return ""

    def _create_view(self, call: Call, session: Session) -> str:
        container = child(call.element, "container")
        moid = "" if container is None else (container.text or "").strip()
        entity = self.inventory.find(moid)
        if entity is None:
            raise not_found(Ref("ManagedEntity", moid))
        kinds = tuple((each.text or "").strip() for each in children(call.element, "type"))
        if any(kind not in TABLES for kind in kinds):
            raise invalid_argument("type")
        recursive = child_text(call.element, "recursive") in {"true", "1"}
        ref = Ref("ContainerView", session.new_moid("ContainerView"))
        view = View(ref, entity.ref, kinds, recursive, self._list_view)
        session.views[ref.moid] = view
        return f'<returnval type="ContainerView">{ref.moid}</returnval>'

    def _destroy_view(self, call: Call, session: Session) -> str:
        if session.views.pop(call.target, None) is None:
            raise not_found(Ref("ContainerView", call.target))
        return ""

    def _list_view(self, view: View) -> list[Ref]:
        listed = list_view(view, self.inventory)
        return visible(listed, frozenset(view.kinds), self.troubles)

    def _retrieve(self, call: Call, session: Session) -> str:
        return self._collector.retrieve(call, session, self._finder(session))

    def _proceed(self, call: Call, session: Session) -> str:
        return self._collector.proceed(call, session, self._finder(session))

    def _cancel(self, call: Call, session: Session) -> str:
        return self._collector.cancel(call, session)

    def _finder(self, session: Session) -> Callable[[str], Any]:
        def find(moid: str) -> Any:
            if moid in session.views:
                return session.views[moid]
            if moid == _SERVICE.moid:
                return ServiceObject(_SERVICE, about(self.identity, self.troubles), session)
            if moid == _SESSION_MANAGER.moid:
                return ServiceObject(_SESSION_MANAGER, {}, session)
            if moid == _FIELDS_MANAGER.moid:
                return ServiceObject(_FIELDS_MANAGER, {}, session)
            return self.inventory.find(moid)

        return find


def _as_return(written: str | None) -> str:
    return written or ""


_SERVICE = Ref("ServiceInstance", "ServiceInstance")
_SESSION_MANAGER = Ref("SessionManager", "SessionManager")
_FIELDS_MANAGER = Ref("CustomFieldsManager", "CustomFieldsManager")
_PAGED = frozenset({"RetrievePropertiesEx", "ContinueRetrievePropertiesEx"})

# ruff: noqa: SLF001 - the table belongs to the class
_OPERATIONS: Mapping[str, Callable[[SimulatedVCenter, Call, Session], str]] = {
    "Logout": SimulatedVCenter._logout,
    "CurrentTime": SimulatedVCenter._current_time,
    "CreatePropertyCollector": SimulatedVCenter._create_collector,
    "DestroyPropertyCollector": SimulatedVCenter._destroy_collector,
    "CreateContainerView": SimulatedVCenter._create_view,
    "DestroyView": SimulatedVCenter._destroy_view,
    "RetrievePropertiesEx": SimulatedVCenter._retrieve,
    "ContinueRetrievePropertiesEx": SimulatedVCenter._proceed,
    "CancelRetrievePropertiesEx": SimulatedVCenter._cancel,
}
