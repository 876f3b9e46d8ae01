"""Exact look-up over the whole estate: by IP, MAC, UUID, serial, host name.

Unpartitioned on purpose: a look-up that knows no vCenter would otherwise visit every partition, ten
times dearer.
"""

from ipaddress import IPv4Address, IPv6Address

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

# Guests and hypervisors disagree on the byte order of a UUID's first three groups: the lesser of
# both spellings stands for either. PostgreSQL keeps an index over this very expression.
BIOS_UUID_EITHER_WAY = (
    "least(value, substr(value, 7, 2) || substr(value, 5, 2) || substr(value, 3, 2)"
    " || substr(value, 1, 2) || '-' || substr(value, 12, 2) || substr(value, 10, 2)"
    " || '-' || substr(value, 17, 2) || substr(value, 15, 2) || substr(value, 19))"
)


class Identifier(Base):
    """One identifier that one object carries; several objects may carry the same."""

    __tablename__ = "identifiers"
    __table_args__ = (
        Index("ix_identifiers_value", "kind", "value"),
        Index(
            "ix_identifiers_address",
            "address",
            postgresql_using="gist",
            postgresql_ops={"address": "inet_ops"},
            postgresql_where=text("address IS NOT NULL"),
        ),
        Index(
            "ix_identifiers_bios_uuid",
            text(BIOS_UUID_EITHER_WAY),
            "value",
            postgresql_where=text("kind = 'BIOS_UUID'"),
        ),
    )

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Registry number of the vCenter."
    )
    type: Mapped[str] = mapped_column(primary_key=True, comment="Kind of the object.")
    moid: Mapped[str] = mapped_column(primary_key=True, comment="The object.")
    kind: Mapped[str] = mapped_column(primary_key=True, comment="Kind of the identifier.")
    value: Mapped[str] = mapped_column(
        primary_key=True, comment="Canonical text: lower case; IPs and UUIDs in standard form."
    )
    address: Mapped[IPv4Address | IPv6Address | None] = mapped_column(
        INET, comment="The IP address, for subnet search; null for other kinds."
    )
