"""Folders of every kind."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from models.base import Base, Inventory, custom_attributes


class Folder(Inventory, Base):
    """A folder of datacenters, hosts, VMs, datastores or networks."""

    __tablename__ = "folders"

    parent_folder_moid: Mapped[str | None] = mapped_column(
        comment="Folder it lies in; null at the top and directly below a datacenter."
    )
    datacenter_moid: Mapped[str | None] = mapped_column(comment="Datacenter it belongs to.")
    path: Mapped[str | None] = mapped_column(
        comment="Names from the root to here, joined by slashes, as in the inventory tree."
    )
    custom_attributes: Mapped[list[dict[str, Any]] | None] = custom_attributes()

    @classmethod
    def extra_indexes(cls) -> tuple[SchemaItem, ...]:
        """Return the index behind a folder's subfolders."""
        return (Index("ix_folders_parent", "vcenter_id", "parent_folder_moid"),)
