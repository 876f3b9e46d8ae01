"""Add networks, distributed switches, resource pools and their edges.

What a host has of a distributed switch is called a proxy switch from now on, as vSphere calls it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "resource_pools",
    "resource_pool_usage",
    "networks",
    "distributed_switches",
    "host_networks",
    "vm_networks",
    "switch_hosts",
)
BIG, TEXT, FLAG, NUMBER, JSON = sa.BigInteger, sa.Text, sa.Boolean, sa.Integer, postgresql.JSONB
MEMBERSHIPS = "Distributed switches it takes part in."
PROXIES = "What it has of distributed switches."
TEXTS, MOMENT = sa.ARRAY(sa.Text()), sa.DateTime(timezone=True)


def column(name: str, type_: TypeEngine | type[TypeEngine], comment: str) -> sa.Column:
    """Return a column that may be null."""
    return sa.Column(name, type_, nullable=True, comment=comment)


def create_inventory(table: str, *columns: sa.Column) -> None:
    """Make a table of objects: key, names, its own columns, life cycle, list order."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        table,
        *key(),
        sa.Column(
            "name", sa.Text(), nullable=False, comment="Display name, percent escapes decoded."
        ),
        sa.Column(
            "raw_name",
            sa.Text(),
            nullable=True,
            comment="The name as vSphere stores it, where decoding changed it (%2f, %5c, %25).",
        ),
        *columns,
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
            "first_seen", moment, nullable=False, comment="When a scan first saw the object."
        ),
        sa.Column("changed_at", moment, nullable=False, comment="When a scan last saw it change."),
        sa.Column(
            "missing_since",
            moment,
            nullable=True,
            comment="When a complete scan first did not find it; null while it is present.",
        ),
        sa.Column(
            "deleted_at",
            moment,
            nullable=True,
            comment="When a second complete scan confirmed that it is gone.",
        ),
        sa.Column(
            "unknown_columns",
            TEXTS,
            nullable=True,
            comment="Columns the vCenter could not tell; they keep their last values. Null: none.",
        ),
        sa.Column(
            "unknown_since",
            MOMENT,
            nullable=True,
            comment="Since when the vCenter could not tell some of its columns; null: it tells all.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f(f"pk_{table}")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    name = sa.literal_column('name COLLATE "C"')
    op.create_index(f"ix_{table}_keyset", table, [name, "vcenter_id", "moid"])
    op.create_index(f"ix_{table}_vcenter_keyset", table, ["vcenter_id", name, "moid"])


def key() -> tuple[sa.Column, ...]:
    """Return the key of a row inside one vCenter."""
    return (
        vcenter_id(),
        sa.Column(
            "moid",
            sa.Text(),
            nullable=False,
            comment="Managed object id, unique inside its vCenter only.",
        ),
    )


def vcenter_id() -> sa.Column:
    """Return the column that every table is partitioned by."""
    return sa.Column(
        "vcenter_id",
        sa.Integer(),
        autoincrement=False,
        nullable=False,
        comment="Registry number of the vCenter.",
    )


def create_partitions(*tables: str, is_volatile: bool = False) -> None:
    """Make as many hash partitions as the first migration decided."""
    count = "SELECT value FROM installation WHERE key = 'partitions'"
    partitions = int(op.get_bind().execute(sa.text(count)).scalar_one())
    storage = " WITH (fillfactor = 50)" if is_volatile else ""
    for table in tables:
        for number in range(partitions):
            op.execute(
                f"CREATE TABLE {table}_p{number:03d} PARTITION OF {table}"
                f" FOR VALUES WITH (MODULUS {partitions}, REMAINDER {number}){storage}"
            )


def upgrade() -> None:
    """Create the tables with their partitions."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    create_resource_pools()
    create_networks()
    create_switches()
    op.alter_column(
        "host_hardware",
        "distributed_switches",
        new_column_name="proxy_switches",
        comment=PROXIES,
        existing_comment=MEMBERSHIPS,
    )


def create_resource_pools() -> None:
    """Resource pools and vApps, their volatile numbers, and the way from a pool to its VMs."""
    create_inventory(
        "resource_pools",
        column(
            "cluster_moid",
            TEXT,
            "Cluster whose resources it divides; null: those of a standalone host.",
        ),
        column(
            "parent_moid",
            TEXT,
            "Resource pool or vApp it lies in; null: the root pool of a cluster or host.",
        ),
        column("datacenter_moid", TEXT, "Datacenter it belongs to."),
        column(
            "folder_moid",
            TEXT,
            "VM folder that a vApp lies in; null: a plain pool, or a vApp in another.",
        ),
        column(
            "path",
            TEXT,
            "Names from the root to here, joined by slashes, as in the inventory tree.",
        ),
        column("is_vapp", FLAG, "Whether it is a vApp."),
        column("vapp_state", TEXT, "Of a vApp: started, stopped, starting or stopping."),
        column("overall_status", TEXT, "Coloured health as vSphere shows it."),
        column("cpu_reservation_mhz", BIG, "CPU it is guaranteed, in MHz."),
        column("cpu_limit_mhz", BIG, "Most CPU it may use, in MHz; null: no limit."),
        column(
            "cpu_expandable_reservation",
            FLAG,
            "Whether it may reserve more CPU than its own from its parent.",
        ),
        column("cpu_shares", NUMBER, "Its weight when CPU is short."),
        column("cpu_shares_level", TEXT, "low, normal, high or custom."),
        column("memory_reservation_bytes", BIG, "Memory it is guaranteed, in bytes."),
        column("memory_limit_bytes", BIG, "Most host memory it may use, in bytes; null: no limit."),
        column(
            "memory_expandable_reservation",
            FLAG,
            "Whether it may reserve more memory than its own from its parent.",
        ),
        column("memory_shares", NUMBER, "Its weight when memory is short."),
        column("memory_shares_level", TEXT, "low, normal, high or custom."),
        column("configured_memory_bytes", BIG, "Memory configured for its VMs, in bytes."),
        column("custom_attributes", JSON, "Custom attributes that are set, by name."),
    )
    op.create_index("ix_resource_pools_cluster", "resource_pools", ["vcenter_id", "cluster_moid"])
    op.create_index("ix_resource_pools_parent", "resource_pools", ["vcenter_id", "parent_moid"])
    create_partitions("resource_pools")
    op.create_table(
        "resource_pool_usage",
        *key(),
        column("cpu_usage_mhz", BIG, "CPU in use, in MHz."),
        column("cpu_demand_mhz", BIG, "CPU its VMs would use if they could, in MHz."),
        column("cpu_max_usage_mhz", BIG, "Most CPU it could use now, in MHz."),
        column("cpu_reservation_used_mhz", BIG, "CPU reserved in it, in MHz."),
        column("cpu_reservation_used_for_vms_mhz", BIG, "CPU its VMs reserve, in MHz."),
        column(
            "cpu_unreserved_for_pools_mhz", BIG, "CPU that pools in it could still reserve, in MHz."
        ),
        column(
            "cpu_unreserved_for_vms_mhz", BIG, "CPU that VMs in it could still reserve, in MHz."
        ),
        column("cpu_distributed_entitlement_mhz", BIG, "CPU that DRS grants it by demand, in MHz."),
        column(
            "cpu_static_entitlement_mhz",
            BIG,
            "CPU it would get if all demanded all they could, in MHz.",
        ),
        column("memory_usage_bytes", BIG, "Memory in use, in bytes."),
        column("memory_max_usage_bytes", BIG, "Most memory it could use now, in bytes."),
        column("memory_reservation_used_bytes", BIG, "Memory reserved in it, in bytes."),
        column("memory_reservation_used_for_vms_bytes", BIG, "Memory its VMs reserve, in bytes."),
        column(
            "memory_unreserved_for_pools_bytes",
            BIG,
            "Memory that pools in it could still reserve, in bytes.",
        ),
        column(
            "memory_unreserved_for_vms_bytes",
            BIG,
            "Memory that VMs in it could still reserve, in bytes.",
        ),
        column(
            "memory_distributed_entitlement_bytes",
            BIG,
            "Memory that DRS grants it by demand, in bytes.",
        ),
        column(
            "memory_static_entitlement_bytes",
            BIG,
            "Memory it would get if all demanded all they could, in bytes.",
        ),
        column("guest_memory_usage_bytes", BIG, "Memory its guests use, in bytes."),
        column("host_memory_usage_bytes", BIG, "Host memory it occupies, in bytes."),
        column("private_memory_bytes", BIG, "Memory backed by host memory, in bytes."),
        column("shared_memory_bytes", BIG, "Memory shared between VMs, in bytes."),
        column("swapped_memory_bytes", BIG, "Memory the hosts swapped out, in bytes."),
        column("ballooned_memory_bytes", BIG, "Memory reclaimed by ballooning, in bytes."),
        column(
            "overhead_memory_bytes", BIG, "Memory that its VMs may take beside their own, in bytes."
        ),
        column(
            "consumed_overhead_memory_bytes",
            BIG,
            "Memory that its VMs take beside their own, in bytes.",
        ),
        column("compressed_memory_bytes", BIG, "Memory the hosts compressed, in bytes."),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name=op.f("pk_resource_pool_usage")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    create_partitions("resource_pool_usage", is_volatile=True)
    op.create_index(
        "ix_virtual_machines_resource_pool",
        "virtual_machines",
        ["vcenter_id", "resource_pool_moid"],
    )


def create_networks() -> None:
    """Networks and who is attached to them."""
    create_inventory(
        "networks",
        column("datacenter_moid", TEXT, "Datacenter it belongs to."),
        column("folder_moid", TEXT, "Network folder it lies in."),
        column("overall_status", TEXT, "Coloured health as vSphere shows it."),
        column("type", TEXT, "Network, DistributedVirtualPortgroup or OpaqueNetwork."),
        column("accessible", FLAG, "Whether any host is attached to it."),
        column(
            "switch_moid",
            TEXT,
            "Distributed switch of a port group; null: another kind of network.",
        ),
        column("key", TEXT, "Key of a port group, by which adapters name it."),
        column("description", TEXT, "Notes on a port group."),
        column("is_uplink", FLAG, "Whether a port group holds the switch's uplinks, and no VMs."),
        column("num_ports", NUMBER, "Ports of a port group."),
        column(
            "port_binding",
            TEXT,
            "When a port is given out: earlyBinding, lateBinding or ephemeral.",
        ),
        column("auto_expand", FLAG, "Whether a port group grows when its ports run out."),
        column(
            "vlan_id",
            NUMBER,
            "VLAN that a port group tags; 0: none; null: a trunk, a private VLAN or unknown.",
        ),
        column("vlan_ranges", JSON, "VLANs that a trunk lets pass, as ranges; null: no trunk."),
        column("private_vlan_id", NUMBER, "Secondary private VLAN; null: none."),
        column("blocked", FLAG, "Whether all its ports are blocked."),
        column("allow_promiscuous", FLAG, "Whether a VM may see the traffic of others."),
        column("mac_changes", FLAG, "Whether a guest may change its MAC address."),
        column("forged_transmits", FLAG, "Whether a guest may send under another MAC address."),
        column(
            "teaming_policy", TEXT, "How traffic is spread over the uplinks, as loadbalance_srcid."
        ),
        column("active_uplinks", TEXTS, "Uplinks in use, in order."),
        column("standby_uplinks", TEXTS, "Uplinks that wait for an active one to fail, in order."),
        column("reverse_policy", FLAG, "Whether incoming traffic follows the teaming policy too."),
        column("notify_switches", FLAG, "Whether physical switches are told when an uplink fails."),
        column(
            "rolling_order", FLAG, "Whether an uplink that is back stays on standby (no failback)."
        ),
        column("ingress_shaping", JSON, "Limits on what comes from VMs into the switch."),
        column("egress_shaping", JSON, "Limits on what goes from the switch to VMs."),
        column("nsx_segment_id", TEXT, "NSX segment behind a port group; null: none."),
        column("opaque_network_id", TEXT, "NSX's id of an opaque network."),
        column("opaque_network_type", TEXT, "Kind of an opaque network, as nsx.LogicalSwitch."),
        column("custom_attributes", JSON, "Custom attributes that are set, by name."),
    )
    op.create_index("ix_networks_switch", "networks", ["vcenter_id", "switch_moid"])
    create_partitions("networks")
    create_edges("host_networks", "host_moid", "network_moid")
    create_edges("vm_networks", "vm_moid", "network_moid")


def create_switches() -> None:
    """Distributed switches and their members."""
    create_inventory(
        "distributed_switches",
        column("datacenter_moid", TEXT, "Datacenter it belongs to."),
        column("folder_moid", TEXT, "Network folder it lies in."),
        column("overall_status", TEXT, "Coloured health as vSphere shows it."),
        column("uuid", sa.Uuid, "UUID by which hosts know it."),
        column("vendor", TEXT, "Who makes it."),
        column("version", TEXT, "Version of its features, as 8.0.0."),
        column("build", TEXT, "Build number."),
        column("description", TEXT, "Notes."),
        column("created_at", MOMENT, "When it was made."),
        column("num_hosts", NUMBER, "Hosts that are members of it."),
        column("num_ports", NUMBER, "Ports it has now."),
        column("max_ports", NUMBER, "Most ports it may have."),
        column("mtu", NUMBER, "Largest frame it carries, in bytes."),
        column("link_discovery_protocol", TEXT, "How it finds its neighbours: cdp or lldp."),
        column(
            "link_discovery_operation", TEXT, "Whether it does: none, listen, advertise or both."
        ),
        column(
            "lacp_api_version", TEXT, "How link aggregation is set up: singleLag or multipleLag."
        ),
        column("lacp_groups", JSON, "Its link aggregation groups."),
        column("network_io_control", FLAG, "Whether it shares bandwidth out by kind of traffic."),
        column("contact_name", TEXT, "Who looks after it."),
        column("contact", TEXT, "How to reach that person."),
        column("custom_attributes", JSON, "Custom attributes that are set, by name."),
    )
    create_partitions("distributed_switches")
    create_edges("switch_hosts", "switch_moid", "host_moid")


def create_edges(table: str, near: str, far: str) -> None:
    """Make a table of edges that can be followed both ways."""
    names = {
        "host_moid": "host",
        "vm_moid": "VM",
        "network_moid": "network",
        "switch_moid": "switch",
    }
    op.create_table(
        table,
        vcenter_id(),
        sa.Column(near, sa.Text(), nullable=False, comment=f"The {names[near]}."),
        sa.Column(far, sa.Text(), nullable=False, comment=f"The {names[far]}."),
        sa.PrimaryKeyConstraint("vcenter_id", near, far, name=op.f(f"pk_{table}")),
        postgresql_partition_by="HASH (vcenter_id)",
    )
    end = far.removesuffix("_moid")
    op.create_index(f"ix_{table}_{end}", table, ["vcenter_id", far, near])
    create_partitions(table)


def downgrade() -> None:
    """Drop what was created."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.alter_column(
        "host_hardware",
        "proxy_switches",
        new_column_name="distributed_switches",
        comment=MEMBERSHIPS,
        existing_comment=PROXIES,
    )
    op.drop_index("ix_virtual_machines_resource_pool", table_name="virtual_machines")
    for table in TABLES:
        op.drop_table(table)
