"""A host's network, storage, time, services and certificate (HEAVY), read daily and at first."""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from sqlalchemy import LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, INET
from sqlalchemy.orm import Mapped, mapped_column

from models.base import HASHED_BY_VCENTER, Base, VCenterKey, small, unread_since


class HostHardware(VCenterKey, Base):
    """What of one host is too much to read in every sync."""

    __tablename__ = "host_hardware"
    __table_args__ = (HASHED_BY_VCENTER,)

    row_hash: Mapped[bytes] = mapped_column(LargeBinary, comment="Hash over the collected columns.")
    physical_nics: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="Physical network adapters, in device order."
    )
    vmkernel_adapters: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="VMkernel adapters, in device order."
    )
    standard_switches: Mapped[list[dict[str, Any]]] = mapped_column(comment="Standard switches.")
    standard_port_groups: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="Port groups of its standard switches."
    )
    proxy_switches: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="What it has of distributed switches."
    )
    bus_adapters: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="Host bus adapters, in device order."
    )
    luns: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="Disks it sees, local and shared, each with the paths that lead to it."
    )
    services: Mapped[list[dict[str, Any]]] = mapped_column(comment="Services of ESXi.")
    lun_count: Mapped[int | None] = small("Disks it sees.")
    dead_path_count: Mapped[int | None] = small("Paths to its disks that are dead.")
    dns_host_name: Mapped[str | None] = mapped_column(comment="Host name it gives itself.")
    dns_domain: Mapped[str | None] = mapped_column(comment="DNS domain it belongs to.")
    dns_servers: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="DNS servers, in order."
    )
    dns_search_domains: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Domains in which it looks for short names, in order."
    )
    dns_from_dhcp: Mapped[bool | None] = mapped_column(
        comment="Whether DHCP gives it its DNS servers."
    )
    default_gateway: Mapped[IPv4Address | IPv6Address | None] = mapped_column(
        INET, comment="IPv4 gateway of its default network stack."
    )
    default_gateway_ipv6: Mapped[IPv4Address | IPv6Address | None] = mapped_column(
        INET, comment="IPv6 gateway of its default network stack."
    )
    ntp_servers: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="NTP servers, in order."
    )
    ntpd_running: Mapped[bool | None] = mapped_column(comment="Whether its NTP daemon runs.")
    time_zone: Mapped[str | None] = mapped_column(comment="Time zone.")
    time_zone_name: Mapped[str | None] = mapped_column(comment="Name of that time zone.")
    gmt_offset_seconds: Mapped[int | None] = mapped_column(
        comment="Offset of that time zone from UTC, in seconds."
    )
    certificate_subject: Mapped[str | None] = mapped_column(
        comment="Whom its certificate names (RFC 4514)."
    )
    certificate_issuer: Mapped[str | None] = mapped_column(
        comment="Who signed its certificate (RFC 4514)."
    )
    certificate_not_before: Mapped[datetime | None] = mapped_column(
        comment="When its certificate begins to be valid."
    )
    certificate_not_after: Mapped[datetime | None] = mapped_column(
        comment="When its certificate expires."
    )
    unknown_since: Mapped[datetime | None] = unread_since()
