"""Which VMs have files on which datastores."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import HASHED_BY_VCENTER, Base


class VmDatastore(Base):
    """One VM that occupies one datastore."""

    __tablename__ = "vm_datastores"
    __table_args__ = (
        Index("ix_vm_datastores_datastore", "vcenter_id", "datastore_moid", "vm_moid"),
        HASHED_BY_VCENTER,
    )

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Registry number of the vCenter."
    )
    vm_moid: Mapped[str] = mapped_column(primary_key=True, comment="The VM.")
    datastore_moid: Mapped[str] = mapped_column(primary_key=True, comment="The datastore.")
