"""HostSystem.config.storageDevice."""

from vminer.simulator.inventory import host_storage as inventory
from vminer.simulator.inventory.host import Host
from vminer.simulator.inventory.host_storage import BLOCK
from vminer.simulator.render.array import Each, Texts, Varied
from vminer.simulator.render.node import Node, Struct, boolean, enum, integer, long, text

_ADAPTER: dict[str, Node] = {
    "key": text(lambda adapter: adapter.key),
    "device": text(lambda adapter: adapter.device),
    "bus": integer(lambda adapter: adapter.bus),
    "status": text(lambda adapter: adapter.status),
    "model": text(lambda adapter: adapter.model),
    "driver": text(lambda adapter: adapter.driver),
    "pci": text(lambda adapter: adapter.pci),
}
_FIBRE: dict[str, Node] = {
    "portWorldWideName": long(lambda adapter: adapter.port_wwn),
    "nodeWorldWideName": long(lambda adapter: adapter.node_wwn),
    "portType": enum("FibreChannelPortType", lambda _: "fabric"),
    "speed": long(lambda adapter: adapter.speed_gbit),
}
_ISCSI: dict[str, Node] = {
    "isSoftwareBased": boolean(lambda _: True),
    "iScsiName": text(lambda adapter: adapter.iscsi_name),
}
_ADAPTERS = Varied(
    lambda adapter: adapter.kind,
    {
        "HostBlockHba": Struct("HostBlockHba", _ADAPTER),
        "HostFibreChannelHba": Struct("HostFibreChannelHba", _ADAPTER | _FIBRE),
        "HostInternetScsiHba": Struct("HostInternetScsiHba", _ADAPTER | _ISCSI),
    },
)

_LUN = Struct(
    "HostScsiDisk",
    {
        "deviceName": text(lambda lun: f"/vmfs/devices/disks/{lun.canonical_name}"),
        "deviceType": text(lambda _: "disk"),
        "key": text(lambda lun: lun.key),
        "uuid": text(lambda lun: lun.uuid),
        "canonicalName": text(lambda lun: lun.canonical_name),
        "displayName": text(lambda lun: lun.display_name),
        "lunType": text(lambda _: "disk"),
        "vendor": text(lambda lun: lun.vendor),
        "model": text(lambda lun: lun.model),
        "revision": text(lambda lun: lun.revision),
        "scsiLevel": integer(lambda _: 6),
        "serialNumber": text(lambda lun: lun.serial),
        "queueDepth": integer(lambda lun: lun.queue_depth),
        "operationalState": Texts(lambda _: ("ok",)),
        "vStorageSupport": text(lambda lun: f"vStorage{'Uns' if lun.local else 'S'}upported"),
        "capacity": Struct(
            "HostDiskDimensionsLba",
            {"blockSize": integer(lambda _: BLOCK), "block": long(lambda lun: lun.blocks)},
        ),
        "devicePath": text(lambda lun: f"/vmfs/devices/disks/{lun.canonical_name}"),
        "ssd": boolean(lambda lun: lun.ssd),
        "localDisk": boolean(lambda lun: lun.local),
    },
)

_PATH = Struct(
    "HostMultipathInfoPath",
    {
        "key": text(lambda path: f"key-vim.host.MultipathInfo.Path-{path.name}"),
        "name": text(lambda path: path.name),
        "pathState": text(lambda path: path.state),
        "state": text(lambda path: path.state),
        "isWorkingPath": boolean(lambda path: path.is_working),
        "adapter": text(lambda path: path.adapter.key),
        "lun": text(lambda path: f"key-vim.host.MultipathInfo.LogicalUnit-{path.name}"),
    },
)

_MULTIPATH = Struct(
    "HostMultipathInfoLogicalUnit",
    {
        "key": text(lambda lun: f"key-vim.host.MultipathInfo.LogicalUnit-{lun.uuid}"),
        "id": text(lambda lun: lun.uuid),
        "lun": text(lambda lun: lun.key),
        "path": Each("HostMultipathInfoPath", lambda lun: lun.paths, _PATH),
        "policy": Struct(
            "HostMultipathInfoLogicalUnitPolicy", {"policy": text(lambda lun: lun.policy)}
        ),
        "storageArrayTypePolicy": Struct(
            "HostMultipathInfoLogicalUnitStorageArrayTypePolicy",
            {"policy": text(lambda lun: lun.array_policy)},
        ),
    },
)


def _knows_hardware(host: Host) -> bool:
    return host.knows_hardware


STORAGE: Node = Struct(
    "HostStorageDeviceInfo",
    {
        "hostBusAdapter": Each("HostHostBusAdapter", inventory.adapters, _ADAPTERS),
        "scsiLun": Each("ScsiLun", inventory.luns, Varied(lambda _: _LUN.xsi, {_LUN.xsi: _LUN})),
        "multipathInfo": Struct(
            "HostMultipathInfo",
            {"lun": Each("HostMultipathInfoLogicalUnit", inventory.luns, _MULTIPATH)},
        ),
    },
    _knows_hardware,
)
