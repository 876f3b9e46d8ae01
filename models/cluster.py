"""Clusters."""

from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
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
    drs_vmotion_rate: Mapped[int | None] = small(
        "How readily DRS migrates: 1 (for any gain) to 5 (where it must)."
    )
    drs_overrides_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether VMs may say otherwise."
    )
    ha_host_monitoring: Mapped[str | None] = mapped_column(
        comment="Whether HA watches hosts: enabled or disabled."
    )
    ha_vm_monitoring: Mapped[str | None] = mapped_column(
        comment="Whether HA watches VMs: vmMonitoringDisabled, vmMonitoringOnly, vmAndAppMonitoring"
    )
    ha_component_protection: Mapped[str | None] = mapped_column(
        comment="Whether HA acts when a VM's storage is lost: enabled or disabled."
    )
    ha_admission_control_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether HA keeps resources free for failed hosts."
    )
    ha_admission_control_policy: Mapped[str | None] = mapped_column(
        comment="How it reckons them: FailoverResources, FailoverLevel (slots) or FailoverHost."
    )
    ha_failover_level: Mapped[int | None] = mapped_column(
        comment="Failed hosts that HA prepares for."
    )
    ha_cpu_failover_percent: Mapped[int | None] = small("CPU kept free, in percent.")
    ha_memory_failover_percent: Mapped[int | None] = small("Memory kept free, in percent.")
    ha_failover_host_moids: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Moids of the hosts kept in reserve."
    )
    ha_restart_priority: Mapped[str | None] = mapped_column(
        comment="Order in which HA restarts VMs, unless one says otherwise."
    )
    ha_isolation_response: Mapped[str | None] = mapped_column(
        comment="What an isolated host does with its VMs: none, powerOff or shutdown."
    )
    ha_heartbeat_datastore_policy: Mapped[str | None] = mapped_column(
        comment="Which datastores HA may use for heartbeats."
    )
    ha_failure_interval_seconds: Mapped[int | None] = mapped_column(
        comment="Silence of a VM after which HA resets it, in seconds."
    )
    ha_min_up_time_seconds: Mapped[int | None] = mapped_column(
        comment="Time a VM gets to start before HA watches it, in seconds."
    )
    ha_max_failures: Mapped[int | None] = mapped_column(
        comment="How often HA resets a VM in one window."
    )
    ha_max_failure_window_seconds: Mapped[int | None] = mapped_column(
        comment="That window, in seconds; null: for ever."
    )
    dpm_enabled: Mapped[bool | None] = mapped_column(
        comment="Whether idle hosts are put into standby."
    )
    dpm_default_behavior: Mapped[str | None] = mapped_column(
        comment="How far power management acts by itself: manual or automated."
    )
    dpm_host_power_action_rate: Mapped[int | None] = small(
        "How readily it switches hosts off and on: 1 to 5."
    )
    vsan_enabled: Mapped[bool | None] = mapped_column(comment="Whether vSAN is on.")
    rules: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="DRS rules: which VMs stay together, apart, or on which hosts."
    )
    groups: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="Groups of VMs and of hosts that rules speak of."
    )

    @classmethod
    def extra_indexes(cls) -> tuple[SchemaItem, ...]:
        """Return the index behind a datacenter's clusters."""
        return (Index("ix_clusters_datacenter", "vcenter_id", "datacenter_moid"),)
