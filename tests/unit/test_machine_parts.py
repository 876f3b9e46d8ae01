"""From XML to parts of a VM: what is odd costs itself alone, what is absent is not zero."""

from datetime import UTC, datetime

import pytest

from models.enums import InventoryType, Tier
from sync_agent.collector import property as table
from sync_agent.collector.detail import READINGS, detail_page
from sync_agent.collector.device import devices
from sync_agent.collector.fill import Columns, UndecodableError
from sync_agent.collector.guest import guest
from sync_agent.collector.hardware import SETTINGS, hardware
from sync_agent.collector.inventory import custom_attributes
from sync_agent.collector.reply import RawObject, parse_xml
from sync_agent.collector.snapshot import snapshots
from sync_agent.collector.tree import Tree
from sync_agent.writer.layout import DETAILS

XSI = "http://www.w3.org/2001/XMLSchema-instance"
VM = InventoryType.VirtualMachine


def element(content: str):
    return parse_xml(f'<val xmlns="urn:vim25" xmlns:xsi="{XSI}">{content}</val>'.encode())


def raw(missing: dict[str, str] | None = None, **properties: str) -> RawObject:
    elements = {path.replace("__", "."): element(xml) for path, xml in properties.items()}
    return RawObject("VirtualMachine", "vm-1", elements, missing or {})


def device(kind: str, content: str, key: int = 2000) -> str:
    return f'<VirtualDevice xsi:type="{kind}"><key>{key}</key>{content}</VirtualDevice>'


CONTROLLER = device(
    "VirtualLsiLogicSASController",
    "<deviceInfo><label>SCSI controller 1</label></deviceInfo><busNumber>1</busNumber>"
    "<sharedBus>physicalSharing</sharedBus>",
    key=1001,
)
RAW_DISK = device(
    "VirtualDisk",
    '<backing xsi:type="VirtualDiskRawDiskMappingVer1BackingInfo"><lunUuid>0200aa</lunUuid>'
    "<compatibilityMode>physicalMode</compatibilityMode></backing><controllerKey>1001</controllerKey>"
    "<capacityInKB>4</capacityInKB>"
    "<storageIOAllocation><limit>-1</limit><shares><shares>1000</shares><level>normal</level>"
    "</shares></storageIOAllocation>",
)


def test_a_raw_disk_tells_its_lun_and_the_controller_that_comes_after_it():
    [disk] = devices(element(RAW_DISK + CONTROLLER)).disks

    assert (disk["is_raw"], disk["raw_lun_uuid"]) == (True, "0200aa")
    assert disk["raw_compatibility_mode"] == "physicalMode"
    assert (disk["controller_label"], disk["controller_bus_number"]) == ("SCSI controller 1", 1)
    assert (disk["controller_type"], disk["shared_bus"]) == (
        "LsiLogicSASController",
        "physicalSharing",
    )
    assert (disk["capacity_bytes"], disk["io_limit"], disk["io_shares"]) == (4096, None, 1000)
    assert (disk["thin_provisioned"], disk["eagerly_scrub"]) == (None, None)


def test_an_odd_device_costs_only_itself_and_is_named():
    odd = device("VirtualDisk", "<capacityInKB>many</capacityInKB>", key=2001)
    card = device("VirtualVmxnet3", "<macAddress>00:50:56:AA:00:01</macAddress>", key=4000)
    machine = raw(config__hardware__device=RAW_DISK + odd + card)

    page = detail_page(VM, hardware, [machine])

    [record] = page.records
    assert [disk["key"] for disk in record.columns["disks"]] == [2000]
    assert [nic["mac_address"] for nic in record.columns["nics"]] == ["00:50:56:aa:00:01"]
    assert page.quarantined[0].reason.startswith("device 2001 (VirtualDisk): invalid literal")


