"""API keys: who may ask the gateway, for what, about which vCenters, and until when.

The secret is a random number of 256 bits, so its plain SHA-256 cannot be turned back: the slow
hashes that guard passwords would cost every request and guard nothing. When a key was last used is
not stored: requests read from replicas and write nothing; the gateway's metrics tell it.
"""

from datetime import datetime

from sqlalchemy import ARRAY, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class ApiKey(Base):
    """One key; what it is held to, unless it is all vCenters, stands in `api_key_vcenters`."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(
        primary_key=True, comment="Random, and part of the token: what of it may be seen."
    )
    name: Mapped[str] = mapped_column(comment="Who uses it, as whoever made it put it.")
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the whole token.")
    operations: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="What it may do.")
    has_all_vcenters: Mapped[bool] = mapped_column(
        comment="Whether it sees every vCenter, also those that are registered later."
    )
    created_at: Mapped[datetime] = mapped_column(
        server_default=text("now()"), comment="When it was made."
    )
    created_by: Mapped[str] = mapped_column(comment="Who made it.")
    expires_at: Mapped[datetime] = mapped_column(comment="Until when it holds.")
    revoked_at: Mapped[datetime | None] = mapped_column(
        comment="When it was revoked; null: it was not."
    )
