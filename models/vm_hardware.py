"""A VM's devices and snapshots (HEAVY), read again where changeVersion or snapshots moved."""

from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.base import HASHED_BY_VCENTER, Base, VCenterKey, big, small


class VmHardware(VCenterKey, Base):
    """Disks, network adapters and the snapshot tree of one VM."""

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
