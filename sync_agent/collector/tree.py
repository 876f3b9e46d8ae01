"""Where objects lie: the folders, datacenters, compute resources and pools read so far.

Filled in the order of the scan (folders, datacenters, compute resources, pools, hosts), asked for
the rest.
"""

from dataclasses import dataclass, field

POOLS = frozenset({"ResourcePool", "VirtualApp"})
MOST_LEVELS = 64  # a loop of parents is a broken answer, not an endless one


@dataclass(frozen=True, slots=True)
class Place:
    """One object of the tree."""

    type: str
    moid: str
    name: str
    parent: str | None


@dataclass(slots=True)
class Tree:
    """The inventory tree of one vCenter."""

    places: dict[str, Place] = field(default_factory=dict)
    host_parents: dict[str, str] = field(default_factory=dict)
    """Compute resource of each host."""
    attribute_names: dict[str, str] = field(default_factory=dict)
    """Names of the vCenter's custom attributes by key."""
    networks: dict[str, str] = field(default_factory=dict)
    """Moid of a network by what adapters call it: a port group's key, an opaque network's id."""
    sole_hosts: dict[str, str] = field(default_factory=dict)
    """Host of each compute resource that is no cluster and told it."""
    primary_vlans: dict[str, dict[int, int]] = field(default_factory=dict)
    """Of each distributed switch that was read the primary VLAN of each secondary one."""
    _ways_up: dict[str, list[Place]] = field(default_factory=dict)

    def add(self, type_: str, moid: str, name: str, parent: str | None) -> None:
        """Take in one object."""
        self.places[moid] = Place(type_, moid, name, parent)
        self._ways_up.clear()

    def ancestors(self, moid: str | None) -> list[Place]:
        """Return an object and what lies above it, nearest first; thousands share a parent."""
        known = self._ways_up.get(moid or "")
        return known if known is not None else self._climb(moid or "")

    def _climb(self, moid: str) -> list[Place]:
        found: list[Place] = []
        place = self.places.get(moid)
        while place is not None and len(found) < MOST_LEVELS:
            found.append(place)
            place = self.places.get(place.parent or "")
        self._ways_up[moid] = found
        return found

    def is_whole(self, moid: str | None) -> bool:
        """Tell whether everything above an object, given by its parent, was seen, up to the root.

        An account that may not read a folder, or an answer that left one out, breaks the way up:
        then what was not found there is unknown, not absent.
        """
        if moid is None:
            return True
        above = self.ancestors(moid)
        return bool(above) and above[-1].parent is None

    def datacenters(self) -> list[str]:
        """Return every datacenter that was seen."""
        return sorted(place.moid for place in self.places.values() if place.type == "Datacenter")

    def datacenter(self, moid: str | None) -> str | None:
        """Return the datacenter that an object, given by its parent, lies in."""
        return next((p.moid for p in self.ancestors(moid) if p.type == "Datacenter"), None)

    def folder(self, moid: str | None) -> str | None:
        """Return the nearest folder at or above an object, within its datacenter."""
        for place in self.ancestors(moid):
            if place.type == "Folder" and place.parent is not None:
                return place.moid
            if place.type == "Datacenter":
                return None
        return None

    def cluster(self, compute_resource: str | None) -> str | None:
        """Return a compute resource's moid where it is a cluster."""
        place = self.places.get(compute_resource or "")
        is_cluster = place is not None and place.type == "ClusterComputeResource"
        return compute_resource if is_cluster else None

    def storage_pod(self, parent: str | None) -> str | None:
        """Return a datastore's parent where it is a storage pod."""
        place = self.places.get(parent or "")
        return parent if place is not None and place.type == "StoragePod" else None

    def pool(self, moid: str | None) -> str | None:
        """Return a resource pool's or vApp's moid; None: it is something else."""
        place = self.places.get(moid or "")
        return moid if place is not None and place.type in POOLS else None

    def path(self, moid: str) -> str | None:
        """Return the names from the root to an object, the root left out; None: not all seen."""
        if not self.is_whole(moid):
            return None
        names = [place.name for place in self.ancestors(moid) if place.parent is not None]
        return "/" + "/".join(reversed(names))
