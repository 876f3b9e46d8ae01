"""What an account may not read, or a vCenter's build does not know, as scans met it."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class CollectionProblem(Base):
    """One property of one kind of object that could not be read, and of how many objects."""

    __tablename__ = "collection_problems"

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Registry number of the vCenter."
    )
    type: Mapped[str] = mapped_column(primary_key=True, comment="Kind of object.")
    path: Mapped[str] = mapped_column(
        primary_key=True, comment="Property, as the vSphere API has it."
    )
    fault: Mapped[str] = mapped_column(
        primary_key=True,
        comment="Why, by the name of vSphere's fault: NoPermission, InvalidProperty, …",
    )
    tier: Mapped[str] = mapped_column(
        server_default=text("'LIGHT'"), comment="Tier of properties that met it."
    )
    objects: Mapped[int] = mapped_column(
        comment="Objects it could not be read of, when its tier was last read."
    )
    since: Mapped[datetime] = mapped_column(comment="When a scan first met it.")
