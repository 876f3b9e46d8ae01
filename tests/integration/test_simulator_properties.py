"""Every property path of every type, read by pyVmomi's own decoder, against the generator."""

import ssl
from collections.abc import Iterator

import pytest
from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import VmomiSupport, vim, vmodl

from vminer.simulator.background import simulated
from vminer.simulator.inventory.attribute import DEFINITIONS, attributes_of
from vminer.simulator.inventory.catalog import KINDS
from vminer.simulator.inventory.guest import guest_nics, ip_stack, partitions
from vminer.simulator.inventory.ref import Ref
from vminer.simulator.inventory.setting import has_tpm
from vminer.simulator.inventory.snapshot import snapshot_ref
from vminer.simulator.render.array import Each, Octets, Texts, Varied
from vminer.simulator.render.content import hidden_by
from vminer.simulator.render.node import Integers, Items, Leaf, Link, Links, Struct
from vminer.simulator.render.schema import is_a, paths, resolve

PC = vmodl.query.PropertyCollector
LISTED = {
    "Folder": "name parent childEntity overallStatus customValue",
    "Datacenter": "name parent vmFolder hostFolder datastoreFolder networkFolder overallStatus "
    "customValue",
    "ComputeResource": "name parent host summary.numHosts summary.totalMemory overallStatus "
    "datastore resourcePool",
    "ClusterComputeResource": "name parent host summary.numHosts summary.numEffectiveHosts "
    "summary.totalCpu summary.effectiveCpu summary.totalMemory summary.effectiveMemory "
    "summary.numCpuCores summary.numCpuThreads summary.currentEVCModeKey overallStatus datastore "
    "configurationEx.dasConfig.enabled configurationEx.drsConfig.enabled resourcePool "
    "configurationEx.drsConfig.defaultVmBehavior configurationEx.drsConfig.vmotionRate "
    "configuration.dasConfig.enabled configuration.drsConfig.enabled "
    "configurationEx.dasConfig.admissionControlPolicy configurationEx.dpmConfigInfo.enabled "
    "configurationEx.rule configurationEx.group configurationEx.vsanConfigInfo.enabled "
    "configurationEx.dasConfig.defaultVmSettings.vmToolsMonitoringSettings.maxFailures",
    "HostSystem": "name parent overallStatus runtime.connectionState runtime.powerState "
    "runtime.inMaintenanceMode runtime.inQuarantineMode runtime.bootTime runtime.standbyMode "
    "summary.config.product.version summary.config.product.build "
    "summary.config.product.fullName summary.config.name summary.hardware.vendor "
    "summary.hardware.model summary.hardware.uuid summary.hardware.cpuModel "
    "summary.hardware.cpuMhz summary.hardware.numCpuPkgs summary.hardware.numCpuCores "
    "summary.hardware.numCpuThreads summary.hardware.memorySize summary.hardware.numNics "
    "summary.hardware.numHBAs summary.hardware.otherIdentifyingInfo "
    "hardware.systemInfo.serialNumber hardware.systemInfo.uuid "
    "summary.quickStats.overallCpuUsage summary.quickStats.overallMemoryUsage "
    "summary.quickStats.uptime summary.currentEVCModeKey summary.maxEVCModeKey "
    "summary.managementServerIp config.network.vnic datastore vm network "
    "runtime.dasHostState.state config.hyperThread.active config.hyperThread.available "
    "config.powerSystemInfo.currentPolicy.shortName hardware.biosInfo.vendor "
    "hardware.biosInfo.biosVersion hardware.biosInfo.releaseDate summary.config.sslThumbprint "
    "config.network.pnic config.network.vswitch config.network.portgroup "
    "config.network.proxySwitch config.network.dnsConfig config.network.ipRouteConfig "
    "config.virtualNicManagerInfo.netConfig config.dateTimeInfo config.service.service "
    "config.storageDevice.hostBusAdapter config.storageDevice.scsiLun "
    "config.storageDevice.multipathInfo.lun config.certificate",
    "Datastore": "name parent summary.type summary.capacity summary.freeSpace "
    "summary.uncommitted summary.accessible summary.maintenanceMode "
    "summary.multipleHostAccess summary.url host vm overallStatus info "
    "iormConfiguration.enabled iormConfiguration.congestionThreshold",
    "StoragePod": "name parent childEntity summary.capacity summary.freeSpace "
    "podStorageDrsEntry.storageDrsConfig.podConfig.enabled",
    "ResourcePool": "name parent owner resourcePool vm overallStatus config.cpuAllocation.limit "
    "config.memoryAllocation.shares.level runtime.cpu.overallUsage runtime.memory.maxUsage "
    "summary.quickStats.compressedMemory summary.configuredMemoryMB",
    "VirtualApp": "name parent parentFolder summary.vAppState config.cpuAllocation.reservation",
    "Network": "name parent host vm summary.name summary.accessible",
    "OpaqueNetwork": "name summary.opaqueNetworkId summary.opaqueNetworkType",
    "DistributedVirtualPortgroup": "name summary.name key config.key config.numPorts config.type "
    "config.distributedVirtualSwitch config.defaultPortConfig config.uplink config.autoExpand "
    "config.description",
    "VmwareDistributedVirtualSwitch": "name parent uuid portgroup summary.hostMember "
    "config.maxMtu config.maxPorts config.numPorts config.linkDiscoveryProtocolConfig.protocol "
    "config.lacpGroupConfig config.contact.name config.createTime config.productInfo.vendor "
    "config.host config.uplinkPortPolicy config.uplinkPortgroup config.pvlanConfig",
    "VirtualMachine": "name parent parentVApp resourcePool runtime.host runtime.powerState "
    "runtime.connectionState runtime.bootTime runtime.suspendTime runtime.consolidationNeeded "
    "runtime.cleanPowerOff config.uuid config.instanceUuid config.changeVersion config.modified "
    "config.createDate config.template config.version config.guestId config.guestFullName "
    "config.firmware config.annotation config.managedBy config.files.vmPathName "
    "config.hardware.numCPU config.hardware.numCoresPerSocket config.hardware.memoryMB "
    "config.hardware.device config.hardware guest.hostName guest.ipAddress "
    "guest.toolsRunningStatus guest.toolsVersionStatus2 guest.toolsVersion guest.guestId "
    "guest.guestFullName guest.guestState guest.net summary.storage.committed "
    "summary.storage.uncommitted summary.storage.unshared summary.quickStats.overallCpuUsage "
    "summary.quickStats.guestMemoryUsage summary.quickStats.hostMemoryUsage "
    "summary.quickStats.uptimeSeconds summary.quickStats.balloonedMemory "
    "summary.quickStats.swappedMemory datastore network snapshot overallStatus "
    "summary.quickStats summary.storage customValue config.ftInfo.role resourceConfig "
    "config.bootOptions config.tools config.flags config.latencySensitivity config.keyId "
    "config.cpuHotAddEnabled config.memoryHotAddEnabled config.changeTrackingEnabled "
    "config.nestedHVEnabled layoutEx.file layoutEx.disk layoutEx.snapshot guest.disk "
    "guest.ipStack guest.appState guest.guestOperationsReady config.cpuAffinity "
    "config.bootOptions.bootOrder storage.perDatastoreUsage",
}


