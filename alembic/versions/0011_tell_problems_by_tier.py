"""Tell collection problems by the tier that met them, and widen two numbers of clusters.

A slower tier is not read in every scan; what it could not read must outlive those that do not. An
administrator may type any number of failures that HA is to bear. Agents of the release before go on
working: what they meet is LIGHT, and the key is what it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PROBLEMS = "collection_problems"
OBJECTS_BEFORE = "Objects the last scan could not read it of."
OBJECTS_NOW = "Objects it could not be read of, when its tier was last read."
HA_NUMBERS = ("ha_failover_level", "ha_max_failures")
SMALLEST, LARGEST = -32_768, 32_767


def upgrade() -> None:
    """Add the tier; widen the numbers."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    tier = sa.Column(
        "tier",
        sa.Text(),
        server_default="LIGHT",
        nullable=False,
        comment="Tier of properties that met it.",
    )
    op.add_column(PROBLEMS, tier)
    op.alter_column(PROBLEMS, "objects", comment=OBJECTS_NOW)
    for name in HA_NUMBERS:
        op.alter_column("clusters", name, type_=sa.Integer())


def downgrade() -> None:
    """Forget what slower tiers met; numbers that are too large become the largest that fits."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in HA_NUMBERS:
        narrowed = f"least(greatest({name}, {SMALLEST}), {LARGEST})::smallint"
        op.alter_column("clusters", name, type_=sa.SmallInteger(), postgresql_using=narrowed)
    op.execute(f"DELETE FROM {PROBLEMS} WHERE tier <> 'LIGHT'")
    op.alter_column(PROBLEMS, "objects", comment=OBJECTS_BEFORE)
    op.drop_column(PROBLEMS, "tier")
