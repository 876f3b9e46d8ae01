"""Leases: one holder of a vCenter (or of the scheduler's chair) at a time, with a fencing token."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Lease(Base):
    """Who may act on a resource until when. Times are the database's clock, never an agent's."""

    __tablename__ = "leases"

    resource: Mapped[str] = mapped_column(
        primary_key=True, comment="What is leased: vcenter:7, scheduler."
    )
    owner: Mapped[str] = mapped_column(comment="Process that holds it, by boot, never by pod name.")
    token: Mapped[int] = mapped_column(
        BigInteger, comment="Grows with each holder; a write by an older token is refused."
    )
    expires_at: Mapped[datetime] = mapped_column(comment="When another may take it.")
