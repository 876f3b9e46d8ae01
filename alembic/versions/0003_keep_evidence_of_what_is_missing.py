"""Keep evidence of what is missing.

What a scan missed and could not prove, the permissions it was read with, and which columns of a row
are older than the row.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INVENTORY = ("clusters", "datacenters", "datastores", "folders", "hosts", "virtual_machines")
OLD_REASON = "Why the state is not CONNECTED, in a sentence."
NEW_REASON = "Why the state is not CONNECTED, or what the last scan left open, in a sentence."


def upgrade() -> None:
    """Create the table of evidence, add the columns; none of them rewrites a table."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "suspected_missing",
        sa.Column(
            "vcenter_id",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Registry number of the vCenter.",
        ),
        sa.Column("type", sa.Text(), nullable=False, comment="Kind of object."),
        sa.Column("moid", sa.Text(), nullable=False, comment="The object."),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why it was not marked as missing."),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When the first scan began that did not find it, for this reason.",
        ),
        sa.Column("run_id", sa.Uuid(), nullable=False, comment="The sync run of that scan."),
        sa.Column(
            "approved_by",
            sa.Text(),
            nullable=True,
            comment="Who agreed that it is gone; the next scan marks it if it is still not found.",
        ),
        sa.Column(
            "approved_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When they agreed.",
        ),
        sa.PrimaryKeyConstraint("vcenter_id", "type", "moid", name=op.f("pk_suspected_missing")),
    )
    for table in INVENTORY:
        op.add_column(
            table,
            sa.Column(
                "unknown_columns",
                sa.ARRAY(sa.Text()),
                nullable=True,
                comment="Columns the vCenter could not tell; they keep their last values."
                " Null: none.",
            ),
        )
        op.add_column(
            table,
            sa.Column(
                "unknown_since",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="Since when the vCenter could not tell some of its columns; null: it tells all.",
            ),
        )
    op.add_column(
        "vcenters",
        sa.Column(
            "permissions",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Roles of the account on root folder and datacenters, as last trusted,"
            " by moid.",
        ),
    )
    op.alter_column(
        "vcenters", "state_reason", existing_type=sa.Text(), existing_nullable=True,
        comment=NEW_REASON, existing_comment=OLD_REASON,
    )  # fmt: skip


def downgrade() -> None:
    """Drop them again."""
    op.alter_column(
        "vcenters", "state_reason", existing_type=sa.Text(), existing_nullable=True,
        comment=OLD_REASON, existing_comment=NEW_REASON,
    )  # fmt: skip
    op.drop_column("vcenters", "permissions")
    for table in INVENTORY:
        op.drop_column(table, "unknown_since")
        op.drop_column(table, "unknown_columns")
    op.drop_table("suspected_missing")
