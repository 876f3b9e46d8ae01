"""From XML to what a VM boots from, runs on, is encrypted with and occupies."""

import pytest

from sync_agent.collector.boot import boot_order
from sync_agent.collector.guest import STORAGE, guest
from sync_agent.collector.hardware import hardware
from sync_agent.collector.reply import RawObject, parse_xml

XSI = "http://www.w3.org/2001/XMLSchema-instance"
BOOTABLE = "VirtualMachineBootOptionsBootable"
KEY = "<keyId>k-7</keyId>"


def element(content: str):
    return parse_xml(f'<val xmlns="urn:vim25" xmlns:xsi="{XSI}">{content}</val>'.encode())


def machine(missing: dict[str, str] | None = None, **properties: str) -> RawObject:
    """Return a VM without devices; `__` in a name stands for a dot."""
    elements = {path.replace("__", "."): element(xml) for path, xml in properties.items()}
    elements["config.hardware.device"] = element("")
    return RawObject("VirtualMachine", "vm-1", elements, missing or {})


def columns(read: RawObject) -> dict[str, object]:
    """Return the columns of a VM's hardware."""
    found = hardware(read)
    assert found is not None
    return dict(found.columns)


def test_devices_to_boot_from_keep_their_order_and_a_kind_not_known_yet_its_place():
    options = element(
        "<bootDelay>0</bootDelay>"
        f'<bootOrder xsi:type="{BOOTABLE}EthernetDevice"><deviceKey>4000</deviceKey></bootOrder>'
        f'<bootOrder xsi:type="{BOOTABLE}CdromDevice"/>'
        f'<bootOrder xsi:type="VirtualMachineBootOptionsTeleporter"><at>moon</at></bootOrder>'
        f'<bootOrder xsi:type="{BOOTABLE}DiskDevice"><deviceKey>2001</deviceKey></bootOrder>'
    )

    assert boot_order(options) == [
        {"type": "ethernet", "device_key": 4000},
        {"type": "cdrom"},
        {},
        {"type": "disk", "device_key": 2001},
    ]


def test_a_machine_that_is_bound_to_nothing_and_boots_as_it_likes_says_so_with_empty_lists():
    found = columns(machine(config__bootOptions="<bootDelay>0</bootDelay>"))

    assert (found["cpu_affinity"], found["boot_order"]) == ([], [])
    assert found["boot_delay_milliseconds"] == 0


def test_logical_cpus_come_in_order_whatever_order_they_are_told_in():
    told = "<affinitySet>6</affinitySet><affinitySet>0</affinitySet><affinitySet>10</affinitySet>"

    assert columns(machine(config__cpuAffinity=told))["cpu_affinity"] == [0, 6, 10]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, (False, None, None)),
        ({"config__keyId": KEY}, (True, "k-7", None)),
        ({"config__keyId": f"{KEY}<providerId><id>kms</id></providerId>"}, (True, "k-7", "kms")),
    ],
    ids=["not encrypted", "without provider", "with provider"],
)
def test_a_key_says_that_a_machine_is_encrypted_and_with_what(told, expected):
    found = columns(machine(**told))

    names = ("is_encrypted", "encryption_key_id", "encryption_key_provider")
    assert tuple(found[name] for name in names) == expected


def test_a_key_that_this_release_does_not_have_encrypts_nothing():
    found = columns(machine({"config.keyId": "InvalidProperty"}))

    assert (found["is_encrypted"], found["encryption_key_id"]) == (False, None)


def test_storage_is_told_by_datastore_in_the_order_of_their_moids():
    def on(datastore: str, committed: int) -> str:
        return (
            f"<VirtualMachineUsageOnDatastore><datastore>{datastore}</datastore>"
            f"<committed>{committed}</committed><uncommitted>5</uncommitted>"
            "<unshared>1</unshared></VirtualMachineUsageOnDatastore>"
        )

    read = machine(storage__perDatastoreUsage=on("datastore-10", 2**40) + on("datastore-9", 7))

    found = guest(read)

    assert found is not None
    rest = {"uncommitted_bytes": 5, "unshared_bytes": 1}
    assert found.columns["storage_usage"] == [
        {"datastore_moid": "datastore-9", "committed_bytes": 7, **rest},
        {"datastore_moid": "datastore-10", "committed_bytes": 2**40, **rest},
    ]


def test_storage_that_vcenter_does_not_tell_is_null_and_costs_nothing_else():
    found = guest(machine(guest__disk="", missing={STORAGE: "InvalidProperty"}))

    assert found is not None
    assert (found.columns["storage_usage"], found.columns["partitions"]) == (None, [])
