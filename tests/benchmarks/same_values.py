"""Before any speed: our records hold what pyVmomi's own decoder reads from the same bytes."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from pyVmomi import vim

from sync_agent.collector import property as table
from sync_agent.collector import value
from sync_agent.collector.table import Property, Within
from sync_agent.records import DetailPage, Page

MIB = 2**20


def assert_same_machines(pages: list[Page], replies: list[Any]) -> None:
    """Compare every column that one property fills, of every VM."""
    records = {record.moid: record for page in pages for record in page.records}
    assert not any(page.quarantined for page in pages)
    read = _properties(replies)
    assert records.keys() == read.keys()
    for moid, properties in read.items():
        known, usage = records[moid].columns, records[moid].usage or {}
        assert (known["raw_name"] or known["name"]) == properties["name"]
        for rows, columns in ((table.VIRTUAL_MACHINE, known), (table.VIRTUAL_MACHINE_USAGE, usage)):
            for each, read_value in _read_by_column(rows, properties):
                if each.column in columns:
                    expected = _expected(each, read_value)
                    assert columns[each.column] == expected, f"{moid} {each.path}"


def assert_same_hardware(pages: list[DetailPage], replies: list[Any]) -> None:
    """Compare disks and network adapters of every VM whose devices are readable."""
    records = {record.moid: record.columns for page in pages for record in page.records}
    assert not any(page.quarantined for page in pages)
    for moid, properties in _properties(replies).items():
        devices = properties.get("config.hardware.device")
        assert (moid in records) == (devices is not None)
        if devices is None:
            continue
        disks = [each for each in devices if isinstance(each, vim.vm.device.VirtualDisk)]
        cards = [each for each in devices if isinstance(each, vim.vm.device.VirtualEthernetCard)]
        found: Any = records[moid]
        assert [(each["key"], each["capacity_bytes"], each["uuid"]) for each in found["disks"]] == [
            (disk.key, disk.capacityInBytes, str(UUID(disk.backing.uuid))) for disk in disks
        ]
        assert [(each["key"], each["mac_address"]) for each in found["nics"]] == [
            (card.key, card.macAddress) for card in cards
        ]


def _properties(replies: list[Any]) -> dict[str, dict[str, Any]]:
    return {
        each.obj._moId: {prop.name: prop.val for prop in each.propSet}
        for reply in replies
        for each in reply.objects
    }


def _read_by_column(
    items: Iterable[Property | Within], properties: dict[str, Any]
) -> Iterator[tuple[Property, Any]]:
    """Yield each property with what pyVmomi read of it, those inside of structures too."""
    for item in items:
        held = properties.get(item.path)
        if isinstance(item, Property):
            yield item, held
        else:
            inside = {field.path: getattr(held, field.path, None) for field in item.fields}
            yield from _read_by_column(item.fields, inside)


CONVERSIONS: dict[Any, Callable[[Any], object]] = {
    value.reference: lambda read: read._moId,
    value.kibibytes: lambda read: read * 2**10,
    value.mebibytes: lambda read: read * MIB,
    value.limit: lambda read: read if read >= 0 else None,
    value.limit_mebibytes: lambda read: read * MIB if read >= 0 else None,
    value.uuid: lambda read: UUID(read) if UUID(read).int else None,
    value.address: ip_address,
}


def _expected(item: Property, read: Any) -> object:
    """Return what a column must hold, from what pyVmomi read."""
    if read is None:
        return None
    if item.convert in CONVERSIONS:
        return CONVERSIONS[item.convert](read)
    if isinstance(read, datetime):
        return read if read.timestamp() > 0 else None
    return None if read == "" else read
