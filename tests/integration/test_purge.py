"""Tidying up: partitions ahead of time, old changes dropped, deleted rows purged, nothing else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import DateTime, literal_column, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.change_partition import DEFAULT_PARTITION, week_of
from models.commands import change_partitions
from models.commands.change_partitions import (
    drop_partitions,
    expired_partitions,
    feed_health,
    make_partitions,
)
from models.commands.purge import count_purgeable, purge
from models.commands.transaction import transaction
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from models.enums import InventoryType
from models.kin import KIN
from models.tables import INVENTORY
from sync_agent.housekeeping import Housekeeper
from sync_agent.scheduler import Scheduler
from sync_agent.settings import HousekeepingSettings, ScheduleSettings
from sync_agent.writer.pool import open_pool
from tests.support.merging import Merger
from tests.support.outbox import Outbox
from tests.support.records import (
    datastore,
    hardware,
    host,
    host_hardware,
    mounted,
    pages,
    vm,
)
from tests.support.registry import new_vcenter
from vminer.commands.migrate import upgrade

VM = InventoryType.VirtualMachine
MONTH = timedelta(days=30)
HOSTS = (host(1), host(2), host(3))  # one of four may go: more would be held back
STORE = datastore(1, mounts=mounted(1, 2, 3))
CHANGE = """
    INSERT INTO inventory_changes (at, vcenter_id, type, moid, name, kind, run_id)
    VALUES (:at, 1, 'Host', :moid, 'esx', 'UPDATED', gen_random_uuid())"""
PLACE = "SELECT moid, tableoid::regclass::text, xid, seq FROM inventory_changes ORDER BY xid, seq"
FACT = "SELECT value FROM installation WHERE key = 'changes_purged_before'"


@pytest.fixture
async def own(empty_database: DatabaseSettings) -> AsyncIterator[AsyncEngine]:
    """A migrated database of the test's own, for what concerns the whole of it."""
    await asyncio.to_thread(upgrade, empty_database)
    engine = primary_engine(empty_database)
    yield engine
    await engine.dispose()


async def run(engine: AsyncEngine, statement: str, **parameters: object) -> list[tuple]:
    async with transaction(engine) as connection:
        result = await connection.execute(text(statement), parameters)
        return [tuple(row) for row in result] if result.returns_rows else []


async def exists(engine: AsyncEngine, table: str) -> None:
    """Wait until a table is there."""
    for _ in range(1000):
        if await run(engine, "SELECT to_regclass(:name) IS NOT NULL", name=table) == [(True,)]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"there is no table {table} after 50 seconds")


async def now_of(engine: AsyncEngine) -> datetime:
    ((now,),) = await run(engine, "SELECT now()")
    return now


async def test_partitions_are_made_ahead_and_only_once(own: AsyncEngine) -> None:
    first = await make_partitions(own, ahead=8)
    again = await make_partitions(own, ahead=8)

    assert len(first) == 4  # the migration has made this week and four to come
    assert again == []


async def test_a_late_scheduler_moves_rows_out_of_the_default_partition(own: AsyncEngine) -> None:
    later = week_of(await now_of(own) + timedelta(weeks=6))
    await run(own, CHANGE, at=later.begins, moid="host-1")
    await run(own, CHANGE, at=later.ends, moid="host-2")
    before = await run(own, PLACE)
    health = await feed_health(own)

    made = await make_partitions(own, ahead=6)

    after = await run(own, PLACE)
    assert [row[1] for row in before] == [DEFAULT_PARTITION, DEFAULT_PARTITION]
    assert [row[1] for row in after] == [later.partition, DEFAULT_PARTITION]
    assert [(row[0], *row[2:]) for row in after] == [(row[0], *row[2:]) for row in before]
    assert later in made
    assert health.rows_in_default == 2


async def test_partitions_made_later_are_like_those_of_the_migration(own: AsyncEngine) -> None:
    await make_partitions(own, ahead=5)
    like = """
        SELECT c.relname, array_agg(pg_get_indexdef(i.indexrelid) ORDER BY i.indisprimary)
        FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
        JOIN pg_index i ON i.indrelid = c.oid
        WHERE h.inhparent = 'inventory_changes'::regclass GROUP BY 1"""

    shapes = {
        tuple(index[index.index(" USING") :] for index in indexes)
        for _, indexes in await run(own, like)
    }

    assert len(shapes) == 1
    await run(own, CHANGE, at=await now_of(own) + timedelta(weeks=5), moid="host-1")
    assert len(await run(own, PLACE)) == 1


