"""Sync runs: the truth about what was asked and what came of it. RabbitMQ only wakes agents."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class SyncRun(Base):
    """One sync of one vCenter, from request to outcome."""

    __tablename__ = "sync_runs"
    __table_args__ = (
        Index(
            "uq_sync_runs_queued",
            "vcenter_id",
            "kind",
            unique=True,
            postgresql_where=text("state = 'QUEUED'"),
        ),
        Index(
            "uq_sync_runs_running",
            "vcenter_id",
            "kind",
            unique=True,
            postgresql_where=text("state = 'RUNNING'"),
        ),
        Index(
            "ix_sync_runs_dead",
            "vcenter_id",
            text("requested_at DESC"),
            postgresql_where=text("state = 'DEAD' AND replayed_as IS NULL"),
        ),
        Index("ix_sync_runs_recent", text("requested_at DESC"), "id"),
        Index("ix_sync_runs_vcenter", "vcenter_id", text("requested_at DESC"), "id"),
    )

    id: Mapped[UUID] = mapped_column(
        primary_key=True, server_default=text("gen_random_uuid()"), comment="The run."
    )
    vcenter_id: Mapped[int] = mapped_column(
        ForeignKey("vcenters.id", ondelete="CASCADE"), comment="Registry number of the vCenter."
    )
    kind: Mapped[str] = mapped_column(server_default="FULL", comment="What the run reads.")
    state: Mapped[str] = mapped_column(server_default="QUEUED", comment="Where the run stands.")
    requested_by: Mapped[str] = mapped_column(comment="schedule, command line or API.")
    requested_at: Mapped[datetime] = mapped_column(
        server_default=text("clock_timestamp()"), comment="When it was asked for."
    )
    published_at: Mapped[datetime | None] = mapped_column(
        comment="When RabbitMQ last confirmed its message; null: to be published."
    )
    not_before: Mapped[datetime] = mapped_column(
        server_default=text("clock_timestamp()"), comment="Back-off: not to be started earlier."
    )
    started_at: Mapped[datetime | None] = mapped_column(comment="When an agent took it.")
    finished_at: Mapped[datetime | None] = mapped_column(comment="When it ended.")
    attempt: Mapped[int] = mapped_column(server_default="0", comment="How often it was started.")
    owner: Mapped[str | None] = mapped_column(comment="Agent that runs or ran it.")
    token: Mapped[int | None] = mapped_column(BigInteger, comment="Its fencing token.")
    objects_read: Mapped[int] = mapped_column(server_default="0", comment="Objects read so far.")
    objects_expected: Mapped[int | None] = mapped_column(
        comment="Objects the vCenter listed at the start."
    )
    error_code: Mapped[str | None] = mapped_column(comment="Stable code of what went wrong.")
    error_message: Mapped[str | None] = mapped_column(comment="What went wrong, in a sentence.")
    outcome: Mapped[dict[str, Any] | None] = mapped_column(
        comment="Rows created, updated, missing and deleted by type; objects quarantined."
    )
    request_class: Mapped[str] = mapped_column(
        server_default="SCHEDULED", comment="Queue it waits in: a person waits, or the schedule."
    )
    epochs: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="The collections that it read, each with the epoch it left; null: it wrote nothing."
    )
    replayed_as: Mapped[UUID | None] = mapped_column(
        comment="The run that an operator's replay of this one became."
    )