def test_a_card_of_a_kind_that_is_not_known_yet_is_a_card():
    new = device("VirtualVmxnet9", "<macAddress>00:50:56:00:00:01</macAddress>", key=4000)
    stranger = device("VirtualFluxCapacitor", "<power>1.21</power>", key=9000)

    found = devices(element(new + stranger))

    assert [nic["type"] for nic in found.nics] == ["Vmxnet9"]
    assert not found.problems


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (
            "VirtualCdrom",
            '<backing xsi:type="VirtualCdromIsoBackingInfo"><fileName>[ds] a.iso</fileName>'
            "</backing><connectable><connected>true</connected></connectable>",
            {"type": "Cdrom", "backing": "Iso", "file_name": "[ds] a.iso", "connected": True},
        ),
        (
            "VirtualFloppy",
            '<backing xsi:type="VirtualFloppyRemoteDeviceBackingInfo"/>',
            {"type": "Floppy", "backing": "RemoteDevice", "file_name": None, "connected": None},
        ),
    ],
    ids=["iso", "floppy"],
)
def test_drives_tell_what_they_read(kind, content, expected):
    [drive] = devices(element(device(kind, content))).drives

    assert {name: drive[name] for name in expected} == expected


def test_usb_passthrough_and_tpm_are_told_apart():
    found = devices(
        element(
            device("VirtualUSBXHCIController", "<autoConnectDevices>true</autoConnectDevices>")
            + device("VirtualUSB", "<family>hid</family><family>audio</family><vendor>7</vendor>")
            + device(
                "VirtualPCIPassthrough",
                '<backing xsi:type="VirtualPCIPassthroughVmiopBackingInfo">'
                "<vgpu>grid_a40-8q</vgpu></backing>",
            )
            + device("VirtualTPM", "")
        )
    )

    assert [usb["is_controller"] for usb in found.usb_devices] == [True, False]
    assert found.usb_devices[1]["families"] == ["hid", "audio"]
    assert (found.pci_devices[0]["backing"], found.pci_devices[0]["vgpu_profile"]) == (
        "Vmiop",
        "grid_a40-8q",
    )
    assert found.has_tpm is True


def tree(moid: str, inner: str = "", tag: str = "rootSnapshotList") -> str:
    return (
        f"<{tag}><snapshot>{moid}</snapshot><name>{moid}</name>"
        f"<createTime>2026-01-01T00:00:00Z</createTime>{inner}</{tag}>"
    )


def layout(moid: str, files: str, memory: int = -1) -> str:
    keys = "".join(f"<fileKey>{key}</fileKey>" for key in files)
    return (
        f"<item><key>{moid}</key><dataKey>9</dataKey><memoryKey>{memory}</memoryKey>"
        f"<disk><key>2000</key><chain>{keys}</chain></disk></item>"
    )


def test_a_snapshot_takes_what_its_children_and_the_running_vm_wrote_after_it():
    below = tree("b", tag="childSnapshotList") + tree("c", tag="childSnapshotList")
    machine = raw(
        snapshot=f"<currentSnapshot>c</currentSnapshot>{tree('a', below)}",
        layoutEx__file="".join(
            f"<file><key>{key}</key><size>{10**key}</size></file>" for key in range(10)
        ),
        layoutEx__disk="<disk><chain><fileKey>0</fileKey><fileKey>2</fileKey><fileKey>3</fileKey>"
        "</chain></disk>",
        layoutEx__snapshot=layout("a", "0") + layout("b", "01", memory=8) + layout("c", "02"),
    )

    a, b, c = snapshots(machine.properties)

    assert [each["depth"] for each in (a, b, c)] == [1, 2, 2]
    assert (b["parent_moid"], c["is_current"], a["is_current"]) == ("a", True, False)
    assert a["size_bytes"] == 10**9 + 10**1 + 10**2  # its state, what led to b, what led to c
    assert b["size_bytes"] == b["state_size_bytes"] == 10**9 + 10**8
    assert c["size_bytes"] == 10**9 + 10**3


def test_sizes_of_snapshots_are_unknown_where_files_were_not_asked_for():
    [only] = snapshots(raw(snapshot=tree("a")).properties)

    assert (only["size_bytes"], only["state_size_bytes"], only["is_current"]) == (None, None, False)


def test_settings_come_from_structures_and_no_limit_is_null():
    machine = raw(
        config__hardware__device="",
        config__keyId="<keyId>k</keyId>",
        config__bootOptions="<bootDelay>5000</bootDelay><bootOrder><x>1</x></bootOrder>",
        resourceConfig__memoryAllocation="<reservation>2</reservation><limit>-1</limit>"
        "<shares><shares>10</shares><level>high</level></shares>",
    )

    record = hardware(machine)

    assert record.columns["is_encrypted"] is True
    assert (record.columns["boot_delay_milliseconds"], record.columns["boot_retry_enabled"]) == (
        5000,
        None,
    )
    assert record.columns["memory_reservation_bytes"] == 2 * 1024**2
    assert (record.columns["memory_limit_bytes"], record.columns["memory_shares"]) == (None, 10)
    assert record.columns["memory_shares_level"] == "high"
    assert record.columns.keys() >= SETTINGS.blank.keys()