async def test_old_changes_are_dropped_by_whole_weeks_and_that_is_noted(
    own: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from ten weeks ahead."""
    now = await now_of(own)
    await run(own, CHANGE, at=now, moid="host-1")
    ahead = literal_column("now() + interval '70 days'", DateTime(timezone=True))
    monkeypatch.setattr(change_partitions, "clock", lambda: ahead)

    due = await expired_partitions(own, keep=timedelta(days=50))
    dropped = await drop_partitions(own, keep=timedelta(days=50))

    assert dropped == due
    assert dropped[0] == week_of(now)
    assert await run(own, PLACE) == []
    assert await run(own, FACT) == [(dropped[-1].ends.isoformat(),)]
    assert await drop_partitions(own, keep=timedelta(days=50)) == []


async def test_nothing_young_is_dropped(own: AsyncEngine) -> None:
    await run(own, CHANGE, at=await now_of(own), moid="host-1")

    assert await drop_partitions(own, keep=timedelta(days=1)) == []
    assert await run(own, FACT) == []
    assert len(await run(own, PLACE)) == 1


@pytest.fixture
async def merger(own: AsyncEngine, empty_database: DatabaseSettings) -> AsyncIterator[Merger]:
    """A vCenter with objects that were deleted, and some that were not."""
    pool = await open_pool(empty_database, connections=2)
    made = Merger(own, pool, await new_vcenter(own))
    machines = [vm(number) for number in range(1, 8)]
    cards = [hardware(n, macs=(f"00:50:56:00:00:0{n}",)) for n in range(1, 8)]
    boxes = tuple(host_hardware(n) for n in range(1, 5))
    everything = (*HOSTS, host(4), STORE, datastore(2, mounts=mounted(1, 4)))
    await made.sync(pages(*everything, *machines), *cards, hosts=boxes)
    for _ in range(2):
        await made.sync(pages(*HOSTS, STORE, *machines[:3]))
    yield made
    await pool.close()


async def age(engine: AsyncEngine, days: int) -> None:
    """Let all deletions have been that long ago."""
    for model in INVENTORY.values():
        await run(
            engine,
            f"UPDATE {model.__tablename__} SET deleted_at = now() - make_interval(days => :days)"
            " WHERE deleted_at IS NOT NULL",
            days=days,
        )


async def held(merger: Merger) -> dict[str, list[str]]:
    """Return by table the moids that rows are of."""
    columns = {model.__tablename__: "moid" for model in INVENTORY.values()}
    columns |= {
        model.__tablename__: column for of_type in KIN.values() for model, column in of_type
    }
    columns["identifiers"] = "moid"
    found = {}
    for table, column in columns.items():
        query = f"SELECT DISTINCT {column} FROM {table} WHERE vcenter_id = $1 ORDER BY 1"
        found[table] = [row[0] for row in await merger.rows(query)]
    return found


async def test_rows_deleted_long_ago_go_with_all_that_belongs_to_them(
    own: AsyncEngine, merger: Merger
) -> None:
    await age(own, 31)
    due = await count_purgeable(own, keep=MONTH)

    purged = await purge(own, keep=MONTH, batch=500, most=500)

    expected = {VM: 4, InventoryType.Host: 1, InventoryType.Datastore: 1}
    assert due == purged == expected
    left = {moid for moids in (await held(merger)).values() for moid in moids}
    assert left == {"host-1", "host-2", "host-3", "datastore-1", "vm-1", "vm-2", "vm-3"}


async def test_what_was_deleted_lately_or_is_only_missing_stays(
    own: AsyncEngine, merger: Merger
) -> None:
    await merger.sync(pages(*HOSTS, STORE, vm(1), vm(2)))  # vm-3 is missing now
    await age(own, 29)
    before = await held(merger)

    assert await purge(own, keep=MONTH, batch=500, most=500) == {}
    assert await held(merger) == before


async def test_a_purge_is_bounded_and_the_next_goes_on(own: AsyncEngine, merger: Merger) -> None:
    await age(own, 31)

    rounds = [(await purge(own, keep=MONTH, batch=2, most=4)).total() for _ in range(3)]

    assert rounds == [4, 2, 0]


async def test_a_vcenter_that_is_being_synced_is_left_alone(
    own: AsyncEngine, merger: Merger
) -> None:
    await age(own, 31)
    await merger.claim()

    assert await purge(own, keep=MONTH, batch=500, most=500) == {}


async def test_a_purged_object_that_comes_back_is_new(own: AsyncEngine, merger: Merger) -> None:
    await age(own, 31)
    await purge(own, keep=MONTH, batch=500, most=500)

    card = hardware(5, macs=("00:50:56:00:00:05",))
    await merger.sync(pages(*HOSTS, STORE, *(vm(n) for n in (1, 2, 3, 5))), card)

    kinds = await merger.rows(
        "SELECT kind FROM inventory_changes WHERE vcenter_id = $1 AND moid = 'vm-5'"
        " ORDER BY xid, seq"
    )
    assert [row[0] for row in kinds] == ["MISSING", "DELETED", "CREATED"]
    after = await held(merger)
    assert all("vm-5" in after[table] for table in ("vm_usage", "vm_hardware", "identifiers"))


async def test_one_turn_of_every_round_of_housekeeping_does_all_of_it(
    own: AsyncEngine, merger: Merger
) -> None:
    await age(own, 31)
    settings = HousekeepingSettings(purge_deleted_days=30, history_weeks_ahead=6)

    for round_ in Housekeeper(own, settings).rounds:
        for step in round_.steps:
            await step()

    assert await count_purgeable(own, keep=MONTH) == {}
    assert await make_partitions(own, ahead=6) == []


async def test_the_leading_scheduler_tidies_up_by_itself(own: AsyncEngine) -> None:
    newest = week_of(await now_of(own) + timedelta(weeks=9)).partition
    housekeeper = Housekeeper(own, HousekeepingSettings(history_weeks_ahead=9))
    scheduler = Scheduler(
        own,
        Outbox(),  # type: ignore[arg-type]
        ScheduleSettings(schedule_tick_seconds=0.05, schedule_lease_seconds=1),
        max_attempts=1,
        housekeeper=housekeeper,
    )

    async with asyncio.TaskGroup() as group:
        running = group.create_task(scheduler.run())
        await exists(own, newest)
        running.cancel()
