"""Datastore and StoragePod."""

from collections.abc import Mapping

from vminer.simulator.render.array import Each, Texts, Varied
from vminer.simulator.render.entity import ENTITY
from vminer.simulator.render.folder import FOLDER
from vminer.simulator.render.node import Link, Links, Node, Struct, boolean, integer, long, text

_MOUNT = Struct(
    "DatastoreHostMount",
    {
        "key": Link(lambda mount: mount.host),
        "mountInfo": Struct(
            "HostMountInfo",
            {
                "path": text(lambda mount: mount.path),
                "accessMode": text(lambda mount: mount.access_mode),
                "mounted": boolean(lambda mount: mount.mounted),
                "accessible": boolean(lambda mount: mount.accessible),
                "inaccessibleReason": text(lambda mount: mount.reason),
            },
        ),
    },
)

_INFO: Mapping[str, Node] = {
    "name": text(lambda datastore: datastore.name),
    "url": text(lambda datastore: datastore.url),
    "freeSpace": long(lambda datastore: datastore.free_bytes),
    "maxFileSize": long(lambda _: 70368744177664),
}
_VOLUME: Mapping[str, Node] = {
    "type": text(lambda datastore: datastore.kind),
    "name": text(lambda datastore: datastore.name),
    "capacity": long(lambda datastore: datastore.capacity_bytes),
}
_VMFS = Struct(
    "HostVmfsVolume",
    {
        **_VOLUME,
        "blockSizeMb": integer(lambda _: 1),
        "blockSize": integer(lambda _: 1024),
        "maxBlocks": integer(lambda _: 63963136),
        "majorVersion": integer(lambda datastore: datastore.vmfs_version[0]),
        "version": text(lambda datastore: datastore.vmfs_version[1]),
        "uuid": text(lambda datastore: datastore.uuid),
        "extent": Each(
            "HostScsiDiskPartition",
            lambda datastore: datastore.extents,
            Struct(
                "HostScsiDiskPartition",
                {
                    "diskName": text(lambda extent: extent.disk),
                    "partition": integer(lambda extent: extent.partition),
                },
            ),
        ),
        "vmfsUpgradable": boolean(lambda _: False),
        "ssd": boolean(lambda datastore: datastore.is_ssd),
        "local": boolean(lambda _: False),
    },
)
_NAS = Struct(
    "HostNasVolume",
    {
        **_VOLUME,
        "remoteHost": text(lambda datastore: datastore.server),
        "remotePath": text(lambda datastore: datastore.export),
        "remoteHostNames": Texts(lambda datastore: datastore.servers),
    },
)
_KINDS = {"VMFS": "VmfsDatastoreInfo", "vsan": "VsanDatastoreInfo"}

DATASTORE: Mapping[str, Node] = {
    **ENTITY,
    "summary": Struct(
        "DatastoreSummary",
        {
            "datastore": Link(lambda datastore: datastore.ref),
            "name": text(lambda datastore: datastore.name),
            "url": text(lambda datastore: datastore.url),
            "capacity": long(lambda datastore: datastore.capacity_bytes),
            "freeSpace": long(lambda datastore: datastore.free_bytes),
            "uncommitted": long(lambda datastore: datastore.uncommitted_bytes),
            "accessible": boolean(lambda datastore: datastore.accessible),
            "multipleHostAccess": boolean(lambda datastore: datastore.is_shared),
            "type": text(lambda datastore: datastore.kind),
            "maintenanceMode": text(lambda datastore: datastore.maintenance_mode),
        },
    ),
    "info": Varied(
        lambda datastore: _KINDS.get(datastore.kind, "NasDatastoreInfo"),
        {
            "VmfsDatastoreInfo": Struct("VmfsDatastoreInfo", {**_INFO, "vmfs": _VMFS}),
            "NasDatastoreInfo": Struct("NasDatastoreInfo", {**_INFO, "nas": _NAS}),
            "VsanDatastoreInfo": Struct(
                "VsanDatastoreInfo",
                {**_INFO, "membershipUuid": text(lambda datastore: datastore.uuid)},
            ),
        },
    ),
    "iormConfiguration": Struct(
        "StorageIORMInfo",
        {
            "enabled": boolean(lambda datastore: datastore.has_sioc),
            "congestionThresholdMode": text(lambda _: "automatic"),
            "congestionThreshold": integer(lambda _: 30),
            "statsCollectionEnabled": boolean(lambda _: True),
            "reservationEnabled": boolean(lambda _: False),
        },
        lambda datastore: datastore.kind != "vsan",
    ),
    "host": Each("DatastoreHostMount", lambda datastore: datastore.mounts, _MOUNT),
    "vm": Links(lambda datastore, inventory: inventory.machines(datastore.ref)),
}

STORAGE_POD: Mapping[str, Node] = {
    **FOLDER,
    "summary": Struct(
        "StoragePodSummary",
        {
            "name": text(lambda pod: pod.name),
            "capacity": long(lambda pod: pod.capacity_bytes),
            "freeSpace": long(lambda pod: pod.free_bytes),
        },
    ),
    "podStorageDrsEntry": Struct(
        "PodStorageDrsEntry",
        {
            "storageDrsConfig": Struct(
                "StorageDrsConfigInfo",
                {
                    "podConfig": Struct(
                        "StorageDrsPodConfigInfo",
                        {
                            "enabled": boolean(lambda pod: pod.is_automated),
                            "ioLoadBalanceEnabled": boolean(lambda _: False),
                            "defaultVmBehavior": text(
                                lambda pod: "automated" if pod.is_automated else "manual"
                            ),
                            "defaultIntraVmAffinity": boolean(lambda _: True),
                        },
                    )
                },
            )
        },
    ),
}
