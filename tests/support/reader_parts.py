"""What a graph must show of a VM's devices, settings and guest, by pyVmomi's own objects."""

from ipaddress import ip_address
from typing import Any
from uuid import UUID

from pyVmomi import vim

Shown = dict[str, Any]
device = vim.vm.device
KIB, MIB = 1024, 1024 * 1024


def devices_of(config: Any, guest: Any, networks: dict[str, str]) -> Shown:
    """Return the devices of a VM; its cards with the addresses that the guest has on them.

    `networks`: moids of networks by what cards call them, key or opaque id.
    """
    every = config.hardware.device
    controllers = {each.key: each for each in every if _name(each).endswith("Controller")}

    def of(kind: Any) -> list[Any]:
        return [each for each in every if isinstance(each, kind)]

    drives = [
        each for each in every if isinstance(each, device.VirtualCdrom | device.VirtualFloppy)
    ]
    usb_kinds = (
        device.VirtualUSB,
        device.VirtualUSBController,
        device.VirtualUSBXHCIController,
    )
    videos = of(device.VirtualVideoCard)
    return {
        "disks": [_disk(each, controllers) for each in of(device.VirtualDisk)],
        "networkAdapters": [
            _card(each, guest) | _network(each.backing, networks)
            for each in of(device.VirtualEthernetCard)
        ],
        "removableDrives": [_drive(each, controllers) for each in drives],
        "usbDevices": [_usb(each) for each in every if isinstance(each, usb_kinds)],
        "pciDevices": [_pci(each) for each in of(device.VirtualPCIPassthrough)],
        "hasTpm": bool(of(device.VirtualTPM)),
        "displayCount": videos[-1].numDisplays if videos else None,
        "videoRamBytes": videos[-1].videoRamSizeInKB * KIB if videos else None,
    }


def _name(each: Any) -> str:
    return type(each).__name__.rpartition(".")[2].removeprefix("Virtual")


def _label(each: Any) -> Any:
    return each.deviceInfo.label if each is not None and each.deviceInfo else None


def _moid(reference: Any) -> str | None:
    return reference._moId if reference else None


def _disk(disk: Any, controllers: dict[int, Any]) -> Shown:
    backing, io = disk.backing, disk.storageIOAllocation
    controller = controllers.get(disk.controllerKey)
    is_raw = isinstance(backing, device.VirtualDisk.RawDiskMappingVer1BackingInfo)
    limit = io.limit if io else None
    return {
        "key": disk.key,
        "label": _label(disk),
        "capacityBytes": disk.capacityInBytes or disk.capacityInKB * KIB,
        "fileName": backing.fileName,
        "datastoreMoid": _moid(backing.datastore),
        "thinProvisioned": getattr(backing, "thinProvisioned", None),
        "uuid": str(UUID(backing.uuid)) if backing.uuid else None,
        "eagerlyScrub": getattr(backing, "eagerlyScrub", None),
        "split": getattr(backing, "split", None),
        "writeThrough": getattr(backing, "writeThrough", None),
        "diskMode": backing.diskMode,
        "sharing": backing.sharing,
        "isEncrypted": getattr(backing, "keyId", None) is not None,
        "isRaw": is_raw,
        "rawLunUuid": backing.lunUuid if is_raw else None,
        "rawDeviceName": backing.deviceName if is_raw else None,
        "rawCompatibilityMode": backing.compatibilityMode if is_raw else None,
        "ioShares": io.shares.shares if io and io.shares else None,
        "ioSharesLevel": io.shares.level if io and io.shares else None,
        "ioLimit": None if limit == -1 else limit,
        "ioReservation": io.reservation if io else None,
        "controllerKey": disk.controllerKey,
        "controllerLabel": _label(controller),
        "controllerType": _name(controller) if controller else None,
        "controllerBusNumber": controller.busNumber if controller else None,
        "sharedBus": getattr(controller, "sharedBus", None),
        "unitNumber": disk.unitNumber,
    }


