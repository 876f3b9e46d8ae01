"""The directions that arithmetic cannot answer: which machines are on a host, in a folder, …

One pass over the placements, kept until the inventory changes.
"""

from collections import defaultdict

from vminer.simulator.inventory.frame import Frame
from vminer.simulator.inventory.machine import Machine
from vminer.simulator.inventory.moid import (
    datastore_ref,
    host_ref,
    leaf_folder_ref,
    machine_ref,
    network_ref,
    pool_ref,
    vapp_ref,
)
from vminer.simulator.inventory.ref import Ref


class Relations:
    """Machines by what holds or serves them."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._version = -1
        self._machines: dict[str, list[int]] = {}
        self._networks: dict[str, list[int]] = {}
        self._networks_version = -1

    def machines_of(self, holder: Ref) -> list[Ref]:
        """The machines of a host, datastore, folder, pool or vApp."""
        if self._version != self._frame.overlay.version:
            self._machines = self._index()
            self._version = self._frame.overlay.version
        return [machine_ref(index) for index in self._machines.get(holder.moid, ())]

    def machines_of_network(self, network: Ref) -> list[Ref]:
        """Apart, because counting network cards needs each machine's dice."""
        if self._networks_version != self._frame.overlay.version:
            self._networks = self._index_networks()
            self._networks_version = self._frame.overlay.version
        return [machine_ref(index) for index in self._networks.get(network.moid, ())]

    def _index(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        layout, overlay = self._frame.layout, self._frame.overlay
        for index in self._frame.machine_indexes():
            place = layout.placement(index, overlay.machine(index).host)
            found[host_ref(place.host).moid].append(index)
            for datastore in place.datastores:
                found[datastore_ref(datastore).moid].append(index)
            if place.in_vapp and place.cluster is not None:
                found[vapp_ref(place.cluster).moid].append(index)
                continue
            found[leaf_folder_ref(place.datacenter, *place.folder).moid].append(index)
            if index % 500 != 50:
                found[pool_ref(place.cluster, place.pool_level).moid].append(index)
        return dict(found)

    def _index_networks(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        layout = self._frame.layout
        for index in self._frame.machine_indexes():
            machine = Machine(self._frame, index)
            datacenter = machine.placement.datacenter
            numbers = {
                layout.network_of(index, nic, datacenter) for nic in range(machine.nic_count)
            }
            for number in numbers:
                found[network_ref(datacenter, number).moid].append(index)
        return dict(found)
