"""Records of hosts' hardware, as odd as hardware is."""

from base64 import b64decode
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from models.enums import IdentifierKind
from sync_agent.collector.host_hardware import host_hardware
from tests.support.raw import raw_object
from vminer.simulator.inventory.host_service import _certificate

NIC = "<PhysicalNic><key>nic-{0}</key><device>vmnic{0}</device><mac>{1}</mac></PhysicalNic>"
NICS = {"config__network__pnic": NIC.format(0, "B0-26-28-00-00-01")}


def hardware(**properties: str):
    record = host_hardware(raw_object("HostSystem", "host-1", **NICS, **properties))
    assert record is not None
    return record


def octets(content: bytes) -> str:
    return "".join(f"<byte>{each - 256 if each > 127 else each}</byte>" for each in content)


@pytest.fixture(scope="module")
def pem() -> bytes:
    return _certificate(b"dice" * 16, "esx1.example.com", "vcsa", False)


@pytest.mark.parametrize("state", ["disconnected", "notResponding"])
def test_a_host_out_of_reach_tells_nothing(state: str):
    assert host_hardware(raw_object("HostSystem", runtime__connectionState=state, **NICS)) is None


def test_a_host_without_a_configuration_tells_nothing():
    assert host_hardware(raw_object("HostSystem")) is None


def test_a_host_of_which_a_part_may_not_be_read_keeps_what_is_stored():
    hidden = {"config.service.service": "NoPermission"}

    assert host_hardware(raw_object("HostSystem", missing=hidden, **NICS)) is None


def test_a_property_that_this_release_does_not_have_hides_nothing():
    old = {"config.certificate": "InvalidProperty"}

    assert host_hardware(raw_object("HostSystem", missing=old, **NICS)) is not None


def test_mac_addresses_of_both_kinds_of_adapter_identify_a_host():
    vnics = (
        "<HostVirtualNic><device>vmk0</device><spec><mac>00:25:B5:00:00:02</mac></spec>"
        "</HostVirtualNic>"
    )
    record = hardware(config__network__vnic=vnics)

    macs = record.identifiers[IdentifierKind.MAC]
    assert macs == ("00:25:b5:00:00:02", "b0:26:28:00:00:01")


def test_the_order_in_which_vsphere_lists_parts_changes_nothing():
    listed = {
        "config__network__pnic": [
            NIC.format(number, f"b0:26:28:00:00:{number:02}") for number in (2, 10, 0)
        ],
        "config__network__portgroup": [
            f"<HostPortGroup><spec><name>{name}</name><vswitchName>vSwitch0</vswitchName></spec>"
            "</HostPortGroup>"
            for name in ("VM Network", "Backup", "Management")
        ],
        "config__storageDevice__scsiLun": [
            f"<ScsiLun><key>{name}</key><canonicalName>naa.{name}</canonicalName></ScsiLun>"
            for name in ("6005", "5000", "6001")
        ],
        "config__service__service": [
            f"<HostService><key>{key}</key><running>true</running></HostService>"
            for key in ("vpxa", "ntpd", "TSM")
        ],
    }

    found = [
        host_hardware(
            raw_object(
                "HostSystem",
                "host-1",
                **{path: "".join(each[::step]) for path, each in listed.items()},
            )
        )
        for step in (1, -1)
    ]

    assert found[0] is not None
    assert found[0] == found[1]
    nics = [nic["device"] for nic in found[0].columns["physical_nics"]]
    assert nics == ["vmnic0", "vmnic2", "vmnic10"]


def test_an_adapter_without_a_link_has_no_speed():
    (nic,) = hardware().columns["physical_nics"]

    assert nic == {"device": "vmnic0", "mac_address": "b0:26:28:00:00:01"}


@pytest.mark.parametrize(
    ("kind", "port", "node", "shown"),
    [
        (
            "HostFibreChannelHba",
            str(0x2100_00E0_8B37_1A14),
            str(0x9000_0000_0000_0000 - 2**64),
            ("21:00:00:e0:8b:37:1a:14", "90:00:00:00:00:00:00:00"),
        ),
        ("HostFibreChannelOverEthernetHba", "1", "", ("00:00:00:00:00:00:00:01", None)),
        ("HostSerialAttachedHba", "", "5000C500A1B2C3D4", (None, "5000C500A1B2C3D4")),
        ("HostSerialAttachedHba", "", "5000500012345678", (None, "5000500012345678")),
    ],
    ids=["FC, one above 2^63", "FC over Ethernet", "SAS", "SAS of decimal digits only"],
)
def test_a_world_wide_name_reads_as_people_write_it(
    kind: str, port: str, node: str, shown: tuple[str | None, str | None]
):
    adapter = (
        f'<HostHostBusAdapter xsi:type="{kind}"><device>vmhba1</device>'
        f"<portWorldWideName>{port}</portWorldWideName>"
        f"<nodeWorldWideName>{node}</nodeWorldWideName></HostHostBusAdapter>"
    )
    (found,) = hardware(config__storageDevice__hostBusAdapter=adapter).columns["bus_adapters"]

    assert (found.get("port_wwn"), found.get("node_wwn")) == shown
    assert found["type"] == kind.removeprefix("Host").removesuffix("Hba")


def test_a_disk_without_multipathing_has_no_paths():
    lun = '<ScsiLun xsi:type="ScsiLun"><key>cd</key><lunType>cdrom</lunType></ScsiLun>'
    (found,) = hardware(config__storageDevice__scsiLun=lun).columns["luns"]

    assert found == {"type": "cdrom", "operational_states": [], "paths": []}


def test_a_certificate_is_read_from_pem_and_from_der(pem):
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)

    texts, binary = (hardware(config__certificate=octets(each)).columns for each in (pem, der))

    assert texts == binary
    assert texts["certificate_subject"] == "O=vMiner,CN=esx1.example.com"
    assert texts["certificate_issuer"] == "O=vMiner,CN=CA of vcsa"
    assert texts["certificate_not_before"] < datetime(2026, 6, 1, tzinfo=UTC)


def test_a_certificate_that_is_none_costs_nothing_else():
    columns = hardware(config__certificate=octets(b64decode("bm9uZQ=="))).columns

    assert columns["certificate_subject"] is None
    assert columns["physical_nics"]


@pytest.mark.parametrize(
    ("sound", "odd"),
    [
        (b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x01"),
        (b"esx1.example.com", b"esx1\xffexample.com"),
    ],
    ids=["version 2", "a name that is no text"],
)
def test_a_certificate_that_is_odd_costs_nothing_else(pem, sound: bytes, odd: bytes):
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    assert sound in der

    columns = hardware(config__certificate=octets(der.replace(sound, odd, 1))).columns

    assert {columns[name] for name in columns if name.startswith("certificate_")} == {None}
    assert columns["physical_nics"]


def test_what_is_read_twice_has_the_same_hash(pem):
    again = {"config__certificate": octets(pem)}

    assert hardware(**again).hash == hardware(**again).hash != hardware().hash
