"""Physical network adapters."""

import strawberry

from resolvers.part import entry
from resolvers.scalar import MACAddress


@strawberry.type(description="A physical network adapter of a host.")
class PhysicalNic:
    """One element of `host_hardware.physical_nics`."""

    device: str | None = entry("device", "Name of the device, as vmnic0.")
    driver: str | None = entry("driver", "Driver.")
    driver_version: str | None = entry("driver_version", "Version of the driver.")
    firmware_version: str | None = entry("firmware_version", "Version of its firmware.")
    mac_address: MACAddress | None = entry("mac_address", "MAC address.")
    speed_mbit: int | None = entry(
        "speed_mbit", "Speed of the link, in Mbit/s; null: there is no link."
    )
    full_duplex: bool | None = entry("full_duplex", "Whether the link is full duplex.")
    pci: str | None = entry("pci", "Its place on the PCI bus.")
    wake_on_lan: bool | None = entry("wake_on_lan", "Whether it can wake the host.")
    switch_name: str | None = entry(
        "switch_name", "Standard or distributed switch it is an uplink of; null: none."
    )
