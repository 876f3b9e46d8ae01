"""SOAP envelopes: reads a request's operation, writes responses and faults."""

from dataclasses import dataclass

from lxml import etree

from vminer.simulator.fault import SoapFaultError, invalid_argument
from vminer.simulator.render.node import escape

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" '
    f'xmlns:soapenv="{SOAP}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n<soapenv:Body>\n'
)
_TAIL = "\n</soapenv:Body>\n</soapenv:Envelope>"


@dataclass(frozen=True, slots=True)
class Call:
    """One operation with its parameters still in XML."""

    operation: str
    target: str
    """The moid of `_this`."""
    element: etree._Element

    def text(self, name: str) -> str | None:
        """A simple parameter."""
        found = child(self.element, name)
        return None if found is None else found.text or ""


def read_call(body: bytes) -> Call:
    """The operation in a request's body; entities and networks are never followed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise invalid_argument("request") from error
    holder = child(root, "Body")
    if holder is None or len(holder) == 0:
        raise invalid_argument("request")
    element = holder[0]
    target = child(element, "_this")
    moid = "" if target is None else (target.text or "").strip()
    return Call(local_name(element), moid, element)


def local_name(element: etree._Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that name, whatever its namespace."""
    return next((each for each in element if local_name(each) == name), None)


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """All children of that name."""
    return [each for each in element if local_name(each) == name]


def child_text(element: etree._Element, name: str) -> str:
    """The text of the first child of that name, or nothing."""
    found = child(element, name)
    return "" if found is None else (found.text or "").strip()


def xsi_type(element: etree._Element) -> str:
    """The declared type without its prefix."""
    return str(element.get(XSI_TYPE, "")).rpartition(":")[2]


def response(operation: str, inner: str) -> str:
    """What an operation returned."""
    return f'{_HEAD}<{operation}Response xmlns="urn:vim25">{inner}</{operation}Response>{_TAIL}'


def fault_response(fault: SoapFaultError) -> str:
    """A fault, as it is sent with status 500."""
    return (
        f"{_HEAD}<soapenv:Fault><faultcode>ServerFaultCode</faultcode>"
        f"<faultstring>{escape(fault.message)}</faultstring><detail>"
        f'<{fault.name}Fault xmlns="urn:vim25" xsi:type="{fault.name}">{fault.fields}'
        f"</{fault.name}Fault></detail></soapenv:Fault>{_TAIL}"
    )
