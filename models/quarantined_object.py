"""Objects that could not be decoded: the page survives, the object waits here with its reason."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class QuarantinedObject(Base):
    """One object of one vCenter that the last scan could not decode."""

    __tablename__ = "quarantined_objects"

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Registry number of the vCenter."
    )
    type: Mapped[str] = mapped_column(primary_key=True, comment="Kind of object.")
    moid: Mapped[str] = mapped_column(primary_key=True, comment="The object.")
    reason: Mapped[str] = mapped_column(comment="What could not be decoded.")
    since: Mapped[datetime] = mapped_column(comment="When it was first quarantined.")
