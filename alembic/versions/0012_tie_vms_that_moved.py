"""Tie VMs that came to those that went, and find what is missing by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MACHINES, MISSING, TIED = "virtual_machines", "ix_virtual_machines_missing", "vm_lineage"


def column(name: str, type_: type, comment: str) -> sa.Column:
    """Return a column that is always filled."""
    return sa.Column(name, type_, nullable=False, comment=comment)


def upgrade() -> None:
    """Make the table and the index, which holds only the few that are missing."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        TIED,
        sa.Column(
            "vcenter_id",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="vCenter that the VM came to.",
        ),
        column("moid", sa.Text(), "The VM that came."),
        column("generation", sa.Integer(), "Which of the objects with that moid it is."),
        column("former_vcenter_id", sa.Integer(), "vCenter that it went from."),
        column("former_moid", sa.Text(), "What it was there."),
        column("former_generation", sa.Integer(), "Which of the objects with that moid it was."),
        column("former_name", sa.Text(), "Its last name there."),
        column("went_at", moment, "When a complete scan first did not find it there."),
        column("came_at", moment, "When a scan first saw it here."),
        column("evidence", sa.ARRAY(sa.Text()), "In what the two agree."),
        sa.PrimaryKeyConstraint("vcenter_id", "moid", name="pk_vm_lineage"),
    )
    op.create_index("ix_vm_lineage_former", TIED, ["former_vcenter_id", "former_moid"])
    op.create_index(
        MISSING,
        MACHINES,
        ["missing_since"],
        postgresql_where=sa.text("missing_since IS NOT NULL"),
    )


def downgrade() -> None:
    """Take them away again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(MISSING, MACHINES)
    op.drop_table(TIED)
