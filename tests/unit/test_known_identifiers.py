"""Identifiers of objects that cannot be read wholly: what is not read takes none away."""

import pytest

from models.enums import IdentifierKind
from sync_agent.collector.host_identity import TAGS, VNICS
from sync_agent.collector.inventory import host
from sync_agent.collector.tree import Tree
from sync_agent.collector.virtual_machine import virtual_machine
from sync_agent.records import Record
from tests.support.raw import raw_object

SERIAL_NUMBER = "hardware.systemInfo.serialNumber"
UUID = "11111111-2222-3333-4444-555555555555"
PROPERTIES = {
    "runtime.connectionState": "connected",
    "summary.hardware.uuid": UUID,
    SERIAL_NUMBER: "SN-1",
    TAGS: "<i><identifierValue>7XK2J33</identifierValue>"
    "<identifierType><key>ServiceTag</key></identifierType></i>",
    VNICS: "<v><device>vmk0</device><spec><ip><ipAddress>10.0.0.2</ipAddress></ip></spec></v>",
}
IP, BIOS_UUID, SERIAL = IdentifierKind.IP, IdentifierKind.BIOS_UUID, IdentifierKind.SERIAL
WHOLE = {IP: ("10.0.0.2",), BIOS_UUID: (UUID,), SERIAL: ("7xk2j33", "sn-1")}
MACHINE = {
    "name": "web",
    "guest.net": "<n><ipAddress>10.1.0.1</ipAddress></n>",
    "guest.ipAddress": "10.1.0.2",
    "guest.hostName": "web.example.com",
}


def named(
    name: str, unread: str | None, *, state: str = "connected", fault: str | None = None
) -> Record:
    """Return the record of a host of which a property was not read."""
    properties = PROPERTIES | {"name": name, "runtime.connectionState": state}
    properties.pop(unread or "", None)
    missing = {unread: fault} if unread and fault else {}
    spelled = {path.replace(".", "__"): content for path, content in properties.items()}
    return host(raw_object("HostSystem", missing=missing, **spelled), Tree())


def test_a_host_that_was_read_wholly_states_every_kind():
    found = named("esx1.example.com", None)

    assert found.identifiers == WHOLE | {IdentifierKind.FQDN: ("esx1.example.com",)}
    assert not found.partly


@pytest.mark.parametrize(
    ("unread", "uncertain", "read"),
    [
        (VNICS, IP, ()),
        (SERIAL_NUMBER, SERIAL, ("7xk2j33",)),
        (TAGS, SERIAL, ("sn-1",)),
        ("summary.hardware.uuid", BIOS_UUID, ()),
    ],
)
@pytest.mark.parametrize(
    "how",
    [{"state": "disconnected"}, {"state": "notResponding"}, {"fault": "NoPermission"}],
    ids=["disconnected", "not responding", "withheld"],
)
def test_a_kind_with_an_unread_source_states_what_was_read_as_a_part(unread, uncertain, read, how):
    found = named("esx1.example.com", unread, **how)

    assert found.partly == {uncertain}
    assert found.identifiers[uncertain] == read
    assert all(found.identifiers[kind] == WHOLE[kind] for kind in WHOLE.keys() - {uncertain})


def test_what_a_connected_host_does_not_have_is_gone():
    found = named("esx1", SERIAL_NUMBER)

    assert (found.identifiers[SERIAL], found.partly) == (("7xk2j33",), frozenset())
    assert named("esx1", VNICS).identifiers[IP] == ()


@pytest.mark.parametrize(
    ("unread", "kept"),
    [
        ("guest.net", IP),
        ("guest.ipAddress", IP),
        ("guest.hostName", IdentifierKind.FQDN),
        ("config.instanceUuid", IdentifierKind.INSTANCE_UUID),
    ],
)
def test_a_machine_states_the_kinds_with_an_unread_source_as_parts_too(unread, kept):
    properties = {path.replace(".", "__"): content for path, content in MACHINE.items()}
    properties.pop(unread.replace(".", "__"), None)
    raw = raw_object("VirtualMachine", missing={unread: "NoPermission"}, **properties)

    found = virtual_machine(raw, Tree())

    assert found.partly == {kept}
    assert len(found.identifiers) == 4
