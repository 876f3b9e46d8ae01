"""A VM's devices, snapshots and settings (HEAVY), read where changeVersion or snapshots moved."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, LargeBinary
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import HASHED_BY_VCENTER, Base, VCenterKey, big, small, unread_since


class VmHardware(VCenterKey, Base):
    """Devices, the snapshot tree, and what a reconfiguration alone can change of one VM."""

    __tablename__ = "vm_hardware"
    __table_args__ = (HASHED_BY_VCENTER,)

    row_hash: Mapped[bytes] = mapped_column(LargeBinary, comment="Hash over the collected columns.")
    change_version: Mapped[str | None] = mapped_column(
        comment="changeVersion of the VM when this was read."
    )
    disk_count: Mapped[int | None] = small("Virtual disks.")
    nic_count: Mapped[int | None] = small("Virtual network adapters.")
    disk_capacity_bytes: Mapped[int | None] = big("Capacity of all virtual disks, in bytes.")
    disks: Mapped[list[dict[str, Any]]] = mapped_column(comment="Virtual disks, in device order.")
    nics: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="Virtual network adapters, in device order."
    )
    snapshots: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="Snapshots, flattened depth first; each names its parent."
    )
    drives: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="CD/DVD and floppy drives, in device order."
    )
    usb_devices: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="USB controllers and the devices passed through them."
    )
    pci_devices: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="PCI passthrough devices and virtual GPUs."
    )
    has_tpm: Mapped[bool | None] = mapped_column(comment="Whether it has a virtual TPM.")
    display_count: Mapped[int | None] = small("Displays of its video card.")
    video_ram_bytes: Mapped[int | None] = big("Memory of its video card, in bytes.")
    cpu_reservation_mhz: Mapped[int | None] = big("CPU that is reserved for it, in MHz.")
    cpu_limit_mhz: Mapped[int | None] = big("Most CPU it may use, in MHz; null: no limit.")
    cpu_shares: Mapped[int | None] = mapped_column(comment="Its weight when CPU is short.")
    cpu_shares_level: Mapped[str | None] = mapped_column(comment="low, normal, high or custom.")
    memory_reservation_bytes: Mapped[int | None] = big("Memory reserved for it, in bytes.")
    memory_limit_bytes: Mapped[int | None] = big(
        "Most host memory it may use, in bytes; null: no limit."
    )
    memory_shares: Mapped[int | None] = mapped_column(comment="Its weight when memory is short.")
    memory_shares_level: Mapped[str | None] = mapped_column(comment="low, normal, high or custom.")
    memory_reservation_locked: Mapped[bool | None] = mapped_column(
        comment="Whether all its memory is reserved, whatever its size."
    )
    cpu_hot_add_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether CPUs can be added while it runs."
    )
    cpu_hot_remove_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether CPUs can be removed while it runs."
    )
    memory_hot_add_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether memory can be added while it runs."
    )
    cpu_affinity: Mapped[list[int] | None] = mapped_column(
        ARRAY(Integer), comment="Logical CPUs of its host that it may run on; empty: all."
    )
    latency_sensitivity: Mapped[str | None] = mapped_column(
        comment="How the scheduler treats it: low, normal, medium, high or custom."
    )
    nested_hv_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether hardware virtualization is shown to the guest."
    )
    change_tracking_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether changed blocks of its disks are tracked, for backups."
    )
    disk_uuid_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether the guest sees the UUIDs of its disks."
    )
    is_encrypted: Mapped[bool | None] = mapped_column(
        comment="Whether its configuration is encrypted with a key."
    )
    encryption_key_id: Mapped[str | None] = mapped_column(
        comment="Name of the key it is encrypted with; null: none, or not read yet."
    )
    encryption_key_provider: Mapped[str | None] = mapped_column(
        comment="Key provider that holds that key."
    )
    boot_delay_milliseconds: Mapped[int | None] = big("Wait before it boots, in milliseconds.")
    boot_retry_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether a boot that found no device is tried again."
    )
    boot_retry_delay_milliseconds: Mapped[int | None] = big(
        "Wait before that second boot, in milliseconds."
    )
    enter_bios_setup: Mapped[bool | None] = mapped_column(
        comment="Whether it enters the firmware setup at its next boot."
    )
    secure_boot_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether EFI boots signed code only."
    )
    boot_order: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="Devices it tries to boot from, in order; empty: the firmware's."
    )
    tools_upgrade_policy: Mapped[str | None] = mapped_column(
        comment="When Tools is upgraded: manual or upgradeAtPowerCycle."
    )
    tools_sync_time: Mapped[bool | None] = mapped_column(
        comment="Whether Tools sets the guest's clock by the host's."
    )
    log_directory: Mapped[str | None] = mapped_column(comment="Where its logs are written.")
    snapshot_directory: Mapped[str | None] = mapped_column(comment="Where snapshots are stored.")
    suspend_directory: Mapped[str | None] = mapped_column(
        comment="Where its memory is stored when it is suspended."
    )
    unknown_since: Mapped[datetime | None] = unread_since()
