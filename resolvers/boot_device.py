"""What VMs boot from."""

import strawberry

from resolvers.part import entry


@strawberry.type(description="A device that a VM tries to boot from.")
class BootDevice:
    """One element of `vm_hardware.boot_order`."""

    type: str | None = entry("type", "disk, ethernet, cdrom or floppy.")
    device_key: int | None = entry(
        "device_key", "Number of the disk or network adapter; null: any drive of that kind."
    )
