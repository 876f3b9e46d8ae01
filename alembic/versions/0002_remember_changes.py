"""Remember what syncs change."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WEEKS = 5  # this one and four to come; the scheduler makes the others
BIOS_UUID_EITHER_WAY = (
    "least(value, substr(value, 7, 2) || substr(value, 5, 2) || substr(value, 3, 2)"
    " || substr(value, 1, 2) || '-' || substr(value, 12, 2) || substr(value, 10, 2)"
    " || '-' || substr(value, 17, 2) || substr(value, 15, 2) || substr(value, 19))"
)


def create_partitions() -> None:
    """Make the first weekly partitions, and the one for whatever none of them takes."""
    op.execute("CREATE TABLE inventory_changes_default PARTITION OF inventory_changes DEFAULT")
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday())
    for number in range(WEEKS):
        begins = monday + timedelta(weeks=number)
        ends = begins + timedelta(weeks=1)
        op.execute(
            f"CREATE TABLE inventory_changes_p{begins:%Y%m%d} PARTITION OF inventory_changes"
            f" FOR VALUES FROM ('{begins} 00:00+00') TO ('{ends} 00:00+00')"
        )


def upgrade() -> None:
    """Create the table of changes, and what decides which of them are recorded."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "inventory_changes",
        sa.Column(
            "xid",
            sa.BigInteger(),
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            autoincrement=False,
            nullable=False,
            comment="Transaction that recorded it.",
        ),
        sa.Column(
            "seq",
            sa.BigInteger(),
            sa.Identity(always=True),
            nullable=False,
            comment="Its place among the changes of that transaction.",
        ),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it was recorded; it happened between that scan and the one before.",
        ),
        sa.Column(
            "vcenter_id", sa.Integer(), nullable=False, comment="Registry number of the vCenter."
        ),
        sa.Column("type", sa.Text(), nullable=False, comment="Kind of the object."),
        sa.Column("moid", sa.Text(), nullable=False, comment="Managed object id of the object."),
        sa.Column("name", sa.Text(), nullable=False, comment="Name of the object at that time."),
        sa.Column("kind", sa.Text(), nullable=False, comment="What happened to the object."),
        sa.Column(
            "fields",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="What differs, by column: [before, after].",
        ),
        sa.Column("run_id", sa.Uuid(), nullable=False, comment="The sync run that found it."),
        sa.PrimaryKeyConstraint("xid", "seq", "at", name=op.f("pk_inventory_changes")),
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index(
        "ix_inventory_changes_object",
        "inventory_changes",
        ["vcenter_id", "moid", "at", "seq"],
        unique=False,
    )
    create_partitions()
    op.add_column(
        "collection_state",
        sa.Column(
            "tracked",
            sa.ARRAY(sa.Text()),
            nullable=True,
            comment="Columns whose changes are recorded since the last complete scan stored them.",
        ),
    )
    op.create_index(
        "ix_identifiers_bios_uuid",
        "identifiers",
        [sa.literal_column(BIOS_UUID_EITHER_WAY), "value"],
        unique=False,
        postgresql_where=sa.text("kind = 'BIOS_UUID'"),
    )


def downgrade() -> None:
    """Forget every change."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        "ix_identifiers_bios_uuid",
        table_name="identifiers",
        postgresql_where=sa.text("kind = 'BIOS_UUID'"),
    )
    op.drop_column("collection_state", "tracked")
    op.drop_table("inventory_changes")
