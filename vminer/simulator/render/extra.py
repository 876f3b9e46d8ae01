"""The devices that few machines have: floppy, USB, passthrough, virtual GPU, TPM."""

from vminer.simulator.inventory.machine import Machine
from vminer.simulator.inventory.setting import has_tpm
from vminer.simulator.render.node import start


def extras(tag: str, machine: Machine) -> str:
    """All of this machine's."""
    index = machine.index
    parts = []
    if index % 20 == 4:
        parts.append(_floppy(tag, machine))
    if index % 6 == 2:
        parts.append(_xhci(tag))
    if index % 30 == 8:
        parts.append(_usb(tag))
    if index % 100 == 33:
        parts.append(_passthrough(tag))
    if index % 100 == 34:
        parts.append(_virtual_gpu(tag))
    if has_tpm(machine):
        parts.append(
            f"{start(tag, 'VirtualTPM', 11000, 'Virtual TPM', 'Trusted Platform')}</{tag}>"
        )
    return "".join(parts)


def _floppy(tag: str, machine: Machine) -> str:
    return (
        f"{start(tag, 'VirtualFloppy', 8000, 'Floppy drive 1', 'Image')}"
        '<backing xsi:type="VirtualFloppyImageBackingInfo">'
        f"<fileName>[{machine.datastore_name(0)}] floppy/drivers.flp</fileName>"
        f'<datastore type="Datastore">{machine.datastores[0].moid}</datastore></backing>'
        "<connectable><startConnected>false</startConnected>"
        "<allowGuestControl>true</allowGuestControl><connected>false</connected></connectable>"
        f"<controllerKey>400</controllerKey><unitNumber>0</unitNumber></{tag}>"
    )


def _xhci(tag: str) -> str:
    return (
        f"{start(tag, 'VirtualUSBXHCIController', 14000, 'USB xHCI controller ', 'USB xHCI')}"
        "<controllerKey>100</controllerKey><unitNumber>23</unitNumber><busNumber>0</busNumber>"
        f"<autoConnectDevices>false</autoConnectDevices></{tag}>"
    )


def _usb(tag: str) -> str:
    return (
        f"{start(tag, 'VirtualUSBController', 7000, 'USB controller', 'Auto connect Enabled')}"
        "<controllerKey>100</controllerKey><unitNumber>22</unitNumber><busNumber>0</busNumber>"
        f"<device>15000</device><autoConnectDevices>true</autoConnectDevices>"
        f"<ehciEnabled>true</ehciEnabled></{tag}>"
        f"{start(tag, 'VirtualUSB', 15000, 'USB 1', 'Licence dongle')}"
        '<backing xsi:type="VirtualUSBUSBBackingInfo"><deviceName>path:1/0/3</deviceName></backing>'
        "<controllerKey>7000</controllerKey><unitNumber>0</unitNumber><connected>true</connected>"
        "<vendor>2382</vendor><product>4660</product><family>hid</family><family>security</family>"
        f"<speed>full</speed></{tag}>"
    )


def _passthrough(tag: str) -> str:
    return (
        f"{start(tag, 'VirtualPCIPassthrough', 13000, 'PCI device 0', 'NVMe SSD')}"
        '<backing xsi:type="VirtualPCIPassthroughDeviceBackingInfo">'
        "<deviceName>NVMe SSD Controller</deviceName><id>0000:3b:00.0</id><deviceId>a824</deviceId>"
        "<systemId>5e5f6c44-2d5b-0a3a-9f0e-0025b5a10a1f</systemId><vendorId>5197</vendorId>"
        f"</backing><controllerKey>100</controllerKey><unitNumber>18</unitNumber></{tag}>"
    )


def _virtual_gpu(tag: str) -> str:
    return (
        f"{start(tag, 'VirtualPCIPassthrough', 13000, 'PCI device 0', 'NVIDIA GRID vGPU')}"
        '<backing xsi:type="VirtualPCIPassthroughVmiopBackingInfo"><vgpu>grid_a40-8q</vgpu>'
        f"</backing><controllerKey>100</controllerKey><unitNumber>18</unitNumber></{tag}>"
    )
