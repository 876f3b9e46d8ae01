"""What a VM boots from."""

import re

from sync_agent.collector.part import TYPE, Part, compact, number, several, structure
from sync_agent.collector.reply import Element

BOOTABLE = re.compile("VirtualMachineBootOptionsBootable(.+)Device")


def boot_order(options: Element | None) -> list[Part]:
    """Return the devices of VirtualMachineBootOptions.bootOrder, in order; none: the firmware's.

    Disks and network adapters are named by their keys; of a CD drive or floppy any is meant.
    """
    listed = several(structure(options), "bootOrder") if options is not None else []
    return compact(
        {"type": _kind(each.get(TYPE)), "device_key": number(each, "deviceKey")}
        for each in listed
        if isinstance(each, dict)
    )


def _kind(type_: object) -> str | None:
    """Return disk, ethernet, cdrom or floppy: what vSphere's name for the type holds."""
    found = BOOTABLE.fullmatch(str(type_))
    return found[1].lower() if found else None
