"""VirtualMachine.config.hardware.device: about a dozen devices per machine."""

from vminer.simulator.inventory.hardware import Disk, Nic, has_raw_disk
from vminer.simulator.inventory.machine import Machine
from vminer.simulator.inventory.network import switch_uuid
from vminer.simulator.render.extra import extras
from vminer.simulator.render.node import bool_text, escape, start


def devices(tag: str, machine: Machine) -> str:
    """Controllers and consoles alike everywhere, then this machine's disks, cards and the rest."""
    disks, nics = machine.disks, machine.nics
    parts = [_fixed(tag, len(disks), len(nics))]
    if has_raw_disk(machine):
        parts.append(_shared_controller(tag))
    parts += [_disk(tag, disk) for disk in disks]
    parts += [_nic(tag, nic, machine) for nic in nics]
    parts.append(_cdrom(tag, machine))
    parts.append(extras(tag, machine))
    return "".join(parts)


def _keys(first: int, count: int) -> str:
    return "".join(f"<device>{key}</device>" for key in range(first, first + count))


def _fixed(tag: str, disks: int, nics: int) -> str:
    def plain(kind: str, key: int, label: str, rest: str) -> str:
        return f"{start(tag, kind, key, label, label)}{rest}</{tag}>"

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


def _shared_controller(tag: str) -> str:
    return (
        f"{start(tag, 'VirtualLsiLogicSASController', 1001, 'SCSI controller 1', 'LSI Logic SAS')}"
        "<controllerKey>100</controllerKey><busNumber>1</busNumber><device>2016</device>"
        "<hotAddRemove>true</hotAddRemove><sharedBus>physicalSharing</sharedBus>"
        f"<scsiCtlrUnitNumber>7</scsiCtlrUnitNumber></{tag}>"
    )


def _disk(tag: str, disk: Disk) -> str:
    head = start(tag, "VirtualDisk", disk.key, disk.label, f"{disk.capacity_kb:,} KB")
    return (
        f"{head}{_raw_backing(disk) if disk.lun_uuid else _flat_backing(disk)}"
        f"<controllerKey>{disk.controller}</controllerKey><unitNumber>{disk.unit}</unitNumber>"
        f"<capacityInKB>{disk.capacity_kb}</capacityInKB>"
        f"<capacityInBytes>{disk.capacity_kb * 1024}</capacityInBytes>"
        f"<storageIOAllocation><limit>{disk.io_limit}</limit><shares><shares>{disk.io_shares}"
        f"</shares><level>{disk.io_level}</level></shares><reservation>0</reservation>"
        f"</storageIOAllocation></{tag}>"
    )


def _flat_backing(disk: Disk) -> str:
    eager = "" if disk.eager is None else f"<eagerlyScrub>{bool_text(disk.eager)}</eagerlyScrub>"
    return (
        '<backing xsi:type="VirtualDiskFlatVer2BackingInfo">'
        f"<fileName>{escape(disk.file_name)}</fileName>"
        f'<datastore type="Datastore">{disk.datastore.moid}</datastore>'
        f"<backingObjectId/><diskMode>{disk.mode}</diskMode><split>false</split>"
        f"<writeThrough>false</writeThrough><thinProvisioned>{bool_text(disk.thin)}"
        f"</thinProvisioned>{eager}<uuid>{disk.uuid}</uuid><sharing>{disk.sharing}</sharing>"
        "</backing>"
    )


def _raw_backing(disk: Disk) -> str:
    return (
        '<backing xsi:type="VirtualDiskRawDiskMappingVer1BackingInfo">'
        f"<fileName>{escape(disk.file_name)}</fileName>"
        f'<datastore type="Datastore">{disk.datastore.moid}</datastore>'
        f"<lunUuid>{disk.lun_uuid}</lunUuid><deviceName>vml.{disk.lun_uuid}</deviceName>"
        f"<compatibilityMode>physicalMode</compatibilityMode><diskMode>{disk.mode}</diskMode>"
        f"<uuid>{disk.uuid}</uuid><sharing>{disk.sharing}</sharing></backing>"
    )


def _nic(tag: str, nic: Nic, machine: Machine) -> str:
    if nic.opaque_id is not None:
        summary = "nsx.LogicalSwitch"
        backing = (
            '<backing xsi:type="VirtualEthernetCardOpaqueNetworkBackingInfo">'
            f"<opaqueNetworkId>{nic.opaque_id}</opaqueNetworkId>"
            "<opaqueNetworkType>nsx.LogicalSwitch</opaqueNetworkType></backing>"
        )
    elif nic.is_distributed:
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
        f"{start(tag, nic.kind, nic.key, nic.label, summary)}{backing}<connectable>"
        f"<startConnected>true</startConnected><allowGuestControl>true</allowGuestControl>"
        f"<connected>{connected}</connected><status>{'ok' if nic.connected else 'untried'}</status>"
        f"</connectable><controllerKey>100</controllerKey><unitNumber>{nic.unit}</unitNumber>"
        f"<addressType>assigned</addressType><macAddress>{nic.mac}</macAddress>"
        f"<wakeOnLanEnabled>true</wakeOnLanEnabled>{_direct_path(nic)}</{tag}>"
    )


def _direct_path(nic: Nic) -> str:
    if nic.kind != "VirtualVmxnet3":
        return ""
    return "<uptCompatibilityEnabled>true</uptCompatibilityEnabled>"


def _cdrom(tag: str, machine: Machine) -> str:
    is_held = machine.dice[60] % 16 == 7
    head = start(tag, "VirtualCdrom", 3000, "CD/DVD drive 1", "ISO" if is_held else "Remote device")
    backing = (
        '<backing xsi:type="VirtualCdromRemotePassthroughBackingInfo"><deviceName/>'
        "<useAutoDetect>false</useAutoDetect><exclusive>false</exclusive></backing>"
    )
    if is_held:
        backing = (
            '<backing xsi:type="VirtualCdromIsoBackingInfo">'
            f"<fileName>[{machine.datastore_name(0)}] iso/tools &amp; drivers.iso</fileName>"
            f'<datastore type="Datastore">{machine.datastores[0].moid}</datastore></backing>'
        )
    return (
        f"{head}{backing}<connectable>"
        f"<startConnected>{bool_text(is_held)}</startConnected>"
        f"<allowGuestControl>true</allowGuestControl><connected>{bool_text(is_held)}</connected>"
        "<status>untried</status></connectable><controllerKey>200</controllerKey>"
        f"<unitNumber>0</unitNumber></{tag}>"
    )