def _card(card: Any, guest: Any) -> Shown:
    backing = card.backing
    port = getattr(backing, "port", None)
    nics = guest.net if guest else []
    return {
        "key": card.key,
        "label": _label(card),
        "macAddress": card.macAddress.lower(),
        "type": _name(card),
        "addressType": card.addressType,
        "networkName": getattr(backing, "deviceName", None) or None,
        "portgroupKey": port.portgroupKey if port else None,
        "portKey": port.portKey if port else None,
        "switchUuid": port.switchUuid if port else None,
        "opaqueNetworkId": getattr(backing, "opaqueNetworkId", None),
        "opaqueNetworkType": getattr(backing, "opaqueNetworkType", None),
        "connected": card.connectable.connected if card.connectable else None,
        "startConnected": card.connectable.startConnected if card.connectable else None,
        "wakeOnLanEnabled": card.wakeOnLanEnabled,
        "directPathEnabled": card.uptCompatibilityEnabled,
        "isSriov": isinstance(card, device.VirtualSriovEthernetCard),
        "controllerKey": card.controllerKey,
        "unitNumber": card.unitNumber,
        "ipAddresses": [
            str(ip_address(text))
            for nic in nics
            if nic.deviceConfigId == card.key
            for text in nic.ipAddress
        ],
    }


def _network(backing: Any, networks: dict[str, str]) -> Shown:
    """Return the network that a card leads to."""
    port = getattr(backing, "port", None)
    called = port.portgroupKey if port else getattr(backing, "opaqueNetworkId", None)
    moid = _moid(getattr(backing, "network", None)) or networks.get(called)
    return {"networkMoid": moid, "network": {"moid": moid} if moid else None}


def _drive(drive: Any, controllers: dict[int, Any]) -> Shown:
    backing = drive.backing
    kind = "Cdrom" if isinstance(drive, device.VirtualCdrom) else "Floppy"
    held = type(backing).__name__.rpartition(".")[2].removesuffix("BackingInfo")
    return {
        "key": drive.key,
        "label": _label(drive),
        "type": kind,
        "backing": held or None,
        "fileName": getattr(backing, "fileName", None) or None,
        "datastoreMoid": _moid(getattr(backing, "datastore", None)),
        "deviceName": getattr(backing, "deviceName", None) or None,
        "connected": drive.connectable.connected if drive.connectable else None,
        "startConnected": drive.connectable.startConnected if drive.connectable else None,
        "controllerLabel": _label(controllers.get(drive.controllerKey)),
    }


def _usb(usb: Any) -> Shown:
    return {
        "key": usb.key,
        "label": _label(usb),
        "type": _name(usb),
        "isController": _name(usb).endswith("Controller"),
        "connected": getattr(usb, "connected", None),
        "families": list(getattr(usb, "family", [])),
        "speeds": list(getattr(usb, "speed", [])),
        "vendorId": getattr(usb, "vendor", None),
        "productId": getattr(usb, "product", None),
        "ehciEnabled": getattr(usb, "ehciEnabled", None),
        "autoConnect": getattr(usb, "autoConnectDevices", None),
        "busNumber": getattr(usb, "busNumber", None),
        "controllerKey": usb.controllerKey,
    }


def _pci(pci: Any) -> Shown:
    backing = pci.backing
    return {
        "key": pci.key,
        "label": _label(pci),
        "backing": type(backing).__name__.rpartition(".")[2].removesuffix("BackingInfo"),
        "vgpuProfile": getattr(backing, "vgpu", None),
        "pciId": getattr(backing, "id", None),
        "deviceId": getattr(backing, "deviceId", None),
        "vendorId": getattr(backing, "vendorId", None),
        "systemId": getattr(backing, "systemId", None),
        "deviceName": getattr(backing, "deviceName", None),
    }


def attributes_of(found: dict[str, Any], names: dict[int, str]) -> list[dict[str, str]]:
    """Return the custom attributes that have a value."""
    held = [each for each in found.get("customValue", []) if each.value]
    shown = [{"name": names[each.key], "value": each.value} for each in held]
    return sorted(shown, key=lambda each: each["name"])


