"""What moves all the time about a host: narrow rows without index, hash or history."""

from sqlalchemy.orm import Mapped

from models.base import HASHED_BY_VCENTER, Base, VCenterKey, big


class HostUsage(VCenterKey, Base):
    """Volatile numbers of a host."""

    __tablename__ = "host_usage"
    __table_args__ = (HASHED_BY_VCENTER,)

    cpu_usage_mhz: Mapped[int | None] = big("CPU in use, in MHz.")
    memory_usage_bytes: Mapped[int | None] = big("Memory in use, in bytes.")
    uptime_seconds: Mapped[int | None] = big("Seconds since it booted.")
