"""Find virtual machines of an estate that want tidying up, by networks, by custom attributes."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MACHINES = "virtual_machines"
UNTIDY = {
    "without_tools": "tools_version_status = 'guestToolsNotInstalled'",
    "tools_stopped": "power_state = 'poweredOn' AND tools_running_status = 'guestToolsNotRunning'",
    "consolidation": "consolidation_needed",
    "unreachable": "connection_state IS DISTINCT FROM 'connected'",
}


def upgrade() -> None:
    """Make the indexes; merges wait while they are built (some 10 s for 1,000,000 rows)."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, condition in UNTIDY.items():
        op.create_index(
            f"ix_{MACHINES}_{name}",
            MACHINES,
            [sa.text('name COLLATE "C"'), "vcenter_id", "moid"],
            postgresql_where=sa.text(condition),
        )
    op.create_index(
        f"ix_{MACHINES}_deleted",
        MACHINES,
        ["deleted_at", "vcenter_id", "moid"],
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        f"ix_{MACHINES}_ip_address",
        MACHINES,
        ["ip_address"],
        postgresql_using="gist",
        postgresql_ops={"ip_address": "inet_ops"},
    )
    op.create_index(
        f"ix_{MACHINES}_custom_attributes",
        MACHINES,
        ["custom_attributes"],
        postgresql_using="gin",
        postgresql_ops={"custom_attributes": "jsonb_path_ops"},
    )


def downgrade() -> None:
    """Take them away again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in ("custom_attributes", "ip_address", "deleted", *reversed(UNTIDY)):
        op.drop_index(f"ix_{MACHINES}_{name}", MACHINES)
