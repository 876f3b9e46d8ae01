"""Which vCenters an API key is held to; a vCenter that is removed leaves every key."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class ApiKeyVCenter(Base):
    """One vCenter that a key may see. Without any, and not for all, a key sees nothing."""

    __tablename__ = "api_key_vcenters"
    __table_args__ = (Index("ix_api_key_vcenters_vcenter_id", "vcenter_id"),)

    api_key_id: Mapped[str] = mapped_column(
        ForeignKey("api_keys.id", ondelete="CASCADE"), primary_key=True, comment="The key."
    )
    vcenter_id: Mapped[int] = mapped_column(
        ForeignKey("vcenters.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        comment="Registry number of the vCenter.",
    )
