"""Datastore."""

from collections.abc import Mapping

from vminer.simulator.inventory.storage import Datastore
from vminer.simulator.render.entity import ENTITY
from vminer.simulator.render.node import (
    Items,
    Link,
    Links,
    Node,
    Struct,
    bool_text,
    boolean,
    long,
    text,
)


def _mounts(tag: str, datastore: Datastore) -> str:
    path = datastore.url.removeprefix("ds://").rstrip("/")
    return "".join(
        f'<{tag}><key type="HostSystem">{mount.host.moid}</key><mountInfo><path>{path}</path>'
        f"<accessMode>{mount.access_mode}</accessMode><mounted>{bool_text(mount.mounted)}</mounted>"
        f"<accessible>{bool_text(mount.accessible)}</accessible></mountInfo></{tag}>"
        for mount in datastore.mounts
    )


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
    "info": Struct(
        "DatastoreInfo",
        {
            "name": text(lambda datastore: datastore.name),
            "url": text(lambda datastore: datastore.url),
            "freeSpace": long(lambda datastore: datastore.free_bytes),
            "maxFileSize": long(lambda _: 70368744177664),
        },
    ),
    "host": Items("DatastoreHostMount", _mounts),
    "vm": Links(lambda datastore, inventory: inventory.machines(datastore.ref)),
}
