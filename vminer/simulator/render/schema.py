"""All tables together: which types there are, what they inherit, which paths they know."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from vminer.simulator.inventory.catalog import KINDS
from vminer.simulator.render.compute import CLUSTER, COMPUTE_RESOURCE
from vminer.simulator.render.entity import ENTITY
from vminer.simulator.render.folder import DATACENTER, FOLDER
from vminer.simulator.render.host import HOST
from vminer.simulator.render.machine import MACHINE
from vminer.simulator.render.network import NETWORK, OPAQUE_NETWORK, PORTGROUP, SWITCH
from vminer.simulator.render.node import Node, Struct
from vminer.simulator.render.pool import RESOURCE_POOL, VIRTUAL_APP
from vminer.simulator.render.service import (
    CONTAINER_VIEW,
    CUSTOM_FIELDS_MANAGER,
    SERVICE_INSTANCE,
    SESSION_MANAGER,
)
from vminer.simulator.render.storage import DATASTORE, STORAGE_POD

TABLES: Mapping[str, Mapping[str, Node]] = {
    "ManagedEntity": ENTITY,
    "Folder": FOLDER,
    "StoragePod": STORAGE_POD,
    "Datacenter": DATACENTER,
    "ComputeResource": COMPUTE_RESOURCE,
    "ClusterComputeResource": CLUSTER,
    "HostSystem": HOST,
    "ResourcePool": RESOURCE_POOL,
    "VirtualApp": VIRTUAL_APP,
    "Datastore": DATASTORE,
    "Network": NETWORK,
    "OpaqueNetwork": OPAQUE_NETWORK,
    "DistributedVirtualPortgroup": PORTGROUP,
    "DistributedVirtualSwitch": SWITCH,
    "VmwareDistributedVirtualSwitch": SWITCH,
    "VirtualMachine": MACHINE,
    "ServiceInstance": SERVICE_INSTANCE,
    "SessionManager": SESSION_MANAGER,
    "CustomFieldsManager": CUSTOM_FIELDS_MANAGER,
    "ContainerView": CONTAINER_VIEW,
}

_PARENTS: Mapping[str, str] = {
    "StoragePod": "Folder",
    "ClusterComputeResource": "ComputeResource",
    "VirtualApp": "ResourcePool",
    "DistributedVirtualPortgroup": "Network",
    "OpaqueNetwork": "Network",
    "VmwareDistributedVirtualSwitch": "DistributedVirtualSwitch",
}
_ENTITY_KINDS = frozenset(KINDS)

Guard = Callable[[Any], bool]


def is_a(kind: str, wanted: str) -> bool:
    """Whether `kind` is `wanted` or inherits from it."""
    if kind == wanted or (wanted == "ManagedEntity" and kind in _ENTITY_KINDS):
        return True
    return _PARENTS.get(kind) == wanted


@lru_cache(maxsize=4096)
def resolve(kind: str, path: str) -> tuple[Node, tuple[Guard, ...]] | None:
    """The node at a path, with what must be true for its parents to be set."""
    fields = TABLES[kind]
    guards: list[Guard] = []
    *parents, last = path.split(".")
    for name in parents:
        node = fields.get(name)
        if not isinstance(node, Struct):
            return None
        guards.append(node.present)
        fields = node.fields
    found = fields.get(last)
    return None if found is None else (found, tuple(guards))


def paths(kind: str) -> Iterator[str]:
    """Every path the type knows, parents before their fields."""
    yield from _paths(TABLES[kind], "")


def _paths(fields: Mapping[str, Node], prefix: str) -> Iterator[str]:
    for name, node in fields.items():
        yield prefix + name
        if isinstance(node, Struct):
            yield from _paths(node.fields, f"{prefix}{name}.")