@pytest.mark.parametrize("fault", ["NoPermission", "ManagedObjectNotFound"])
def test_a_detail_that_vcenter_keeps_back_is_not_stored_as_nothing(fault):
    machine = raw({"snapshot": fault}, config__hardware__device=RAW_DISK)

    assert hardware(machine) is None


def test_a_property_that_a_release_does_not_have_keeps_nothing_else_back():
    machine = raw({"config.nestedHVEnabled": "InvalidProperty"}, config__hardware__device=RAW_DISK)

    assert hardware(machine).columns["disk_count"] == 1


def test_a_guest_of_a_vm_that_vcenter_has_lost_is_kept():
    reported = "<disk><diskPath>/</diskPath><capacity>10</capacity><freeSpace>3</freeSpace></disk>"
    lost = raw(guest__disk=reported)
    lost.properties["runtime.connectionState"] = parse_xml(b"<val>disconnected</val>")
    there = raw(guest__disk=reported)

    assert guest(lost) is None
    assert guest(there).columns["partitions"] == [
        {
            "path": "/",
            "capacity_bytes": 10,
            "free_bytes": 3,
            "disk_keys": [],
        }
    ]


def test_of_a_degraded_vm_a_number_that_is_absent_inside_a_structure_is_unknown():
    machine = raw(summary__quickStats="<overallCpuUsage>7</overallCpuUsage>")
    whole, degraded = Columns(machine), Columns(machine, is_degraded=True)

    whole.fill(table.VIRTUAL_MACHINE_USAGE)
    degraded.fill(table.VIRTUAL_MACHINE_USAGE)

    assert (whole.known["cpu_usage_mhz"], whole.known["uptime_seconds"]) == (7, None)
    assert degraded.known == {"cpu_usage_mhz": 7}
    assert "uptime_seconds" in degraded.unknown
    assert not whole.unknown


def test_a_value_that_cannot_be_decoded_names_its_property():
    machine = raw(summary__quickStats="<overallCpuUsage>much</overallCpuUsage>")

    with pytest.raises(UndecodableError, match=r"summary\.quickStats: .*much"):
        Columns(machine).fill(table.VIRTUAL_MACHINE_USAGE)


def test_moments_without_a_meaning_are_null():
    machine = raw()
    machine.properties["config.modified"] = parse_xml(b"<val>1970-01-01T00:00:00Z</val>")
    machine.properties["runtime.suspendTime"] = parse_xml(b"<val>2026-06-01T00:00:00Z</val>")
    columns = Columns(machine)

    columns.fill(table.VIRTUAL_MACHINE)

    assert columns.known["modified_at"] is None
    assert columns.known["suspend_time"] == datetime(2026, 6, 1, tzinfo=UTC)


def test_attributes_are_listed_by_name_without_those_that_were_emptied():
    held = "".join(
        f"<CustomFieldValue><key>{key}</key><value>{value}</value></CustomFieldValue>"
        for key, value in ((102, "b"), (101, "a &amp; c"), (103, ""), (999, "made meanwhile"))
    )
    machine, tree = raw(customValue=held), Tree(attribute_names={"101": "Zone", "102": "Owner"})
    known, kept_back = Columns(machine), Columns(raw({"customValue": "NoPermission"}))

    custom_attributes(machine, tree, known)
    custom_attributes(raw({"customValue": "NoPermission"}), tree, kept_back)

    assert known.known["custom_attributes"] == [
        {"name": "999", "value": "made meanwhile"},
        {"name": "Owner", "value": "b"},
        {"name": "Zone", "value": "a & c"},
    ]
    assert kept_back.unknown == {"custom_attributes"}


def test_every_slower_tier_is_read_and_stored():
    assert READINGS.keys() == {detail.key for detail in DETAILS}
    assert {(VM, Tier.HEAVY), (VM, Tier.GUEST)} <= READINGS.keys()
