"""Find the virtual machines of an estate that want tidying up."""

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
    """Make the indexes; merges wait while they are built (some 5 s for 1,000,000 rows)."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, condition in UNTIDY.items():
        op.create_index(
            f"ix_{MACHINES}_{name}",
            MACHINES,
            [sa.text('name COLLATE "C"'), "vcenter_id", "moid"],
            postgresql_where=sa.text(condition),
        )


def downgrade() -> None:
    """Take them away again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in reversed(UNTIDY):
        op.drop_index(f"ix_{MACHINES}_{name}", MACHINES)
