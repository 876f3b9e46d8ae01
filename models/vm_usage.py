"""What moves all the time about a VM: narrow rows without index, hash or history."""

from sqlalchemy.orm import Mapped

from models.base import HASHED_BY_VCENTER, Base, VCenterKey, big


class VmUsage(VCenterKey, Base):
    """Volatile numbers of a VM."""

    __tablename__ = "vm_usage"
    __table_args__ = (HASHED_BY_VCENTER,)

    cpu_usage_mhz: Mapped[int | None] = big("CPU in use, in MHz.")
    guest_memory_usage_bytes: Mapped[int | None] = big("Memory the guest uses, in bytes.")
    host_memory_usage_bytes: Mapped[int | None] = big("Host memory it occupies, in bytes.")
    uptime_seconds: Mapped[int | None] = big("Seconds since it was powered on.")
    storage_committed_bytes: Mapped[int | None] = big("Storage it occupies, in bytes.")
    storage_uncommitted_bytes: Mapped[int | None] = big("Storage it may still claim, in bytes.")
    storage_unshared_bytes: Mapped[int | None] = big(
        "Storage that only this VM occupies, in bytes."
    )
