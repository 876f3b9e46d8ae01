"""How fresh each collection is. An unchanged sync updates this and no inventory row."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class CollectionState(Base):
    """What is known of one type and tier of one vCenter; it replicates with those rows."""

    __tablename__ = "collection_state"

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Registry number of the vCenter."
    )
    type: Mapped[str] = mapped_column(primary_key=True, comment="Kind of object.")
    tier: Mapped[str] = mapped_column(primary_key=True, comment="Group of properties.")
    as_of: Mapped[datetime] = mapped_column(comment="When the last complete scan began.")
    run_id: Mapped[UUID] = mapped_column(comment="The sync run that read it.")
    epoch: Mapped[int] = mapped_column(
        BigInteger, server_default="0", comment="Counts the syncs that changed a row of it."
    )
    row_count: Mapped[int] = mapped_column(
        server_default="0", comment="Objects present, as of the last complete scan."
    )
    tracked: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text),
        comment="Columns whose changes are recorded since the last complete scan stored them.",
    )
    suspect_missing: Mapped[int | None] = mapped_column(
        comment="Objects that the last scan did not find and the shrink guard kept; null: none."
    )
