"""Lists every object of a kind and finds any by its moid."""

import re
from collections.abc import Callable

from vminer.simulator.inventory import moid as ids
from vminer.simulator.inventory.compute import Compute
from vminer.simulator.inventory.entity import Entity
from vminer.simulator.inventory.folder import TOP_FOLDERS, Datacenter, Folder
from vminer.simulator.inventory.frame import Frame
from vminer.simulator.inventory.host import Host
from vminer.simulator.inventory.layout import OPAQUE_NETWORK, STANDARD_NETWORK
from vminer.simulator.inventory.machine import Machine
from vminer.simulator.inventory.network import Network, Switch
from vminer.simulator.inventory.pool import Pool
from vminer.simulator.inventory.ref import ROOT_FOLDER, Ref
from vminer.simulator.inventory.storage import Datastore, StoragePod
from vminer.simulator.inventory.words import ENVIRONMENT_FOLDERS, ROLE_FOLDERS

KINDS = (
    "Folder",
    "StoragePod",
    "Datacenter",
    "ComputeResource",
    "ClusterComputeResource",
    "HostSystem",
    "ResourcePool",
    "VirtualApp",
    "Datastore",
    "Network",
    "OpaqueNetwork",
    "DistributedVirtualPortgroup",
    "VmwareDistributedVirtualSwitch",
    "VirtualMachine",
)

_MOID = re.compile(r"([a-z]+-[a-z]?)(\d{1,9})\Z")


