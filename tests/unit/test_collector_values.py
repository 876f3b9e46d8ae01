"""Converters of the collector against the standard library's own reading of the same texts."""

from ipaddress import ip_address
from uuid import UUID

import pytest

from sync_agent.collector.value import is_link_local, parse_address, parse_uuid

ADDRESSES = [
    "10.0.0.1",
    "255.255.255.255",
    "2001:DB8:0:0:1:0:0:1",
    "2001:db8:0:1:0:0:0:1",
    "fe80::250:56ff:fe80:0",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::10.0.0.1",
    "169.254.7.7",
    "fe8::1",
    "febf::1",
    "fec0::1",
]
NONE = [None, "", "10.0.0", "10.0.0.01", "256.0.0.1", "1.2.3.4/24", ":::", "db-01", "\0"]


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_spelled_as_ipaddress_spells_it(text):
    assert parse_address(f" {text} ") == str(ip_address(text))


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_link_local_where_ipaddress_says_so(text):
    assert is_link_local(parse_address(text)) == ip_address(text).is_link_local


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_address_is_none(text):
    assert parse_address(text) is None


def test_the_zone_of_an_address_is_left_out():
    assert parse_address("fe80::1%eth0") == "fe80::1"


@pytest.mark.parametrize(
    "text",
    [
        "501a778f-8bd2-dd65-22fc-d7685119c87a",
        "501A778F-8BD2-DD65-22FC-D7685119C87A",
        "{501a778f8bd2dd6522fcd7685119c87a}",
        "urn:uuid:501a778f-8bd2-dd65-22fc-d7685119c87a",
    ],
)
def test_a_uuid_is_spelled_in_one_way(text):
    assert parse_uuid(text) == str(UUID(text))


@pytest.mark.parametrize(
    "text", [None, "", "Not Specified", "00000000-0000-0000-0000-000000000000"]
)
def test_a_uuid_that_says_nothing_is_none(text):
    assert parse_uuid(text) is None
