"""Which VMs are attached to which networks."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import HASHED_BY_VCENTER, Base


class VmNetwork(Base):
    """One VM with an adapter on one network."""

    __tablename__ = "vm_networks"
    __table_args__ = (
        Index("ix_vm_networks_network", "vcenter_id", "network_moid", "vm_moid"),
        HASHED_BY_VCENTER,
    )

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Registry number of the vCenter."
    )
    vm_moid: Mapped[str] = mapped_column(primary_key=True, comment="The VM.")
    network_moid: Mapped[str] = mapped_column(primary_key=True, comment="The network.")
