"""Storage pods: clusters of datastores; free space is in storage_pod_usage."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Inventory, big, custom_attributes


class StoragePod(Inventory, Base):
    """A storage pod (datastore cluster)."""

    __tablename__ = "storage_pods"

    datacenter_moid: Mapped[str | None] = mapped_column(comment="Datacenter it belongs to.")
    folder_moid: Mapped[str | None] = mapped_column(comment="Storage folder it lies in.")
    path: Mapped[str | None] = mapped_column(
        comment="Names from the root to here, joined by slashes, as in the inventory tree."
    )
    overall_status: Mapped[str | None] = mapped_column(
        comment="Coloured health as vSphere shows it."
    )
    capacity_bytes: Mapped[int | None] = big("Capacity of its datastores, in bytes.")
    storage_drs_enabled: Mapped[bool | None] = mapped_column(comment="Whether Storage DRS is on.")
    storage_drs_behavior: Mapped[str | None] = mapped_column(
        comment="How far Storage DRS acts by itself: manual or automated."
    )
    io_load_balance_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether Storage DRS also balances by latency."
    )
    keeps_disks_together: Mapped[bool | None] = mapped_column(
        comment="Whether the disks of a VM stay on one datastore."
    )
    custom_attributes: Mapped[list[dict[str, Any]] | None] = custom_attributes()
