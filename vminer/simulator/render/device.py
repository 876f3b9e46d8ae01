"""VirtualMachine.config.hardware.device: about a dozen devices per machine."""

from vminer.simulator.inventory.hardware import Disk, Nic
from vminer.simulator.inventory.machine import Machine
from vminer.simulator.inventory.network import switch_uuid
from vminer.simulator.render.node import bool_text, escape


def devices(tag: str, machine: Machine) -> str:
    """Controllers and consoles alike everywhere, then this machine's disks, cards and CD drive."""
    disks, nics = machine.disks, machine.nics
    parts = [_fixed(tag, len(disks), len(nics))]
    parts += [_disk(tag, disk) for disk in disks]
    parts += [_nic(tag, nic, machine) for nic in nics]
    parts.append(_cdrom(tag, machine))
    return "".join(parts)


def _keys(first: int, count: int) -> str:
    return "".join(f"<device>{key}</device>" for key in range(first, first + count))


def _start(tag: str, kind: str, key: int, label: str, summary: str) -> str:
    return (
        f'<{tag} xsi:type="{kind}"><key>{key}</key><deviceInfo><label>{label}</label>'
        f"<summary>{summary}</summary></deviceInfo>"
    )


def _fixed(tag: str, disks: int, nics: int) -> str:
    def plain(kind: str, key: int, label: str, rest: str) -> str:
        return f"{_start(tag, kind, key, label, label)}{rest}</{tag}>"

    return "".join(
        (
            plain("VirtualIDEController", 200, "IDE 0", "<busNumber>0</busNumber>"),
            plain("VirtualIDEController", 201, "IDE 1", "<busNumber>1</busNumber>"),
            plain(
                "VirtualPS2Controller",
                300,
                "PS2 controller 0",
                "<busNumber>0</busNumber><device>600</device><device>700</device>",
            ),
            plain(
                "VirtualPCIController",
                100,
                "PCI controller 0",
                "<busNumber>0</busNumber><device>500</device><device>12000</device>"
                f"<device>1000</device>{_keys(4000, nics)}",
            ),
            plain("VirtualSIOController", 400, "SIO controller 0", "<busNumber>0</busNumber>"),
            plain("VirtualKeyboard", 600, "Keyboard", "<controllerKey>300</controllerKey>"),
            plain(
                "VirtualPointingDevice",
                700,
                "Pointing device",
                '<backing xsi:type="VirtualPointingDeviceDeviceBackingInfo"><deviceName/>'
                "<useAutoDetect>false</useAutoDetect><hostPointingDevice>autodetect"
                "</hostPointingDevice></backing><controllerKey>300</controllerKey>",
            ),
            plain(
                "VirtualMachineVideoCard",
                500,
                "Video card",
                "<controllerKey>100</controllerKey><videoRamSizeInKB>8192</videoRamSizeInKB>"
                "<numDisplays>1</numDisplays>",
            ),
            plain(
                "VirtualMachineVMCIDevice",
                12000,
                "VMCI device",
                "<controllerKey>100</controllerKey><id>-1</id>",
            ),
            plain(
                "ParaVirtualSCSIController",
                1000,
                "SCSI controller 0",
                f"<controllerKey>100</controllerKey><busNumber>0</busNumber>{_keys(2000, disks)}"
                "<hotAddRemove>true</hotAddRemove><sharedBus>noSharing</sharedBus>"
                "<scsiCtlrUnitNumber>7</scsiCtlrUnitNumber>",
            ),
        )
    )


def _disk(tag: str, disk: Disk) -> str:
    head = _start(tag, "VirtualDisk", disk.key, disk.label, f"{disk.capacity_kb:,} KB")
    return (
        f'{head}<backing xsi:type="VirtualDiskFlatVer2BackingInfo">'
        f"<fileName>{escape(disk.file_name)}</fileName>"
        f'<datastore type="Datastore">{disk.datastore.moid}</datastore>'
        f"<backingObjectId/><diskMode>{disk.mode}</diskMode><split>false</split>"
        f"<writeThrough>false</writeThrough><thinProvisioned>{bool_text(disk.thin)}"
        f"</thinProvisioned><uuid>{disk.uuid}</uuid><sharing>sharingNone</sharing></backing>"
        f"<controllerKey>1000</controllerKey><unitNumber>{disk.unit}</unitNumber>"
        f"<capacityInKB>{disk.capacity_kb}</capacityInKB>"
        f"<capacityInBytes>{disk.capacity_kb * 1024}</capacityInBytes></{tag}>"
    )


def _nic(tag: str, nic: Nic, machine: Machine) -> str:
    if nic.is_distributed:
        switch = switch_uuid(machine.frame, machine.placement.datacenter)
        summary = f"DVSwitch: {switch}"
        backing = (
            '<backing xsi:type="VirtualEthernetCardDistributedVirtualPortBackingInfo"><port>'
            f"<switchUuid>{switch}</switchUuid><portgroupKey>{nic.network.moid}</portgroupKey>"
            f"<portKey>{machine.index % 128}</portKey></port></backing>"
        )
    else:
        summary = nic.network_name
        backing = (
            '<backing xsi:type="VirtualEthernetCardNetworkBackingInfo">'
            f"<deviceName>{nic.network_name}</deviceName><useAutoDetect>false</useAutoDetect>"
            f'<network type="Network">{nic.network.moid}</network></backing>'
        )
    connected = bool_text(nic.connected)
    return (
        f"{_start(tag, nic.kind, nic.key, nic.label, summary)}{backing}<connectable>"
        f"<startConnected>true</startConnected><allowGuestControl>true</allowGuestControl>"
        f"<connected>{connected}</connected><status>{'ok' if nic.connected else 'untried'}</status>"
        f"</connectable><controllerKey>100</controllerKey><unitNumber>{nic.unit}</unitNumber>"
        f"<addressType>assigned</addressType><macAddress>{nic.mac}</macAddress>"
        f"<wakeOnLanEnabled>true</wakeOnLanEnabled></{tag}>"
    )


def _cdrom(tag: str, machine: Machine) -> str:
    head = _start(tag, "VirtualCdrom", 3000, "CD/DVD drive 1", "Remote device")
    return (
        f'{head}<backing xsi:type="VirtualCdromRemotePassthroughBackingInfo"><deviceName/>'
        "<useAutoDetect>false</useAutoDetect><exclusive>false</exclusive></backing><connectable>"
        "<startConnected>false</startConnected><allowGuestControl>true</allowGuestControl>"
        f"<connected>{bool_text(machine.dice[60] == 7)}</connected><status>untried</status>"
        f"</connectable><controllerKey>200</controllerKey><unitNumber>0</unitNumber></{tag}>"
    )
