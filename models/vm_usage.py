"""What moves all the time about a VM: narrow rows without index, hash or history.

The heartbeat is here too: a busy guest turns it yellow and green again, and no event tells.
"""

from sqlalchemy.orm import Mapped, mapped_column

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
    heartbeat_status: Mapped[str | None] = mapped_column(
        comment="Heartbeat that Tools sends: green, yellow, red; gray: none is expected."
    )
    cpu_demand_mhz: Mapped[int | None] = big("CPU it would use without contention, in MHz.")
    cpu_readiness_percent: Mapped[int | None] = big(
        "Time it was ready to run and had to wait for a CPU, in percent (vSphere 7 and later)."
    )
    cpu_entitlement_mhz: Mapped[int | None] = big(
        "CPU it is entitled to when its host is fully loaded, in MHz."
    )
    cpu_drs_entitlement_mhz: Mapped[int | None] = big("CPU that DRS entitles it to, in MHz.")
    memory_entitlement_bytes: Mapped[int | None] = big(
        "Memory it is entitled to when its host is fully loaded, in bytes."
    )
    memory_drs_entitlement_bytes: Mapped[int | None] = big(
        "Memory that DRS entitles it to, in bytes."
    )
    granted_memory_bytes: Mapped[int | None] = big(
        "Guest memory that host memory backs, in bytes (vSphere 7 and later)."
    )
    private_memory_bytes: Mapped[int | None] = big("Memory it shares with no other VM, in bytes.")
    shared_memory_bytes: Mapped[int | None] = big("Memory it shares with other VMs, in bytes.")
    swapped_memory_bytes: Mapped[int | None] = big("Memory that its host has swapped, in bytes.")
    ballooned_memory_bytes: Mapped[int | None] = big(
        "Memory that the balloon driver has taken back, in bytes."
    )
    compressed_memory_bytes: Mapped[int | None] = big(
        "Memory that its host has compressed, in bytes."
    )
    overhead_memory_bytes: Mapped[int | None] = big(
        "Host memory spent on running it, beside its own, in bytes."
    )
    active_memory_bytes: Mapped[int | None] = big(
        "Memory it has touched lately, in bytes (vSphere 7.0 U3 and later)."
    )
