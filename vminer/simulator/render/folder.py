"""Folder and Datacenter."""

from collections.abc import Mapping

from vminer.simulator.render.entity import ENTITY
from vminer.simulator.render.node import Link, Links, Node

FOLDER: Mapping[str, Node] = {
    **ENTITY,
    "childEntity": Links(lambda folder, inventory: inventory.children(folder.ref)),
}

DATACENTER: Mapping[str, Node] = {
    **ENTITY,
    "vmFolder": Link(lambda datacenter: datacenter.folder("v")),
    "hostFolder": Link(lambda datacenter: datacenter.folder("h")),
    "datastoreFolder": Link(lambda datacenter: datacenter.folder("s")),
    "networkFolder": Link(lambda datacenter: datacenter.folder("n")),
}