def settings_of(found: Shown, attributes: dict[int, str]) -> Shown:
    """Return what was configured of a VM, what it is to a solution, and its volatile numbers."""
    config, guest, runtime = found["config"], found.get("guest"), found["runtime"]
    managed, boot, tools, files = config.managedBy, config.bootOptions, config.tools, config.files
    role = config.ftInfo.role if config.ftInfo else None
    key = managed.extensionKey if managed else None
    return {
        "modifiedAt": _known_moment(config.modified),
        "suspendTime": _known_moment(runtime.suspendTime),
        "cleanPowerOff": runtime.cleanPowerOff,
        "vappMoid": _moid(found.get("parentVApp")),
        "guestState": (guest.guestState or None) if guest else None,
        "toolsGuestId": (guest.guestId or None) if guest else None,
        "toolsGuestFullName": (guest.guestFullName or None) if guest else None,
        "managedByExtension": key,
        "managedByType": managed.type if managed else None,
        "ftRole": role,
        "isSrmPlaceholder": key == "com.vmware.vcDr",
        "isVcls": key == "com.vmware.vim.eam" and found["name"].startswith("vCLS-"),
        "isFtSecondary": role is not None and role > 1,
        "customAttributes": attributes_of(found, attributes),
        "memoryReservationLocked": config.memoryReservationLockedToMax,
        "cpuHotAddEnabled": config.cpuHotAddEnabled,
        "cpuHotRemoveEnabled": config.cpuHotRemoveEnabled,
        "memoryHotAddEnabled": config.memoryHotAddEnabled,
        "latencySensitivity": config.latencySensitivity.level
        if config.latencySensitivity
        else None,
        "nestedHvEnabled": config.nestedHVEnabled,
        "changeTrackingEnabled": config.changeTrackingEnabled,
        "diskUuidEnabled": config.flags.diskUuidEnabled if config.flags else None,
        "isEncrypted": config.keyId is not None,
        "encryptionKeyId": config.keyId.keyId if config.keyId else None,
        "encryptionKeyProvider": config.keyId.providerId.id
        if config.keyId and config.keyId.providerId
        else None,
        "cpuAffinity": list(config.cpuAffinity.affinitySet) if config.cpuAffinity else [],
        "bootOrder": [_bootable(each) for each in boot.bootOrder] if boot else [],
        "storageUsage": _storage(found.get("storage")),
        "bootDelayMilliseconds": boot.bootDelay if boot else None,
        "bootRetryEnabled": boot.bootRetryEnabled if boot else None,
        "bootRetryDelayMilliseconds": boot.bootRetryDelay if boot else None,
        "enterBiosSetup": boot.enterBIOSSetup if boot else None,
        "secureBootEnabled": boot.efiSecureBootEnabled if boot else None,
        "toolsUpgradePolicy": (tools.toolsUpgradePolicy or None) if tools else None,
        "toolsSyncTime": tools.syncTimeWithHost if tools else None,
        "logDirectory": files.logDirectory or None,
        "snapshotDirectory": files.snapshotDirectory or None,
        "suspendDirectory": files.suspendDirectory or None,
        **_allocation("cpu", "Mhz", 1, found.get("resourceConfig")),
        **_allocation("memory", "Bytes", MIB, found.get("resourceConfig")),
        **_usage(found["summary"].quickStats),
    }


def _bootable(device: Any) -> Shown:
    kinds: dict[str, Any] = {
        "disk": vim.vm.BootOptions.BootableDiskDevice,
        "ethernet": vim.vm.BootOptions.BootableEthernetDevice,
        "cdrom": vim.vm.BootOptions.BootableCdromDevice,
        "floppy": vim.vm.BootOptions.BootableFloppyDevice,
    }
    (kind,) = [name for name, of_type in kinds.items() if isinstance(device, of_type)]
    return {"type": kind, "deviceKey": getattr(device, "deviceKey", None)}


def _storage(storage: Any) -> list[Shown] | None:
    if storage is None:
        return None
    shown = [
        {
            "datastoreMoid": each.datastore._moId,
            "committedBytes": each.committed,
            "uncommittedBytes": each.uncommitted,
            "unsharedBytes": each.unshared,
            "datastore": {"moid": each.datastore._moId},
        }
        for each in storage.perDatastoreUsage
    ]
    return sorted(shown, key=lambda each: each["datastoreMoid"])


