"""Global IDs: opaque, stable when a vCenter is registered again, and one partition to look in.

    one byte for the type │ 16 bytes of UUID │ moid in UTF-8        (base64url, no padding)

The UUID is the vCenter's instanceUuid, for a sync run the run's own.
"""

from typing import NamedTuple
from uuid import UUID

from resolvers.opaque import seal, unseal
from runtime.errors import InvalidIdError

TAGS = {
    "VCenter": b"I",
    "Datacenter": b"C",
    "Folder": b"F",
    "Cluster": b"R",
    "Host": b"H",
    "Datastore": b"D",
    "VirtualMachine": b"V",
    "SyncRun": b"S",
    "StoragePod": b"O",
    "ResourcePool": b"G",
    "Network": b"N",
    "DistributedSwitch": b"W",
}
TYPES = {tag: name for name, tag in TAGS.items()}
WITHOUT_MOID = frozenset({"VCenter", "SyncRun"})
UUID_END = 17
LONGEST = 400


class GlobalId(NamedTuple):
    """What an ID says."""

    type: str
    uuid: UUID
    moid: str = ""


def encode(type_name: str, uuid: UUID, moid: str = "") -> str:
    """Return the ID of an object."""
    return seal(TAGS[type_name] + uuid.bytes + moid.encode())


def decode(text: str, *expected: str) -> GlobalId:
    """Return what an ID says.

    Raises:
        InvalidIdError: it is no ID of ours, or of none of the expected types.
    """
    try:
        raw = unseal(text, longest=LONGEST)
        found = GlobalId(TYPES[raw[:1]], UUID(bytes=raw[1:UUID_END]), raw[UUID_END:].decode())
    except (ValueError, KeyError):
        raise InvalidIdError from None
    is_whole = bool(found.moid) != (found.type in WITHOUT_MOID)
    if not is_whole or "\0" in found.moid:
        raise InvalidIdError
    if expected and found.type not in expected:
        raise InvalidIdError(f"This is the ID of a {found.type}, not of a {' or '.join(expected)}.")
    return found
