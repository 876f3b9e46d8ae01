"""Disks that hosts see, and the paths to them."""

import strawberry

from resolvers.part import entry, inner_parts
from resolvers.scalar import BigInt


@strawberry.type(description="One way from a host to a disk.")
class LunPath:
    """One element of `paths`."""

    name: str | None = entry("name", "Name of the path, as vmhba1:C0:T0:L5.")
    adapter: str | None = entry("adapter", "Host bus adapter it begins at.")
    state: str | None = entry("state", "active, standby, disabled, dead or unknown.")
    is_working: bool | None = entry("is_working", "Whether I/O goes over it.")


@strawberry.type(description="A disk that a host sees, local or shared.")
class Lun:
    """One element of `host_hardware.luns`."""

    canonical_name: str | None = entry(
        "canonical_name",
        "Name of the device, as naa.600…; the same on all hosts, and in a datastore's extents.",
    )
    display_name: str | None = entry("display_name", "Name that people gave it.")
    type: str | None = entry("type", "disk, cdrom and so on.")
    vendor: str | None = entry("vendor", "Vendor of the disk or of its array.")
    model: str | None = entry("model", "Model.")
    revision: str | None = entry("revision", "Revision of its firmware.")
    serial_number: str | None = entry("serial_number", "Serial number.")
    uuid: str | None = entry("uuid", "vSphere's own name for it.")
    capacity_bytes: BigInt | None = entry("capacity_bytes", "Capacity, in bytes.")
    local: bool | None = entry("local", "Whether it is in the host.")
    ssd: bool | None = entry("ssd", "Whether it is flash.")
    scsi_level: int | None = entry("scsi_level", "Level of SCSI it speaks.")
    queue_depth: int | None = entry("queue_depth", "Commands it takes at a time.")
    operational_states: list[str] | None = entry(
        "operational_states", "ok, off, degraded, lostCommunication and so on."
    )
    hardware_acceleration: str | None = entry(
        "hardware_acceleration", "Whether its array does work for the host (VAAI)."
    )
    policy: str | None = entry("policy", "Path selection policy, as VMW_PSP_RR.")
    array_policy: str | None = entry("array_policy", "Storage array type, as VMW_SATP_ALUA.")
    paths: list[LunPath] | None = inner_parts("paths", LunPath, "The paths that lead to it.")