class Catalog:
    """The objects of one vCenter by kind and by moid."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._folders = {folder.ref.moid: folder for folder in all_folders(frame)}

    def refs(self, kind: str) -> list[Ref]:
        """All objects of exactly this kind."""
        layout = self._frame.layout
        listed: dict[str, Callable[[], list[Ref]]] = {
            "Folder": lambda: [folder.ref for folder in self._folders.values()],
            "StoragePod": lambda: [ids.storage_pod_ref(n) for n in range(layout.datacenters)],
            "Datacenter": lambda: [ids.datacenter_ref(n) for n in range(layout.datacenters)],
            "ComputeResource": lambda: [ids.compute_ref(None)],
            "ClusterComputeResource": lambda: [ids.compute_ref(n) for n in range(layout.clusters)],
            "HostSystem": lambda: [ids.host_ref(n) for n in range(layout.hosts)],
            "ResourcePool": lambda: [
                ids.pool_ref(None),
                *(
                    ids.pool_ref(n, level)
                    for level in range(len(ids.POOL_LETTERS))
                    for n in range(layout.clusters)
                ),
            ],
            "VirtualApp": lambda: [ids.vapp_ref(n) for n in range(layout.clusters)],
            "Datastore": lambda: [ids.datastore_ref(n) for n in range(layout.datastores)],
            "Network": lambda: [
                ids.network_ref(n, STANDARD_NETWORK) for n in range(layout.datacenters)
            ],
            "OpaqueNetwork": lambda: [
                ids.network_ref(n, OPAQUE_NETWORK) for n in range(layout.datacenters)
            ],
            "DistributedVirtualPortgroup": lambda: [
                ids.network_ref(datacenter, number)
                for datacenter in range(layout.datacenters)
                for number in layout.networks(datacenter)
                if number >= 0
            ],
            "VmwareDistributedVirtualSwitch": lambda: [
                ids.switch_ref(n) for n in range(layout.datacenters)
            ],
            "VirtualMachine": lambda: [ids.machine_ref(n) for n in self._frame.machine_indexes()],
        }
        return listed[kind]()

    def find(self, moid: str) -> Entity | None:
        """The object, or None when there is no such one (any more)."""
        if moid in self._folders:
            return self._folders[moid]
        match = _MOID.match(moid)
        if match is None or match[1] not in _FINDERS:
            return None
        return _FINDERS[match[1]](self._frame, int(match[2]))

    def machine_index(self, moid: str) -> int | None:
        """Of a machine that exists."""
        found = self.find(moid)
        return found.index if isinstance(found, Machine) else None


def all_folders(frame: Frame) -> list[Folder]:
    """The root, four per datacenter, and two levels of folders for machines."""
    found = [Folder(ROOT_FOLDER, "Datacenters", None)]
    for datacenter in range(frame.layout.datacenters):
        holder = ids.datacenter_ref(datacenter)
        for letter, name in TOP_FOLDERS.items():
            found.append(Folder(ids.top_folder_ref(letter, datacenter), name, holder))
        for environment, name in enumerate(ENVIRONMENT_FOLDERS):
            middle = ids.environment_folder_ref(datacenter, environment)
            found.append(Folder(middle, name, ids.top_folder_ref("v", datacenter)))
            for child, leaf_name in enumerate(ROLE_FOLDERS):
                leaf = ids.leaf_folder_ref(datacenter, environment, child)
                found.append(Folder(leaf, f"{name}%2f{leaf_name}", middle))
    return found


def _machine(frame: Frame, number: int) -> Entity | None:
    index = number - ids.FIRST_MACHINE
    known = 0 <= index < frame.machine_count and index not in frame.overlay.removed
    return Machine(frame, index) if known else None


def _host(frame: Frame, number: int) -> Entity | None:
    index = number - ids.FIRST_HOST
    return Host(frame, index) if 0 <= index < frame.layout.hosts else None


def _cluster(frame: Frame, number: int) -> Entity | None:
    index = number - ids.FIRST_CLUSTER
    return Compute(frame, index) if 0 <= index < frame.layout.clusters else None


def _lone(frame: Frame, number: int) -> Entity | None:
    return Compute(frame, None) if number == 7 else None


def _pool(frame: Frame, number: int) -> Entity | None:
    if number == 7:
        return Pool(frame, None)
    index = number - ids.FIRST_CLUSTER
    return Pool(frame, index) if 0 <= index < frame.layout.clusters else None


def _lower_pool(level: int) -> Callable[[Frame, int], Entity | None]:
    def found(frame: Frame, number: int) -> Entity | None:
        index = number - ids.FIRST_CLUSTER
        return Pool(frame, index, level=level) if 0 <= index < frame.layout.clusters else None

    return found


def _vapp(frame: Frame, number: int) -> Entity | None:
    index = number - ids.FIRST_CLUSTER
    return Pool(frame, index, is_vapp=True) if 0 <= index < frame.layout.clusters else None


def _datastore(frame: Frame, number: int) -> Entity | None:
    index = number - ids.FIRST_DATASTORE
    return Datastore(frame, index) if 0 <= index < frame.layout.datastores else None


def _storage_pod(frame: Frame, number: int) -> Entity | None:
    datacenter, rest = divmod(number - 3, ids.FOLDER_BLOCK)
    known = rest == 0 and 0 <= datacenter < frame.layout.datacenters
    return StoragePod(frame, datacenter) if known else None


def _datacenter(frame: Frame, number: int) -> Entity | None:
    index = number - ids.FIRST_DATACENTER
    return Datacenter(frame, index) if 0 <= index < frame.layout.datacenters else None


def _network(frame: Frame, number: int) -> Entity | None:
    index = number - ids.FIRST_NETWORK
    known = 0 <= index < frame.layout.datacenters
    return Network(frame, index, STANDARD_NETWORK) if known else None


def _opaque_network(frame: Frame, number: int) -> Entity | None:
    index = number - ids.FIRST_NETWORK
    known = 0 <= index < frame.layout.datacenters
    return Network(frame, index, OPAQUE_NETWORK) if known else None


def _portgroup(frame: Frame, number: int) -> Entity | None:
    datacenter, index = divmod(number - ids.FIRST_PORTGROUP, ids.PORTGROUP_BLOCK)
    known = 0 <= datacenter < frame.layout.datacenters
    known = known and index in frame.layout.networks(datacenter)
    return Network(frame, datacenter, index) if known else None


def _switch(frame: Frame, number: int) -> Entity | None:
    index = number - ids.FIRST_SWITCH
    return Switch(frame, index) if 0 <= index < frame.layout.datacenters else None


_FINDERS: dict[str, Callable[[Frame, int], Entity | None]] = {
    "vm-": _machine,
    "host-": _host,
    "domain-c": _cluster,
    "domain-s": _lone,
    "resgroup-": _pool,
    "resgroup-p": _lower_pool(1),
    "resgroup-q": _lower_pool(2),
    "resgroup-v": _vapp,
    "datastore-": _datastore,
    "group-p": _storage_pod,
    "datacenter-": _datacenter,
    "network-": _network,
    "network-o": _opaque_network,
    "dvportgroup-": _portgroup,
    "dvs-": _switch,
}
