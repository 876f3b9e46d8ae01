"""Folders and datacenters."""

from collections.abc import Mapping

from vminer.simulator.inventory.entity import NOTHING_HIDDEN
from vminer.simulator.inventory.frame import Frame
from vminer.simulator.inventory.moid import datacenter_ref, top_folder_ref
from vminer.simulator.inventory.ref import ROOT_FOLDER, Ref

TOP_FOLDERS = {"v": "vm", "h": "host", "s": "datastore", "n": "network"}


class Folder:
    """A folder; what is in it is a relation (relations.py)."""

    overall_status = "green"
    hidden: Mapping[str, str] = NOTHING_HIDDEN

    def __init__(self, ref: Ref, name: str, parent: Ref | None) -> None:
        self.ref = ref
        self.name = name
        self.parent = parent


class Datacenter:
    """A datacenter with its four folders."""

    overall_status = "green"
    hidden: Mapping[str, str] = NOTHING_HIDDEN

    def __init__(self, frame: Frame, index: int) -> None:
        self.frame = frame
        self.index = index

    @property
    def ref(self) -> Ref:
        return datacenter_ref(self.index)

    @property
    def name(self) -> str:
        return f"dc-{self.frame.identity.site}-{self.index + 1}"

    @property
    def parent(self) -> Ref | None:
        return ROOT_FOLDER

    def folder(self, letter: str) -> Ref:
        """v, h, s or n."""
        return top_folder_ref(letter, self.index)
