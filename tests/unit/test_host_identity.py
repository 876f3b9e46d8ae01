"""Addresses and tags of hosts, as odd as firmware and networks make them."""

from ipaddress import ip_address

import pytest

from sync_agent.collector.fill import Columns
from sync_agent.collector.host_identity import (
    TAGS,
    management_address,
    reachable,
    set_tags,
    vmkernel_addresses,
)
from tests.support.raw import raw_object


def vnic(device: str, address: str, *six: str) -> str:
    inner = "".join(f"<ipV6Address><ipAddress>{each}</ipAddress></ipV6Address>" for each in six)
    return (
        f"<HostVirtualNic><device>{device}</device><spec><ip><ipAddress>{address}</ipAddress>"
        f"<ipV6Config>{inner}</ipV6Config></ip></spec></HostVirtualNic>"
    )


def tag(key: str, content: str) -> str:
    return (
        "<HostSystemIdentificationInfo>"
        f"<identifierValue>{content}</identifierValue>"
        f"<identifierType><key>{key}</key></identifierType></HostSystemIdentificationInfo>"
    )


def tags_of(*tags: str, missing: dict[str, str] | None = None) -> Columns:
    found = {} if missing else {TAGS.replace(".", "__"): "".join(tags)}
    columns = Columns(raw_object("HostSystem", missing=missing, **found))
    set_tags(columns._raw, columns)
    return columns


def test_vmk0_is_the_management_address_wherever_it_stands():
    raw = raw_object(
        "HostSystem", config__network__vnic=vnic("vmk1", "10.0.0.1") + vnic("vmk0", "10.0.0.2")
    )

    assert management_address(vmkernel_addresses(raw)) == ip_address("10.0.0.2")


def test_without_vmk0_the_first_adapter_with_an_address_counts():
    raw = raw_object(
        "HostSystem", config__network__vnic=vnic("vmk3", "") + vnic("vmk4", "", "2001:db8::4")
    )

    assert management_address(vmkernel_addresses(raw)) == ip_address("2001:db8::4")


@pytest.mark.parametrize(
    ("adapters", "chosen"),
    [
        (vnic("vmk0", "", "fe80::1", "2001:db8::2"), "2001:db8::2"),
        (vnic("vmk0", "169.254.7.7", "2001:db8::2"), "2001:db8::2"),
        (
            vnic("vmk1", "169.254.1.1") + vnic("vmk0", "fe80::1") + vnic("vmk2", "10.0.0.2"),
            "10.0.0.2",
        ),
        (vnic("vmk1", "169.254.1.1") + vnic("vmk0", "", "fe80::1"), "fe80::1"),
    ],
    ids=["IPv6 only", "no DHCP", "of another adapter", "nothing else"],
)
def test_a_management_address_is_link_local_only_where_no_other_is(adapters: str, chosen: str):
    raw = raw_object("HostSystem", config__network__vnic=adapters)

    assert management_address(vmkernel_addresses(raw)) == ip_address(chosen)


def test_a_host_without_a_network_has_no_address():
    assert management_address(vmkernel_addresses(raw_object("HostSystem"))) is None


def test_every_address_but_link_local_ones_identifies_a_host():
    raw = raw_object(
        "HostSystem", config__network__vnic=vnic("vmk0", "10.0.0.2", "fe80::1", "2001:db8::2")
    )

    found = reachable(vmkernel_addresses(raw))

    assert found == [ip_address("10.0.0.2"), ip_address("2001:db8::2")]


def test_tags_that_nobody_set_are_none():
    columns = tags_of(tag("AssetTag", " "), tag("ServiceTag", "Not Specified"))

    assert columns.known == {"service_tag": None, "asset_tag": None, "oem_strings": None}


def test_tags_are_told_apart_and_oem_strings_kept_in_order():
    columns = tags_of(
        tag("OemSpecificString", "Dell System"),
        tag("ServiceTag", " 7XK2J33 "),
        tag("OemSpecificString", "5[0000]"),
        tag("AssetTag", "INV-4"),
    )

    assert columns.known == {
        "service_tag": "7XK2J33",
        "asset_tag": "INV-4",
        "oem_strings": ["Dell System", "5[0000]"],
    }


def test_tags_that_may_not_be_read_are_unknown():
    columns = tags_of(missing={"summary.hardware": "NoPermission"})

    assert columns.unknown == {"service_tag", "asset_tag", "oem_strings"}
