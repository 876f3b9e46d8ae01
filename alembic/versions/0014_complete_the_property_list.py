"""Complete what is collected of every kind of object."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
TEXT = sa.Text()
TEXTS = postgresql.ARRAY(TEXT)

BY_HOST = "ix_resource_pools_host"
ATTRIBUTES = "Custom attributes that are set, by name."

# By table and column: type and comment. All may be null: what they hold comes when their tier is read
# next.
ADDED = {
    "datacenters": {
        "path": (TEXT, "Names from the root to here, joined by slashes, as in the inventory tree."),
        "custom_attributes": (JSON, ATTRIBUTES),
    },
    "distributed_switches": {
        "uplink_names": (TEXTS, "Names of its uplinks on each host, in order."),
        "uplink_network_moids": (TEXTS, "Moids of the port groups that hold its uplinks."),
        "private_vlans": (JSON, "Its map of private VLANs; null: none."),
    },
    "folders": {
        "custom_attributes": (JSON, ATTRIBUTES),
    },
    "hosts": {
        "vsan_enabled": (sa.Boolean(), "Whether it takes part in vSAN."),
    },
    "networks": {
        "primary_vlan_id": (
            sa.Integer(),
            "Primary VLAN of its private VLAN, by the switch's map; null: none.",
        ),
    },
    "resource_pools": {
        "host_moid": (
            TEXT,
            "Standalone host whose resources it divides; null: those of a cluster.",
        ),
    },
    "vm_guest": {
        "storage_usage": (JSON, "What it occupies on each of its datastores."),
    },
    "vm_hardware": {
        "cpu_affinity": (
            postgresql.ARRAY(sa.Integer()),
            "Logical CPUs of its host that it may run on; empty: all.",
        ),
        "boot_order": (JSON, "Devices it tries to boot from, in order; empty: the firmware's."),
        "encryption_key_id": (
            TEXT,
            "Name of the key it is encrypted with; null: none, or not read yet.",
        ),
        "encryption_key_provider": (TEXT, "Key provider that holds that key."),
    },
    "vcenters": {
        "custom_attribute_definitions": (
            JSON,
            "Custom attributes that it knows, by key; null: never read.",
        ),
    },
}


def upgrade() -> None:
    """Add the columns, and the index behind a standalone host's pools."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in ADDED.items():
        for name, (type_, comment) in columns.items():
            op.add_column(table, sa.Column(name, type_, nullable=True, comment=comment))
    op.create_index(BY_HOST, "resource_pools", ["vcenter_id", "host_moid"])


def downgrade() -> None:
    """Drop them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(BY_HOST, table_name="resource_pools")
    for table, columns in ADDED.items():
        for name in columns:
            op.drop_column(table, name)