@pytest.fixture(scope="module")
def connected() -> Iterator[tuple]:
    with simulated([300, 210], seed=11) as simulation:
        target = simulation.listening[1].facts()
        context = ssl.create_default_context(cadata=simulation.ca_pem)
        service = SmartConnect(
            host=target["host"],
            port=target["port"],
            user=target["username"],
            pwd=target["password"],
            sslContext=context,
        )
        yield simulation.vcenters[1], service
        Disconnect(service)


def read_all(service, kind: str, wanted: list[str]) -> dict[str, dict]:
    content = service.RetrieveContent()
    wanted_type = VmomiSupport.GetWsdlType("urn:vim25", kind)
    view = content.viewManager.CreateContainerView(content.rootFolder, [wanted_type], True)
    step = PC.TraversalSpec(type=vim.view.ContainerView, path="view", skip=False)
    spec = PC.FilterSpec(
        objectSet=[PC.ObjectSpec(obj=view, skip=True, selectSet=[step])],
        propSet=[PC.PropertySpec(type=wanted_type, pathSet=wanted)],
    )
    page = content.propertyCollector.RetrievePropertiesEx([spec], PC.RetrieveOptions())
    found: dict[str, dict] = {}
    while page is not None:
        for each in page.objects:
            found[each.obj._moId] = {
                **{prop.name: prop.val for prop in each.propSet},
                **{missing.path: missing.fault for missing in each.missingSet},
            }
        if not page.token:
            break
        page = content.propertyCollector.ContinueRetrievePropertiesEx(page.token)
    view.DestroyView()
    return found


