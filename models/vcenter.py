"""The registry of vCenters: where they are, how they are trusted, how the last contact went."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class VCenter(Base):
    """One registered vCenter Server."""

    __tablename__ = "vcenters"
    __table_args__ = (CheckConstraint("port BETWEEN 1 AND 65535", name="port"),)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Registry number.")
    name: Mapped[str] = mapped_column(unique=True, comment="The name operators gave it.")
    host: Mapped[str] = mapped_column(comment="Host name or address the agents connect to.")
    port: Mapped[int] = mapped_column(server_default="443", comment="HTTPS port.")
    username: Mapped[str] = mapped_column(comment="Account the agents log in with.")
    sealed_credentials: Mapped[bytes] = mapped_column(
        LargeBinary, comment="Password, sealed with the agents' public key."
    )
    ca_certificates: Mapped[str | None] = mapped_column(
        comment="PEM of the CAs that may sign its certificate; null: the system's."
    )
    pinned_certificate: Mapped[str | None] = mapped_column(
        comment="PEM of the one certificate it may present; null: any that its CAs signed."
    )
    instance_uuid: Mapped[UUID] = mapped_column(
        unique=True, comment="The identity the vCenter states of itself (about.instanceUuid)."
    )
    version: Mapped[str | None] = mapped_column(comment="Product version, as 8.0.3.")
    build: Mapped[str | None] = mapped_column(comment="Product build number.")
    api_version: Mapped[str | None] = mapped_column(comment="Version of the vSphere API it speaks.")
    full_name: Mapped[str | None] = mapped_column(comment="Product name with version and build.")
    state: Mapped[str] = mapped_column(
        server_default="NEW", comment="What the last contact with it was like."
    )
    state_reason: Mapped[str | None] = mapped_column(
        comment="Why the state is not CONNECTED, or what the last scan left open, in a sentence."
    )
    state_since: Mapped[datetime] = mapped_column(
        server_default=text("now()"), comment="When the state last changed."
    )
    permissions: Mapped[dict[str, Any] | None] = mapped_column(
        comment="Roles of the account on root folder and datacenters, as last trusted, by moid."
    )
    interval_seconds: Mapped[int] = mapped_column(
        server_default="300", comment="Seconds between two scheduled syncs."
    )
    next_sync_at: Mapped[datetime] = mapped_column(
        server_default=text("now()"), comment="When the scheduler will next ask for a sync."
    )
    paused_at: Mapped[datetime | None] = mapped_column(
        comment="Since when no sync is started, on an operator's word; null: syncs go on."
    )
    pause_reason: Mapped[str | None] = mapped_column(comment="Why it is paused.")
    removing_at: Mapped[datetime | None] = mapped_column(
        comment="Since when it is being removed, rows first; null: it is not."
    )
    created_at: Mapped[datetime] = mapped_column(
        server_default=text("now()"), comment="When it was registered."
    )
    heavy_interval_seconds: Mapped[int | None] = mapped_column(
        comment="Seconds between two readings of all devices; null: the agents' setting."
    )
    failures_in_a_row: Mapped[int] = mapped_column(
        server_default="0", comment="Syncs that failed since the last one that succeeded."
    )
    circuit_open_until: Mapped[datetime | None] = mapped_column(
        comment="Too many failures in a row: no scheduled sync before then; null: closed."
    )
    custom_attribute_definitions: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="Custom attributes that it knows, by key; null: never read."
    )
    guest_interval_seconds: Mapped[int | None] = mapped_column(
        comment="Seconds between two readings of all guests; null: the agents' setting."
    )
    scan_timeout_seconds: Mapped[int | None] = mapped_column(
        comment="Seconds that reading it may take in all; null: the agents' setting."
    )
