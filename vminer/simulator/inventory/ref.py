"""How one managed object points at another."""

from typing import NamedTuple


class Ref(NamedTuple):
    """A managed object reference: the vSphere type and the id within its vCenter."""

    kind: str
    moid: str


ROOT_FOLDER = Ref("Folder", "group-d1")
