"""Reads virtual machines with pyVmomi's own decoder, whole objects; says what a graph must show.

Shares no code with the collector: not its paths, not its converters, not its parser.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from pyVim.connect import SmartStubAdapter
from pyVmomi import vim, vmodl

from tests.support.reader_parts import devices_of, guest_of, settings_of

MIB = 1024 * 1024
PROPERTIES = [
    "config",
    "customValue",
    "datastore",
    "guest",
    "layoutEx",
    "name",
    "network",
    "overallStatus",
    "parentVApp",
    "resourceConfig",
    "resourcePool",
    "runtime",
    "snapshot",
    "storage",
    "summary",
]
SELECTION = """
  moid name overallStatus powerState connectionState isTemplate biosUuid instanceUuid
  changeVersion hardwareVersion guestId guestFullName annotation vmPathName numCpus memoryBytes
  guestHostname ipAddress ipAddresses toolsRunningStatus bootTime snapshotCount
  storageCommittedBytes
  host { moid name } datastores { moid name } networks { moid name } resourcePool { moid }
  modifiedAt suspendTime cleanPowerOff vappMoid guestState toolsGuestId toolsGuestFullName
  managedByExtension managedByType ftRole isSrmPlaceholder isVcls isFtSecondary
  customAttributes { name value }
  heartbeatStatus cpuDemandMhz cpuReadinessPercent cpuEntitlementMhz cpuDrsEntitlementMhz
  memoryEntitlementBytes memoryDrsEntitlementBytes grantedMemoryBytes privateMemoryBytes
  sharedMemoryBytes swappedMemoryBytes balloonedMemoryBytes compressedMemoryBytes
  overheadMemoryBytes activeMemoryBytes
  cpuReservationMhz cpuLimitMhz cpuShares cpuSharesLevel
  memoryReservationBytes memoryLimitBytes memoryShares memorySharesLevel memoryReservationLocked
  cpuHotAddEnabled cpuHotRemoveEnabled memoryHotAddEnabled latencySensitivity nestedHvEnabled
  cpuAffinity bootOrder { type deviceKey } encryptionKeyId encryptionKeyProvider
  storageUsage {
    datastoreMoid committedBytes uncommittedBytes unsharedBytes datastore { moid }
  }
  changeTrackingEnabled diskUuidEnabled isEncrypted hasTpm displayCount videoRamBytes
  bootDelayMilliseconds bootRetryEnabled bootRetryDelayMilliseconds enterBiosSetup
  secureBootEnabled toolsUpgradePolicy toolsSyncTime logDirectory snapshotDirectory suspendDirectory
  disks {
    key label capacityBytes fileName datastoreMoid thinProvisioned uuid eagerlyScrub split
    writeThrough diskMode sharing isEncrypted isRaw rawLunUuid rawDeviceName rawCompatibilityMode
    ioShares ioSharesLevel ioLimit ioReservation controllerKey controllerLabel controllerType
    controllerBusNumber sharedBus unitNumber
  }
  networkAdapters {
    key label macAddress type addressType networkName networkMoid portgroupKey portKey switchUuid
    opaqueNetworkId opaqueNetworkType connected startConnected wakeOnLanEnabled directPathEnabled
    isSriov controllerKey unitNumber ipAddresses network { moid }
  }
  removableDrives {
    key label type backing fileName datastoreMoid deviceName connected startConnected
    controllerLabel
  }
  usbDevices {
    key label type isController connected families speeds vendorId productId ehciEnabled
    autoConnect busNumber controllerKey
  }
  pciDevices { key label backing vgpuProfile pciId deviceId vendorId systemId deviceName }
  snapshots {
    moid name number description createdAt powerState quiesced parentMoid depth isCurrent
    sizeBytes stateSizeBytes
  }
  partitions { path capacityBytes freeBytes fileSystem diskKeys }
  guestAdapters {
    deviceKey macAddress network connected dnsServers
    addresses { address prefixLength origin state }
  }
  guestIpStacks { hostName domainName dhcp dnsServers searchDomains gateways }
  guestAppState guestAppHeartbeatStatus guestKernelCrashed guestOperationsReady
  guestInteractiveOperationsReady guestStateChangeSupported
