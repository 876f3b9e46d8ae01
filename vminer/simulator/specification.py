"""What RetrievePropertiesEx was asked for: the PropertyFilterSpecs, read and checked."""

from dataclasses import dataclass
from typing import Self

from lxml import etree

from vminer.simulator.envelope import Call, child, child_text, children, xsi_type
from vminer.simulator.fault import invalid_argument, invalid_property
from vminer.simulator.inventory.ref import Ref
from vminer.simulator.render.schema import TABLES, resolve

PAGE_SIZE = 100  # vCenter's own upper bound here, whatever was asked for


@dataclass(frozen=True, slots=True)
class PropertySpec:
    """Which properties of which type."""

    kind: str
    all: bool
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """A TraversalSpec, or with `kind` empty the name of one."""

    name: str
    kind: str
    path: str
    skip: bool
    then: tuple["Selection", ...]


@dataclass(frozen=True, slots=True)
class ObjectSpec:
    """Where to start and which way to go."""

    ref: Ref
    skip: bool
    select: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class FilterSpec:
    """One PropertyFilterSpec."""

    properties: tuple[PropertySpec, ...]
    objects: tuple[ObjectSpec, ...]
    tolerates_missing: bool

    @classmethod
    def read(cls, element: etree._Element) -> Self:
        """From the request; raises InvalidProperty and InvalidArgument."""
        return cls(
            tuple(_property_spec(each) for each in children(element, "propSet")),
            tuple(_object_spec(each) for each in children(element, "objectSet")),
            _flag(element, "reportMissingObjectsInResults"),
        )


def read_filters(call: Call) -> list[FilterSpec]:
    """All filters of a RetrievePropertiesEx."""
    return [FilterSpec.read(each) for each in children(call.element, "specSet")]


def read_page_size(call: Call) -> int:
    """What the caller wants, within what the server gives."""
    options = child(call.element, "options")
    asked = "" if options is None else child_text(options, "maxObjects")
    if not asked:
        return PAGE_SIZE
    if not asked.isdecimal() or int(asked) == 0:
        raise invalid_argument("options.maxObjects")
    return min(int(asked), PAGE_SIZE)


def _property_spec(element: etree._Element) -> PropertySpec:
    kind = child_text(element, "type")
    if kind not in TABLES:
        raise invalid_argument("propSet.type")
    paths = tuple((each.text or "").strip() for each in children(element, "pathSet"))
    for path in paths:
        if resolve(kind, path) is None:
            raise invalid_property(path)
    return PropertySpec(kind, _flag(element, "all"), paths)


def _object_spec(element: etree._Element) -> ObjectSpec:
    target = child(element, "obj")
    if target is None:
        raise invalid_argument("objectSet.obj")
    ref = Ref(str(target.get("type", "")), (target.text or "").strip())
    return ObjectSpec(ref, _flag(element, "skip"), _selections(element))


def _selections(element: etree._Element) -> tuple[Selection, ...]:
    return tuple(_selection(each) for each in children(element, "selectSet"))


def _selection(element: etree._Element) -> Selection:
    name = child_text(element, "name")
    if xsi_type(element) != "TraversalSpec":
        return Selection(name, "", "", skip=False, then=())
    kind, path = child_text(element, "type"), child_text(element, "path")
    if kind not in TABLES:
        raise invalid_argument("selectSet.type")
    if resolve(kind, path) is None:
        raise invalid_property(path)
    return Selection(name, kind, path, _flag(element, "skip"), _selections(element))


def _flag(element: etree._Element, name: str) -> bool:
    return child_text(element, name) in {"true", "1"}
