"""Tell of which objects a slower tier could not be read again, and since when."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("vm_hardware", "vm_guest", "host_hardware")
COMMENT = "Since when it could not be read again; null: it is as fresh as its tier."


def upgrade() -> None:
    """Add a column that is null of every row."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in TABLES:
        moment = sa.DateTime(timezone=True)
        op.add_column(table, sa.Column("unknown_since", moment, nullable=True, comment=COMMENT))


def downgrade() -> None:
    """Take it away again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in TABLES:
        op.drop_column(table, "unknown_since")
