"""What moves all the time about a storage pod: narrow rows without index, hash or history."""

from sqlalchemy.orm import Mapped

from models.base import HASHED_BY_VCENTER, Base, VCenterKey, big


class StoragePodUsage(VCenterKey, Base):
    """Volatile numbers of a storage pod."""

    __tablename__ = "storage_pod_usage"
    __table_args__ = (HASHED_BY_VCENTER,)

    free_space_bytes: Mapped[int | None] = big("Free space of its datastores, in bytes.")
