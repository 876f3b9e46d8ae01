"""What moves all the time about a datastore: narrow rows without index, hash or history."""

from sqlalchemy.orm import Mapped

from models.base import HASHED_BY_VCENTER, Base, VCenterKey, big


class DatastoreUsage(VCenterKey, Base):
    """Volatile numbers of a datastore."""

    __tablename__ = "datastore_usage"
    __table_args__ = (HASHED_BY_VCENTER,)

    free_space_bytes: Mapped[int | None] = big("Free space, in bytes.")
    uncommitted_bytes: Mapped[int | None] = big("Space that thin disks may still claim, in bytes.")
