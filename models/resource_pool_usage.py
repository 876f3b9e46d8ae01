"""What moves all the time about a resource pool: rows without index, hash or history."""

from sqlalchemy.orm import Mapped

from models.base import HASHED_BY_VCENTER, Base, VCenterKey, big


class ResourcePoolUsage(VCenterKey, Base):
    """Volatile numbers of a resource pool or vApp."""

    __tablename__ = "resource_pool_usage"
    __table_args__ = (HASHED_BY_VCENTER,)

    cpu_usage_mhz: Mapped[int | None] = big("CPU in use, in MHz.")
    cpu_demand_mhz: Mapped[int | None] = big("CPU its VMs would use if they could, in MHz.")
    cpu_max_usage_mhz: Mapped[int | None] = big("Most CPU it could use now, in MHz.")
    cpu_reservation_used_mhz: Mapped[int | None] = big("CPU reserved in it, in MHz.")
    cpu_reservation_used_for_vms_mhz: Mapped[int | None] = big("CPU its VMs reserve, in MHz.")
    cpu_unreserved_for_pools_mhz: Mapped[int | None] = big(
        "CPU that pools in it could still reserve, in MHz."
    )
    cpu_unreserved_for_vms_mhz: Mapped[int | None] = big(
        "CPU that VMs in it could still reserve, in MHz."
    )
    cpu_distributed_entitlement_mhz: Mapped[int | None] = big(
        "CPU that DRS grants it by demand, in MHz."
    )
    cpu_static_entitlement_mhz: Mapped[int | None] = big(
        "CPU it would get if all demanded all they could, in MHz."
    )
    memory_usage_bytes: Mapped[int | None] = big("Memory in use, in bytes.")
    memory_max_usage_bytes: Mapped[int | None] = big("Most memory it could use now, in bytes.")
    memory_reservation_used_bytes: Mapped[int | None] = big("Memory reserved in it, in bytes.")
    memory_reservation_used_for_vms_bytes: Mapped[int | None] = big(
        "Memory its VMs reserve, in bytes."
    )
    memory_unreserved_for_pools_bytes: Mapped[int | None] = big(
        "Memory that pools in it could still reserve, in bytes."
    )
    memory_unreserved_for_vms_bytes: Mapped[int | None] = big(
        "Memory that VMs in it could still reserve, in bytes."
    )
    memory_distributed_entitlement_bytes: Mapped[int | None] = big(
        "Memory that DRS grants it by demand, in bytes."
    )
    memory_static_entitlement_bytes: Mapped[int | None] = big(
        "Memory it would get if all demanded all they could, in bytes."
    )
    guest_memory_usage_bytes: Mapped[int | None] = big("Memory its guests use, in bytes.")
    host_memory_usage_bytes: Mapped[int | None] = big("Host memory it occupies, in bytes.")
    private_memory_bytes: Mapped[int | None] = big("Memory backed by host memory, in bytes.")
    shared_memory_bytes: Mapped[int | None] = big("Memory shared between VMs, in bytes.")
    swapped_memory_bytes: Mapped[int | None] = big("Memory the hosts swapped out, in bytes.")
    ballooned_memory_bytes: Mapped[int | None] = big("Memory reclaimed by ballooning, in bytes.")
    overhead_memory_bytes: Mapped[int | None] = big(
        "Memory that its VMs may take beside their own, in bytes."
    )
    consumed_overhead_memory_bytes: Mapped[int | None] = big(
        "Memory that its VMs take beside their own, in bytes."
    )
    compressed_memory_bytes: Mapped[int | None] = big("Memory the hosts compressed, in bytes.")
