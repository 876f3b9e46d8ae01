"""XML from whoever answers at a vCenter's address: nothing is expanded, fetched, or endless."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest

from runtime.errors import NotAVCenterError, ScanIncompleteError
from sync_agent.collector import negotiation
from sync_agent.collector.negotiation import negotiate
from sync_agent.collector.reply import fault_of, parse_page
from sync_agent.collector.target import Target

TARGET = Target("vc.test", 443, "reader", "secret")
METHOD = "RetrievePropertiesEx"
TEN_OF_THE_LAST = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
DOCUMENT_TYPES = {
    "entities of entities": f'<!DOCTYPE any [<!ENTITY e0 "ha">{TEN_OF_THE_LAST}]>',
    "one long entity": f'<!DOCTYPE any [<!ENTITY e10 "{"ha" * 50_000}">]>',
    "a file": '<!DOCTYPE any [<!ENTITY e10 SYSTEM "file:///etc/passwd">]>',
    "the network": '<!DOCTYPE any SYSTEM "http://127.0.0.1:9/any.dtd" [<!ENTITY e10 "ha">]>',
    "a parameter": (
        '<!DOCTYPE any [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;<!ENTITY e10 "ha">]>'
    ),
    "nothing": "<!DOCTYPE any>",
}
SOAP = (
    '<?xml version="1.0"?>{document_type}'
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    '<RetrievePropertiesExResponse xmlns="urn:vim25"><returnval><objects>'
    '<obj type="VirtualMachine">vm-1</obj><propSet><name>name</name><val>{name}</val></propSet>'
    "</objects></returnval></RetrievePropertiesExResponse></e:Body></e:Envelope>"
)
VERSIONS = (
    '<?xml version="1.0"?>{document_type}<namespaces version="1.0"><namespace>'
    "<name>urn:vim25</name><version>{version}</version></namespace></namespaces>"
)

each_document_type = pytest.mark.parametrize(
    "document_type", DOCUMENT_TYPES.values(), ids=list(DOCUMENT_TYPES)
)


def answering(content: bytes | AsyncIterator[bytes], **headers: str) -> httpx.AsyncClient:
    """Return a client to a server that answers every request with this."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=content, headers=headers)

    transport = httpx.MockTransport(answer)
    return httpx.AsyncClient(transport=transport, base_url="https://vc.test")


def soap(document_type: str, name: str) -> bytes:
    return SOAP.format(document_type=document_type, name=name).encode()


def test_an_answer_without_a_document_type_is_read():
    (found,) = parse_page(soap("", "web 01"), TARGET, METHOD).objects

    assert found.properties["name"].text == "web 01"


@each_document_type
@pytest.mark.parametrize("name", ["&e10;" * 1000, "web 01"], ids=["used", "declared"])
def test_a_page_that_declares_a_document_type_is_none(document_type, name):
    if document_type == DOCUMENT_TYPES["nothing"]:
        name = "web 01"

    with pytest.raises(ScanIncompleteError, match="broken XML"):
        parse_page(soap(document_type, name), TARGET, METHOD)


@each_document_type
def test_entities_in_attributes_are_not_put_in(document_type):
    body = soap(document_type, "web 01").replace(b'"VirtualMachine"', b'"&e10;&e10;&e10;"')

    with pytest.raises(ScanIncompleteError, match="broken XML"):
        parse_page(body, TARGET, METHOD)


@each_document_type
def test_a_fault_that_declares_a_document_type_says_so(document_type):
    error = fault_of(soap(document_type, "web 01"), TARGET)

    assert isinstance(error, ScanIncompleteError)
    assert "broken XML" in str(error)


async def test_a_version_that_both_sides_know_is_spoken():
    answer = VERSIONS.format(document_type="", version="8.0.3.0").encode()

    async with answering(answer) as http:
        assert await negotiate(http, TARGET) == "vim.version.v8_0_3_0"


@each_document_type
@pytest.mark.parametrize("version", ["&e10;" * 1000, "8.0.3.0"], ids=["used", "declared"])
async def test_versions_that_come_with_a_document_type_are_not_believed(document_type, version):
    answer = VERSIONS.format(document_type=document_type, version=version).encode()

    async with answering(answer) as http:
        with pytest.raises(NotAVCenterError):
            await negotiate(http, TARGET)


async def test_a_list_of_versions_that_never_ends_is_left_after_a_mebibyte():
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 65_536

    async with answering(endless()) as http:
        with pytest.raises(NotAVCenterError):
            await negotiate(http, TARGET)

    assert sent == negotiation.MOST_BYTES // 65_536 + 1


async def test_a_list_of_versions_counts_as_large_as_it_is_unpacked():
    answer = VERSIONS.format(document_type="", version="8.0.3.0").encode()
    packed = gzip.compress(answer + b" " * negotiation.MOST_BYTES)

    async with answering(packed, **{"Content-Encoding": "gzip"}) as http:
        with pytest.raises(NotAVCenterError):
            await negotiate(http, TARGET)

    assert len(packed) < negotiation.MOST_BYTES // 100
