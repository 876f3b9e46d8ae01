"""A moid that comes back as another object: vCenter reuses them, above all after a restore.

Such a row begins a new generation. One sign is not enough: a copied VM keeps its creation date, a
repaired host its serial number.
"""

from collections.abc import Sequence

from models.enums import InventoryType

IDENTITY: dict[InventoryType, tuple[str, str]] = {
    InventoryType.VirtualMachine: ("instance_uuid", "created_at"),
    InventoryType.Host: ("bios_uuid", "serial_number"),
    InventoryType.DistributedSwitch: ("uuid", "created_at"),
}
"""The two columns of each type that no reconfiguration changes together."""


def is_another(before: Sequence[object], after: Sequence[object]) -> bool:
    """Tell whether the identity of a row, before and after, is that of two objects.

    What is not known on either side proves nothing.

    >>> [is_another(("a", 1), after) for after in (("b", 2), ("b", 1), ("b", None))]
    [True, False, False]
    """
    return all(
        old is not None and new is not None and old != new
        for old, new in zip(before, after, strict=True)
    )
