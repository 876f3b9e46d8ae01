"""Datastores; free space is in datastore_usage."""

from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from models.base import Base, Inventory, big, custom_attributes, small


class Datastore(Inventory, Base):
    """A datastore: VMFS, NFS, vSAN, vVol."""

    __tablename__ = "datastores"

    datacenter_moid: Mapped[str | None] = mapped_column(comment="Datacenter it belongs to.")
    folder_moid: Mapped[str | None] = mapped_column(
        comment="Storage folder that it, or its storage pod, lies in."
    )
    storage_pod_moid: Mapped[str | None] = mapped_column(
        comment="Storage pod (datastore cluster) it belongs to."
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
    is_local: Mapped[bool | None] = mapped_column(
        comment="Whether VMFS lies on a disk of one host; null: not VMFS."
    )
    is_ssd: Mapped[bool | None] = mapped_column(
        comment="Whether VMFS lies on flash; null: not VMFS."
    )
    vmfs_uuid: Mapped[str | None] = mapped_column(comment="UUID of the VMFS volume.")
    vmfs_version: Mapped[str | None] = mapped_column(comment="VMFS version, as 6.82.")
    vmfs_major_version: Mapped[int | None] = small("Major VMFS version.")
    vmfs_upgradable: Mapped[bool | None] = mapped_column(
        comment="Whether VMFS could be upgraded in place."
    )
    block_size_bytes: Mapped[int | None] = mapped_column(comment="Block size of VMFS, in bytes.")
    max_blocks: Mapped[int | None] = big("Most blocks VMFS can have.")
    extents: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="Disk partitions under VMFS, in order; null: not VMFS."
    )
    nfs_host: Mapped[str | None] = mapped_column(comment="NFS server.")
    nfs_path: Mapped[str | None] = mapped_column(comment="Path that the NFS server exports.")
    nfs_hosts: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="All servers of NFS 4.1."
    )
    sioc_enabled: Mapped[bool | None] = mapped_column(comment="Whether Storage I/O Control is on.")
    sioc_threshold_mode: Mapped[str | None] = mapped_column(
        comment="How its threshold is set: automatic or manual."
    )
    sioc_threshold_milliseconds: Mapped[int | None] = mapped_column(
        comment="Latency above which it steps in, in milliseconds."
    )

    @classmethod
    def extra_indexes(cls) -> tuple[SchemaItem, ...]:
        """Return the indexes behind a datacenter's and a storage pod's datastores."""
        return (
            Index("ix_datastores_datacenter", "vcenter_id", "datacenter_moid"),
            Index("ix_datastores_storage_pod", "vcenter_id", "storage_pod_moid"),
        )