"""


@contextmanager
def logged_in(host: str, port: int, user: str, password: str, ca: str) -> Iterator[Any]:
    """Lend the ServiceContent of a session."""
    context = ssl.create_default_context(cadata=ca)
    stub = SmartStubAdapter(host=host, port=port, sslContext=context)
    content = vim.ServiceInstance("ServiceInstance", stub).RetrieveContent()
    content.sessionManager.Login(user, password, None)
    try:
        yield content
    finally:
        content.sessionManager.Logout()
        stub.DropConnections()


def read_all(content: Any, kind: Any, properties: list[str]) -> dict[str, dict[str, Any]]:
    """Return the properties of every object of a kind by moid."""
    query: Any = vmodl.query.PropertyCollector
    view = content.viewManager.CreateContainerView(content.rootFolder, [kind], True)
    through = query.TraversalSpec(type=vim.view.ContainerView, path="view")
    wanted = query.FilterSpec(
        propSet=[query.PropertySpec(type=kind, pathSet=properties)],
        objectSet=[query.ObjectSpec(obj=view, skip=True, selectSet=[through])],
    )
    collector = content.propertyCollector
    page = collector.RetrievePropertiesEx([wanted], query.RetrieveOptions())
    found: dict[str, dict[str, Any]] = {}
    while page is not None:
        for item in page.objects:
            found[item.obj._moId] = {prop.name: prop.val for prop in item.propSet}
        token = page.token
        page = collector.ContinueRetrievePropertiesEx(token) if token else None
    return found


def read_machines(content: Any) -> dict[str, dict[str, Any]]:
    """Return, by moid, what the graph must show of every VM that is wholly readable."""
    names = {
        moid: properties["name"]
        for kind in (vim.HostSystem, vim.Datastore, vim.Network)
        for moid, properties in read_all(content, kind, ["name"]).items()
    }
    machines = read_all(content, vim.VirtualMachine, PROPERTIES)
    attributes = attribute_names(content)
    networks = _networks(content)
    return {
        moid: _machine(moid, found, names)
        | devices_of(found["config"], found.get("guest"), networks)
        | settings_of(found, attributes)
        | guest_of(found.get("guest"))
        | {"snapshots": snapshots_of(found)}
        for moid, found in machines.items()
        if found["runtime"].connectionState == "connected" and "config" in found
    }


def attribute_names(content: Any) -> dict[int, str]:
    """Return the names of custom attributes by key."""
    query: Any = vmodl.query.PropertyCollector
    manager = content.customFieldsManager
    wanted = query.FilterSpec(
        propSet=[query.PropertySpec(type=vim.CustomFieldsManager, pathSet=["field"])],
        objectSet=[query.ObjectSpec(obj=manager)],
    )
    page = content.propertyCollector.RetrievePropertiesEx([wanted], query.RetrieveOptions())
    held = [prop.val for item in page.objects for prop in item.propSet]
    return {each.key: each.name for fields in held for each in fields}


def _machine(moid: str, found: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    config, guest, runtime = found["config"], found.get("guest"), found["runtime"]
    summary, pool = found["summary"], found.get("resourcePool")
    addresses = [ip for nic in (guest.net if guest else []) for ip in nic.ipAddress]
    if guest and guest.ipAddress:
        addresses.append(guest.ipAddress)
    return {
        "moid": moid,
        "name": _decoded(found["name"]),
        "overallStatus": found["overallStatus"],
        "powerState": runtime.powerState,
        "connectionState": runtime.connectionState,
        "isTemplate": config.template,
        "biosUuid": _uuid(config.uuid),
        "instanceUuid": _uuid(config.instanceUuid),
        "changeVersion": config.changeVersion,
        "hardwareVersion": config.version,
        "guestId": config.guestId or None,
        "guestFullName": config.guestFullName or None,
        "annotation": config.annotation or None,
        "vmPathName": config.files.vmPathName or None,
        "numCpus": config.hardware.numCPU,
        "memoryBytes": config.hardware.memoryMB * MIB,
        "guestHostname": (guest.hostName or None) if guest else None,
        "ipAddress": _address(guest.ipAddress) if guest else None,
        "ipAddresses": _addresses(addresses),
        "toolsRunningStatus": (guest.toolsRunningStatus or None) if guest else None,
        "bootTime": _moment(runtime.bootTime),
        "snapshotCount": len(_snapshots(found.get("snapshot"))),
        "storageCommittedBytes": summary.storage.committed if summary.storage else None,
        "host": {"moid": runtime.host._moId, "name": names[runtime.host._moId]},
        "datastores": sorted(
            ({"moid": each._moId, "name": names[each._moId]} for each in found["datastore"]),
            key=lambda each: each["moid"],
        ),
        "networks": sorted(
            ({"moid": each._moId, "name": names[each._moId]} for each in found["network"]),
            key=lambda each: each["moid"],
        ),
        "resourcePool": {"moid": pool._moId} if pool else None,
    }


def comparable(node: dict[str, Any]) -> dict[str, Any]:
    """Return a VM of the graph with its unordered lists in the reader's order."""
    by_store = sorted(node["storageUsage"] or [], key=lambda each: each["datastoreMoid"])
    is_told = node["storageUsage"] is not None
    return (
        node
        | {"storageUsage": by_store if is_told else None}
        | {
            name: sorted(node[name] or [], key=lambda each: each["moid"])
            for name in ("datastores", "networks", "snapshots")
        }
    )


