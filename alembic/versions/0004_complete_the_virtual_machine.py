"""Complete the virtual machine: settings, allocation, what its guest reports, custom attributes.

Every new column is nullable, and a table that is only extended is not rewritten: what was read before
stays, what is new is null until it is read.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0007"
branch_labels = None
depends_on = None

NEW_COLUMNS = {
    "clusters": (
        ("custom_attributes", postgresql.JSONB(), "Custom attributes that are set, by name."),
    ),
    "datastores": (
        ("custom_attributes", postgresql.JSONB(), "Custom attributes that are set, by name."),
    ),
    "hosts": (
        ("custom_attributes", postgresql.JSONB(), "Custom attributes that are set, by name."),
    ),
    "virtual_machines": (
        ("modified_at", sa.DateTime(timezone=True), "When its configuration last changed."),
        ("suspend_time", sa.DateTime(timezone=True), "When it was last suspended."),
        (
            "clean_power_off",
            sa.Boolean(),
            "Whether it was shut down cleanly; known only while it is off.",
        ),
        ("vapp_moid", sa.Text(), "vApp it is part of."),
        (
            "guest_state",
            sa.Text(),
            "What the guest is doing: running, notRunning, resetting and so on.",
        ),
        (
            "tools_guest_id",
            sa.Text(),
            "Guest OS identifier that Tools reports; the configured one may differ.",
        ),
        (
            "tools_guest_full_name",
            sa.Text(),
            "Guest OS that Tools reports; the configured one may differ.",
        ),
        (
            "managed_by_extension",
            sa.Text(),
            "Key of the solution that manages it, as com.vmware.vcDr.",
        ),
        ("managed_by_type", sa.Text(), "What it is to that solution, as placeholderVm."),
        (
            "ft_role",
            sa.SmallInteger(),
            "Role in Fault Tolerance: 1 primary, 2 or more secondary; null: not protected.",
        ),
        (
            "is_srm_placeholder",
            sa.Boolean(),
            "Whether it only holds the place of a VM that Site Recovery Manager would bring up.",
        ),
        (
            "is_vcls",
            sa.Boolean(),
            "Whether it is an agent that vSphere Cluster Services runs for itself.",
        ),
        ("is_ft_secondary", sa.Boolean(), "Whether it shadows another VM for Fault Tolerance."),
        ("custom_attributes", postgresql.JSONB(), "Custom attributes that are set, by name."),
    ),
    "vm_usage": (
        (
            "heartbeat_status",
            sa.Text(),
            "Heartbeat that Tools sends: green, yellow, red; gray: none is expected.",
        ),
        ("cpu_demand_mhz", sa.BigInteger(), "CPU it would use without contention, in MHz."),
        (
            "cpu_readiness_percent",
            sa.BigInteger(),
            "Time it was ready to run and had to wait for a CPU, in percent (vSphere 7 and later).",
        ),
        (
            "cpu_entitlement_mhz",
            sa.BigInteger(),
            "CPU it is entitled to when its host is fully loaded, in MHz.",
        ),
        ("cpu_drs_entitlement_mhz", sa.BigInteger(), "CPU that DRS entitles it to, in MHz."),
        (
            "memory_entitlement_bytes",
            sa.BigInteger(),
            "Memory it is entitled to when its host is fully loaded, in bytes.",
        ),
        (
            "memory_drs_entitlement_bytes",
            sa.BigInteger(),
            "Memory that DRS entitles it to, in bytes.",
        ),
        (
            "granted_memory_bytes",
            sa.BigInteger(),
            "Guest memory that host memory backs, in bytes (vSphere 7 and later).",
        ),
        ("private_memory_bytes", sa.BigInteger(), "Memory it shares with no other VM, in bytes."),
        ("shared_memory_bytes", sa.BigInteger(), "Memory it shares with other VMs, in bytes."),
        ("swapped_memory_bytes", sa.BigInteger(), "Memory that its host has swapped, in bytes."),
        (
            "ballooned_memory_bytes",
            sa.BigInteger(),
            "Memory that the balloon driver has taken back, in bytes.",
        ),
        (
            "compressed_memory_bytes",
            sa.BigInteger(),
            "Memory that its host has compressed, in bytes.",
        ),
        (
            "overhead_memory_bytes",
            sa.BigInteger(),
            "Host memory spent on running it, beside its own, in bytes.",
        ),
        (
            "active_memory_bytes",
            sa.BigInteger(),
            "Memory it has touched lately, in bytes (vSphere 7.0 U3 and later).",
        ),
    ),
    "vm_hardware": (
        ("drives", postgresql.JSONB(), "CD/DVD and floppy drives, in device order."),
        ("usb_devices", postgresql.JSONB(), "USB controllers and the devices passed through them."),
        ("pci_devices", postgresql.JSONB(), "PCI passthrough devices and virtual GPUs."),
        ("has_tpm", sa.Boolean(), "Whether it has a virtual TPM."),
        ("display_count", sa.SmallInteger(), "Displays of its video card."),
        ("video_ram_bytes", sa.BigInteger(), "Memory of its video card, in bytes."),
        ("cpu_reservation_mhz", sa.BigInteger(), "CPU that is reserved for it, in MHz."),
        ("cpu_limit_mhz", sa.BigInteger(), "Most CPU it may use, in MHz; null: no limit."),
        ("cpu_shares", sa.Integer(), "Its weight when CPU is short."),
        ("cpu_shares_level", sa.Text(), "low, normal, high or custom."),
        ("memory_reservation_bytes", sa.BigInteger(), "Memory reserved for it, in bytes."),
        (
            "memory_limit_bytes",
            sa.BigInteger(),
            "Most host memory it may use, in bytes; null: no limit.",
        ),
        ("memory_shares", sa.Integer(), "Its weight when memory is short."),
        ("memory_shares_level", sa.Text(), "low, normal, high or custom."),
        (
            "memory_reservation_locked",
            sa.Boolean(),
            "Whether all its memory is reserved, whatever its size.",
        ),
        ("cpu_hot_add_enabled", sa.Boolean(), "Whether CPUs can be added while it runs."),
        ("cpu_hot_remove_enabled", sa.Boolean(), "Whether CPUs can be removed while it runs."),
        ("memory_hot_add_enabled", sa.Boolean(), "Whether memory can be added while it runs."),
        (
            "latency_sensitivity",
            sa.Text(),
            "How the scheduler treats it: low, normal, medium, high or custom.",
        ),
        (
            "nested_hv_enabled",
            sa.Boolean(),
            "Whether hardware virtualization is shown to the guest.",
        ),
        (
            "change_tracking_enabled",
            sa.Boolean(),
            "Whether changed blocks of its disks are tracked, for backups.",
        ),
        ("disk_uuid_enabled", sa.Boolean(), "Whether the guest sees the UUIDs of its disks."),
        ("is_encrypted", sa.Boolean(), "Whether its configuration is encrypted with a key."),
        ("boot_delay_milliseconds", sa.BigInteger(), "Wait before it boots, in milliseconds."),
        ("boot_retry_enabled", sa.Boolean(), "Whether a boot that found no device is tried again."),
        (
            "boot_retry_delay_milliseconds",
            sa.BigInteger(),
            "Wait before that second boot, in milliseconds.",
        ),
        (
            "enter_bios_setup",
            sa.Boolean(),
            "Whether it enters the firmware setup at its next boot.",
        ),
        ("secure_boot_enabled", sa.Boolean(), "Whether EFI boots signed code only."),
        (
            "tools_upgrade_policy",
            sa.Text(),
            "When Tools is upgraded: manual or upgradeAtPowerCycle.",
        ),
        ("tools_sync_time", sa.Boolean(), "Whether Tools sets the guest's clock by the host's."),
        ("log_directory", sa.Text(), "Where its logs are written."),
        ("snapshot_directory", sa.Text(), "Where snapshots are stored."),
        ("suspend_directory", sa.Text(), "Where its memory is stored when it is suspended."),
    ),
}


def upgrade() -> None:
    """Add the columns, and the table of what guests report, partitioned as the others are."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in NEW_COLUMNS.items():
        for name, type_, comment in columns:
            op.add_column(table, sa.Column(name, type_, nullable=True, comment=comment))
    op.create_table(
        "vm_guest",
        sa.Column(
            "vcenter_id",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Registry number of the vCenter.",
        ),
        sa.Column(
            "moid",
            sa.Text(),
            nullable=False,
            comment="Managed object id, unique inside its vCenter only.",
        ),
        sa.Column(
            "row_hash", sa.LargeBinary(), nullable=False, comment="Hash over the collected columns."
        ),
        sa.Column(
            "partitions",
            postgresql.JSONB(),
            nullable=False,
            comment="File systems that Tools reports.",
        ),
        sa.Column(
            "nics",
            postgresql.JSONB(),
            nullable=False,
            comment="Network adapters as the guest sees them.",
        ),
        sa.Column(
            "ip_stacks",
            postgresql.JSONB(),
            nullable=False,
            comment="Host name, DNS and gateways of each IP stack of the guest.",
        ),
        sa.Column(
            "app_state",
            sa.Text(),
            nullable=True,
            comment="What an application monitor in the guest says: none, appStateOk, …",
        ),
        sa.Column(
            "app_heartbeat_status",
            sa.Text(),
            nullable=True,
            comment="Heartbeat of an application monitor in the guest.",
        ),
        sa.Column(
            "kernel_crashed",
            sa.Boolean(),
            nullable=True,
            comment="Whether the guest's kernel has crashed.",
        ),
        sa.Column(
            "operations_ready",
            sa.Boolean(),
            nullable=True,
            comment="Whether guest operations can be carried out.",
        ),
        sa.Column(
            "interactive_operations_ready",
            sa.Boolean(),
            nullable=True,
            comment="Whether guest operations on the console's session can be carried out.",
        ),
        sa.Column(
            "state_change_supported",
            sa.Boolean(),
            nullable=True,
            comment="Whether the guest can be shut down or restarted through Tools.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_vm_guest")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    create_partitions()


def create_partitions() -> None:
    """Make as many hash partitions as the installation has, half empty: free space always moves."""
    counted = op.get_bind().execute(
        sa.text("SELECT value FROM installation WHERE key = 'partitions'")
    )
    partitions = int(counted.scalar_one())
    for number in range(partitions):
        op.execute(
            f"CREATE TABLE vm_guest_p{number:03d} PARTITION OF vm_guest"
            f" FOR VALUES WITH (MODULUS {partitions}, REMAINDER {number}) WITH (fillfactor = 50)"
        )


def downgrade() -> None:
    """Drop the table and the columns."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("vm_guest")
    for table, columns in NEW_COLUMNS.items():
        for name, _, _ in columns:
            op.drop_column(table, name)
