"""Lineage against a real primary: which VM came where another went."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models.commands.lineage import link_lineage
from models.commands.transaction import Primary
from models.db.settings import DatabaseSettings
from models.enums import IdentifierKind
from sync_agent.records import DetailRecord, Record
from sync_agent.writer.connection import Pool
from sync_agent.writer.pool import open_pool
from tests.support.merging import Merger
from tests.support.records import hardware, pages, vm
from tests.support.registry import new_vcenter

WEEK = timedelta(days=7)
BORN = datetime(2024, 2, 29, tzinfo=UTC)
LINKS = """
    SELECT moid, former_moid, former_name, evidence FROM vm_lineage
    WHERE vcenter_id = $1 ORDER BY moid"""
STAYS = tuple(range(900, 905))


@pytest.fixture
async def pool(database: DatabaseSettings) -> AsyncIterator[Pool]:
    opened = await open_pool(database, connections=2)
    yield opened
    await opened.close()


@pytest.fixture
async def here(engine: Primary, pool: Pool) -> Merger:
    return Merger(engine, pool, await new_vcenter(engine))


@pytest.fixture
async def there(engine: Primary, pool: Pool) -> Merger:
    return Merger(engine, pool, await new_vcenter(engine))


class Machine:
    """A VM with identities of its own, under whatever moid it has at the moment."""

    def __init__(self) -> None:
        self.instance_uuid, self.bios_uuid = uuid4(), uuid4()
        self.mac, self.disk = f"00:50:56:{uuid4().hex[:6]}", str(uuid4())

    def at(self, number: int, **columns: object) -> Record:
        uuids = {"instance_uuid": self.instance_uuid, "bios_uuid": self.bios_uuid} | columns
        carried = {
            IdentifierKind.INSTANCE_UUID: (str(uuids["instance_uuid"]),),
            IdentifierKind.BIOS_UUID: (str(uuids["bios_uuid"]),),
        }
        return vm(number, name=f"moving {number}", identifiers=carried, **uuids)

    def devices(self, number: int) -> DetailRecord:
        return hardware(
            number,
            disks=[{"key": 2000, "uuid": self.disk}],
            nics=[{"key": 4000, "mac_address": self.mac}, {"key": 4001, "mac_address": ""}],
        )


@pytest.fixture
def machine() -> Machine:
    return Machine()


def others() -> list[Record]:
    """Return VMs that stay where they are, so that one may vanish."""
    return [vm(number, instance_uuid=uuid4(), identifiers={}) for number in STAYS]


async def holds(merger: Merger, *records: Record, devices: tuple[DetailRecord, ...] = ()) -> None:
    await merger.sync(pages(*others(), *records), *devices)


async def went(merger: Merger, number: int, ago: timedelta) -> None:
    """Let a VM that is missing have gone so long ago."""
    await merger.pool.execute(
        "UPDATE virtual_machines SET missing_since = now() - $3::interval"
        " WHERE vcenter_id = $1 AND moid = $2 AND missing_since IS NOT NULL",
        merger.vcenter_id,
        f"vm-{number}",
        ago,
    )


async def link(merger: Merger) -> list[tuple[object, ...]]:
    await link_lineage(merger.engine, within=WEEK)
    return await merger.rows(LINKS)


async def test_a_vm_that_goes_in_one_vcenter_and_comes_in_another_is_tied(here, there, machine):
    await holds(here, machine.at(1), devices=(machine.devices(1),))
    await holds(there)
    await holds(here)
    await holds(there, machine.at(7), devices=(machine.devices(7),))

    assert await link(there) == [
        ("vm-7", "vm-1", "moving 1", ["INSTANCE_UUID", "BIOS_UUID", "DISK_UUID", "MAC_ADDRESS"])
    ]
    assert await here.rows(LINKS) == []


async def test_it_does_not_matter_which_end_is_seen_first(here, there, machine):
    await holds(here, machine.at(1))
    await holds(there, machine.at(7))
    both = await link(there)
    await holds(here)

    assert both == [], "a copy beside the VM is a copy"
    assert [row[:2] for row in await link(there)] == [("vm-7", "vm-1")]


async def test_a_vm_that_is_registered_again_is_tied_inside_its_vcenter(here, machine):
    await holds(here, machine.at(1, created_at=BORN))
    await holds(here, machine.at(2, created_at=BORN, instance_uuid=uuid4()))

    assert await link(here) == [("vm-2", "vm-1", "moving 1", ["BIOS_UUID", "CREATED_AT"])]


async def test_a_link_outlives_the_row_it_leads_to(here, there, machine, engine, pool):
    await holds(here, machine.at(1))
    await holds(there, machine.at(7))
    await holds(here)
    await holds(here)
    before = await link(there)
    await pool.execute("DELETE FROM virtual_machines WHERE vcenter_id = $1", here.vcenter_id)

    assert before
    assert await link(there) == before


async def test_one_thing_in_common_is_not_enough(here, there, machine):
    await holds(here, machine.at(1), devices=(hardware(1, nics=[{"mac_address": ""}]),))
    await holds(here)
    clone = machine.at(7, instance_uuid=uuid4())
    await holds(there, clone, devices=(hardware(7, nics=[{"mac_address": ""}]),))

    assert await link(there) == []


async def test_what_agrees_in_nothing_that_is_unique_is_no_candidate(here, there):
    shared = {"instance_uuid": None, "bios_uuid": None, "created_at": BORN}
    await holds(here, vm(1, identifiers={}, **shared))
    await holds(here)
    await holds(there, vm(7, identifiers={}, **shared))

    assert await link(there) == []


async def test_what_comes_long_after_is_another(here, there, machine):
    await holds(here, machine.at(1))
    await holds(here)
    await holds(there, machine.at(7))
    await went(here, 1, timedelta(days=8))

    assert await link(there) == []


async def test_a_vm_that_comes_back_had_not_gone(here, there, machine):
    await holds(here, machine.at(1))
    await holds(here)
    await holds(there, machine.at(7))
    tied = await link(there)
    await holds(here, machine.at(1))

    assert tied
    assert await link(there) == []


async def test_the_former_vm_that_agrees_in_most_counts(here, there, machine):
    twin = machine.at(2, created_at=BORN)
    await holds(here, machine.at(1), twin)
    await holds(here)
    await holds(there, machine.at(7, created_at=BORN))

    assert [row[:2] for row in await link(there)] == [("vm-7", "vm-2")]


async def test_a_second_look_writes_nothing(here, there, machine, engine):
    await holds(here, machine.at(1))
    await holds(here)
    await holds(there, machine.at(7))
    await link(there)

    again = await link_lineage(engine, within=WEEK)

    assert (again.found, again.taken_back) == (0, 0)


async def test_a_vm_that_moves_there_and_back_is_tied_to_where_it_was_last(here, there, machine):
    await holds(here, machine.at(1))
    await holds(there)
    await holds(here)
    await holds(there, machine.at(7))
    await holds(here, machine.at(9))
    await went(here, 1, timedelta(days=2))
    too_early = await link(here)
    await holds(there)
    await link_lineage(here.engine, within=WEEK)

    assert [row[:2] for row in too_early] == [("vm-9", "vm-1")]
    assert [row[:2] for row in await here.rows(LINKS)] == [("vm-9", "vm-7")]


async def test_a_uuid_that_many_carry_says_nothing(here, there):
    template = Machine()
    many = [template.at(number, instance_uuid=uuid4()) for number in range(100, 125)]
    await holds(here, template.at(1, created_at=BORN))
    await holds(here)
    await holds(there, *many, template.at(7, instance_uuid=uuid4(), created_at=BORN))

    assert await link(there) == []


async def test_a_quick_look_sees_what_went_lately_only(here, there, machine):
    await holds(here, machine.at(1))
    await holds(here)
    await holds(there, machine.at(7))
    await went(here, 1, timedelta(hours=2))

    await link_lineage(here.engine, within=WEEK, gone=timedelta(hours=1))
    quick = await there.rows(LINKS)
    await link_lineage(here.engine, within=WEEK, gone=timedelta(hours=3))

    assert quick == []
    assert [row[:2] for row in await there.rows(LINKS)] == [("vm-7", "vm-1")]


async def test_a_shadow_of_fault_tolerance_is_nobody_who_moved(here, there, machine):
    await holds(here, machine.at(1, is_ft_secondary=True))
    await holds(here)
    await holds(there, machine.at(7))

    assert await link(there) == []
