"""What is asked of a vCenter: property filters over a view, or over named objects."""

from collections.abc import Iterable, Sequence
from typing import Any

from pyVmomi import vim, vmodl

from sync_agent.collector import cluster_rule, host_identity, network, pool, switch, volume
from sync_agent.collector import property as table
from sync_agent.collector.port import PORT_CONFIG
from sync_agent.collector.table import Table

PropertyCollector = vmodl.query.PropertyCollector
ENTITY = ("customValue", "name", "parent")
MACHINE = (*ENTITY, "guest.net", "snapshot", *table.VIRTUAL_MACHINE_EDGES.values())


def _paths(*tables: Table, more: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({item.path for rows in tables for item in rows} | set(more)))


POOL = _paths(pool.RESOURCE_POOL, pool.RESOURCE_POOL_USAGE, more=("owner", *ENTITY))
SWITCH = _paths(switch.SWITCH, more=(*ENTITY, *switch.SWITCH_EDGES.values()))
NETWORK = _paths(network.NETWORK, more=ENTITY)
LIGHT: dict[str, tuple[str, ...]] = {
    "Folder": ENTITY,
    "Datacenter": _paths(table.DATACENTER, more=ENTITY),
    "ComputeResource": _paths(more=("host", "name", "parent")),
    "ClusterComputeResource": _paths(
        table.CLUSTER, table.CLUSTER_USAGE, more=(*cluster_rule.PATHS, *ENTITY)
    ),
    "ResourcePool": POOL,
    "VirtualApp": _paths(pool.VIRTUAL_APP, more=POOL),
    "HostSystem": _paths(
        table.HOST,
        table.HOST_USAGE,
        more=(*host_identity.PATHS, *ENTITY, *table.HOST_EDGES.values()),
    ),
    "Datastore": _paths(table.DATASTORE, table.DATASTORE_USAGE, more=(*volume.PATHS, *ENTITY)),
    "StoragePod": _paths(table.STORAGE_POD, table.STORAGE_POD_USAGE, more=ENTITY),
    "DistributedVirtualSwitch": SWITCH,
    "VmwareDistributedVirtualSwitch": _paths(switch.VMWARE_SWITCH, more=SWITCH),
    "Network": NETWORK,
    "OpaqueNetwork": _paths(network.OPAQUE_NETWORK, more=NETWORK),
    "DistributedVirtualPortgroup": _paths(network.PORTGROUP, more=(PORT_CONFIG, *NETWORK)),
    "VirtualMachine": _paths(table.VIRTUAL_MACHINE, table.VIRTUAL_MACHINE_USAGE, more=MACHINE),
}

MANAGED = {
    "Folder": vim.Folder,
    "Datacenter": vim.Datacenter,
    "ComputeResource": vim.ComputeResource,
    "ClusterComputeResource": vim.ClusterComputeResource,
    "HostSystem": vim.HostSystem,
    "Datastore": vim.Datastore,
    "VirtualMachine": vim.VirtualMachine,
    "StoragePod": vim.StoragePod,
    "ResourcePool": vim.ResourcePool,
    "VirtualApp": vim.VirtualApp,
    "DistributedVirtualSwitch": vim.DistributedVirtualSwitch,
    "VmwareDistributedVirtualSwitch": vim.dvs.VmwareDistributedVirtualSwitch,
    "Network": vim.Network,
    "OpaqueNetwork": vim.OpaqueNetwork,
    "DistributedVirtualPortgroup": vim.dvs.DistributedVirtualPortgroup,
}


def over_view(view: Any, paths_by_type: dict[str, tuple[str, ...]]) -> Any:
    """Return the filter for every object of a view."""
    through = PropertyCollector.TraversalSpec(
        name="view", type=vim.view.ContainerView, path="view", skip=False
    )
    start = PropertyCollector.ObjectSpec(obj=view, skip=True, selectSet=[through])
    return _filter([start], paths_by_type)


def over_objects(managed: str, moids: Iterable[str], paths: Sequence[str]) -> Any:
    """Return the filter for named objects of one kind."""
    objects = [PropertyCollector.ObjectSpec(obj=MANAGED[managed](moid)) for moid in moids]
    return _filter(objects, {managed: tuple(paths)})


def over_object(managed_object: Any, path: str) -> Any:
    """Return the filter for one property of one object."""
    start = PropertyCollector.ObjectSpec(obj=managed_object)
    wanted = PropertyCollector.PropertySpec(type=type(managed_object), all=False, pathSet=[path])
    return PropertyCollector.FilterSpec(propSet=[wanted], objectSet=[start])


def over_several(managed_objects: Iterable[Any], type_: Any, path: str) -> Any:
    """Return the filter for one property of several objects of a type."""
    objects = [PropertyCollector.ObjectSpec(obj=each) for each in managed_objects]
    wanted = PropertyCollector.PropertySpec(type=type_, all=False, pathSet=[path])
    return PropertyCollector.FilterSpec(
        propSet=[wanted], objectSet=objects, reportMissingObjectsInResults=True
    )


def _filter(objects: list[Any], paths_by_type: dict[str, tuple[str, ...]]) -> Any:
    properties = [
        PropertyCollector.PropertySpec(type=MANAGED[type_], all=False, pathSet=list(paths))
        for type_, paths in paths_by_type.items()
    ]
    return PropertyCollector.FilterSpec(
        propSet=properties,
        objectSet=objects,
        # Objects that vanish meanwhile are left out instead of failing the whole call.
        reportMissingObjectsInResults=True,
    )
