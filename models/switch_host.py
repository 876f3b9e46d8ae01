"""Which hosts are members of which distributed switches."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import HASHED_BY_VCENTER, Base


class SwitchHost(Base):
    """One host that a distributed switch spans."""

    __tablename__ = "switch_hosts"
    __table_args__ = (
        Index("ix_switch_hosts_host", "vcenter_id", "host_moid", "switch_moid"),
        HASHED_BY_VCENTER,
    )

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Registry number of the vCenter."
    )
    switch_moid: Mapped[str] = mapped_column(primary_key=True, comment="The switch.")
    host_moid: Mapped[str] = mapped_column(primary_key=True, comment="The host.")
