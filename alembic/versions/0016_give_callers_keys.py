"""Give callers API keys, held to operations and to vCenters."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEYS, HELD_TO = "api_keys", "api_key_vcenters"
MOMENT = sa.DateTime(timezone=True)


def column(name: str, type_: sa.types.TypeEngine, comment: str, **more: object) -> sa.Column:
    """Return a column that is always filled, unless `more` says otherwise."""
    return sa.Column(name, type_, **{"nullable": False, "comment": comment} | more)


def upgrade() -> None:
    """Make both tables."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        KEYS,
        column("id", sa.Text(), "Random, and part of the token: what of it may be seen."),
        column("name", sa.Text(), "Who uses it, as whoever made it put it."),
        column("key_hash", sa.LargeBinary(), "SHA-256 of the whole token."),
        column("operations", sa.ARRAY(sa.Text()), "What it may do."),
        column(
            "has_all_vcenters",
            sa.Boolean(),
            "Whether it sees every vCenter, also those that are registered later.",
        ),
        column("created_at", MOMENT, "When it was made.", server_default=sa.text("now()")),
        column("created_by", sa.Text(), "Who made it."),
        column("expires_at", MOMENT, "Until when it holds."),
        column("revoked_at", MOMENT, "When it was revoked; null: it was not.", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
    )
    op.create_table(
        HELD_TO,
        column("api_key_id", sa.Text(), "The key."),
        column("vcenter_id", sa.Integer(), "Registry number of the vCenter.", autoincrement=False),
        sa.PrimaryKeyConstraint("api_key_id", "vcenter_id", name="pk_api_key_vcenters"),
        sa.ForeignKeyConstraint(
            ["api_key_id"],
            ["api_keys.id"],
            name="fk_api_key_vcenters_api_key_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vcenter_id"],
            ["vcenters.id"],
            name="fk_api_key_vcenters_vcenter_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_api_key_vcenters_vcenter_id", HELD_TO, ["vcenter_id"])


def downgrade() -> None:
    """Take them away again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table(HELD_TO)
    op.drop_table(KEYS)
