"""Host bus adapters."""

import strawberry

from resolvers.part import entry


@strawberry.type(description="A host bus adapter.")
class BusAdapter:
    """One element of `host_hardware.bus_adapters`."""

    device: str | None = entry("device", "Name of the device, as vmhba0.")
    type: str | None = entry(
        "type", "Kind of adapter: FibreChannel, InternetScsi, Block, Pcie and so on."
    )
    driver: str | None = entry("driver", "Driver.")
    model: str | None = entry("model", "Model.")
    status: str | None = entry("status", "online, offline, unbound or unknown.")
    bus: int | None = entry("bus", "Number of its bus.")
    pci: str | None = entry("pci", "Its place on the PCI bus.")
    port_wwn: str | None = entry("port_wwn", "World wide name of its port.")
    node_wwn: str | None = entry("node_wwn", "World wide name of its node.")
    iscsi_name: str | None = entry("iscsi_name", "iSCSI name (IQN).")
