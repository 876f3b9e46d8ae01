"""Which VM came where another went: a move between vCenters, or a VM that was registered again.

vSphere gives it another moid, so it is another row. Both stay as they are; this ties them.
"""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class VmLineage(Base):
    """One VM that came, and the one that it was before.

    Unpartitioned: few VMs move, and the scheduler looks at those of all vCenters at once.
    """

    __tablename__ = "vm_lineage"
    __table_args__ = (Index("ix_vm_lineage_former", "former_vcenter_id", "former_moid"),)

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="vCenter that the VM came to."
    )
    moid: Mapped[str] = mapped_column(primary_key=True, comment="The VM that came.")
    generation: Mapped[int] = mapped_column(comment="Which of the objects with that moid it is.")
    former_vcenter_id: Mapped[int] = mapped_column(comment="vCenter that it went from.")
    former_moid: Mapped[str] = mapped_column(comment="What it was there.")
    former_generation: Mapped[int] = mapped_column(
        comment="Which of the objects with that moid it was."
    )
    former_name: Mapped[str] = mapped_column(comment="Its last name there.")
    went_at: Mapped[datetime] = mapped_column(
        comment="When a complete scan first did not find it there."
    )
    came_at: Mapped[datetime] = mapped_column(comment="When a scan first saw it here.")
    evidence: Mapped[list[str]] = mapped_column(ARRAY(TEXT), comment="In what the two agree.")
