"""The heartbeat: one row the scheduler touches, so that a replica's lag can be read from its copy.

`now() - pg_last_xact_replay_timestamp()` lies when the primary is idle: it read 43.8 s on a replica
that had everything.
"""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Heartbeat(Base):
    """The single heartbeat row."""

    __tablename__ = "heartbeat"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="Always 1.")
    beat_at: Mapped[datetime] = mapped_column(comment="When the primary last wrote it.")
