"""Datacenters."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Inventory, custom_attributes


class Datacenter(Inventory, Base):
    """A datacenter: the root of the host, VM, storage and network folders."""

    __tablename__ = "datacenters"

    folder_moid: Mapped[str | None] = mapped_column(comment="Folder it lies in.")
    overall_status: Mapped[str | None] = mapped_column(
        comment="Coloured health as vSphere shows it."
    )
    path: Mapped[str | None] = mapped_column(
        comment="Names from the root to here, joined by slashes, as in the inventory tree."
    )
    custom_attributes: Mapped[list[dict[str, Any]] | None] = custom_attributes()
