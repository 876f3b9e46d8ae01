"""Disks under VMFS datastores."""

import strawberry

from resolvers.part import entry


@strawberry.type(description="A disk partition under a VMFS datastore.")
class VmfsExtent:
    """One element of `datastores.extents`."""

    disk_name: str | None = entry(
        "disk_name", "Name of the disk, as naa.600…: `canonicalName` among the LUNs of its hosts."
    )
    partition: int | None = entry("partition", "Number of the partition.")