def as_ref(value) -> Ref:
    return Ref(VmomiSupport.GetWsdlName(type(value)), value._moId)


def check(node, entity, inventory, got, where: str) -> None:
    """Compares what pyVmomi decoded with what the generator says, field by field."""
    if isinstance(node, Leaf):
        value = node.read(entity)
        if hasattr(value, "microsecond"):
            value = value.replace(microsecond=value.microsecond // 1000 * 1000)
        assert got == value, where
        assert value is None or got is not None, where
    elif isinstance(node, Link):
        assert (got and as_ref(got)) == node.read(entity), where
    elif isinstance(node, Struct | Varied):
        check_struct(node, entity, inventory, got, where)
    else:
        check_array(node, entity, inventory, got, where)


def check_struct(node, entity, inventory, got, where: str) -> None:
    """Compares a data object, of the type that was chosen."""
    struct = node.chosen(entity) if isinstance(node, Varied) else node
    if not struct.present(entity):
        assert got is None, where
        return
    declared = VmomiSupport.GetWsdlName(type(got))
    assert struct.xsi == declared or issubclass(
        VmomiSupport.GetWsdlType("urn:vim25", struct.xsi), type(got)
    ), where
    for name, field in struct.fields.items():
        check(field, entity, inventory, getattr(got, name), f"{where}.{name}")


def check_array(node, entity, inventory, got, where: str) -> None:
    """Compares an array, element by element."""
    if isinstance(node, Links):
        assert [as_ref(each) for each in got] == list(node.read(entity, inventory)), where
    elif isinstance(node, Texts | Integers):
        assert list(got) == list(node.read(entity)), where
    elif isinstance(node, Octets):
        assert bytes(each % 256 for each in got) == node.read(entity), where
    elif isinstance(node, Each):
        elements = list(node.read(entity))
        assert len(got) == len(elements), where
        for number, (element, shown) in enumerate(zip(elements, got, strict=True)):
            check(node.of, element, inventory, shown, f"{where}[{number}]")
    else:
        assert isinstance(node, Items), where
        ITEMS[node.item](entity, got)


def check_devices(machine, got) -> None:
    assert 12 <= len(got) <= 24
    assert len({each.key for each in got}) == len(got)
    disks = [each for each in got if isinstance(each, vim.vm.device.VirtualDisk)]
    assert [
        (
            each.key,
            each.backing.uuid,
            each.backing.fileName,
            as_ref(each.backing.datastore),
            getattr(each.backing, "thinProvisioned", False),
            getattr(each.backing, "eagerlyScrub", None),
            getattr(each.backing, "lunUuid", None),
            each.backing.diskMode,
            each.backing.sharing,
            each.capacityInKB,
            each.capacityInBytes,
            each.controllerKey,
            each.unitNumber,
            each.storageIOAllocation.limit,
            each.storageIOAllocation.shares.level,
            each.deviceInfo.label,
        )
        for each in disks
    ] == [
        (
            disk.key,
            disk.uuid,
            disk.file_name,
            disk.datastore,
            disk.thin,
            None if disk.lun_uuid else disk.eager,
            disk.lun_uuid,
            disk.mode,
            disk.sharing,
            disk.capacity_kb,
            disk.capacity_kb * 1024,
            disk.controller,
            disk.unit,
            disk.io_limit,
            disk.io_level,
            disk.label,
        )
        for disk in machine.disks
    ]
    cards = [each for each in got if isinstance(each, vim.vm.device.VirtualEthernetCard)]
    assert [
        (each.key, each.macAddress, each.addressType, each.connectable.connected) for each in cards
    ] == [(nic.key, nic.mac, "assigned", nic.connected) for nic in machine.nics]
    for card, nic in zip(cards, machine.nics, strict=True):
        if nic.opaque_id is not None:
            assert card.backing.opaqueNetworkId == nic.opaque_id
        elif nic.is_distributed:
            assert card.backing.port.portgroupKey == nic.network.moid
        else:
            assert as_ref(card.backing.network) == nic.network
    kinds = {type(each) for each in got}
    expected = {vim.vm.device.VirtualCdrom}
    expected |= {vim.vm.device.VirtualFloppy} if machine.index % 20 == 4 else set()
    expected |= {vim.vm.device.VirtualUSBXHCIController} if machine.index % 6 == 2 else set()
    expected |= {vim.vm.device.VirtualUSB} if machine.index % 30 == 8 else set()
    expected |= {vim.vm.device.VirtualPCIPassthrough} if machine.index % 100 in (33, 34) else set()
    expected |= {vim.vm.device.VirtualTPM} if has_tpm(machine) else set()
    assert kinds & RARE == expected
    controllers = {each.key for each in got}
    assert all(each.controllerKey in controllers for each in got if each.controllerKey)


RARE = {
    vim.vm.device.VirtualCdrom,
    vim.vm.device.VirtualFloppy,
    vim.vm.device.VirtualUSBXHCIController,
    vim.vm.device.VirtualUSB,
    vim.vm.device.VirtualPCIPassthrough,
    vim.vm.device.VirtualTPM,
}


def check_partitions(machine, got) -> None:
    assert [
        (
            each.diskPath,
            each.capacity,
            each.freeSpace,
            each.filesystemType,
            *(mapping.key for mapping in each.mappings),
        )
        for each in got
    ] == [tuple(partition) for partition in partitions(machine)]


def check_ip_stacks(machine, got) -> None:
    stack = ip_stack(machine)
    assert [
        (
            each.dnsConfig.hostName,
            each.dnsConfig.domainName,
            each.dnsConfig.dhcp,
            tuple(each.dnsConfig.ipAddress),
            tuple(each.dnsConfig.searchDomain),
            tuple(
                route.gateway.ipAddress
                for route in each.ipRouteConfig.ipRoute
                if route.prefixLength == 0
            ),
        )
        for each in got
    ] == ([tuple(stack)] if stack else [])


def check_files(machine, got) -> None:
    assert [(each.key, each.name, each.type, each.size) for each in got] == [
        tuple(file) for file in machine.files.files
    ]


def chains(disks) -> dict:
    return {disk.key: tuple(tuple(unit.fileKey) for unit in disk.chain) for disk in disks}


def check_disk_layouts(machine, got) -> None:
    assert chains(got) == machine.files.disks


def check_snapshot_layouts(machine, got) -> None:
    assert [(each.key._moId, each.dataKey, each.memoryKey, chains(each.disk)) for each in got] == [
        (snapshot_ref(machine.index, each.number).moid, *each[1:])
        for each in machine.files.snapshots
    ]


def check_attributes(entity, got) -> None:
    assert [(each.key, each.value) for each in got] == attributes_of(entity)


def check_guest_nics(machine, got) -> None:
    assert [
        (
            each.network,
            each.macAddress,
            list(each.ipAddress),
            [(ip.ipAddress, ip.prefixLength) for ip in each.ipConfig.ipAddress],
        )
        for each in got
    ] == [
        (nic.network, nic.mac, [ip for ip, _ in nic.addresses], list(nic.addresses))
        for nic in guest_nics(machine)
    ]


def check_snapshots(machine, got) -> None:
    def flat(trees, parent=None):
        for tree in trees:
            yield (
                tree.snapshot._moId,
                parent,
                tree.name,
                tree.description,
                tree.createTime,
                tree.state,
                tree.quiesced,
            )
            yield from flat(tree.childSnapshotList, tree.id)

    assert sorted(flat(got), key=lambda row: row[0]) == [
        (
            snapshot_ref(machine.index, each.number).moid,
            each.parent,
            each.name,
            each.description,
            each.created,
            each.power_state,
            each.quiesced,
        )
        for each in machine.snapshots
    ]


ITEMS = {
    "VirtualDevice": check_devices,
    "GuestNicInfo": check_guest_nics,
    "VirtualMachineSnapshotTree": check_snapshots,
    "GuestDiskInfo": check_partitions,
    "GuestStackInfo": check_ip_stacks,
    "VirtualMachineFileLayoutExFileInfo": check_files,
    "VirtualMachineFileLayoutExDiskLayout": check_disk_layouts,
    "VirtualMachineFileLayoutExSnapshotLayout": check_snapshot_layouts,
    "CustomFieldValue": check_attributes,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_path_of_the_type_reads_as_the_generator_says(connected, kind) -> None:
    vcenter, service = connected
    every = list(paths(kind))

    found = read_all(service, kind, every)

    inventory = vcenter.inventory
    kinds = [each for each in KINDS if is_a(each, kind)]
    refs = [ref for each in kinds for ref in inventory.catalog.refs(each)]
    listed = [ref.moid for ref in refs if ref.moid != "group-d1"]
    assert list(found) == listed
    for moid, values in found.items():
        entity = inventory.find(moid)
        for path in every:
            node, guards = resolve(entity.ref.kind, path)
            hidden = hidden_by(path, entity.hidden)
            if hidden:
                assert VmomiSupport.GetWsdlName(type(values[path])) == hidden
            elif not all(guard(entity) for guard in guards):
                assert path not in values
            else:
                check(node, entity, inventory, values.get(path), f"{moid} {path}")


def test_custom_attributes_are_defined_once_for_the_vcenter(connected) -> None:
    _, service = connected

    defined = service.RetrieveContent().customFieldsManager

    page = service.RetrieveContent().propertyCollector.RetrievePropertiesEx(
        [
            PC.FilterSpec(
                objectSet=[PC.ObjectSpec(obj=defined)],
                propSet=[PC.PropertySpec(type=vim.CustomFieldsManager, pathSet=["field"])],
            )
        ],
        PC.RetrieveOptions(),
    )
    [fields] = [prop.val for prop in page.objects[0].propSet]
    assert [(each.key, each.name) for each in fields] == [
        (key, name) for key, name, _ in DEFINITIONS
    ]


@pytest.mark.parametrize("kind", LISTED)
def test_the_paths_that_were_promised_exist(kind) -> None:
    assert set(LISTED[kind].split()) <= set(paths(kind))


def test_every_path_is_one_that_vsphere_has() -> None:
    for kind in KINDS:
        for path in paths(kind):
            declared = VmomiSupport.GetWsdlType("urn:vim25", kind)
            names = path.split(".")
            for depth, name in enumerate(names, start=1):
                declared = declared._GetPropertyInfo(name).type
                node = resolve(kind, ".".join(names[:depth]))[0]
                wsdl = VmomiSupport.GetWsdlName(declared)
                assert matches(node, wsdl, declared), f"{kind} {path}: {wsdl}"
                if isinstance(node, Struct):  # the declared type may be a base; its own is richer
                    declared = VmomiSupport.GetWsdlType("urn:vim25", node.xsi)


def matches(node, wsdl: str, declared: type) -> bool:
    if isinstance(node, Leaf):
        return node.xsi.removeprefix("xsd:") == wsdl
    if isinstance(node, Struct):
        return issubclass(VmomiSupport.GetWsdlType("urn:vim25", node.xsi), declared)
    if isinstance(node, Items | Each):
        return wsdl == f"ArrayOf{node.item}"
    if isinstance(node, Integers):
        return wsdl == "ArrayOfInt"
    if isinstance(node, Varied):
        names = [VmomiSupport.GetWsdlType("urn:vim25", name) for name in node.of]
        return all(issubclass(each, declared) for each in names)
    if isinstance(node, Texts | Octets):
        return wsdl == f"ArrayOf{'String' if isinstance(node, Texts) else 'Byte'}"
    element = declared.Item if isinstance(node, Links) else declared
    return issubclass(element, VmomiSupport.ManagedObject)
