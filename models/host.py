"""ESXi hosts; what moves all the time is in host_usage."""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, INET
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from models.base import Base, Inventory, big, custom_attributes, small


class Host(Inventory, Base):
    """An ESXi host (HostSystem)."""

    __tablename__ = "hosts"

    cluster_moid: Mapped[str | None] = mapped_column(comment="Its cluster; null: standalone.")
    datacenter_moid: Mapped[str | None] = mapped_column(comment="Datacenter it belongs to.")
    folder_moid: Mapped[str | None] = mapped_column(
        comment="Host folder that it, or its cluster, lies in."
    )
    overall_status: Mapped[str | None] = mapped_column(
        comment="Coloured health as vSphere shows it."
    )
    connection_state: Mapped[str | None] = mapped_column(
        comment="Whether vCenter reaches the host."
    )
    power_state: Mapped[str | None] = mapped_column(comment="Power state of the host.")
    in_maintenance_mode: Mapped[bool | None] = mapped_column(comment="In maintenance mode.")
    boot_time: Mapped[datetime | None] = mapped_column(comment="When the host last booted.")
    version: Mapped[str | None] = mapped_column(comment="ESXi version.")
    build: Mapped[str | None] = mapped_column(comment="ESXi build number.")
    vendor: Mapped[str | None] = mapped_column(comment="Hardware vendor.")
    model: Mapped[str | None] = mapped_column(comment="Hardware model.")
    bios_uuid: Mapped[UUID | None] = mapped_column(
        comment="Hardware BIOS UUID; some vendors ship it repeated or zero."
    )
    serial_number: Mapped[str | None] = mapped_column(comment="Serial number or service tag.")
    cpu_model: Mapped[str | None] = mapped_column(comment="CPU model name.")
    cpu_mhz: Mapped[int | None] = mapped_column(comment="Clock of one core, in MHz.")
    num_cpu_packages: Mapped[int | None] = small("CPU sockets.")
    num_cpu_cores: Mapped[int | None] = small("Physical CPU cores.")
    num_cpu_threads: Mapped[int | None] = small("Logical CPUs.")
    memory_bytes: Mapped[int | None] = big("Physical memory, in bytes.")
    num_nics: Mapped[int | None] = small("Physical network adapters.")
    num_hbas: Mapped[int | None] = small("Host bus adapters.")
    max_evc_mode: Mapped[str | None] = mapped_column(comment="Highest EVC mode it supports.")
    ip_address: Mapped[IPv4Address | IPv6Address | None] = mapped_column(
        INET, comment="Management IP address (vmk0)."
    )
    custom_attributes: Mapped[list[dict[str, Any]] | None] = custom_attributes()
    in_quarantine_mode: Mapped[bool | None] = mapped_column(
        comment="In quarantine mode: Proactive HA keeps VMs away from failing hardware."
    )
    standby_mode: Mapped[str | None] = mapped_column(comment="none, entering, exiting or in.")
    das_host_state: Mapped[str | None] = mapped_column(
        comment="Its part in vSphere HA: master, connectedToMaster, election and so on."
    )
    evc_mode: Mapped[str | None] = mapped_column(comment="EVC mode it runs in; null: none.")
    management_server_ip: Mapped[IPv4Address | IPv6Address | None] = mapped_column(
        INET, comment="IP address of the vCenter that the host itself says manages it."
    )
    service_tag: Mapped[str | None] = mapped_column(comment="Service tag of the vendor.")
    asset_tag: Mapped[str | None] = mapped_column(comment="Asset tag, as its owner set it.")
    oem_strings: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="What else the vendor wrote into the firmware."
    )
    hyper_threading_available: Mapped[bool | None] = mapped_column(
        comment="Whether the CPUs have hyper-threading."
    )
    hyper_threading_active: Mapped[bool | None] = mapped_column(
        comment="Whether hyper-threading is in use."
    )
    product_full_name: Mapped[str | None] = mapped_column(
        comment="Name of the hypervisor with version and build."
    )
    ssl_thumbprint: Mapped[str | None] = mapped_column(comment="Thumbprint of its certificate.")
    reboot_required: Mapped[bool | None] = mapped_column(
        comment="Whether a change waits for a reboot."
    )
    power_policy: Mapped[str | None] = mapped_column(
        comment="Power policy of the host: static (high performance), dynamic, low or custom."
    )
    cpu_power_policy: Mapped[str | None] = mapped_column(
        comment="CPU power management in use, as Balanced."
    )
    cpu_power_support: Mapped[str | None] = mapped_column(
        comment="CPU power management the hardware offers."
    )
    bios_vendor: Mapped[str | None] = mapped_column(comment="Vendor of the firmware.")
    bios_version: Mapped[str | None] = mapped_column(comment="Version of the firmware.")
    bios_date: Mapped[datetime | None] = mapped_column(comment="When the firmware was released.")
    vmotion_supported: Mapped[bool | None] = mapped_column(comment="Whether it can do vMotion.")
    storage_vmotion_supported: Mapped[bool | None] = mapped_column(
        comment="Whether it can do Storage vMotion."
    )
    vsan_enabled: Mapped[bool | None] = mapped_column(comment="Whether it takes part in vSAN.")
    vsan_fault_domain: Mapped[str | None] = mapped_column(
        comment="Fault domain of vSAN it belongs to."
    )

    @classmethod
    def extra_indexes(cls) -> tuple[SchemaItem, ...]:
        """Return the index behind a cluster's hosts, in list order."""
        return (Index("ix_hosts_cluster", "vcenter_id", "cluster_moid"),)
