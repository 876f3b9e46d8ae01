"""Identifiers of objects that are read in part, against a real primary."""

from dataclasses import replace

from models.enums import IdentifierKind
from sync_agent.records import Record
from tests.integration.test_writer import VM, pool, rows, sync, vcenter
from tests.support.records import pages, vm

__all__ = ["pool", "vcenter"]

IP = IdentifierKind.IP
STORED = "SELECT value FROM identifiers WHERE vcenter_id = $1 AND kind = 'IP' ORDER BY value"


def reached(*addresses: str, partly: bool = False) -> Record:
    """Return a VM with these addresses; `partly`: it may have more."""
    unknown = ("guest_hostname",) if partly else ()
    record = vm(1, identifiers={IP: addresses}, unknown=unknown)
    return replace(record, partly=frozenset({IP} if partly else ()))


async def test_what_is_read_in_part_is_found_from_the_first_sync_on(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(reached("10.0.0.1", partly=True)))

    assert await rows(pool, STORED, vcenter) == [("10.0.0.1",)]


async def test_a_part_adds_and_takes_nothing_away_until_all_is_read(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(reached("10.0.0.1", "10.0.0.2")))
    await sync(engine, pool, vcenter, pages(reached("10.0.0.3", partly=True)))
    in_part = await rows(pool, STORED, vcenter)
    await sync(engine, pool, vcenter, pages(reached("10.0.0.3")))

    assert in_part == [("10.0.0.1",), ("10.0.0.2",), ("10.0.0.3",)]
    assert await rows(pool, STORED, vcenter) == [("10.0.0.3",)]


async def test_a_part_that_is_stored_already_changes_nothing(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(reached("10.0.0.1", "10.0.0.2")))
    await sync(engine, pool, vcenter, pages(reached("10.0.0.1", partly=True)))

    again = await sync(engine, pool, vcenter, pages(reached(partly=True)))

    assert again.types[VM].updated == 0
    assert await rows(pool, STORED, vcenter) == [("10.0.0.1",), ("10.0.0.2",)]
