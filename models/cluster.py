"""Clusters."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from models.base import Base, Inventory, big, custom_attributes, small


class Cluster(Inventory, Base):
    """A cluster of hosts (ClusterComputeResource)."""

    __tablename__ = "clusters"

    datacenter_moid: Mapped[str | None] = mapped_column(comment="Datacenter it belongs to.")
    folder_moid: Mapped[str | None] = mapped_column(comment="Host folder it lies in.")
    overall_status: Mapped[str | None] = mapped_column(
        comment="Coloured health as vSphere shows it."
    )
    num_hosts: Mapped[int | None] = mapped_column(comment="Hosts in the cluster.")
    num_effective_hosts: Mapped[int | None] = mapped_column(
        comment="Hosts that can run VMs now: connected and not in maintenance."
    )
    total_cpu_mhz: Mapped[int | None] = big("CPU of all hosts, in MHz.")
    effective_cpu_mhz: Mapped[int | None] = big("CPU of the effective hosts for VMs, in MHz.")
    total_memory_bytes: Mapped[int | None] = big("Memory of all hosts, in bytes.")
    effective_memory_bytes: Mapped[int | None] = big(
        "Memory of the effective hosts for VMs, in bytes."
    )
    num_cpu_cores: Mapped[int | None] = small("Physical CPU cores of all hosts.")
    num_cpu_threads: Mapped[int | None] = small("Logical CPUs of all hosts.")
    evc_mode: Mapped[str | None] = mapped_column(comment="Current EVC mode key; null: EVC is off.")
    ha_enabled: Mapped[bool | None] = mapped_column(comment="Whether vSphere HA is on.")
    drs_enabled: Mapped[bool | None] = mapped_column(comment="Whether DRS is on.")
    drs_default_vm_behavior: Mapped[str | None] = mapped_column(
        comment="How far DRS acts by itself, unless a VM says otherwise."
    )
    custom_attributes: Mapped[list[dict[str, Any]] | None] = custom_attributes()

    @classmethod
    def extra_indexes(cls) -> tuple[SchemaItem, ...]:
        """Return the index behind a datacenter's clusters."""
        return (Index("ix_clusters_datacenter", "vcenter_id", "datacenter_moid"),)
