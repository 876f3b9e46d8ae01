"""Create the inventory.

The first migration. It also decides the number of hash partitions, once, and records it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PARTITIONED = (
    "clusters",
    "datacenters",
    "datastores",
    "folders",
    "host_datastores",
    "hosts",
    "virtual_machines",
    "vm_datastores",
    "vm_hardware",
)
# Updated in place all the time: half of each page stays free, so that updates stay on it (HOT).
VOLATILE = ("datastore_usage", "host_usage", "vm_usage")


def create_partitions(partitions: int) -> None:
    """Make the hash partitions of every inventory table and record how many there are."""
    for table in (*PARTITIONED, *VOLATILE):
        storage = " WITH (fillfactor = 50)" if table in VOLATILE else ""
        for number in range(partitions):
            op.execute(
                f"CREATE TABLE {table}_p{number:03d} PARTITION OF {table}"
                f" FOR VALUES WITH (MODULUS {partitions}, REMAINDER {number}){storage}"
            )
    op.execute(f"INSERT INTO installation VALUES ('partitions', '{partitions}')")


def upgrade() -> None:
    """Create every table, its partitions and the heartbeat row."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "clusters",
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
            "name", sa.Text(), nullable=False, comment="Display name, percent escapes decoded."
        ),
        sa.Column(
            "raw_name",
            sa.Text(),
            nullable=True,
            comment="The name as vSphere stores it, where decoding changed it (%2f, %5c, %25).",
        ),
        sa.Column("datacenter_moid", sa.Text(), nullable=True, comment="Datacenter it belongs to."),
        sa.Column("folder_moid", sa.Text(), nullable=True, comment="Host folder it lies in."),
        sa.Column(
            "overall_status",
            sa.Text(),
            nullable=True,
            comment="Coloured health as vSphere shows it.",
        ),
        sa.Column("num_hosts", sa.Integer(), nullable=True, comment="Hosts in the cluster."),
        sa.Column(
            "num_effective_hosts",
            sa.Integer(),
            nullable=True,
            comment="Hosts that can run VMs now: connected and not in maintenance.",
        ),
        sa.Column(
            "total_cpu_mhz", sa.BigInteger(), nullable=True, comment="CPU of all hosts, in MHz."
        ),
        sa.Column(
            "effective_cpu_mhz",
            sa.BigInteger(),
            nullable=True,
            comment="CPU of the effective hosts for VMs, in MHz.",
        ),
        sa.Column(
            "total_memory_bytes",
            sa.BigInteger(),
            nullable=True,
            comment="Memory of all hosts, in bytes.",
        ),
        sa.Column(
            "effective_memory_bytes",
            sa.BigInteger(),
            nullable=True,
            comment="Memory of the effective hosts for VMs, in bytes.",
        ),
        sa.Column(
            "num_cpu_cores",
            sa.SmallInteger(),
            nullable=True,
            comment="Physical CPU cores of all hosts.",
        ),
        sa.Column(
            "num_cpu_threads",
            sa.SmallInteger(),
            nullable=True,
            comment="Logical CPUs of all hosts.",
        ),
        sa.Column(
            "evc_mode", sa.Text(), nullable=True, comment="Current EVC mode key; null: EVC is off."
        ),
        sa.Column("ha_enabled", sa.Boolean(), nullable=True, comment="Whether vSphere HA is on."),
        sa.Column("drs_enabled", sa.Boolean(), nullable=True, comment="Whether DRS is on."),
        sa.Column(
            "drs_default_vm_behavior",
            sa.Text(),
            nullable=True,
            comment="How far DRS acts by itself, unless a VM says otherwise.",
        ),
        sa.Column(
            "row_hash",
            sa.LargeBinary(),
            nullable=False,
            comment="Hash over the collected columns; equal means nothing changed.",
        ),
        sa.Column(
            "generation",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="Counts the objects that have carried this moid.",
        ),
        sa.Column(
            "first_seen",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan first saw the object.",
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan last saw it change.",
        ),
        sa.Column(
            "missing_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a complete scan first did not find it; null while it is present.",
        ),
        sa.Column(
            "deleted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a second complete scan confirmed that it is gone.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_clusters")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_index(
        "ix_clusters_datacenter", "clusters", ["vcenter_id", "datacenter_moid"], unique=False
    )
    op.create_index(
        "ix_clusters_keyset",
        "clusters",
        [sa.literal_column('name COLLATE "C"'), "vcenter_id", "moid"],
        unique=False,
    )
    op.create_index(
        "ix_clusters_vcenter_keyset",
        "clusters",
        ["vcenter_id", sa.literal_column('name COLLATE "C"'), "moid"],
        unique=False,
    )
    op.create_table(
        "collection_state",
        sa.Column(
            "vcenter_id",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Registry number of the vCenter.",
        ),
        sa.Column("type", sa.Text(), nullable=False, comment="Kind of object."),
        sa.Column("tier", sa.Text(), nullable=False, comment="Group of properties."),
        sa.Column(
            "as_of",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When the last complete scan began.",
        ),
        sa.Column("run_id", sa.Uuid(), nullable=False, comment="The sync run that read it."),
        sa.Column(
            "epoch",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Counts the syncs that changed a row of it.",
        ),
        sa.Column(
            "row_count",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Objects present, as of the last complete scan.",
        ),
        sa.Column(
            "suspect_missing",
            sa.Integer(),
            nullable=True,
            comment="Objects that the last scan did not find and the shrink guard kept; null: none.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "type", "tier", name=op.f("pk_collection_state")),
    )
    op.create_table(
        "datacenters",
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
            "name", sa.Text(), nullable=False, comment="Display name, percent escapes decoded."
        ),
        sa.Column(
            "raw_name",
            sa.Text(),
            nullable=True,
            comment="The name as vSphere stores it, where decoding changed it (%2f, %5c, %25).",
        ),
        sa.Column("folder_moid", sa.Text(), nullable=True, comment="Folder it lies in."),
        sa.Column(
            "overall_status",
            sa.Text(),
            nullable=True,
            comment="Coloured health as vSphere shows it.",
        ),
        sa.Column(
            "row_hash",
            sa.LargeBinary(),
            nullable=False,
            comment="Hash over the collected columns; equal means nothing changed.",
        ),
        sa.Column(
            "generation",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="Counts the objects that have carried this moid.",
        ),
        sa.Column(
            "first_seen",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan first saw the object.",
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan last saw it change.",
        ),
        sa.Column(
            "missing_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a complete scan first did not find it; null while it is present.",
        ),
        sa.Column(
            "deleted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a second complete scan confirmed that it is gone.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_datacenters")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_index(
        "ix_datacenters_keyset",
        "datacenters",
        [sa.literal_column('name COLLATE "C"'), "vcenter_id", "moid"],
        unique=False,
    )
    op.create_index(
        "ix_datacenters_vcenter_keyset",
        "datacenters",
        ["vcenter_id", sa.literal_column('name COLLATE "C"'), "moid"],
        unique=False,
    )
    op.create_table(
        "datastore_usage",
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
            "free_space_bytes", sa.BigInteger(), nullable=True, comment="Free space, in bytes."
        ),
        sa.Column(
            "uncommitted_bytes",
            sa.BigInteger(),
            nullable=True,
            comment="Space that thin disks may still claim, in bytes.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_datastore_usage")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_table(
        "datastores",
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
            "name", sa.Text(), nullable=False, comment="Display name, percent escapes decoded."
        ),
        sa.Column(
            "raw_name",
            sa.Text(),
            nullable=True,
            comment="The name as vSphere stores it, where decoding changed it (%2f, %5c, %25).",
        ),
        sa.Column("datacenter_moid", sa.Text(), nullable=True, comment="Datacenter it belongs to."),
        sa.Column(
            "folder_moid",
            sa.Text(),
            nullable=True,
            comment="Storage folder it lies in; null inside a storage pod.",
        ),
        sa.Column(
            "overall_status",
            sa.Text(),
            nullable=True,
            comment="Coloured health as vSphere shows it.",
        ),
        sa.Column("type", sa.Text(), nullable=True, comment="VMFS, NFS, NFS41, vsan, VVOL."),
        sa.Column(
            "url",
            sa.Text(),
            nullable=True,
            comment="Its URL: the identity of a datastore that several vCenters share.",
        ),
        sa.Column(
            "accessible", sa.Boolean(), nullable=True, comment="Whether any host reaches it."
        ),
        sa.Column(
            "maintenance_mode",
            sa.Text(),
            nullable=True,
            comment="normal, enteringMaintenance or inMaintenance.",
        ),
        sa.Column(
            "multiple_host_access",
            sa.Boolean(),
            nullable=True,
            comment="Whether more than one host mounts it.",
        ),
        sa.Column("capacity_bytes", sa.BigInteger(), nullable=True, comment="Capacity, in bytes."),
        sa.Column(
            "row_hash",
            sa.LargeBinary(),
            nullable=False,
            comment="Hash over the collected columns; equal means nothing changed.",
        ),
        sa.Column(
            "generation",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="Counts the objects that have carried this moid.",
        ),
        sa.Column(
            "first_seen",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan first saw the object.",
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan last saw it change.",
        ),
        sa.Column(
            "missing_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a complete scan first did not find it; null while it is present.",
        ),
        sa.Column(
            "deleted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a second complete scan confirmed that it is gone.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_datastores")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_index(
        "ix_datastores_datacenter", "datastores", ["vcenter_id", "datacenter_moid"], unique=False
    )
    op.create_index(
        "ix_datastores_keyset",
        "datastores",
        [sa.literal_column('name COLLATE "C"'), "vcenter_id", "moid"],
        unique=False,
    )
    op.create_index(
        "ix_datastores_vcenter_keyset",
        "datastores",
        ["vcenter_id", sa.literal_column('name COLLATE "C"'), "moid"],
        unique=False,
    )
    op.create_table(
        "folders",
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
            "name", sa.Text(), nullable=False, comment="Display name, percent escapes decoded."
        ),
        sa.Column(
            "raw_name",
            sa.Text(),
            nullable=True,
            comment="The name as vSphere stores it, where decoding changed it (%2f, %5c, %25).",
        ),
        sa.Column(
            "parent_folder_moid",
            sa.Text(),
            nullable=True,
            comment="Folder it lies in; null at the top and directly below a datacenter.",
        ),
        sa.Column("datacenter_moid", sa.Text(), nullable=True, comment="Datacenter it belongs to."),
        sa.Column(
            "path",
            sa.Text(),
            nullable=True,
            comment="Names from the root to here, joined by slashes, as in the inventory tree.",
        ),
        sa.Column(
            "row_hash",
            sa.LargeBinary(),
            nullable=False,
            comment="Hash over the collected columns; equal means nothing changed.",
        ),
        sa.Column(
            "generation",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="Counts the objects that have carried this moid.",
        ),
        sa.Column(
            "first_seen",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan first saw the object.",
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan last saw it change.",
        ),
        sa.Column(
            "missing_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a complete scan first did not find it; null while it is present.",
        ),
        sa.Column(
            "deleted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a second complete scan confirmed that it is gone.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_folders")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_index(
        "ix_folders_keyset",
        "folders",
        [sa.literal_column('name COLLATE "C"'), "vcenter_id", "moid"],
        unique=False,
    )
    op.create_index(
        "ix_folders_parent", "folders", ["vcenter_id", "parent_folder_moid"], unique=False
    )
    op.create_index(
        "ix_folders_vcenter_keyset",
        "folders",
        ["vcenter_id", sa.literal_column('name COLLATE "C"'), "moid"],
        unique=False,
    )
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="Always 1."),
        sa.Column(
            "beat_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When the primary last wrote it.",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "host_datastores",
        sa.Column(
            "vcenter_id",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Registry number of the vCenter.",
        ),
        sa.Column("host_moid", sa.Text(), nullable=False, comment="The host."),
        sa.Column("datastore_moid", sa.Text(), nullable=False, comment="The datastore."),
        sa.PrimaryKeyConstraint(
            "vcenter_id", "host_moid", "datastore_moid", name=op.f("pk_host_datastores")
        ),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_index(
        "ix_host_datastores_datastore",
        "host_datastores",
        ["vcenter_id", "datastore_moid", "host_moid"],
        unique=False,
    )
    op.create_table(
        "host_usage",
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
        sa.Column("cpu_usage_mhz", sa.BigInteger(), nullable=True, comment="CPU in use, in MHz."),
        sa.Column(
            "memory_usage_bytes", sa.BigInteger(), nullable=True, comment="Memory in use, in bytes."
        ),
        sa.Column(
            "uptime_seconds", sa.BigInteger(), nullable=True, comment="Seconds since it booted."
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_host_usage")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_table(
        "hosts",
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
            "name", sa.Text(), nullable=False, comment="Display name, percent escapes decoded."
        ),
        sa.Column(
            "raw_name",
            sa.Text(),
            nullable=True,
            comment="The name as vSphere stores it, where decoding changed it (%2f, %5c, %25).",
        ),
        sa.Column(
            "cluster_moid", sa.Text(), nullable=True, comment="Its cluster; null: standalone."
        ),
        sa.Column("datacenter_moid", sa.Text(), nullable=True, comment="Datacenter it belongs to."),
        sa.Column(
            "folder_moid",
            sa.Text(),
            nullable=True,
            comment="Host folder that it, or its cluster, lies in.",
        ),
        sa.Column(
            "overall_status",
            sa.Text(),
            nullable=True,
            comment="Coloured health as vSphere shows it.",
        ),
        sa.Column(
            "connection_state",
            sa.Text(),
            nullable=True,
            comment="Whether vCenter reaches the host.",
        ),
        sa.Column("power_state", sa.Text(), nullable=True, comment="Power state of the host."),
        sa.Column(
            "in_maintenance_mode", sa.Boolean(), nullable=True, comment="In maintenance mode."
        ),
        sa.Column(
            "boot_time",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the host last booted.",
        ),
        sa.Column("version", sa.Text(), nullable=True, comment="ESXi version."),
        sa.Column("build", sa.Text(), nullable=True, comment="ESXi build number."),
        sa.Column("vendor", sa.Text(), nullable=True, comment="Hardware vendor."),
        sa.Column("model", sa.Text(), nullable=True, comment="Hardware model."),
        sa.Column(
            "bios_uuid",
            sa.Uuid(),
            nullable=True,
            comment="Hardware BIOS UUID; some vendors ship it repeated or zero.",
        ),
        sa.Column(
            "serial_number", sa.Text(), nullable=True, comment="Serial number or service tag."
        ),
        sa.Column("cpu_model", sa.Text(), nullable=True, comment="CPU model name."),
        sa.Column("cpu_mhz", sa.Integer(), nullable=True, comment="Clock of one core, in MHz."),
        sa.Column("num_cpu_packages", sa.SmallInteger(), nullable=True, comment="CPU sockets."),
        sa.Column("num_cpu_cores", sa.SmallInteger(), nullable=True, comment="Physical CPU cores."),
        sa.Column("num_cpu_threads", sa.SmallInteger(), nullable=True, comment="Logical CPUs."),
        sa.Column(
            "memory_bytes", sa.BigInteger(), nullable=True, comment="Physical memory, in bytes."
        ),
        sa.Column(
            "num_nics", sa.SmallInteger(), nullable=True, comment="Physical network adapters."
        ),
        sa.Column("num_hbas", sa.SmallInteger(), nullable=True, comment="Host bus adapters."),
        sa.Column(
            "max_evc_mode", sa.Text(), nullable=True, comment="Highest EVC mode it supports."
        ),
        sa.Column(
            "ip_address", postgresql.INET(), nullable=True, comment="Management IP address (vmk0)."
        ),
        sa.Column(
            "row_hash",
            sa.LargeBinary(),
            nullable=False,
            comment="Hash over the collected columns; equal means nothing changed.",
        ),
        sa.Column(
            "generation",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="Counts the objects that have carried this moid.",
        ),
        sa.Column(
            "first_seen",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan first saw the object.",
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan last saw it change.",
        ),
        sa.Column(
            "missing_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a complete scan first did not find it; null while it is present.",
        ),
        sa.Column(
            "deleted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a second complete scan confirmed that it is gone.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_hosts")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_index("ix_hosts_cluster", "hosts", ["vcenter_id", "cluster_moid"], unique=False)
    op.create_index(
        "ix_hosts_keyset",
        "hosts",
        [sa.literal_column('name COLLATE "C"'), "vcenter_id", "moid"],
        unique=False,
    )
    op.create_index(
        "ix_hosts_vcenter_keyset",
        "hosts",
        ["vcenter_id", sa.literal_column('name COLLATE "C"'), "moid"],
        unique=False,
    )
    op.create_table(
        "identifiers",
        sa.Column(
            "vcenter_id",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Registry number of the vCenter.",
        ),
        sa.Column("type", sa.Text(), nullable=False, comment="Kind of the object."),
        sa.Column("moid", sa.Text(), nullable=False, comment="The object."),
        sa.Column("kind", sa.Text(), nullable=False, comment="Kind of the identifier."),
        sa.Column(
            "value",
            sa.Text(),
            nullable=False,
            comment="Canonical text: lower case; IPs and UUIDs in standard form.",
        ),
        sa.Column(
            "address",
            postgresql.INET(),
            nullable=True,
            comment="The IP address, for subnet search; null for other kinds.",
        ),
        sa.PrimaryKeyConstraint(
            "vcenter_id", "type", "moid", "kind", "value", name=op.f("pk_identifiers")
        ),
    )
    op.create_index(
        "ix_identifiers_address",
        "identifiers",
        ["address"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={"address": "inet_ops"},
        postgresql_where=sa.text("address IS NOT NULL"),
    )
    op.create_index("ix_identifiers_value", "identifiers", ["kind", "value"], unique=False)
    op.create_table(
        "installation",
        sa.Column("key", sa.Text(), nullable=False, comment="Name of the fact."),
        sa.Column("value", sa.Text(), nullable=False, comment="Its value, as text."),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_installation")),
    )
    op.create_table(
        "leases",
        sa.Column(
            "resource", sa.Text(), nullable=False, comment="What is leased: vcenter:7, scheduler."
        ),
        sa.Column(
            "owner",
            sa.Text(),
            nullable=False,
            comment="Process that holds it, by boot, never by pod name.",
        ),
        sa.Column(
            "token",
            sa.BigInteger(),
            nullable=False,
            comment="Grows with each holder; a write by an older token is refused.",
        ),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When another may take it.",
        ),
        sa.PrimaryKeyConstraint("resource", name=op.f("pk_leases")),
    )
    op.create_table(
        "quarantined_objects",
        sa.Column(
            "vcenter_id",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Registry number of the vCenter.",
        ),
        sa.Column("type", sa.Text(), nullable=False, comment="Kind of object."),
        sa.Column("moid", sa.Text(), nullable=False, comment="The object."),
        sa.Column("reason", sa.Text(), nullable=False, comment="What could not be decoded."),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it was first quarantined.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "type", "moid", name=op.f("pk_quarantined_objects")),
    )
    op.create_table(
        "vcenters",
        sa.Column("id", sa.Integer(), nullable=False, comment="Registry number."),
        sa.Column("name", sa.Text(), nullable=False, comment="The name operators gave it."),
        sa.Column(
            "host", sa.Text(), nullable=False, comment="Host name or address the agents connect to."
        ),
        sa.Column(
            "port", sa.Integer(), server_default="443", nullable=False, comment="HTTPS port."
        ),
        sa.Column("username", sa.Text(), nullable=False, comment="Account the agents log in with."),
        sa.Column(
            "sealed_credentials",
            sa.LargeBinary(),
            nullable=False,
            comment="Password, sealed with the agents' public key.",
        ),
        sa.Column(
            "ca_certificates",
            sa.Text(),
            nullable=True,
            comment="PEM of the CAs that may sign its certificate; null: the system's.",
        ),
        sa.Column(
            "instance_uuid",
            sa.Uuid(),
            nullable=False,
            comment="The identity the vCenter states of itself (about.instanceUuid).",
        ),
        sa.Column("version", sa.Text(), nullable=True, comment="Product version, as 8.0.3."),
        sa.Column("build", sa.Text(), nullable=True, comment="Product build number."),
        sa.Column(
            "api_version", sa.Text(), nullable=True, comment="Version of the vSphere API it speaks."
        ),
        sa.Column(
            "full_name", sa.Text(), nullable=True, comment="Product name with version and build."
        ),
        sa.Column(
            "state",
            sa.Text(),
            server_default="NEW",
            nullable=False,
            comment="What the last contact with it was like.",
        ),
        sa.Column(
            "state_reason",
            sa.Text(),
            nullable=True,
            comment="Why the state is not CONNECTED, in a sentence.",
        ),
        sa.Column(
            "state_since",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When the state last changed.",
        ),
        sa.Column(
            "interval_seconds",
            sa.Integer(),
            server_default="300",
            nullable=False,
            comment="Seconds between two scheduled syncs.",
        ),
        sa.Column(
            "next_sync_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When the scheduler will next ask for a sync.",
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it was registered.",
        ),
        sa.CheckConstraint("port BETWEEN 1 AND 65535", name=op.f("ck_vcenters_port")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vcenters")),
        sa.UniqueConstraint("instance_uuid", name=op.f("uq_vcenters_instance_uuid")),
        sa.UniqueConstraint("name", name=op.f("uq_vcenters_name")),
    )
    op.create_table(
        "virtual_machines",
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
            "name", sa.Text(), nullable=False, comment="Display name, percent escapes decoded."
        ),
        sa.Column(
            "raw_name",
            sa.Text(),
            nullable=True,
            comment="The name as vSphere stores it, where decoding changed it (%2f, %5c, %25).",
        ),
        sa.Column("host_moid", sa.Text(), nullable=True, comment="Host it is registered on."),
        sa.Column("cluster_moid", sa.Text(), nullable=True, comment="Cluster of its host."),
        sa.Column("datacenter_moid", sa.Text(), nullable=True, comment="Datacenter it belongs to."),
        sa.Column(
            "folder_moid", sa.Text(), nullable=True, comment="VM folder; null inside a vApp."
        ),
        sa.Column(
            "resource_pool_moid",
            sa.Text(),
            nullable=True,
            comment="Resource pool it draws from; templates have none.",
        ),
        sa.Column(
            "overall_status",
            sa.Text(),
            nullable=True,
            comment="Coloured health as vSphere shows it.",
        ),
        sa.Column("power_state", sa.Text(), nullable=True, comment="Power state."),
        sa.Column(
            "connection_state",
            sa.Text(),
            nullable=True,
            comment="Whether vCenter can reach and manage it.",
        ),
        sa.Column("is_template", sa.Boolean(), nullable=True, comment="Whether it is a template."),
        sa.Column(
            "bios_uuid",
            sa.Uuid(),
            nullable=True,
            comment="SMBIOS UUID; clones and restores repeat it.",
        ),
        sa.Column(
            "instance_uuid",
            sa.Uuid(),
            nullable=True,
            comment="vCenter's UUID of the instance; may repeat over vCenters.",
        ),
        sa.Column(
            "change_version",
            sa.Text(),
            nullable=True,
            comment="Opaque; moves whenever the VM is reconfigured.",
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the VM was created (vSphere 6.7 and later).",
        ),
        sa.Column(
            "hardware_version", sa.Text(), nullable=True, comment="Virtual hardware, as vmx-19."
        ),
        sa.Column("guest_id", sa.Text(), nullable=True, comment="Configured guest OS identifier."),
        sa.Column("guest_full_name", sa.Text(), nullable=True, comment="Configured guest OS."),
        sa.Column("firmware", sa.Text(), nullable=True, comment="bios or efi."),
        sa.Column("annotation", sa.Text(), nullable=True, comment="Notes."),
        sa.Column("vm_path_name", sa.Text(), nullable=True, comment="Path of the .vmx file."),
        sa.Column("num_cpus", sa.SmallInteger(), nullable=True, comment="Virtual CPUs."),
        sa.Column(
            "cores_per_socket",
            sa.SmallInteger(),
            nullable=True,
            comment="Cores per virtual socket.",
        ),
        sa.Column(
            "memory_bytes", sa.BigInteger(), nullable=True, comment="Configured memory, in bytes."
        ),
        sa.Column(
            "guest_hostname", sa.Text(), nullable=True, comment="Host name that Tools reports."
        ),
        sa.Column(
            "ip_address",
            postgresql.INET(),
            nullable=True,
            comment="Primary IP address as vSphere chooses it.",
        ),
        sa.Column(
            "ip_addresses",
            postgresql.ARRAY(postgresql.INET()),
            nullable=True,
            comment="Every IP address that Tools reports, in order.",
        ),
        sa.Column("tools_running_status", sa.Text(), nullable=True, comment="Whether Tools runs."),
        sa.Column(
            "tools_version_status",
            sa.Text(),
            nullable=True,
            comment="Whether Tools is current (VirtualMachineToolsVersionStatus).",
        ),
        sa.Column("tools_version", sa.Text(), nullable=True, comment="Internal version of Tools."),
        sa.Column(
            "consolidation_needed",
            sa.Boolean(),
            nullable=True,
            comment="Whether its disks need consolidation.",
        ),
        sa.Column(
            "boot_time",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was last powered on.",
        ),
        sa.Column("snapshot_count", sa.Integer(), nullable=True, comment="Snapshots in its tree."),
        sa.Column(
            "oldest_snapshot_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When its oldest snapshot was taken.",
        ),
        sa.Column(
            "row_hash",
            sa.LargeBinary(),
            nullable=False,
            comment="Hash over the collected columns; equal means nothing changed.",
        ),
        sa.Column(
            "generation",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="Counts the objects that have carried this moid.",
        ),
        sa.Column(
            "first_seen",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan first saw the object.",
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan last saw it change.",
        ),
        sa.Column(
            "missing_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a complete scan first did not find it; null while it is present.",
        ),
        sa.Column(
            "deleted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a second complete scan confirmed that it is gone.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_virtual_machines")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_index(
        "ix_virtual_machines_cluster",
        "virtual_machines",
        ["vcenter_id", "cluster_moid"],
        unique=False,
    )
    op.create_index(
        "ix_virtual_machines_folder",
        "virtual_machines",
        ["vcenter_id", "folder_moid"],
        unique=False,
    )
    op.create_index(
        "ix_virtual_machines_host", "virtual_machines", ["vcenter_id", "host_moid"], unique=False
    )
    op.create_index(
        "ix_virtual_machines_keyset",
        "virtual_machines",
        [sa.literal_column('name COLLATE "C"'), "vcenter_id", "moid"],
        unique=False,
    )
    op.create_index(
        "ix_virtual_machines_name_trigrams",
        "virtual_machines",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_virtual_machines_power_state",
        "virtual_machines",
        ["vcenter_id", "power_state"],
        unique=False,
    )
    op.create_index(
        "ix_virtual_machines_powered_on",
        "virtual_machines",
        [sa.literal_column('name COLLATE "C"'), "vcenter_id", "moid"],
        unique=False,
        postgresql_where=sa.text("power_state = 'poweredOn'"),
    )
    op.create_index(
        "ix_virtual_machines_vcenter_keyset",
        "virtual_machines",
        ["vcenter_id", sa.literal_column('name COLLATE "C"'), "moid"],
        unique=False,
    )
    op.create_table(
        "vm_datastores",
        sa.Column(
            "vcenter_id",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Registry number of the vCenter.",
        ),
        sa.Column("vm_moid", sa.Text(), nullable=False, comment="The VM."),
        sa.Column("datastore_moid", sa.Text(), nullable=False, comment="The datastore."),
        sa.PrimaryKeyConstraint(
            "vcenter_id", "vm_moid", "datastore_moid", name=op.f("pk_vm_datastores")
        ),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_index(
        "ix_vm_datastores_datastore",
        "vm_datastores",
        ["vcenter_id", "datastore_moid", "vm_moid"],
        unique=False,
    )
    op.create_table(
        "vm_hardware",
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
            "change_version",
            sa.Text(),
            nullable=True,
            comment="changeVersion of the VM when this was read.",
        ),
        sa.Column("disk_count", sa.SmallInteger(), nullable=True, comment="Virtual disks."),
        sa.Column(
            "nic_count", sa.SmallInteger(), nullable=True, comment="Virtual network adapters."
        ),
        sa.Column(
            "disk_capacity_bytes",
            sa.BigInteger(),
            nullable=True,
            comment="Capacity of all virtual disks, in bytes.",
        ),
        sa.Column(
            "disks",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Virtual disks, in device order.",
        ),
        sa.Column(
            "nics",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Virtual network adapters, in device order.",
        ),
        sa.Column(
            "snapshots",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Snapshots, flattened depth first; each names its parent.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_vm_hardware")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_table(
        "vm_usage",
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
        sa.Column("cpu_usage_mhz", sa.BigInteger(), nullable=True, comment="CPU in use, in MHz."),
        sa.Column(
            "guest_memory_usage_bytes",
            sa.BigInteger(),
            nullable=True,
            comment="Memory the guest uses, in bytes.",
        ),
        sa.Column(
            "host_memory_usage_bytes",
            sa.BigInteger(),
            nullable=True,
            comment="Host memory it occupies, in bytes.",
        ),
        sa.Column(
            "uptime_seconds",
            sa.BigInteger(),
            nullable=True,
            comment="Seconds since it was powered on.",
        ),
        sa.Column(
            "storage_committed_bytes",
            sa.BigInteger(),
            nullable=True,
            comment="Storage it occupies, in bytes.",
        ),
        sa.Column(
            "storage_uncommitted_bytes",
            sa.BigInteger(),
            nullable=True,
            comment="Storage it may still claim, in bytes.",
        ),
        sa.Column(
            "storage_unshared_bytes",
            sa.BigInteger(),
            nullable=True,
            comment="Storage that only this VM occupies, in bytes.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_vm_usage")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    op.create_table(
        "sync_runs",
        sa.Column(
            "id",
            sa.Uuid(),
            server_default=sa.text("gen_random_uuid()"),
            nullable=False,
            comment="The run.",
        ),
        sa.Column(
            "vcenter_id", sa.Integer(), nullable=False, comment="Registry number of the vCenter."
        ),
        sa.Column(
            "kind", sa.Text(), server_default="FULL", nullable=False, comment="What the run reads."
        ),
        sa.Column(
            "state",
            sa.Text(),
            server_default="QUEUED",
            nullable=False,
            comment="Where the run stands.",
        ),
        sa.Column(
            "requested_by", sa.Text(), nullable=False, comment="schedule, command line or API."
        ),
        sa.Column(
            "requested_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="When it was asked for.",
        ),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When RabbitMQ last confirmed its message; null: to be published.",
        ),
        sa.Column(
            "not_before",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="Back-off: not to be started earlier.",
        ),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When an agent took it.",
        ),
        sa.Column(
            "finished_at", sa.DateTime(timezone=True), nullable=True, comment="When it ended."
        ),
        sa.Column(
            "attempt",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="How often it was started.",
        ),
        sa.Column("owner", sa.Text(), nullable=True, comment="Agent that runs or ran it."),
        sa.Column("token", sa.BigInteger(), nullable=True, comment="Its fencing token."),
        sa.Column(
            "objects_read",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Objects read so far.",
        ),
        sa.Column(
            "objects_expected",
            sa.Integer(),
            nullable=True,
            comment="Objects the vCenter listed at the start.",
        ),
        sa.Column(
            "error_code", sa.Text(), nullable=True, comment="Stable code of what went wrong."
        ),
        sa.Column(
            "error_message", sa.Text(), nullable=True, comment="What went wrong, in a sentence."
        ),
        sa.Column(
            "outcome",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Rows created, updated, missing and deleted by type; objects quarantined.",
        ),
        sa.ForeignKeyConstraint(
            ["vcenter_id"],
            ["vcenters.id"],
            name=op.f("fk_sync_runs_vcenter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_runs")),
    )
    op.create_index(
        "ix_sync_runs_recent",
        "sync_runs",
        [sa.literal_column("requested_at DESC"), "id"],
        unique=False,
    )
    op.create_index(
        "ix_sync_runs_vcenter",
        "sync_runs",
        ["vcenter_id", sa.literal_column("requested_at DESC"), "id"],
        unique=False,
    )
    op.create_index(
        "uq_sync_runs_queued",
        "sync_runs",
        ["vcenter_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'QUEUED'"),
    )
    op.create_index(
        "uq_sync_runs_running",
        "sync_runs",
        ["vcenter_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'RUNNING'"),
    )
    create_partitions(op.get_context().config.attributes["partitions"])
    op.execute("INSERT INTO heartbeat VALUES (1, clock_timestamp())")


def downgrade() -> None:
    """Drop everything; the extension stays, others may use it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        "uq_sync_runs_running",
        table_name="sync_runs",
        postgresql_where=sa.text("state = 'RUNNING'"),
    )
    op.drop_index(
        "uq_sync_runs_queued", table_name="sync_runs", postgresql_where=sa.text("state = 'QUEUED'")
    )
    op.drop_index("ix_sync_runs_vcenter", table_name="sync_runs")
    op.drop_index("ix_sync_runs_recent", table_name="sync_runs")
    op.drop_table("sync_runs")
    op.drop_table("vm_usage")
    op.drop_table("vm_hardware")
    op.drop_index("ix_vm_datastores_datastore", table_name="vm_datastores")
    op.drop_table("vm_datastores")
    op.drop_index("ix_virtual_machines_vcenter_keyset", table_name="virtual_machines")
    op.drop_index(
        "ix_virtual_machines_powered_on",
        table_name="virtual_machines",
        postgresql_where=sa.text("power_state = 'poweredOn'"),
    )
    op.drop_index("ix_virtual_machines_power_state", table_name="virtual_machines")
    op.drop_index(
        "ix_virtual_machines_name_trigrams",
        table_name="virtual_machines",
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.drop_index("ix_virtual_machines_keyset", table_name="virtual_machines")
    op.drop_index("ix_virtual_machines_host", table_name="virtual_machines")
    op.drop_index("ix_virtual_machines_folder", table_name="virtual_machines")
    op.drop_index("ix_virtual_machines_cluster", table_name="virtual_machines")
    op.drop_table("virtual_machines")
    op.drop_table("vcenters")
    op.drop_table("quarantined_objects")
    op.drop_table("leases")
    op.drop_table("installation")
    op.drop_index("ix_identifiers_value", table_name="identifiers")
    op.drop_index(
        "ix_identifiers_address",
        table_name="identifiers",
        postgresql_using="gist",
        postgresql_ops={"address": "inet_ops"},
        postgresql_where=sa.text("address IS NOT NULL"),
    )
    op.drop_table("identifiers")
    op.drop_index("ix_hosts_vcenter_keyset", table_name="hosts")
    op.drop_index("ix_hosts_keyset", table_name="hosts")
    op.drop_index("ix_hosts_cluster", table_name="hosts")
    op.drop_table("hosts")
    op.drop_table("host_usage")
    op.drop_index("ix_host_datastores_datastore", table_name="host_datastores")
    op.drop_table("host_datastores")
    op.drop_table("heartbeat")
    op.drop_index("ix_folders_vcenter_keyset", table_name="folders")
    op.drop_index("ix_folders_parent", table_name="folders")
    op.drop_index("ix_folders_keyset", table_name="folders")
    op.drop_table("folders")
    op.drop_index("ix_datastores_vcenter_keyset", table_name="datastores")
    op.drop_index("ix_datastores_keyset", table_name="datastores")
    op.drop_index("ix_datastores_datacenter", table_name="datastores")
    op.drop_table("datastores")
    op.drop_table("datastore_usage")
    op.drop_index("ix_datacenters_vcenter_keyset", table_name="datacenters")
    op.drop_index("ix_datacenters_keyset", table_name="datacenters")
    op.drop_table("datacenters")
    op.drop_table("collection_state")
    op.drop_index("ix_clusters_vcenter_keyset", table_name="clusters")
    op.drop_index("ix_clusters_keyset", table_name="clusters")
    op.drop_index("ix_clusters_datacenter", table_name="clusters")
    op.drop_table("clusters")
