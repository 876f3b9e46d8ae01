"""The PropertyCollector: RetrievePropertiesEx and its continuation, troubles included."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from vminer.simulator.envelope import Call
from vminer.simulator.fault import invalid_argument, invalid_property, not_authenticated, not_found
from vminer.simulator.inventory.inventory import Inventory
from vminer.simulator.inventory.ref import Ref
from vminer.simulator.render.content import object_content
from vminer.simulator.retrieval import Retrieval, plan_for
from vminer.simulator.selection import Find, Walk
from vminer.simulator.session import Session
from vminer.simulator.specification import FilterSpec, PropertySpec, read_filters, read_page_size
from vminer.simulator.trouble import Trouble, TroubleKind, Troubles

UNKNOWN_TYPE = "VirtualQuantumDevice"
_DEVICES = "config.hardware.device"
_XSI_TYPE = re.compile(r'xsi:type="[^"]*"')


class Collector:
    """Serves all property collectors of a vCenter."""

    def __init__(
        self, inventory: Inventory, troubles: Troubles, expire: Callable[[Session], None]
    ) -> None:
        self._inventory = inventory
        self._troubles = troubles
        self._expire = expire
        self.last_page = 0
        """Which page was written last, and of which types: for what may happen to its transport."""
        self.last_kinds: frozenset[str] = frozenset()

    def retrieve(self, call: Call, session: Session, find: Find) -> str:
        """RetrievePropertiesEx: the first page."""
        _retrievals(call, session)
        batches = [
            (spec, Walk(spec, find, self._inventory).selected()) for spec in read_filters(call)
        ]
        kinds = frozenset(each.kind for spec, _ in batches for each in spec.properties)
        self._refuse([each for spec, _ in batches for each in spec.properties])
        retrieval = Retrieval(
            [(spec, refs) for spec, refs in batches if refs], read_page_size(call), kinds=kinds
        )
        return self._page(call, session, retrieval, find)

    def proceed(self, call: Call, session: Session, find: Find) -> str:
        """ContinueRetrievePropertiesEx: the next page; a token is good for one call."""
        retrieval = _retrievals(call, session).pop(call.text("token") or "", None)
        if retrieval is None:
            raise invalid_argument("token")
        return self._page(call, session, retrieval, find)

    def cancel(self, call: Call, session: Session) -> str:
        """CancelRetrievePropertiesEx."""
        if _retrievals(call, session).pop(call.text("token") or "", None) is None:
            raise invalid_argument("token")
        return ""

    def _page(self, call: Call, session: Session, retrieval: Retrieval, find: Find) -> str:
        chosen = retrieval.next_page()
        page, kinds = retrieval.page, retrieval.kinds
        self.last_page, self.last_kinds = page, kinds
        if self._troubles.take(TroubleKind.SESSION_EXPIRED, page, kinds):
            self._expire(session)
            raise not_authenticated()
        self._replace(session, page, kinds)
        lost = self._troubles.take(TroubleKind.SESSION_EXPIRED_MISSING, page, kinds)
        write = self._writer(page, kinds, {"": "NotAuthenticated"} if lost else {})
        objects = "".join([write(spec, ref, find) for spec, ref in chosen])
        token = ""
        if retrieval.batches:
            name = str(session.calls)
            _retrievals(call, session)[name] = retrieval
            token = f"<token>{name}</token>"
        return f"<returnval>{token}{objects}</returnval>" if objects or token else ""

    def _refuse(self, asked: list[PropertySpec]) -> None:
        """Raise InvalidProperty for a property that the release shall not have."""
        for trouble in self._troubles.active:
            path = trouble.path or ""
            if trouble.kind is TroubleKind.REFUSED_PROPERTY and any(
                spec.kind == trouble.entity and path in spec.paths for spec in asked
            ):
                self._troubles.count(trouble)
                raise invalid_property(path)

    def _replace(self, session: Session, page: int, kinds: frozenset[str]) -> None:
        """Put another session, or another vCenter, in the place of the one that was."""
        if self._troubles.take(TroubleKind.SESSION_REPLACED, page, kinds):
            session.key = secrets.token_hex(16)
        other = self._troubles.take(TroubleKind.INSTANCE_REPLACED, page, kinds)
        if other is not None:
            stranger = Trouble(TroubleKind.OTHER_INSTANCE_UUID, value=other.value)
            self._troubles.switch_on(stranger)

    def _writer(
        self, page: int, kinds: frozenset[str], lost: Mapping[str, str]
    ) -> Callable[[FilterSpec, Ref, Find], str]:
        """A function that writes one object; the usual case looks for no troubles at all."""
        if not self._troubles.active and not lost:
            return self._write
        return lambda spec, ref, find: self._write_troubled(spec, ref, find, page, kinds, lost)

    def _write(self, spec: FilterSpec, ref: Ref, find: Find) -> str:
        entity = find(ref.moid)
        if entity is None:  # it vanished between two pages
            return ""
        plan = plan_for(ref.kind, spec.properties)
        return object_content(entity, self._inventory, plan, entity.hidden)

    def _write_troubled(
        self,
        spec: FilterSpec,
        ref: Ref,
        find: Find,
        page: int,
        kinds: frozenset[str],
        lost: Mapping[str, str],
    ) -> str:
        entity: Any = find(ref.moid)
        if entity is None:
            return ""
        hidden = {**entity.hidden, **self._denied(ref, page, kinds), **lost}
        plan = plan_for(ref.kind, spec.properties)
        text = object_content(entity, self._inventory, plan, hidden)
        if self._troubles.peek(TroubleKind.LESS_PERMISSION):
            text = _with_another_role(text)
        for kind, spoil in _SPOILERS.items():
            trouble = self._troubles.peek(kind, page, kinds)
            if trouble is not None and trouble.moid in {None, ref.moid}:
                spoiled = spoil(text, trouble)
                if spoiled != text:
                    self._troubles.count(trouble)
                    trouble.moid = ref.moid  # the first object stays the only one
                    text = spoiled
        return text

    def _denied(self, ref: Ref, page: int, kinds: frozenset[str]) -> dict[str, str]:
        trouble = self._troubles.peek(TroubleKind.MISSING_PROPERTY, page, kinds)
        if trouble is None or trouble.moid not in {None, ref.moid}:
            return {}
        self._troubles.count(trouble)
        return {trouble.path or "": trouble.value or "NoPermission"}


def _retrievals(call: Call, session: Session) -> dict[str, Retrieval]:
    """The called collector's unfinished retrievals; raises when it is not this session's."""
    found = session.collectors.get(call.target)
    if found is None:
        raise not_found(Ref("PropertyCollector", call.target))
    return found


def _span(text: str, path: str) -> tuple[int, int] | None:
    """Where a property's value stands in an object's XML."""
    start = text.find(f"<name>{path}</name><val ")
    return None if start < 0 else (start, text.index("</propSet>", start))


def _with_another_role(text: str) -> str:
    span = _span(text, "effectiveRole")
    if span is None:
        return text
    return text[: span[0]] + text[slice(*span)].replace(">-2<", ">-5<") + text[span[1] :]


def _spoil_type(text: str, trouble: Trouble) -> str:
    path = trouble.path or _DEVICES
    span = _span(text, path)
    if span is None:
        return text
    head, value, tail = text[: span[0]], text[slice(*span)], text[span[1] :]
    strange = f'xsi:type="{trouble.value or UNKNOWN_TYPE}"'
    if 'xsi:type="VirtualPointingDevice"' in value:
        return head + value.replace('xsi:type="VirtualPointingDevice"', strange, 1) + tail
    return head + _XSI_TYPE.sub(strange, value, count=1) + tail


def _spoil_text(text: str, trouble: Trouble) -> str:
    span = _span(text, trouble.path or "config.annotation")
    if span is None:
        return text
    end = text.rindex("</val>", *span)
    return text[:end] + ("&#x1;" if trouble.value == "reference" else "\x01") + text[end:]


_SPOILERS: Mapping[TroubleKind, Callable[[str, Trouble], str]] = {
    TroubleKind.UNKNOWN_TYPE: _spoil_type,
    TroubleKind.CONTROL_CHARACTER: _spoil_text,
}
