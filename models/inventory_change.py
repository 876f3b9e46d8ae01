"""What syncs found changed: the memory behind histories and the feed of changes.

Each merge appends to it in its own transaction, so it never tells of a change that no reader can
see. `(xid, seq)` orders the feed: whoever reads only rows below the oldest transaction still under
way (`pg_snapshot_xmin`) misses none, though transactions commit in another order than they begin.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class InventoryChange(Base):
    """One change of one object. Partitioned by week, so that old ones are dropped, not deleted."""

    __tablename__ = "inventory_changes"
    __table_args__ = (
        Index("ix_inventory_changes_object", "vcenter_id", "moid", "at", "seq"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    xid: Mapped[int] = mapped_column(
        BigInteger,
        primary_key=True,
        autoincrement=False,
        server_default=text("pg_current_xact_id()::text::bigint"),
        comment="Transaction that recorded it.",
    )
    seq: Mapped[int] = mapped_column(
        BigInteger,
        Identity(always=True),
        primary_key=True,
        comment="Its place among the changes of that transaction.",
    )
    at: Mapped[datetime] = mapped_column(
        primary_key=True,
        server_default=text("now()"),
        comment="When it was recorded; it happened between that scan and the one before.",
    )
    vcenter_id: Mapped[int] = mapped_column(comment="Registry number of the vCenter.")
    type: Mapped[str] = mapped_column(comment="Kind of the object.")
    moid: Mapped[str] = mapped_column(comment="Managed object id of the object.")
    name: Mapped[str] = mapped_column(comment="Name of the object at that time.")
    kind: Mapped[str] = mapped_column(comment="What happened to the object.")
    fields: Mapped[dict[str, Any] | None] = mapped_column(
        comment="What differs, by column: [before, after]."
    )
    run_id: Mapped[UUID] = mapped_column(comment="The sync run that found it.")
