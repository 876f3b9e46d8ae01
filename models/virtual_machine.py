"""Virtual machines: identity and configuration; hardware and usage have their own tables."""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import ARRAY, INET
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from models.base import Base, Inventory, big, custom_attributes, small

UNTIDY = {
    "without_tools": "tools_version_status = 'guestToolsNotInstalled'",
    "tools_stopped": "power_state = 'poweredOn' AND tools_running_status = 'guestToolsNotRunning'",
    "consolidation": "consolidation_needed",
    "unreachable": "connection_state IS DISTINCT FROM 'connected'",
}
"""What few VMs are, each kept in an index by name: `hygiene` of the graph lists them."""


class VirtualMachine(Inventory, Base):
    """A virtual machine or template."""

    __tablename__ = "virtual_machines"

    host_moid: Mapped[str | None] = mapped_column(comment="Host it is registered on.")
    cluster_moid: Mapped[str | None] = mapped_column(comment="Cluster of its host.")
    datacenter_moid: Mapped[str | None] = mapped_column(comment="Datacenter it belongs to.")
    folder_moid: Mapped[str | None] = mapped_column(comment="VM folder; null inside a vApp.")
    resource_pool_moid: Mapped[str | None] = mapped_column(
        comment="Resource pool it draws from; templates have none."
    )
    overall_status: Mapped[str | None] = mapped_column(
        comment="Coloured health as vSphere shows it."
    )
    power_state: Mapped[str | None] = mapped_column(comment="Power state.")
    connection_state: Mapped[str | None] = mapped_column(
        comment="Whether vCenter can reach and manage it."
    )
    is_template: Mapped[bool | None] = mapped_column(comment="Whether it is a template.")
    bios_uuid: Mapped[UUID | None] = mapped_column(
        comment="SMBIOS UUID; clones and restores repeat it."
    )
    instance_uuid: Mapped[UUID | None] = mapped_column(
        comment="vCenter's UUID of the instance; may repeat over vCenters."
    )
    change_version: Mapped[str | None] = mapped_column(
        comment="Opaque; moves whenever the VM is reconfigured."
    )
    created_at: Mapped[datetime | None] = mapped_column(
        comment="When the VM was created (vSphere 6.7 and later)."
    )
    hardware_version: Mapped[str | None] = mapped_column(comment="Virtual hardware, as vmx-19.")
    guest_id: Mapped[str | None] = mapped_column(comment="Configured guest OS identifier.")
    guest_full_name: Mapped[str | None] = mapped_column(comment="Configured guest OS.")
    firmware: Mapped[str | None] = mapped_column(comment="bios or efi.")
    annotation: Mapped[str | None] = mapped_column(comment="Notes.")
    vm_path_name: Mapped[str | None] = mapped_column(comment="Path of the .vmx file.")
    num_cpus: Mapped[int | None] = small("Virtual CPUs.")
    cores_per_socket: Mapped[int | None] = small("Cores per virtual socket.")
    memory_bytes: Mapped[int | None] = big("Configured memory, in bytes.")
    guest_hostname: Mapped[str | None] = mapped_column(comment="Host name that Tools reports.")
    ip_address: Mapped[IPv4Address | IPv6Address | None] = mapped_column(
        INET, comment="Primary IP address as vSphere chooses it."
    )
    ip_addresses: Mapped[list[IPv4Address | IPv6Address] | None] = mapped_column(
        ARRAY(INET), comment="Every IP address that Tools reports, in order."
    )
    tools_running_status: Mapped[str | None] = mapped_column(comment="Whether Tools runs.")
    tools_version_status: Mapped[str | None] = mapped_column(
        comment="Whether Tools is current (VirtualMachineToolsVersionStatus)."
    )
    tools_version: Mapped[str | None] = mapped_column(comment="Internal version of Tools.")
    consolidation_needed: Mapped[bool | None] = mapped_column(
        comment="Whether its disks need consolidation."
    )
    boot_time: Mapped[datetime | None] = mapped_column(comment="When it was last powered on.")
    snapshot_count: Mapped[int | None] = mapped_column(comment="Snapshots in its tree.")
    oldest_snapshot_at: Mapped[datetime | None] = mapped_column(
        comment="When its oldest snapshot was taken."
    )
    modified_at: Mapped[datetime | None] = mapped_column(
        comment="When its configuration last changed."
    )
    suspend_time: Mapped[datetime | None] = mapped_column(comment="When it was last suspended.")
    clean_power_off: Mapped[bool | None] = mapped_column(
        comment="Whether it was shut down cleanly; known only while it is off."
    )
    vapp_moid: Mapped[str | None] = mapped_column(comment="vApp it is part of.")
    guest_state: Mapped[str | None] = mapped_column(
        comment="What the guest is doing: running, notRunning, resetting and so on."
    )
    tools_guest_id: Mapped[str | None] = mapped_column(
        comment="Guest OS identifier that Tools reports; the configured one may differ."
    )
    tools_guest_full_name: Mapped[str | None] = mapped_column(
        comment="Guest OS that Tools reports; the configured one may differ."
    )
    managed_by_extension: Mapped[str | None] = mapped_column(
        comment="Key of the solution that manages it, as com.vmware.vcDr."
    )
    managed_by_type: Mapped[str | None] = mapped_column(
        comment="What it is to that solution, as placeholderVm."
    )
    ft_role: Mapped[int | None] = small(
        "Role in Fault Tolerance: 1 primary, 2 or more secondary; null: not protected."
    )
    is_srm_placeholder: Mapped[bool | None] = mapped_column(
        comment="Whether it only holds the place of a VM that Site Recovery Manager would bring up."
    )
    is_vcls: Mapped[bool | None] = mapped_column(
        comment="Whether it is an agent that vSphere Cluster Services runs for itself."
    )
    is_ft_secondary: Mapped[bool | None] = mapped_column(
        comment="Whether it shadows another VM for Fault Tolerance."
    )
    custom_attributes: Mapped[list[dict[str, Any]] | None] = custom_attributes()

    @classmethod
    def extra_indexes(cls) -> tuple[SchemaItem, ...]:
        """Return the indexes of DESIGN's list that plans use."""
        return (
            Index("ix_virtual_machines_power_state", "vcenter_id", "power_state"),
            Index("ix_virtual_machines_host", "vcenter_id", "host_moid"),
            Index("ix_virtual_machines_cluster", "vcenter_id", "cluster_moid"),
            Index("ix_virtual_machines_folder", "vcenter_id", "folder_moid"),
            Index("ix_virtual_machines_resource_pool", "vcenter_id", "resource_pool_moid"),
            Index(
                "ix_virtual_machines_powered_on",
                text('name COLLATE "C"'),
                "vcenter_id",
                "moid",
                postgresql_where=text("power_state = 'poweredOn'"),
            ),
            Index("ix_virtual_machines_memory", "memory_bytes", "vcenter_id", "moid"),
            Index(
                "ix_virtual_machines_oldest_snapshot",
                "oldest_snapshot_at",
                "vcenter_id",
                "moid",
                postgresql_where=text("oldest_snapshot_at IS NOT NULL"),
            ),
            *(
                Index(
                    f"ix_virtual_machines_{name}",
                    text('name COLLATE "C"'),
                    "vcenter_id",
                    "moid",
                    postgresql_where=text(condition),
                )
                for name, condition in UNTIDY.items()
            ),
            Index(
                "ix_virtual_machines_deleted",
                "deleted_at",
                "vcenter_id",
                "moid",
                postgresql_where=text("deleted_at IS NOT NULL"),
            ),
            Index(
                "ix_virtual_machines_ip_address",
                "ip_address",
                postgresql_using="gist",
                postgresql_ops={"ip_address": "inet_ops"},
            ),
            Index(
                "ix_virtual_machines_custom_attributes",
                "custom_attributes",
                postgresql_using="gin",
                postgresql_ops={"custom_attributes": "jsonb_path_ops"},
            ),
            Index(
                "ix_virtual_machines_missing",
                "missing_since",
                postgresql_where=text("missing_since IS NOT NULL"),
            ),
        )
