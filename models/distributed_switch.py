"""Distributed switches; their port groups are networks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Inventory, custom_attributes


class DistributedSwitch(Inventory, Base):
    """A distributed switch (DistributedVirtualSwitch)."""

    __tablename__ = "distributed_switches"

    datacenter_moid: Mapped[str | None] = mapped_column(comment="Datacenter it belongs to.")
    folder_moid: Mapped[str | None] = mapped_column(comment="Network folder it lies in.")
    overall_status: Mapped[str | None] = mapped_column(
        comment="Coloured health as vSphere shows it."
    )
    uuid: Mapped[UUID | None] = mapped_column(comment="UUID by which hosts know it.")
    vendor: Mapped[str | None] = mapped_column(comment="Who makes it.")
    version: Mapped[str | None] = mapped_column(comment="Version of its features, as 8.0.0.")
    build: Mapped[str | None] = mapped_column(comment="Build number.")
    description: Mapped[str | None] = mapped_column(comment="Notes.")
    created_at: Mapped[datetime | None] = mapped_column(comment="When it was made.")
    num_hosts: Mapped[int | None] = mapped_column(comment="Hosts that are members of it.")
    num_ports: Mapped[int | None] = mapped_column(comment="Ports it has now.")
    max_ports: Mapped[int | None] = mapped_column(comment="Most ports it may have.")
    mtu: Mapped[int | None] = mapped_column(comment="Largest frame it carries, in bytes.")
    link_discovery_protocol: Mapped[str | None] = mapped_column(
        comment="How it finds its neighbours: cdp or lldp."
    )
    link_discovery_operation: Mapped[str | None] = mapped_column(
        comment="Whether it does: none, listen, advertise or both."
    )
    lacp_api_version: Mapped[str | None] = mapped_column(
        comment="How link aggregation is set up: singleLag or multipleLag."
    )
    lacp_groups: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="Its link aggregation groups."
    )
    uplink_names: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Names of its uplinks on each host, in order."
    )
    uplink_network_moids: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Moids of the port groups that hold its uplinks."
    )
    private_vlans: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="Its map of private VLANs; null: none."
    )
    network_io_control: Mapped[bool | None] = mapped_column(
        comment="Whether it shares bandwidth out by kind of traffic."
    )
    contact_name: Mapped[str | None] = mapped_column(comment="Who looks after it.")
    contact: Mapped[str | None] = mapped_column(comment="How to reach that person.")
    custom_attributes: Mapped[list[dict[str, Any]] | None] = custom_attributes()