def _networks(content: Any) -> dict[str, str]:
    """Return the moids of networks by what adapters call them."""
    found: dict[str, str] = {}
    portgroup = vim.dvs.DistributedVirtualPortgroup
    for moid, properties in read_all(content, portgroup, ["key"]).items():
        found[properties["key"]] = moid
    for moid, properties in read_all(content, vim.OpaqueNetwork, ["summary"]).items():
        found[properties["summary"].opaqueNetworkId] = moid
    return found


def _snapshots(info: Any) -> list[Any]:
    return [tree for tree, _, _ in _tree(info)]


def _tree(info: Any) -> list[tuple[Any, str | None, int]]:
    """Return every snapshot with its parent's moid and its level."""
    found: list[tuple[Any, str | None, int]] = []
    waiting = [(tree, None, 1) for tree in info.rootSnapshotList] if info is not None else []
    while waiting:
        tree, parent, depth = waiting.pop()
        found.append((tree, parent, depth))
        waiting += [(below, tree.snapshot._moId, depth + 1) for below in tree.childSnapshotList]
    return found


def _decoded(name: str) -> str:
    for escaped, plain in (("%2f", "/"), ("%2F", "/"), ("%5c", "\\"), ("%5C", "\\")):
        name = name.replace(escaped, plain)
    return name.replace("%25", "%")


def snapshots_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the snapshots of a VM, in order of their moids."""
    info, layout = found.get("snapshot"), found.get("layoutEx")
    sizes = _snapshot_sizes(info, layout)
    return sorted(
        (
            {
                "moid": tree.snapshot._moId,
                "name": _decoded(tree.name),
                "number": tree.id,
                "description": tree.description or None,
                "createdAt": _moment(tree.createTime),
                "powerState": tree.state,
                "quiesced": tree.quiesced,
                "parentMoid": parent,
                "depth": depth,
                "isCurrent": tree.snapshot._moId == info.currentSnapshot._moId,
                "sizeBytes": sizes.get(tree.snapshot._moId, (None, None))[0],
                "stateSizeBytes": sizes.get(tree.snapshot._moId, (None, None))[1],
            }
            for tree, parent, depth in _tree(info)
        ),
        key=lambda each: each["moid"],
    )


def _snapshot_sizes(info: Any, layout: Any) -> dict[str, tuple[int, int]]:
    """Return by moid what a snapshot takes: files above it that are not below it; its state."""
    if info is None or layout is None:
        return {}
    size = {file.key: file.size for file in layout.file}
    base = {each.key._moId: _file_keys(each.disk) for each in layout.snapshot}
    found = {}
    for each in layout.snapshot:
        moid = each.key._moId
        above = [base[t.snapshot._moId] for t, parent, _ in _tree(info) if parent == moid]
        if info.currentSnapshot._moId == moid:
            above.append(_file_keys(layout.disk))
        written = {key for keys in above for key in keys if key not in base[moid]}
        state = {key for key in (each.dataKey, each.memoryKey) if key in size}
        found[moid] = (
            sum(size[key] for key in written | state),
            sum(size[key] for key in state),
        )
    return found


def _file_keys(disks: Any) -> set[int]:
    return {key for disk in disks for unit in disk.chain for key in unit.fileKey}


def _uuid(text: str) -> str | None:
    return str(UUID(text)) if text and UUID(text).int else None


def _address(text: str | None) -> str | None:
    return str(ip_address(text)) if text else None


def _addresses(texts: list[str]) -> list[str] | None:
    return list(dict.fromkeys(str(ip_address(text)) for text in texts)) or None


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
