"""What a reconfiguration alone can change of a VM (HEAVY): devices, settings, the snapshot tree."""

from collections.abc import Mapping

from sync_agent.collector import value
from sync_agent.collector.allocation import allocation
from sync_agent.collector.boot import boot_order
from sync_agent.collector.device import Devices, devices
from sync_agent.collector.fill import Columns, hashed, identifiers, withheld
from sync_agent.collector.part import Part, compact
from sync_agent.collector.reply import Element, RawObject, children
from sync_agent.collector.snapshot import DISKS, FILES, LAYOUTS, snapshots
from sync_agent.collector.table import Property, Table, Within
from sync_agent.records import DetailRecord

BOOT_OPTIONS, KEY = "config.bootOptions", "config.keyId"


def affinity(node: Element) -> list[int]:
    """Return the logical CPUs a VM is bound to, in order."""
    return sorted({int(each.text or "") for each in children(node, "affinitySet")})


SETTINGS = Table(
    Property("config.changeVersion", "change_version", value.text),
    Property("config.cpuHotAddEnabled", "cpu_hot_add_enabled", value.boolean),
    Property("config.cpuHotRemoveEnabled", "cpu_hot_remove_enabled", value.boolean),
    Property("config.memoryHotAddEnabled", "memory_hot_add_enabled", value.boolean),
    Property("config.memoryReservationLockedToMax", "memory_reservation_locked", value.boolean),
    Property("config.changeTrackingEnabled", "change_tracking_enabled", value.boolean),
    Property("config.nestedHVEnabled", "nested_hv_enabled", value.boolean),
    Property("config.cpuAffinity", "cpu_affinity", affinity),
    Within(
        KEY,
        (
            Property("keyId", "encryption_key_id", value.text),
            Within("providerId", (Property("id", "encryption_key_provider", value.text),)),
        ),
    ),
    Within("config.latencySensitivity", (Property("level", "latency_sensitivity", value.text),)),
    Within("config.flags", (Property("diskUuidEnabled", "disk_uuid_enabled", value.boolean),)),
    Within(
        BOOT_OPTIONS,
        (
            Property("bootDelay", "boot_delay_milliseconds", value.integer),
            Property("bootRetryEnabled", "boot_retry_enabled", value.boolean),
            Property("bootRetryDelay", "boot_retry_delay_milliseconds", value.integer),
            Property("enterBIOSSetup", "enter_bios_setup", value.boolean),
            Property("efiSecureBootEnabled", "secure_boot_enabled", value.boolean),
        ),
    ),
    Within(
        "config.tools",
        (
            Property("toolsUpgradePolicy", "tools_upgrade_policy", value.text),
            Property("syncTimeWithHost", "tools_sync_time", value.boolean),
        ),
    ),
    Within(
        "config.files",
        (
            Property("logDirectory", "log_directory", value.text),
            Property("snapshotDirectory", "snapshot_directory", value.text),
            Property("suspendDirectory", "suspend_directory", value.text),
        ),
    ),
    allocation("resourceConfig", "cpu", unit="mhz", level=value.text),
    allocation("resourceConfig", "memory", unit="bytes", level=value.text),
)
PATHS = ("config.hardware.device", "snapshot", *(item.path for item in SETTINGS))
LAYOUT_PATHS = (FILES, DISKS, LAYOUTS)
"""Asked for beside, of VMs that have snapshots: the list of its files is a fifth of the answer."""
NOT_READ: Mapping[str, str] = {}
"""What networks are called where none were read."""


def hardware(raw: RawObject, networks: Mapping[str, str] = NOT_READ) -> DetailRecord | None:
    """Return the hardware of a VM; None where vCenter cannot tell: what is stored is kept then.

    `networks`: moids of networks by what adapters call them (`Tree.networks`).
    """
    nodes = raw.properties.get("config.hardware.device")
    if nodes is None or withheld(raw.missing):
        return None
    settings = Columns(raw)
    settings.fill(SETTINGS)
    found = devices(nodes)
    for nic in found.nics:
        nic["network_moid"] = _network_moid(nic, networks)
    columns: dict[str, object] = {
        **settings.known,
        "cpu_affinity": settings.known["cpu_affinity"] or [],
        "boot_order": boot_order(raw.properties.get(BOOT_OPTIONS)),
        "is_encrypted": KEY in raw.properties,
        **_device_columns(found),
        "snapshots": compact(snapshots(raw.properties)),
    }
    kept = identifiers(MAC=[nic["mac_address"] for nic in found.nics])
    return DetailRecord(raw.moid, columns, hashed(columns, found=kept), kept, tuple(found.problems))


def _network_moid(nic: Part, networks: Mapping[str, str]) -> object:
    """Return the network of a card: the one that goes by the key or id the card has for it."""
    called = nic["portgroup_key"] or nic["opaque_network_id"]
    return networks.get(str(called), nic["network_moid"])


def _device_columns(found: Devices) -> dict[str, object]:
    capacities = [disk["capacity_bytes"] for disk in found.disks]
    return {
        "disk_count": len(found.disks),
        "nic_count": len(found.nics),
        "disk_capacity_bytes": sum(size for size in capacities if isinstance(size, int)),
        "disks": compact(found.disks),
        "nics": compact(found.nics),
        "drives": compact(found.drives),
        "usb_devices": compact(found.usb_devices),
        "pci_devices": compact(found.pci_devices),
        "has_tpm": found.has_tpm,
        "display_count": found.display_count,
        "video_ram_bytes": found.video_ram_bytes,
    }
