"""Which hosts mount which datastores."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import HASHED_BY_VCENTER, Base


class HostDatastore(Base):
    """One mount of a datastore on a host."""

    __tablename__ = "host_datastores"
    __table_args__ = (
        Index("ix_host_datastores_datastore", "vcenter_id", "datastore_moid", "host_moid"),
        HASHED_BY_VCENTER,
    )

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Registry number of the vCenter."
    )
    host_moid: Mapped[str] = mapped_column(primary_key=True, comment="The host.")
    datastore_moid: Mapped[str] = mapped_column(primary_key=True, comment="The datastore.")
    access_mode: Mapped[str | None] = mapped_column(comment="readWrite or readOnly.")
    mounted: Mapped[bool | None] = mapped_column(comment="Whether the host has it mounted.")
    accessible: Mapped[bool | None] = mapped_column(comment="Whether the host reaches it now.")
    inaccessible_reason: Mapped[str | None] = mapped_column(
        comment="Why the host does not reach it, as AllPathsDown_Start."
    )
