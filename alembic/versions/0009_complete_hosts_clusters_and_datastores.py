"""Complete hosts, clusters and datastores; add storage pods."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ADDRESS = postgresql.INET()
BIG = sa.BigInteger()
BYTES = sa.LargeBinary()
FLAG = sa.Boolean()
JSON = postgresql.JSONB(astext_type=sa.Text())
MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.Integer()
SMALL = sa.SmallInteger()
TEXT = sa.Text()
TEXTS = postgresql.ARRAY(sa.Text())

OPTIONAL = {"nullable": True}
REQUIRED = {"nullable": False}
FIRST = {"nullable": False, "server_default": "1"}

# By table and column: type, comment, and where it differs what a row must hold.
ADDED = {
    "clusters": {
        "drs_vmotion_rate": (
            SMALL,
            "How readily DRS migrates: 1 (for any gain) to 5 (where it must).",
        ),
        "drs_overrides_enabled": (FLAG, "Whether VMs may say otherwise."),
        "ha_host_monitoring": (TEXT, "Whether HA watches hosts: enabled or disabled."),
        "ha_vm_monitoring": (
            TEXT,
            "Whether HA watches VMs: vmMonitoringDisabled, vmMonitoringOnly, vmAndAppMonitoring",
        ),
        "ha_component_protection": (
            TEXT,
            "Whether HA acts when a VM's storage is lost: enabled or disabled.",
        ),
        "ha_admission_control_enabled": (FLAG, "Whether HA keeps resources free for failed hosts."),
        "ha_admission_control_policy": (
            TEXT,
            "How it reckons them: FailoverResources, FailoverLevel (slots) or FailoverHost.",
        ),
        "ha_failover_level": (NUMBER, "Failed hosts that HA prepares for."),
        "ha_cpu_failover_percent": (SMALL, "CPU kept free, in percent."),
        "ha_memory_failover_percent": (SMALL, "Memory kept free, in percent."),
        "ha_failover_host_moids": (TEXTS, "Moids of the hosts kept in reserve."),
        "ha_restart_priority": (TEXT, "Order in which HA restarts VMs, unless one says otherwise."),
        "ha_isolation_response": (
            TEXT,
            "What an isolated host does with its VMs: none, powerOff or shutdown.",
        ),
        "ha_heartbeat_datastore_policy": (TEXT, "Which datastores HA may use for heartbeats."),
        "ha_failure_interval_seconds": (
            NUMBER,
            "Silence of a VM after which HA resets it, in seconds.",
        ),
        "ha_min_up_time_seconds": (
            NUMBER,
            "Time a VM gets to start before HA watches it, in seconds.",
        ),
        "ha_max_failures": (NUMBER, "How often HA resets a VM in one window."),
        "ha_max_failure_window_seconds": (NUMBER, "That window, in seconds; null: for ever."),
        "dpm_enabled": (FLAG, "Whether idle hosts are put into standby."),
        "dpm_default_behavior": (
            TEXT,
            "How far power management acts by itself: manual or automated.",
        ),
        "dpm_host_power_action_rate": (SMALL, "How readily it switches hosts off and on: 1 to 5."),
        "vsan_enabled": (FLAG, "Whether vSAN is on."),
        "rules": (JSON, "DRS rules: which VMs stay together, apart, or on which hosts."),
        "groups": (JSON, "Groups of VMs and of hosts that rules speak of."),
    },
    "datastores": {
        "storage_pod_moid": (TEXT, "Storage pod (datastore cluster) it belongs to."),
        "is_local": (FLAG, "Whether VMFS lies on a disk of one host; null: not VMFS."),
        "is_ssd": (FLAG, "Whether VMFS lies on flash; null: not VMFS."),
        "vmfs_uuid": (TEXT, "UUID of the VMFS volume."),
        "vmfs_version": (TEXT, "VMFS version, as 6.82."),
        "vmfs_major_version": (SMALL, "Major VMFS version."),
        "vmfs_upgradable": (FLAG, "Whether VMFS could be upgraded in place."),
        "block_size_bytes": (NUMBER, "Block size of VMFS, in bytes."),
        "max_blocks": (BIG, "Most blocks VMFS can have."),
        "extents": (JSON, "Disk partitions under VMFS, in order; null: not VMFS."),
        "nfs_host": (TEXT, "NFS server."),
        "nfs_path": (TEXT, "Path that the NFS server exports."),
        "nfs_hosts": (TEXTS, "All servers of NFS 4.1."),
        "sioc_enabled": (FLAG, "Whether Storage I/O Control is on."),
        "sioc_threshold_mode": (TEXT, "How its threshold is set: automatic or manual."),
        "sioc_threshold_milliseconds": (
            NUMBER,
            "Latency above which it steps in, in milliseconds.",
        ),
    },
    "host_datastores": {
        "access_mode": (TEXT, "readWrite or readOnly."),
        "mounted": (FLAG, "Whether the host has it mounted."),
        "accessible": (FLAG, "Whether the host reaches it now."),
        "inaccessible_reason": (TEXT, "Why the host does not reach it, as AllPathsDown_Start."),
    },
    "hosts": {
        "in_quarantine_mode": (
            FLAG,
            "In quarantine mode: Proactive HA keeps VMs away from failing hardware.",
        ),
        "standby_mode": (TEXT, "none, entering, exiting or in."),
        "das_host_state": (
            TEXT,
            "Its part in vSphere HA: master, connectedToMaster, election and so on.",
        ),
        "evc_mode": (TEXT, "EVC mode it runs in; null: none."),
        "management_server_ip": (
            ADDRESS,
            "IP address of the vCenter that the host itself says manages it.",
        ),
        "service_tag": (TEXT, "Service tag of the vendor."),
        "asset_tag": (TEXT, "Asset tag, as its owner set it."),
        "oem_strings": (TEXTS, "What else the vendor wrote into the firmware."),
        "hyper_threading_available": (FLAG, "Whether the CPUs have hyper-threading."),
        "hyper_threading_active": (FLAG, "Whether hyper-threading is in use."),
        "product_full_name": (TEXT, "Name of the hypervisor with version and build."),
        "ssl_thumbprint": (TEXT, "Thumbprint of its certificate."),
        "reboot_required": (FLAG, "Whether a change waits for a reboot."),
        "power_policy": (
            TEXT,
            "Power policy of the host: static (high performance), dynamic, low or custom.",
        ),
        "cpu_power_policy": (TEXT, "CPU power management in use, as Balanced."),
        "cpu_power_support": (TEXT, "CPU power management the hardware offers."),
        "bios_vendor": (TEXT, "Vendor of the firmware."),
        "bios_version": (TEXT, "Version of the firmware."),
        "bios_date": (MOMENT, "When the firmware was released."),
        "vmotion_supported": (FLAG, "Whether it can do vMotion."),
        "storage_vmotion_supported": (FLAG, "Whether it can do Storage vMotion."),
        "vsan_fault_domain": (TEXT, "Fault domain of vSAN it belongs to."),
    },
}
# Tables keyed by (vcenter_id, moid).
MADE = {
    "cluster_usage": {
        "num_vmotions": (BIG, "Migrations within the cluster so far."),
        "current_failover_level": (BIG, "Failed hosts that the cluster could bear now."),
        "drs_score": (BIG, "How well its VMs get what they ask for, in percent."),
    },
    "host_hardware": {
        "row_hash": (BYTES, "Hash over the collected columns.", REQUIRED),
        "physical_nics": (JSON, "Physical network adapters, in device order.", REQUIRED),
        "vmkernel_adapters": (JSON, "VMkernel adapters, in device order.", REQUIRED),
        "standard_switches": (JSON, "Standard switches.", REQUIRED),
        "standard_port_groups": (JSON, "Port groups of its standard switches.", REQUIRED),
        "distributed_switches": (JSON, "Distributed switches it takes part in.", REQUIRED),
        "bus_adapters": (JSON, "Host bus adapters, in device order.", REQUIRED),
        "luns": (
            JSON,
            "Disks it sees, local and shared, each with the paths that lead to it.",
            REQUIRED,
        ),
        "services": (JSON, "Services of ESXi.", REQUIRED),
        "lun_count": (SMALL, "Disks it sees."),
        "dead_path_count": (SMALL, "Paths to its disks that are dead."),
        "dns_host_name": (TEXT, "Host name it gives itself."),
        "dns_domain": (TEXT, "DNS domain it belongs to."),
        "dns_servers": (TEXTS, "DNS servers, in order."),
        "dns_search_domains": (TEXTS, "Domains in which it looks for short names, in order."),
        "dns_from_dhcp": (FLAG, "Whether DHCP gives it its DNS servers."),
        "default_gateway": (ADDRESS, "IPv4 gateway of its default network stack."),
        "default_gateway_ipv6": (ADDRESS, "IPv6 gateway of its default network stack."),
        "ntp_servers": (TEXTS, "NTP servers, in order."),
        "ntpd_running": (FLAG, "Whether its NTP daemon runs."),
        "time_zone": (TEXT, "Time zone."),
        "time_zone_name": (TEXT, "Name of that time zone."),
        "gmt_offset_seconds": (NUMBER, "Offset of that time zone from UTC, in seconds."),
        "certificate_subject": (TEXT, "Whom its certificate names (RFC 4514)."),
        "certificate_issuer": (TEXT, "Who signed its certificate (RFC 4514)."),
        "certificate_not_before": (MOMENT, "When its certificate begins to be valid."),
        "certificate_not_after": (MOMENT, "When its certificate expires."),
    },
    "storage_pod_usage": {
        "free_space_bytes": (BIG, "Free space of its datastores, in bytes."),
    },
    "storage_pods": {
        "name": (TEXT, "Display name, percent escapes decoded.", REQUIRED),
        "raw_name": (
            TEXT,
            "The name as vSphere stores it, where decoding changed it (%2f, %5c, %25).",
        ),
        "datacenter_moid": (TEXT, "Datacenter it belongs to."),
        "folder_moid": (TEXT, "Storage folder it lies in."),
        "path": (TEXT, "Names from the root to here, joined by slashes, as in the inventory tree."),
        "overall_status": (TEXT, "Coloured health as vSphere shows it."),
        "capacity_bytes": (BIG, "Capacity of its datastores, in bytes."),
        "storage_drs_enabled": (FLAG, "Whether Storage DRS is on."),
        "storage_drs_behavior": (TEXT, "How far Storage DRS acts by itself: manual or automated."),
        "io_load_balance_enabled": (FLAG, "Whether Storage DRS also balances by latency."),
        "keeps_disks_together": (FLAG, "Whether the disks of a VM stay on one datastore."),
        "custom_attributes": (JSON, "Custom attributes that are set, by name."),
        "row_hash": (
            BYTES,
            "Hash over the collected columns; equal means nothing changed.",
            REQUIRED,
        ),
        "generation": (NUMBER, "Counts the objects that have carried this moid.", FIRST),
        "first_seen": (MOMENT, "When a scan first saw the object.", REQUIRED),
        "changed_at": (MOMENT, "When a scan last saw it change.", REQUIRED),
        "missing_since": (
            MOMENT,
            "When a complete scan first did not find it; null while it is present.",
        ),
        "deleted_at": (MOMENT, "When a second complete scan confirmed that it is gone."),
        "unknown_columns": (
            TEXTS,
            "Columns the vCenter could not tell; they keep their last values. Null: none.",
        ),
        "unknown_since": (
            MOMENT,
            "Since when the vCenter could not tell some of its columns; null: it tells all.",
        ),
    },
}

INDEXES = {
    "ix_datastores_storage_pod": ("datastores", ["vcenter_id", "storage_pod_moid"]),
    "ix_storage_pods_keyset": ("storage_pods", [sa.text('name COLLATE "C"'), "vcenter_id", "moid"]),
    "ix_storage_pods_vcenter_keyset": (
        "storage_pods",
        ["vcenter_id", sa.text('name COLLATE "C"'), "moid"],
    ),
}

NOT_IN_POD = "Storage folder it lies in; null inside a storage pod."
IN_POD = "Storage folder that it, or its storage pod, lies in."


def column(name: str, type_: object, comment: str, rule: dict = OPTIONAL) -> sa.Column:
    """Return a column."""
    return sa.Column(name, type_, comment=comment, **rule)


def create_table(name: str, columns: dict) -> None:
    """Make a table keyed like every inventory table, with as many partitions as the others."""
    op.create_table(
        name,
        sa.Column(
            "vcenter_id",
            NUMBER,
            autoincrement=False,
            nullable=False,
            comment="Registry number of the vCenter.",
        ),
        column("moid", TEXT, "Managed object id, unique inside its vCenter only.", REQUIRED),
        *(column(each, *parts) for each, parts in columns.items()),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f(f"pk_{name}")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    made_with = sa.text("SELECT value FROM installation WHERE key = 'partitions'")
    partitions = int(op.get_bind().execute(made_with).scalar_one())
    storage = " WITH (fillfactor = 50)" if name.endswith("_usage") else ""
    for number in range(partitions):
        op.execute(
            f"CREATE TABLE {name}_p{number:03d} PARTITION OF {name}"
            f" FOR VALUES WITH (MODULUS {partitions}, REMAINDER {number}){storage}"
        )


def upgrade() -> None:
    """Add columns and tables; what they hold comes with the next sync."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in ADDED.items():
        for name, parts in columns.items():
            op.add_column(table, column(name, *parts))
    for table, columns in MADE.items():
        create_table(table, columns)
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)
    op.alter_column("datastores", "folder_moid", comment=IN_POD, existing_comment=NOT_IN_POD)


def downgrade() -> None:
    """Drop them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.alter_column("datastores", "folder_moid", comment=NOT_IN_POD, existing_comment=IN_POD)
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table_name=table)
    for table in MADE:
        op.drop_table(table)
    for table, columns in ADDED.items():
        for name in columns:
            op.drop_column(table, name)
