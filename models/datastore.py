"""Datastores; free space is in datastore_usage."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from models.base import Base, Inventory, big, custom_attributes


class Datastore(Inventory, Base):
    """A datastore: VMFS, NFS, vSAN, vVol."""

    __tablename__ = "datastores"

    datacenter_moid: Mapped[str | None] = mapped_column(comment="Datacenter it belongs to.")
    folder_moid: Mapped[str | None] = mapped_column(
        comment="Storage folder it lies in; null inside a storage pod."
    )
    overall_status: Mapped[str | None] = mapped_column(
        comment="Coloured health as vSphere shows it."
    )
    type: Mapped[str | None] = mapped_column(comment="VMFS, NFS, NFS41, vsan, VVOL.")
    url: Mapped[str | None] = mapped_column(
        comment="Its URL: the identity of a datastore that several vCenters share."
    )
    accessible: Mapped[bool | None] = mapped_column(comment="Whether any host reaches it.")
    maintenance_mode: Mapped[str | None] = mapped_column(
        comment="normal, enteringMaintenance or inMaintenance."
    )
    multiple_host_access: Mapped[bool | None] = mapped_column(
        comment="Whether more than one host mounts it."
    )
    capacity_bytes: Mapped[int | None] = big("Capacity, in bytes.")
    custom_attributes: Mapped[list[dict[str, Any]] | None] = custom_attributes()

    @classmethod
    def extra_indexes(cls) -> tuple[SchemaItem, ...]:
        """Return the index behind a datacenter's datastores."""
        return (Index("ix_datastores_datacenter", "vcenter_id", "datacenter_moid"),)