def _allocation(resource: str, unit: str, scale: int, config: Any) -> Shown:
    found = getattr(config, f"{resource}Allocation") if config else None
    shares = found.shares if found else None
    reservation, limit = (found.reservation, found.limit) if found else (None, None)
    return {
        f"{resource}Reservation{unit}": reservation * scale if reservation is not None else None,
        f"{resource}Limit{unit}": limit * scale if limit is not None and limit >= 0 else None,
        f"{resource}Shares": shares.shares if shares else None,
        f"{resource}SharesLevel": shares.level if shares else None,
    }


def _usage(stats: Any) -> Shown:
    in_mib = {
        "memoryEntitlementBytes": stats.staticMemoryEntitlement,
        "memoryDrsEntitlementBytes": stats.distributedMemoryEntitlement,
        "grantedMemoryBytes": stats.grantedMemory,
        "privateMemoryBytes": stats.privateMemory,
        "sharedMemoryBytes": stats.sharedMemory,
        "swappedMemoryBytes": stats.swappedMemory,
        "balloonedMemoryBytes": stats.balloonedMemory,
        "overheadMemoryBytes": stats.consumedOverheadMemory,
        "activeMemoryBytes": stats.activeMemory,
    }
    compressed = stats.compressedMemory
    return {
        "heartbeatStatus": stats.guestHeartbeatStatus,
        "cpuDemandMhz": stats.overallCpuDemand,
        "cpuReadinessPercent": stats.overallCpuReadiness,
        "cpuEntitlementMhz": stats.staticCpuEntitlement,
        "cpuDrsEntitlementMhz": stats.distributedCpuEntitlement,
        "compressedMemoryBytes": compressed * KIB if compressed is not None else None,
        **{name: size * MIB if size is not None else None for name, size in in_mib.items()},
    }


def guest_of(guest: Any) -> Shown:
    """Return what Tools reports."""
    return {
        "partitions": [
            {
                "path": disk.diskPath,
                "capacityBytes": disk.capacity,
                "freeBytes": disk.freeSpace,
                "fileSystem": disk.filesystemType,
                "diskKeys": [mapping.key for mapping in disk.mappings],
            }
            for disk in (guest.disk if guest else [])
        ],
        "guestAdapters": [_guest_adapter(nic) for nic in (guest.net if guest else [])],
        "guestIpStacks": [_ip_stack(stack) for stack in (guest.ipStack if guest else [])],
        "guestAppState": (guest.appState or None) if guest else None,
        "guestAppHeartbeatStatus": (guest.appHeartbeatStatus or None) if guest else None,
        "guestKernelCrashed": guest.guestKernelCrashed if guest else None,
        "guestOperationsReady": guest.guestOperationsReady if guest else None,
        "guestInteractiveOperationsReady": (
            guest.interactiveGuestOperationsReady if guest else None
        ),
        "guestStateChangeSupported": guest.guestStateChangeSupported if guest else None,
    }


def _guest_adapter(nic: Any) -> Shown:
    configured = {each.ipAddress: each for each in nic.ipConfig.ipAddress} if nic.ipConfig else {}
    return {
        "deviceKey": nic.deviceConfigId,
        "macAddress": nic.macAddress.lower() if nic.macAddress else None,
        "network": nic.network or None,
        "connected": nic.connected,
        "dnsServers": list(nic.dnsConfig.ipAddress) if nic.dnsConfig else [],
        "addresses": [
            {
                "address": str(ip_address(text)),
                "prefixLength": configured[text].prefixLength if text in configured else None,
                "origin": configured[text].origin if text in configured else None,
                "state": configured[text].state if text in configured else None,
            }
            for text in nic.ipAddress
        ],
    }


def _ip_stack(stack: Any) -> Shown:
    dns, routes = stack.dnsConfig, stack.ipRouteConfig
    return {
        "hostName": dns.hostName or None,
        "domainName": dns.domainName or None,
        "dhcp": dns.dhcp,
        "dnsServers": list(dns.ipAddress),
        "searchDomains": list(dns.searchDomain),
        "gateways": [
            str(ip_address(route.gateway.ipAddress))
            for route in (routes.ipRoute if routes else [])
            if route.prefixLength == 0 and route.gateway.ipAddress
        ],
    }


def _known_moment(moment: Any) -> str | None:
    return moment.isoformat() if moment and moment.timestamp() > 0 else None
