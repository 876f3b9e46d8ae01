"""Datacenters."""

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Inventory


class Datacenter(Inventory, Base):
    """A datacenter: the root of the host, VM, storage and network folders."""

    __tablename__ = "datacenters"

    folder_moid: Mapped[str | None] = mapped_column(comment="Folder it lies in.")
    overall_status: Mapped[str | None] = mapped_column(
        comment="Coloured health as vSphere shows it."
    )
