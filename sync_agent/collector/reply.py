"""From the bytes of a bulk answer to raw objects: elements by property path, nothing decoded yet.

Tolerant where one object is odd, strict where an answer is cut: an answer without its end, or
without what was asked for, is an error and never an empty page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from runtime.errors import ScanIncompleteError, SessionExpiredError
from sync_agent.collector.faults import from_fault
from sync_agent.collector.target import Target

VIM = "{urn:vim25}"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
BODY, FAULT = f"{SOAP}Body", f"{SOAP}Fault"
RETURN, TOKEN, OBJECTS = f"{VIM}returnval", f"{VIM}token", f"{VIM}objects"
OBJECT, PROPERTY, MISSING = f"{VIM}obj", f"{VIM}propSet", f"{VIM}missingSet"
UNTOLD = "unknown"
"""Stands for a fault where there is none: nothing was said of the property at all."""
NOT_IN_RELEASE = "InvalidProperty"
"""The fault of a property that this release of vSphere does not have."""
END = re.compile(rb"</[A-Za-z0-9]*:?Envelope>\s*\Z")
ILLEGAL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcBC]|[eE]|1?[eEfF]|1[0-9a-fA-F]);|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]);)"
)
Element = etree._Element  # noqa: SLF001 - lxml's only name for it


class BrokenXmlError(ValueError):
    """A document that is not XML as a vCenter writes it."""


@dataclass(frozen=True, slots=True)
class RawObject:
    """One object as it came: an element for each property, a fault for each that is missing."""

    type: str
    moid: str
    properties: dict[str, Element]
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawPage:
    """One answer."""

    objects: list[RawObject]
    token: str | None


def parse_page(body: bytes, target: Target, method: str) -> RawPage:
    """Return the objects of an answer to RetrievePropertiesEx or its continuation.

    Raises:
        VCenterError: the vCenter answered with a fault.
        SessionExpiredError: the session ended, as a fault or as the reason of a missing property.
        ScanIncompleteError: the answer is cut, or is not one.
    """
    root = _parse(body, target)
    envelope_body = root.find(BODY)
    answer = envelope_body[0] if envelope_body is not None and len(envelope_body) else None
    if answer is not None and answer.tag == FAULT:
        raise _fault(answer, target)
    if answer is None or answer.tag != f"{VIM}{method}Response":
        raise ScanIncompleteError(f"{target.address} did not answer {method}")
    result = answer.find(RETURN)
    if result is None:
        return RawPage([], None)
    objects = [_object(node, target) for node in result.iterchildren(OBJECTS)]
    return RawPage(objects, result.findtext(TOKEN))


def fault_of(body: bytes, target: Target) -> Exception:
    """Return the error behind an answer of status 500."""
    try:
        root = _parse(body, target)
    except ScanIncompleteError as error:
        return error
    fault = next(root.iter(FAULT), None)
    if fault is None:
        return ScanIncompleteError(f"{target.address} failed without saying why")
    return _fault(fault, target)


def parse_xml(content: bytes) -> Element:
    """Return the root of a document from somebody we do not trust: no entities, no network.

    Nor any document type, as SOAP 1.1 says (section 3): entities are declared there and nowhere
    else, and those in attributes would be put in whatever the parser is told.

    Raises:
        BrokenXmlError: it is not well-formed, or it declares a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BrokenXmlError(str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BrokenXmlError("it declares a document type")
    return root


def _parse(body: bytes, target: Target) -> Element:
    if not END.search(body[-200:]):
        raise ScanIncompleteError(f"{target.address} cut its answer after {len(body)} bytes")
    try:
        return parse_xml(body)
    except BrokenXmlError:
        # Characters that XML forbids come from guests and notes; without them the rest is sound.
        cleaned = ILLEGAL.sub(b"", body)
        try:
            return parse_xml(cleaned)
        except BrokenXmlError as error:
            raise ScanIncompleteError(
                f"{target.address} answered with broken XML: {error}"
            ) from error


def _object(node: Element, target: Target) -> RawObject:
    """Take an object apart. lxml picks children by tag: asking each for its own costs twice."""
    properties: dict[str, Element] = {}
    missing: dict[str, str] = {}
    for child in node.iterchildren(PROPERTY):
        name = child[0]
        if (held := name.getnext()) is not None:
            properties[name.text or ""] = held
        else:
            missing[name.text or ""] = UNTOLD
    for child in node.iterchildren(MISSING):
        path, fault = _missing(child)
        if fault == "NotAuthenticated":
            raise SessionExpiredError(f"{target.address} ended the session in mid page")
        missing[path] = fault
    about = node.find(OBJECT)
    if about is None:
        return RawObject("", "", properties, missing)
    return RawObject(about.get("type", ""), about.text or "", properties, missing)


def _missing(node: Element) -> tuple[str, str]:
    path = node.findtext(f"{VIM}path") or ""
    fault = node.find(f"{VIM}fault/{VIM}fault")
    return path, local_type(fault) if fault is not None else UNTOLD


def _fault(node: Element, target: Target) -> Exception:
    detail = node.find("detail")
    inner = detail[0] if detail is not None and len(detail) else None
    name = ""
    if inner is not None:
        name = local_type(inner) or etree.QName(inner).localname
    error = from_fault(name or "a fault", node.findtext("faultstring"), target)
    if inner is not None and name.startswith(NOT_IN_RELEASE):
        invalid = inner.findtext(f"{VIM}name") or ""
        return InvalidPropertyError(invalid, str(error))
    return error


def local_type(node: Element) -> str:
    """Return the xsi:type of an element without its prefix."""
    return (node.get(XSI_TYPE) or "").rpartition(":")[2]


class InvalidPropertyError(ScanIncompleteError):
    """The vCenter does not know a property that was asked for."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


def children(node: Element, name: str) -> Iterator[Element]:
    """Return the children of an element by their local name."""
    return node.iterchildren(f"{VIM}{name}")
