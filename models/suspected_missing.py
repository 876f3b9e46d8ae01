"""Evidence: what a scan did not find and what is kept until a second look or an operator agrees."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class SuspectedMissing(Base):
    """One object of one vCenter that the last complete scan did not find and did not mark."""

    __tablename__ = "suspected_missing"

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Registry number of the vCenter."
    )
    type: Mapped[str] = mapped_column(primary_key=True, comment="Kind of object.")
    moid: Mapped[str] = mapped_column(primary_key=True, comment="The object.")
    reason: Mapped[str] = mapped_column(comment="Why it was not marked as missing.")
    since: Mapped[datetime] = mapped_column(
        comment="When the first scan began that did not find it, for this reason."
    )
    run_id: Mapped[UUID] = mapped_column(comment="The sync run of that scan.")
    approved_by: Mapped[str | None] = mapped_column(
        comment="Who agreed that it is gone; the next scan marks it if it is still not found."
    )
    approved_at: Mapped[datetime | None] = mapped_column(comment="When they agreed.")
