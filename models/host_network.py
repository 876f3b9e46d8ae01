"""Which hosts are attached to which networks."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import HASHED_BY_VCENTER, Base


class HostNetwork(Base):
    """One host on one network."""

    __tablename__ = "host_networks"
    __table_args__ = (
        Index("ix_host_networks_network", "vcenter_id", "network_moid", "host_moid"),
        HASHED_BY_VCENTER,
    )

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Registry number of the vCenter."
    )
    host_moid: Mapped[str] = mapped_column(primary_key=True, comment="The host.")
    network_moid: Mapped[str] = mapped_column(primary_key=True, comment="The network.")
