"""Resource pools and vApps; what moves all the time is in resource_pool_usage.

A vApp is a resource pool with a flag, not a type of its own: vSphere derives it from the pool, a VM
names either by the same property, and whoever follows a VM to its pool and up to the root would
otherwise have to tell the two apart at every step.
"""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from models.base import Base, Inventory, big, custom_attributes


class ResourcePool(Inventory, Base):
    """A resource pool or vApp."""

    __tablename__ = "resource_pools"

    cluster_moid: Mapped[str | None] = mapped_column(
        comment="Cluster whose resources it divides; null: those of a standalone host."
    )
    host_moid: Mapped[str | None] = mapped_column(
        comment="Standalone host whose resources it divides; null: those of a cluster."
    )
    parent_moid: Mapped[str | None] = mapped_column(
        comment="Resource pool or vApp it lies in; null: the root pool of a cluster or host."
    )
    datacenter_moid: Mapped[str | None] = mapped_column(comment="Datacenter it belongs to.")
    folder_moid: Mapped[str | None] = mapped_column(
        comment="VM folder that a vApp lies in; null: a plain pool, or a vApp in another."
    )
    path: Mapped[str | None] = mapped_column(
        comment="Names from the root to here, joined by slashes, as in the inventory tree."
    )
    is_vapp: Mapped[bool | None] = mapped_column(comment="Whether it is a vApp.")
    vapp_state: Mapped[str | None] = mapped_column(
        comment="Of a vApp: started, stopped, starting or stopping."
    )
    overall_status: Mapped[str | None] = mapped_column(
        comment="Coloured health as vSphere shows it."
    )
    cpu_reservation_mhz: Mapped[int | None] = big("CPU it is guaranteed, in MHz.")
    cpu_limit_mhz: Mapped[int | None] = big("Most CPU it may use, in MHz; null: no limit.")
    cpu_expandable_reservation: Mapped[bool | None] = mapped_column(
        comment="Whether it may reserve more CPU than its own from its parent."
    )
    cpu_shares: Mapped[int | None] = mapped_column(comment="Its weight when CPU is short.")
    cpu_shares_level: Mapped[str | None] = mapped_column(comment="low, normal, high or custom.")
    memory_reservation_bytes: Mapped[int | None] = big("Memory it is guaranteed, in bytes.")
    memory_limit_bytes: Mapped[int | None] = big(
        "Most host memory it may use, in bytes; null: no limit."
    )
    memory_expandable_reservation: Mapped[bool | None] = mapped_column(
        comment="Whether it may reserve more memory than its own from its parent."
    )
    memory_shares: Mapped[int | None] = mapped_column(comment="Its weight when memory is short.")
    memory_shares_level: Mapped[str | None] = mapped_column(comment="low, normal, high or custom.")
    configured_memory_bytes: Mapped[int | None] = big("Memory configured for its VMs, in bytes.")
    custom_attributes: Mapped[list[dict[str, Any]] | None] = custom_attributes()

    @classmethod
    def extra_indexes(cls) -> tuple[SchemaItem, ...]:
        """Return the indexes behind a cluster's pools, a standalone host's and a pool's own."""
        return (
            Index("ix_resource_pools_cluster", "vcenter_id", "cluster_moid"),
            Index("ix_resource_pools_host", "vcenter_id", "host_moid"),
            Index("ix_resource_pools_parent", "vcenter_id", "parent_moid"),
        )
