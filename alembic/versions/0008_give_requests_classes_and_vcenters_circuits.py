"""Give requests classes and vCenters circuits.

Queued runs are marked as not published: their messages lie in the queue of the time before classes,
and the scheduler publishes them again, each to the queue of its class.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0004"
branch_labels = None
depends_on = None

DEAD = sa.text("state = 'DEAD' AND replayed_as IS NULL")


def upgrade() -> None:
    """Add the columns; nothing is rewritten: their defaults are constants."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "sync_runs",
        sa.Column(
            "request_class",
            sa.Text(),
            server_default="SCHEDULED",
            nullable=False,
            comment="Queue it waits in: a person waits, or the schedule.",
        ),
    )
    op.add_column(
        "sync_runs",
        sa.Column(
            "replayed_as",
            sa.Uuid(),
            nullable=True,
            comment="The run that an operator's replay of this one became.",
        ),
    )
    op.create_index(
        "ix_sync_runs_dead",
        "sync_runs",
        ["vcenter_id", sa.literal_column("requested_at DESC")],
        postgresql_where=DEAD,
    )
    op.add_column(
        "vcenters",
        sa.Column(
            "heavy_interval_seconds",
            sa.Integer(),
            nullable=True,
            comment="Seconds between two readings of all devices; null: the agents' setting.",
        ),
    )
    op.add_column(
        "vcenters",
        sa.Column(
            "failures_in_a_row",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Syncs that failed since the last one that succeeded.",
        ),
    )
    op.add_column(
        "vcenters",
        sa.Column(
            "circuit_open_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Too many failures in a row: no scheduled sync before then; null: closed.",
        ),
    )
    op.execute("UPDATE sync_runs SET published_at = NULL WHERE state = 'QUEUED'")


def downgrade() -> None:
    """Take the columns away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("vcenters", "circuit_open_until")
    op.drop_column("vcenters", "failures_in_a_row")
    op.drop_column("vcenters", "heavy_interval_seconds")
    op.drop_index("ix_sync_runs_dead", table_name="sync_runs", postgresql_where=DEAD)
    op.drop_column("sync_runs", "replayed_as")
    op.drop_column("sync_runs", "request_class")
