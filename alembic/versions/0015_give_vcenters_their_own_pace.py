"""Let a vCenter have an interval of its own for guests, and a time of its own for a scan."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS = {
    "guest_interval_seconds": "Seconds between two readings of all guests; null: the agents'"
    " setting.",
    "scan_timeout_seconds": "Seconds that reading it may take in all; null: the agents' setting.",
}


def upgrade() -> None:
    """Add the columns."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, comment in COLUMNS.items():
        op.add_column("vcenters", sa.Column(name, sa.Integer(), nullable=True, comment=comment))


def downgrade() -> None:
    """Take them away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in reversed(COLUMNS):
        op.drop_column("vcenters", name)
