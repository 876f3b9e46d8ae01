"""Let a sync run tell the epochs it left, so that a reader can wait for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COMMENT = "The collections that it read, each with the epoch it left; null: it wrote nothing."


def upgrade() -> None:
    """Add the column; runs that ended before know none."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    column = sa.Column("epochs", postgresql.JSONB(), nullable=True, comment=COMMENT)
    op.add_column("sync_runs", column)


def downgrade() -> None:
    """Take it away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("sync_runs", "epochs")
