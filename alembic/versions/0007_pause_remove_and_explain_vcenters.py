"""Pause, remove and explain vCenters: switches, pinned certificates, what could not be read."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0003"
branch_labels = None
depends_on = None


def columns() -> list[sa.Column]:
    """Return the new columns of the registry."""
    return [
        sa.Column(
            "pinned_certificate",
            sa.Text(),
            comment="PEM of the one certificate it may present; null: any that its CAs signed.",
        ),
        sa.Column(
            "paused_at",
            sa.DateTime(timezone=True),
            comment="Since when no sync is started, on an operator's word; null: syncs go on.",
        ),
        sa.Column("pause_reason", sa.Text(), comment="Why it is paused."),
        sa.Column(
            "removing_at",
            sa.DateTime(timezone=True),
            comment="Since when it is being removed, rows first; null: it is not.",
        ),
    ]


def upgrade() -> None:
    """Add the columns and the table of problems."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in columns():
        op.add_column("vcenters", column)
    op.create_table(
        "collection_problems",
        sa.Column(
            "vcenter_id",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Registry number of the vCenter.",
        ),
        sa.Column("type", sa.Text(), nullable=False, comment="Kind of object."),
        sa.Column(
            "path", sa.Text(), nullable=False, comment="Property, as the vSphere API has it."
        ),
        sa.Column(
            "fault",
            sa.Text(),
            nullable=False,
            comment="Why, by the name of vSphere's fault: NoPermission, InvalidProperty, …",
        ),
        sa.Column(
            "objects",
            sa.Integer(),
            nullable=False,
            comment="Objects the last scan could not read it of.",
        ),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When a scan first met it.",
        ),
        sa.PrimaryKeyConstraint(
            "vcenter_id", "type", "path", "fault", name="pk_collection_problems"
        ),
    )


def downgrade() -> None:
    """Take them away again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("collection_problems")
    for column in reversed(columns()):
        op.drop_column("vcenters", column.name)
