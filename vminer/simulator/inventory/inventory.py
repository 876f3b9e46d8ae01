"""One vCenter's inventory: the objects, and the steps from one object to others."""

from vminer.simulator.inventory import moid as ids
from vminer.simulator.inventory.catalog import Catalog
from vminer.simulator.inventory.entity import Entity
from vminer.simulator.inventory.frame import Frame
from vminer.simulator.inventory.ref import ROOT_FOLDER, Ref
from vminer.simulator.inventory.relations import Relations
from vminer.simulator.inventory.words import ENVIRONMENT_FOLDERS, ROLE_FOLDERS


class Inventory:
    """Hands out objects; keeps none."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.catalog = Catalog(frame)
        self.relations = Relations(frame)

    def find(self, moid: str) -> Entity | None:
        """The object, or None when there is no such one (any more)."""
        return self.catalog.find(moid)

    def machines(self, holder: Ref) -> list[Ref]:
        """The machines on a host or datastore, in a folder or pool, or attached to a network."""
        if holder.kind in {"Network", "OpaqueNetwork", "DistributedVirtualPortgroup"}:
            return self.relations.machines_of_network(holder)
        return self.relations.machines_of(holder)

    def children(self, folder: Ref) -> list[Ref]:
        """Folder.childEntity."""
        if folder == ROOT_FOLDER:
            return self.catalog.refs("Datacenter")
        letter = folder.moid.removeprefix("group-")[0]
        datacenter, rest = divmod(int(folder.moid[7:]) - 3, ids.FOLDER_BLOCK)
        if letter == "v":
            return self._machine_folder(datacenter, rest, folder)
        layout = self.frame.layout
        if letter == "h":
            found = [ids.compute_ref(each) for each in layout.clusters_of_datacenter(datacenter)]
            return [ids.compute_ref(None), *found] if datacenter == 0 else found
        if letter == "p":
            return [ids.datastore_ref(each) for each in layout.datastores_of_pod(datacenter)]
        if letter == "s":
            loose = (n for n in range(layout.datastores) if not layout.is_in_pod(n))
            return [
                ids.storage_pod_ref(datacenter),
                *(
                    ids.datastore_ref(each)
                    for each in loose
                    if layout.datacenter_of_datastore(each) == datacenter
                ),
            ]
        numbers = layout.networks(datacenter)
        networks = [ids.network_ref(datacenter, number) for number in numbers]
        return [ids.switch_ref(datacenter), *networks]

    def _machine_folder(self, datacenter: int, rest: int, folder: Ref) -> list[Ref]:
        if rest == 0:
            return [
                ids.environment_folder_ref(datacenter, each)
                for each in range(len(ENVIRONMENT_FOLDERS))
            ]
        environment, child = divmod(rest, 10)
        if child == 0:
            return [
                ids.leaf_folder_ref(datacenter, environment - 1, each)
                for each in range(len(ROLE_FOLDERS))
            ]
        return self.relations.machines_of(folder)
